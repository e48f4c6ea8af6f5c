"""Hugging Face Transformers: a file a kind."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from ...run import Context, FinishedRun, Trained

KINDS = ("text_classification", "token_classification", "question_answering", "pretraining")


def train(context: Context) -> Trained:
    return _kind(context.job.kind).train(context)


def load(run: FinishedRun) -> Any:
    return _kind(run.manifest["kind"]).load(run)


def _kind(name: str) -> ModuleType:
    assert name in KINDS, name
    return importlib.import_module(f".{name}", __package__)
