"""Rows of a job's Arrow files, and what is said of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Sequence

import pyarrow

from .errors import UserError
from .run import Context


def read_table(path: Path | None) -> pyarrow.Table | None:
    """A file's rows, mapped and not copied; ``None`` where there is no file. Raises ``data/arrow``."""
    if path is None:
        return None
    try:
        return pyarrow.ipc.open_file(pyarrow.memory_map(str(path))).read_all()
    except (pyarrow.ArrowInvalid, OSError) as error:
        raise UserError("data/arrow", f'"{path.name}" is no Arrow file that can be read: {str(error).splitlines()[0]}.', "Prepare the task again.") from error


def read_rows(path: Path | None) -> list[dict[str, Any]]:
    """A file's rows as dictionaries; none where there is no file."""
    table = read_table(path)
    return [] if table is None else table.to_pylist()


def need_rows(count: int) -> None:
    """Raises ``train/no-rows``."""
    if count == 0:
        raise UserError("train/no-rows", "There are no training rows.", "See what %prepare dropped and why, or give a larger train_size.")


def longer(tokenizer: Any, texts: list[str], longest: int) -> int:
    """How many texts have more tokens than that."""
    return sum(len(ids) > longest for ids in tokenizer(texts, verbose=False)["input_ids"]) if texts else 0


def cut_off(count: int, longest: int | None, happens: str = "cut off there") -> str | None:
    """Says how many texts are not read whole: they have more than ``longest`` tokens, the model's own number or one that was asked for."""
    return f"{count} {'text is' if count == 1 else 'texts are'} longer than {longest} tokens, and {happens}." if count else None


def warn_cut(context: Context, count: int, longest: int | None, happens: str = "cut off there") -> None:
    """The same to the run's events."""
    if said := cut_off(count, longest, happens):
        context.events.warn(said)


def in_parts(parts: Sequence[Any]) -> int:
    """How many rows have several of these parts, which stand in the order of their rows."""
    return len({part.row for before, part in zip(parts, parts[1:]) if before.row == part.row})


def warn_not_measured(context: Context) -> None:
    context.events.warn("No rows were held out, so it is not known how good the model is on new texts; give a train_size below 1.")
