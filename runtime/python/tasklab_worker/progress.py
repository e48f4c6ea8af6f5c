"""What trainers of the Transformers family tell on the way, as events of the run."""

from __future__ import annotations

import time
from typing import Any

from transformers import TrainerCallback

from .run import Context

#: A front end draws no more often.
_EVERY_S = 0.1
#: Speeds and sizes: they differ from run to run, and say nothing of the model.
_NO_METRIC = ("runtime", "per_second", "total_flos", "epoch", "model_preparation_time")


class Progress(TrainerCallback):
    """Tells steps and logged figures, and ends the training when the run is to stop. What is measured on held-out rows
    (``eval_…``) is told as the test rows'."""

    def __init__(self, context: Context):
        self._context = context
        self._last = 0.0
        self._started = False

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        # Some trainers train in several turns, as SetFit does: the run starts once.
        if not self._started:
            self._context.events.write("started", total=state.max_steps, resumed_from=None)
        self._started = True

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._context.raise_if_stopped()
        now = time.monotonic()
        if now - self._last >= _EVERY_S or state.global_step == state.max_steps:
            self._last = now
            self._context.events.write("progress", step=state.global_step, total=state.max_steps, epoch=state.epoch)

    def on_substep_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._context.raise_if_stopped()

    def on_prediction_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self._context.raise_if_stopped()

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **_: Any) -> None:
        for name, value in (logs or {}).items():
            if name.startswith("train_") or any(part in name for part in _NO_METRIC) or not isinstance(value, (int, float)):
                continue
            split = "test" if name.startswith("eval_") else "train"
            self._context.events.metric(name.removeprefix("eval_"), value, state.global_step, split)
