"""What every worker does around its training: takes the run, tells what happens, leaves a whole result or nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import Stopped, UserError, describe, first_line
from .events import Events, plain
from .files import move_into_place, sha256_of, write_atomic
from .job import Job, model_name, read_job
from .lock import Lock
from .redact import redact, redact_all

MANIFEST = "tasklab/manifest.json"


@dataclass
class Trained:
    """What a training leaves beside the files in the model folder."""

    rows: dict[str, int]
    labels: list[str] | None = None
    multi_label: bool | None = None
    metrics: dict[str, float] | None = None
    baseline: dict[str, float] | None = None


@dataclass
class Context:
    """What a framework's ``train`` gets."""

    job: Job
    events: Events
    #: The run's folder.
    folder: Path
    #: Where the model's files are written; they get their places when the training is done.
    model_folder: Path
    #: For checkpoints and whatever a framework writes on the way; it is removed at the end.
    work_folder: Path
    _stop: list[bool] = field(default_factory=lambda: [False])

    @property
    def should_stop(self) -> bool:
        return self._stop[0]

    def raise_if_stopped(self) -> None:
        """Call it between steps."""
        if self.should_stop:
            raise Stopped


def work(job_folder: Path, output: Path | None = None) -> bool:
    """Runs one job to its end; ``False`` where it failed, which its events say too. Raises what is wrong with the job itself."""
    from .frameworks import framework_named

    job = read_job(job_folder)
    folder = output or _output_folder(job)
    (folder / "tasklab").mkdir(parents=True, exist_ok=True)
    if (folder / MANIFEST).exists():
        raise UserError("run/already-finished", f'The run "{folder.name}" is finished.', "Train again: that makes a new run.")
    lock = Lock(folder)
    events = Events(folder)
    context = Context(job, events, folder, folder / "tasklab" / "model.new", folder / "tasklab" / "work")
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: context._stop.__setitem__(0, True))
    try:
        _clean(context)
        for new in (context.model_folder, context.work_folder):
            new.mkdir(parents=True)
        trained = framework_named(job.framework).train(context)
        context.raise_if_stopped()
        artifacts = _save(context, trained)
        events.write("finished", artifacts=artifacts)
        return True
    except Stopped:
        events.write("stopped", reason="asked to stop")
        return True
    except Exception as error:  # noqa: BLE001 - whatever goes wrong stands in the run's events
        told = describe(error)
        trace = None if told else redact("".join(traceback.format_exception(error)))[-65536:]
        told = told or UserError("train/worker-error", first_line(error) if str(error) else type(error).__name__)
        # Where the disk is full, the event needs the room that half of a model takes.
        _clean(context)
        # Before the event: who hears of that reads the log. A full disk may not take it.
        with suppress(OSError):
            traceback.print_exception(error)
        events.write("failed", code=told.code, message=told.message, hint=told.hint, trace=trace)
        return False
    finally:
        _clean(context)
        events.close()
        lock.release()


def _clean(context: Context) -> None:
    for new in (context.model_folder, context.work_folder):
        shutil.rmtree(new, ignore_errors=True)


def _output_folder(job: Job) -> Path:
    """Where the model goes. A job folder that was taken out of its run has no run above it to write to."""
    folder = Path(os.path.normpath(job.folder / job.output))
    if job.output.startswith("..") and folder / "tasklab" / "job" != job.folder:
        raise UserError("run/moved-job", "The job folder is not in its run's folder any more.", "Carry the whole run folder, or say --output FOLDER.")
    return folder


#: Files that trainers write and that nobody needs: pickles are never left, and never read; cards name places on this machine.
#: (spaCy's lookups are plain data.)
_LEFT_OUT = (".bin", ".pt", ".pth", ".pkl", ".pickle", ".md")


def _save(context: Context, trained: Trained) -> list[dict[str, Any]]:
    files = sorted(path for path in context.model_folder.rglob("*") if path.is_file() and (path.suffix not in _LEFT_OUT or path.name == "lookups.bin"))
    artifacts: list[dict[str, Any]] = []
    try:
        for path in files:
            place = path.relative_to(context.model_folder)
            move_into_place(path, context.folder / place)
            target = context.folder / place
            artifacts.append({"path": place.as_posix(), "size": target.stat().st_size, "sha256": sha256_of(target)})
        job = context.job
        manifest = {
            "version": 1,
            "name": job.name,
            "training": job.training,
            "framework": job.framework,
            "kind": job.kind,
            "task": job.task,
            "prepared": job.prepared,
            # What people have written freely may hold a token; names and labels are what they are.
            "model": redact_all(model_name(job.model)),
            "options": redact_all(job.options),
            "blocks": redact_all(job.blocks),
            "seed": job.seed,
            "labels": trained.labels,
            "multi_label": trained.multi_label,
            "rows": trained.rows,
            "metrics": trained.metrics,
            "baseline": trained.baseline,
            "files": artifacts,
        }
        write_atomic(context.folder / MANIFEST, json.dumps(plain(manifest), indent=2, ensure_ascii=False, allow_nan=False) + "\n")
        return artifacts
    except BaseException:
        for path in files:
            _take_back(context.folder, path.relative_to(context.model_folder))
        raise


def _take_back(folder: Path, place: Path) -> None:
    """Removes a file of the result, and the folders that were made for it, as far as they are there."""
    with suppress(OSError):
        (folder / place).unlink()
    for parent in list(place.parents)[:-1]:
        with suppress(OSError):
            (folder / parent).rmdir()


@dataclass(frozen=True)
class FinishedRun:
    """A run whose model is to be used."""

    folder: Path
    manifest: dict[str, Any]
    job: Job | None
    #: May code run that its training trusted? It lies in the run's folder, and so does the job that says so: who opens it must know whose it is.
    trusted: bool = False


def open_finished(folder: Path, trusted: bool = False) -> FinishedRun:
    """Raises ``run/not-finished``, ``run/damaged``."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UserError("run/not-finished", f'The run "{folder.name}" is not finished.', "Train again.") from error
    for file in manifest["files"]:
        path = folder / file["path"]
        if not path.is_file() or path.stat().st_size != file["size"] or sha256_of(path) != file["sha256"]:
            raise UserError("run/damaged", f'"{file["path"]}" of the run "{folder.name}" is not the file that the training wrote.', "Train again.")
    job_folder = folder / "tasklab" / "job"
    return FinishedRun(folder, manifest, read_job(job_folder) if (job_folder / "job.json").exists() else None, trusted)
