"""How well a language model foretells texts."""

from __future__ import annotations

import math
from typing import Any, Callable, Sequence

import torch


def compare_language(model: Any, rows: Sequence[dict[str, Any]], collate: Callable[[list], Any], batch_size: int, before_batch: Callable[[], None]) -> dict[str, float]:
    """``loss``: the mean of -ln p over all tokens that are to be foretold, each counted once; ``perplexity``: e to its power.

    Rows have ``input_ids`` and ``labels`` (-100: not foretold).
    """
    was_training = model.training
    model.eval()
    total, count = 0.0, 0
    with torch.inference_mode():
        for at in range(0, len(rows), batch_size):
            before_batch()
            batch = collate([rows[i] for i in range(at, min(at + batch_size, len(rows)))]).to(model.device)
            labels = batch.pop("labels")[:, 1:]
            logits = model(**batch).logits[:, :-1].float()
            total += float(torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-100, reduction="sum"))
            count += int((labels != -100).sum())
    model.train(was_training)
    loss = total / max(1, count)
    return {"loss": loss, "perplexity": math.exp(loss) if loss < 700 else math.inf}
