"""PEFT: a model keeps its weights, and low-rank adapters beside them learn. What is saved is the adapter alone."""

from __future__ import annotations

from typing import Any

from ..errors import UserError, first_line
from ..run import Context, FinishedRun, Trained
from .transformers import text_classification
from .transformers.arguments import LORA_HINT


def train(context: Context) -> Trained:
    return text_classification.train(context, lora=context.job.blocks.get("lora", {}))


def load(run: FinishedRun) -> Any:
    return text_classification.load(run)


def with_adapter(model: Any, task_type: str, lora: dict[str, Any]) -> Any:
    """The model with an adapter, which alone is trained (and the head of a classifier); ``task_type`` is PEFT's: ``SEQ_CLS``, ``CAUSAL_LM``.

    Raises ``training/wrong-value`` where the model has none of the parts that get adapters.
    """
    from peft import LoraConfig, get_peft_model

    try:
        return get_peft_model(model, LoraConfig(task_type=task_type, **lora))
    except ValueError as error:
        raise UserError("training/wrong-value", f"The model cannot have that adapter: {first_line(error)}", LORA_HINT) from error
