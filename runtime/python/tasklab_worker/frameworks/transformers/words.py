"""Words of texts, and the tokens that a model reads them as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Sequence

import regex

from ...models import need_offsets

#: Words, numbers and single signs, as ``runtime/layouts/tokenClassification.ts`` cuts the rows.
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]")


def words_of(text: str) -> list[tuple[str, int, int]]:
    """Each word with where it starts and ends, in code points."""
    return [(found.group(), found.start(), found.end()) for found in _WORD.finditer(text)]


@dataclass(frozen=True)
class Window:
    """A part of a row that the model can take."""

    row: int
    columns: dict[str, list[int]]
    #: By token: the word that begins there, or ``None``.
    begins: list[int | None]


def windows(tokenizer: Any, rows: Sequence[Sequence[str]], longest: int) -> list[Window]:
    """Rows of words as a model reads them: long ones in parts, each of which repeats a quarter of the one before. Raises ``model/no-tokenizer``."""
    need_offsets(tokenizer)
    found: list[Window] = []
    for row, words in enumerate(rows):
        # Words are joined by spaces: rows and texts that are asked about are read alike, whatever space was between.
        first_of, at = {}, 0
        for i, word in enumerate(words):
            first_of.update({place: i for place in range(at, at + len(word))})
            at += len(word) + 1
        encoded = tokenizer(" ".join(words), truncation=True, max_length=longest, stride=longest // 4, return_overflowing_tokens=True, return_offsets_mapping=True)
        seen = -1
        for part in range(len(encoded["input_ids"])):
            begins: list[int | None] = []
            for start, end in encoded["offset_mapping"][part]:
                word = next((first_of[place] for place in range(start, end) if place in first_of), None)
                begins.append(word if word is not None and word > seen else None)
                seen = max(seen, -1 if word is None else word)
            columns = {name: encoded[name][part] for name in encoded if name not in ("offset_mapping", "overflow_to_sample_mapping")}
            found.append(Window(row, columns, begins))
    return found
