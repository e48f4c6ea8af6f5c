"""What every kind begins with."""

from __future__ import annotations

from typing import Any

import torch

from ...device import seed_everything
from ...models import Located, has_weights, load_model, load_tokenizer, locate, make_model, set_padding
from ...run import Context


def start(context: Context, auto_class: Any, from_nothing: bool = False, **changes: Any) -> tuple[Any, Any, Located]:
    """The tokenizer and the model that the job starts from; with ``from_nothing`` a configuration without weights will do.

    Seeds come first, so that a new head (or a whole new model) starts the same each time.
    """
    events = context.events
    seed_everything(context.job.seed)
    located = locate(context.job, context.job.model)
    if located.commit:
        events.log(f'The model "{located.name}" is at commit {located.commit}.')
    context.raise_if_stopped()
    tokenizer = load_tokenizer(located)
    if from_nothing and not has_weights(located):
        model = make_model(auto_class, located, dtype=torch.float32)
        events.log(f'The folder "{located.name}" has a configuration and no weights: the model starts from {sum(one.numel() for one in model.parameters()):,} random ones.')
    else:
        # Half precision is for what is computed (bf16, fp16), not for the weights that small steps change.
        model = load_model(auto_class, located, dtype=torch.float32, **changes)
    set_padding(tokenizer, model)
    context.raise_if_stopped()
    return tokenizer, model, located
