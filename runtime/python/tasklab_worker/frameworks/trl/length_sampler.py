"""How long the answers may be that proximal policy optimization learns from."""

from __future__ import annotations

import random
from typing import Any

from transformers import TrainerCallback

from ...run import Context


class LengthSampler(TrainerCallback):
    """At most ``response_length`` tokens; with the block ``length_sampler`` a number drawn anew for each batch, ``min_value`` up to and without ``max_value``.

    TRL generates all answers with one length, so the policy's ``generate`` is told another one before each batch.
    """

    def __init__(self, context: Context, policy: Any):
        block = context.job.blocks.get("length_sampler")
        self._range = None if block is None else range(block["min_value"], block["max_value"])
        self._random = random.Random(context.job.seed)
        self.longest = context.job.options["response_length"] if self._range is None else self._range[-1]
        self._length = self.longest
        if self._range is None:
            return
        context.events.log(f"Answers have at most {self._range[0]} to {self._range[-1]} tokens, drawn anew for each batch; response_length is not read.")
        generate = policy.generate

        def limited(*arguments: Any, generation_config: Any = None, **more: Any) -> Any:
            # Outside of the training's own rollouts nothing is limited.
            if generation_config is not None and generation_config.do_sample:
                generation_config.max_new_tokens = self._length
            return generate(*arguments, generation_config=generation_config, **more)

        policy.generate = limited

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        self._draw()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        self._draw()

    def _draw(self) -> None:
        if self._range is not None:
            self._length = self._random.choice(self._range)
