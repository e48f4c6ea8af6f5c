"""Rows of a job's Arrow files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow

from .errors import UserError


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
