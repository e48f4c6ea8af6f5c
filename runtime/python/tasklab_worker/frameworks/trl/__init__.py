"""TRL: supervised fine-tuning, reward models, direct preference optimization, proximal policy optimization; a file a kind."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from ...run import Context, FinishedRun, Trained

KINDS = ("supervised_fine_tuning", "reward_modeling", "direct_preference_optimization", "proximal_policy_optimization")


def train(context: Context) -> Trained:
    return _kind(context.job.kind).train(context)


def load(run: FinishedRun) -> Any:
    return _kind(run.manifest["kind"]).load(run)


def _kind(name: str) -> ModuleType:
    assert name in KINDS, name
    return importlib.import_module(f".{name}", __package__)
