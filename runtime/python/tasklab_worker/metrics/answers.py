"""Predicted answers against true ones, as SQuAD compares them: without case, punctuation and articles, the best of several true answers."""

from __future__ import annotations

import re
import string
from collections import Counter
from typing import Sequence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def compare_answers(truth: Sequence[Sequence[str]], predicted: Sequence[str]) -> dict[str, float]:
    """``exact_match``: the share of answers that are a true one; ``f1``: how many words they share, a mean over the rows. Both from 0 to 1.

    >>> compare_answers([["the North Sea"]], ["North Sea."])
    {'exact_match': 1.0, 'f1': 1.0}
    """
    if not predicted:
        return {"exact_match": 0.0, "f1": 0.0}
    exact = [max(float(normalized(answer) == normalized(given)) for answer in answers) for answers, given in zip(truth, predicted, strict=True)]
    shared = [max(_f1(answer, given) for answer in answers) for answers, given in zip(truth, predicted, strict=True)]
    return {"exact_match": sum(exact) / len(exact), "f1": sum(shared) / len(shared)}


def normalized(text: str) -> str:
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def _f1(answer: str, given: str) -> float:
    true, words = normalized(answer).split(), normalized(given).split()
    if not true or not words:
        return float(true == words)
    shared = sum((Counter(true) & Counter(words)).values())
    return 2 * shared / (len(true) + len(words))
