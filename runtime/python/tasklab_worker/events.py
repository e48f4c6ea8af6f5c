"""``tasklab/events.jsonl``: what a run tells, a line an event, numbered without gaps. The schema is ``runtime/run/event.ts``."""

from __future__ import annotations

import json
import math
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .redact import redact_texts

VERSION = 1
_LAST = ("finished", "failed", "stopped")


class Events:
    """Appends events; goes on where an earlier worker of the run was cut off."""

    def __init__(self, run_folder: Path):
        path = run_folder / "tasklab" / "events.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = open(path, "a+b")
        self._file.seek(0)
        text = self._file.read()
        end = text.rfind(b"\n") + 1
        if end < len(text):
            # A line without an end was torn off by a kill; it never was an event.
            self._file.truncate(end)
        self._seq = text[:end].count(b"\n")

    def write(self, type: str, **event: Any) -> None:
        """One event: its texts without secrets, its labels as they are; numbers that JSON lacks are null."""
        numbered = {"v": VERSION, "seq": self._seq, "time": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"), "type": type}
        numbered.update(redact_texts(plain(event)))
        self._file.write(json.dumps(numbered, ensure_ascii=False, allow_nan=False).encode() + b"\n")
        self._file.flush()
        self._seq += 1
        if type in _LAST:
            os.fsync(self._file.fileno())

    def log(self, message: str, level: str = "info") -> None:
        self.write("log", level=level, message=message)

    def warn(self, message: str) -> None:
        self.log(message, "warning")

    def metric(self, name: str, value: float, step: int, split: str = "train") -> None:
        self.write("metric", name=name, value=value, step=step, split=split)

    def evaluated(self, rows: int, metrics: dict[str, Any], baseline: dict[str, Any] | None, per_class: list | None = None, confusion: dict | None = None) -> None:
        """How good the model is on so many held-out rows, beside what it must beat."""
        self.write("evaluated", split="test", rows=rows, metrics=metrics, baseline=baseline, per_class=per_class, confusion=confusion)

    def close(self) -> None:
        self._file.close()


def plain(value: Any) -> Any:
    """Data as JSON has it: NumPy's and PyTorch's numbers as Python's, what is no finite number as null."""
    if isinstance(value, bool) or value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    number = float(value)
    return number if math.isfinite(number) else None
