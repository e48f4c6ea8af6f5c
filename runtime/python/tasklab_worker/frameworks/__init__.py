"""One file a framework, each of one shape::

    def train(context: Context) -> Trained     # writes the model into context.model_folder
    def load(run: FinishedRun) -> object       # has predict, generate, score, as far as its models can
"""

from __future__ import annotations

import importlib
from types import ModuleType

from ..errors import UserError

NAMES = ("transformers", "peft", "setfit", "spacy", "span_marker", "sentence_transformers", "trl")


def framework_named(name: str) -> ModuleType:
    """Raises ``framework/not-available``."""
    if name not in NAMES:
        raise UserError("framework/not-available", f'The worker does not know the framework "{name}".', f"It knows {', '.join(NAMES)}.")
    return importlib.import_module(f".{name}", __package__)
