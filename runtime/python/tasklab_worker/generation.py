"""Language models go on with texts: piece by piece, as they are made."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import SimpleQueue
from typing import Any

import torch
from transformers import GenerationConfig, StoppingCriteria, StoppingCriteriaList
from transformers.generation import BaseStreamer

from .errors import UserError

#: Where the settings do not say how long: Transformers' own 20 end in the middle of a sentence.
DEFAULT_NEW_TOKENS = 128


class Generator:
    """A causal language model with its tokenizer; with ``chat`` a prompt is what a user says, and the model answers.

    Settings, all optional: ``max_new_tokens`` (128; less where the model has no room for as many), ``min_new_tokens``, ``temperature`` (0, the
    default: the most likely token each time), ``top_k`` and ``top_p`` (the model's own, else all tokens), ``seed`` (42). The same settings
    give the same text on the same machine.

    >>> for text, finished in Generator(model, tokenizer).generate("The parcel", {"max_new_tokens": 8}):
    ...     print(text, end="")
    """

    def __init__(self, model: Any, tokenizer: Any, chat: bool = False):
        self._model = model.eval()
        self._tokenizer = tokenizer
        self._chat = chat
        self._ends = _end_tokens(model, tokenizer)

    def generate(self, prompt: str, settings: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
        """Pieces of the new text alone; the last one says why it ends: ``stop`` (the model ended it) or ``length``. Raises ``generate/prompt``."""
        ids = self.encode(prompt)
        limit = self._room(len(ids), settings)
        steps = _Steps()
        work = threading.Thread(target=self._work, args=(ids, limit, settings, steps), daemon=True)
        work.start()
        tokens = list(ids)
        # Decoded together with some tokens before: the first token of a text is written otherwise than one in the middle.
        start, told = max(0, len(ids) - 8), len(ids)
        try:
            while (token := steps.queue.get()) is not None:
                if isinstance(token, BaseException):
                    raise token
                tokens.append(token)
                if token in self._ends:
                    continue
                before, after = self._text(tokens[start:told]), self._text(tokens[start:])
                if len(after) > len(before) and not after.endswith("\ufffd"):
                    yield after[len(before) :], None
                    start, told = told, len(tokens)
            new = len(tokens) - len(ids)
            ended = new > 0 and tokens[-1] in self._ends
            rest = self._text(tokens[start : len(tokens) - ended])[len(self._text(tokens[start:told])) :]
            # A character that the limit cuts in two is left out.
            yield rest.rstrip("\ufffd"), "stop" if ended or new < limit else "length"
        finally:
            steps.stop = True
            work.join()

    def encode(self, prompt: str) -> list[int]:
        """The prompt as the model reads it. A tokenizer that ends every text would end the prompt too: that mark is taken off."""
        if self._chat:
            text = self._tokenizer.apply_chat_template([{"role": "user", "content": prompt}], tokenize=False, add_generation_prompt=True)
            return self._tokenizer(text, add_special_tokens=False)["input_ids"]
        ids = self._tokenizer(prompt)["input_ids"]
        while ids and ids[-1] in self._ends:
            ids = ids[:-1]
        begin = next((token for token in (self._tokenizer.bos_token_id, self._tokenizer.eos_token_id) if token is not None), None)
        if not ids and begin is None:
            raise UserError("generate/prompt", "The prompt is empty, and the model has no token to begin a text with.", "Give the first words.")
        return ids or [begin]

    def _room(self, used: int, settings: dict[str, Any]) -> int:
        wanted = settings.get("max_new_tokens") or DEFAULT_NEW_TOKENS
        positions = getattr(self._model.config, "max_position_embeddings", None)
        if positions is not None and used >= positions:
            raise UserError("generate/prompt", f"The prompt has {used} tokens, and the model takes {positions}.", "Give a shorter prompt.")
        return wanted if positions is None else min(wanted, positions - used)

    def _work(self, ids: list[int], limit: int, settings: dict[str, Any], steps: "_Steps") -> None:
        try:
            inputs = torch.tensor([ids], device=self._model.device)
            torch.manual_seed(42 if settings.get("seed") is None else settings["seed"])
            config = self.config({**settings, "max_new_tokens": limit})
            self._model.generate(input_ids=inputs, attention_mask=torch.ones_like(inputs), generation_config=config, streamer=steps, stopping_criteria=StoppingCriteriaList([steps]))
            steps.queue.put(None)
        except BaseException as error:  # noqa: BLE001 - raised where the text is read
            steps.queue.put(error)

    def config(self, settings: dict[str, Any]) -> GenerationConfig:
        """The settings as Transformers takes them."""
        own = self._model.generation_config
        first = lambda *values: next(value for value in values if value is not None)  # noqa: E731
        length = settings.get("max_new_tokens") or DEFAULT_NEW_TOKENS
        temperature = settings.get("temperature") or 0
        drawn = {"temperature": float(temperature), "top_k": first(settings.get("top_k"), own.top_k, 0), "top_p": first(settings.get("top_p"), own.top_p, 1.0)}
        pad = self._tokenizer.pad_token_id
        return GenerationConfig(
            max_new_tokens=length,
            min_new_tokens=min(settings.get("min_new_tokens") or 0, length) or None,
            eos_token_id=sorted(self._ends) or None,
            pad_token_id=min(self._ends, default=0) if pad is None else pad,
            bos_token_id=own.bos_token_id,
            num_beams=1,
            do_sample=temperature > 0,
            **(drawn if temperature > 0 else {}),
        )

    def _text(self, ids: list[int]) -> str:
        return self._tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)


def whole_text(generator: Generator, prompt: str, **settings: Any) -> str:
    """All that the model writes."""
    return "".join(piece for piece, _ in generator.generate(prompt, settings))


def _end_tokens(model: Any, tokenizer: Any) -> set[int]:
    """Tokens that end a text, as the model and its tokenizer say."""
    own = getattr(model.generation_config, "eos_token_id", None)
    found = [*(own if isinstance(own, (list, tuple)) else [own]), tokenizer.eos_token_id]
    return {token for token in found if token is not None}


class _Steps(BaseStreamer, StoppingCriteria):
    """New tokens as they come, and the way to stop a generation that nobody reads any more."""

    def __init__(self) -> None:
        self.queue: SimpleQueue[int | BaseException | None] = SimpleQueue()
        self.stop = False
        self._prompt = True

    def put(self, value: Any) -> None:
        if self._prompt:
            self._prompt = False
            return
        for token in value.flatten().tolist():
            self.queue.put(token)

    def end(self) -> None:
        pass

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        return torch.full((input_ids.shape[0],), self.stop, device=input_ids.device, dtype=torch.bool)
