"""What a policy writes to held-out queries: how a reward model scores it, and how far the policy went from where it began."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import torch

from ...generation import Generator
from ...run import Context
from .reward_modeling import Scorer

#: Queries that are answered at a time.
BATCH = 8

#: The model that a policy began as, and what it runs in: an adapter is taken off.
Reference = tuple[Any, Callable[[], AbstractContextManager]]


class HeldOutAnswers:
    """Answers queries with the most likely token each time, the same way before and after a training.

    ``score`` is the mean of the reward model's scores. ``kl`` is the divergence KL(policy ‖ reference), over the whole vocabulary at each token of
    an answer, summed over its tokens, the mean over the answers: in nats.
    """

    def __init__(self, context: Context, policy: Any, tokenizer: Any, scorer: Scorer, queries: list[str], longest: int):
        self._context = context
        self._policy = policy
        self._tokenizer = tokenizer
        self._scorer = scorer
        self._queries = queries
        self._longest = longest

    def measured(self, reference: Reference | None = None) -> dict[str, float]:
        """Without ``reference`` the policy still is the model that it began as."""
        was_training = self._policy.training
        generator = Generator(self._policy, self._tokenizer)
        config = generator.config({"max_new_tokens": self._longest})
        scores: list[float] = []
        divergences: list[float] = []
        for at in range(0, len(self._queries), BATCH):
            self._context.raise_if_stopped()
            queries = self._queries[at : at + BATCH]
            batch = self._tokenizer.pad({"input_ids": [generator.encode(query) for query in queries]}, padding=True, padding_side="left", return_tensors="pt").to(self._policy.device)
            asked = batch["input_ids"].shape[1]
            with torch.inference_mode():
                out = self._policy.generate(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"], generation_config=config)
            answers = out[:, asked:]
            ends = torch.isin(answers, torch.tensor(config.eos_token_id or [-1], device=answers.device))
            written = ends.cumsum(1) - ends.long() == 0
            texts = [self._tokenizer.decode(ids[kept], skip_special_tokens=True, clean_up_tokenization_spaces=False) for ids, kept in zip(answers, written)]
            scores += self._scorer.score([query + text for query, text in zip(queries, texts)])
            if reference is not None:
                divergences += self._divergences(out, torch.cat([batch["attention_mask"].bool(), written], 1), asked, reference)
        self._policy.train(was_training)
        return {"score": sum(scores) / len(scores), "kl": sum(divergences) / len(scores)}

    def _divergences(self, ids: Any, mask: Any, asked: int, reference: Reference) -> list[float]:
        model, within = reference
        inputs = {"input_ids": ids, "attention_mask": mask.long(), "position_ids": (mask.long().cumsum(1) - 1).clamp(min=0)}
        with torch.inference_mode():
            now = self._policy(**inputs).logits[:, asked - 1 : -1].float().log_softmax(-1)
            with within():
                then = model.eval()(**inputs).logits[:, asked - 1 : -1].float().log_softmax(-1)
            each = (now.exp() * (now - then)).sum(-1)
        return each.masked_fill(~mask[:, asked:], 0).sum(1).tolist()
