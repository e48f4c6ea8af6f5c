"""``job.json``: all that a worker needs to know. The schema is ``runtime/run/job.ts``, which has written and checked it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import UserError


@dataclass(frozen=True)
class Job:
    folder: Path
    name: str
    training: str
    framework: str
    kind: str
    task: dict
    prepared: dict
    data: dict
    columns: list[dict]
    labels: list[str] | None
    model: dict | None
    reward_model: dict | None
    trust: dict | None
    options: dict[str, Any]
    blocks: dict[str, dict[str, Any]]
    seed: int
    output: str

    @property
    def train_path(self) -> Path:
        return self.folder / self.data["train"]

    @property
    def test_path(self) -> Path | None:
        return None if self.data["test"] is None else self.folder / self.data["test"]


def read_job(folder: Path) -> Job:
    """Raises ``run/no-job``, ``run/broken-job``."""
    path = folder / "job.json"
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise UserError("run/no-job", f"There is no job in the folder: {error.strerror}.", "Give the folder of a job.json.") from error
    try:
        value = json.loads(text)
        if value["version"] != 1:
            raise UserError("run/broken-job", f"The job has version {value['version']}, which this worker does not know.", "Use the tasklab that wrote it.")
        return Job(folder=folder, **{name: value[name] for name in Job.__dataclass_fields__ if name != "folder"})
    except (ValueError, KeyError, TypeError) as error:
        raise UserError("run/broken-job", f"job.json is not what it should be: {error}.", "Train again: that writes a new one.") from error


def model_name(source: dict | None) -> str | None:
    """What people call a model: a run's or a repository's name, a folder's last part."""
    if source is None:
        return None
    return Path(source["path"]).name if source["from"] == "folder" else source["name"]
