"""Lets a language model go on with a prompt, piece by piece."""

from __future__ import annotations

from threading import Thread
from typing import Any, Iterator

import torch
from transformers import GenerationConfig, StoppingCriteria, StoppingCriteriaList, TextIteratorStreamer


class _WhenAsked(StoppingCriteria):
    """Ends a generation that nobody reads any more."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        return torch.full((input_ids.shape[0],), self.asked, dtype=torch.bool, device=input_ids.device)


class Generator:
    """A causal language model with its tokenizer; with ``chat`` a prompt is what a user says, and the model answers."""

    def __init__(self, model: Any, tokenizer: Any, chat: bool = False):
        self._model = model.eval()
        self._tokenizer = tokenizer
        self._chat = chat

    def generate(self, prompt: str, settings: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
        """Pieces of the new text; the last one says ``stop`` (the model ended its text) or ``length``.

        Settings: ``max_new_tokens`` (128), ``min_new_tokens``, ``temperature`` (0: the most likely token each time), ``top_k``,
        ``top_p``, ``seed``.
        """
        ids = self.encode(prompt)
        config = self._config(settings)
        if settings.get("seed") is not None:
            torch.manual_seed(settings["seed"])
        streamer = TextIteratorStreamer(self._tokenizer, skip_prompt=True, skip_special_tokens=True)
        stop = _WhenAsked()
        ended: dict[str, Any] = {}

        def run() -> None:
            try:
                with torch.inference_mode():
                    ended["ids"] = self._model.generate(**ids, generation_config=config, streamer=streamer, stopping_criteria=StoppingCriteriaList([stop]))
            except BaseException as error:  # noqa: BLE001 - raised again where it is read
                ended["error"] = error
                streamer.end()

        thread = Thread(target=run, daemon=True)
        thread.start()
        try:
            for piece in streamer:
                if piece:
                    yield piece, None
        finally:
            stop.asked = True
            thread.join()
        if "error" in ended:
            raise ended["error"]
        last = int(ended["ids"][0, -1])
        yield "", "stop" if last in _listed(config.eos_token_id) else "length"

    def encode(self, prompt: str) -> Any:
        """The prompt as the model reads it. A tokenizer that ends every text would end the prompt too: that mark is taken off."""
        if self._chat:
            messages = [{"role": "user", "content": prompt}]
            ids = self._tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt", return_dict=True)
        else:
            ids = self._tokenizer(prompt, return_tensors="pt")
            if ids["input_ids"].shape[1] > 1 and int(ids["input_ids"][0, -1]) == self._tokenizer.eos_token_id:
                ids = {name: value[:, :-1] for name, value in ids.items()}
        return {name: value.to(self._model.device) for name, value in ids.items() if name in ("input_ids", "attention_mask")}

    def _config(self, settings: dict[str, Any]) -> GenerationConfig:
        temperature = settings.get("temperature") or 0
        drawn = {"temperature": temperature, "top_k": settings.get("top_k", 0) or 0, "top_p": settings.get("top_p", 1.0)} if temperature > 0 else {}
        own = self._model.generation_config
        eos = own.eos_token_id if own.eos_token_id is not None else self._tokenizer.eos_token_id
        return GenerationConfig(
            do_sample=temperature > 0,
            max_new_tokens=settings.get("max_new_tokens") or 128,
            min_new_tokens=settings.get("min_new_tokens"),
            eos_token_id=eos,
            pad_token_id=self._tokenizer.pad_token_id if self._tokenizer.pad_token_id is not None else _listed(eos)[0],
            bos_token_id=own.bos_token_id,
            **drawn,
        )


def _listed(token: int | list[int] | None) -> list[int]:
    return token if isinstance(token, list) else [] if token is None else [token]


def whole_text(generator: Generator, prompt: str, **settings: Any) -> str:
    """All that the model writes."""
    return "".join(piece for piece, _ in generator.generate(prompt, settings))
