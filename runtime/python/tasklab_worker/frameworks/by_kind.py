"""A framework that is a folder, with a file for each kind of task."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any, Callable

from ..run import Context, FinishedRun, Trained


def by_kind(package: str, kinds: tuple[str, ...]) -> tuple[Callable[[Context], Trained], Callable[[FinishedRun], Any]]:
    """``train`` and ``load`` of the framework: those of the kind's own file, which is imported when it is asked for."""

    def of(name: str) -> ModuleType:
        assert name in kinds, name
        return importlib.import_module(f".{name}", package)

    return (lambda context: of(context.job.kind).train(context)), (lambda run: of(run.manifest["kind"]).load(run))
