"""A reward model: of two texts it scores the better one higher."""

from __future__ import annotations

from typing import Any

import torch
from jinja2 import TemplateError
from transformers import AutoModelForSequenceClassification

from ...device import device
from ...models import load_model, load_tokenizer, locate_run, longest_input, name_base, set_padding
from ...rows import cut_off, need_rows
from ...run import Context, FinishedRun, Trained
from ..transformers.arguments import fit, made, training_arguments
from .language_model import count_kept, longest_row, lora_config, on_chats, read_rows, start

#: Texts that are scored at a time.
BATCH = 16


def train(context: Context) -> Trained:
    # Imported here: a model that is asked needs none of them, and they take seconds.
    from trl import RewardConfig, RewardTrainer

    from ...progress import Progress

    rows, test_rows = told_apart(context, *read_rows(context))
    tokenizer, model, located = start(context, AutoModelForSequenceClassification, num_labels=1, ignore_mismatched_sizes=True)
    if tokenizer.eos_token is None:
        # TRL ends each text; encoders end theirs with another name for it.
        tokenizer.eos_token = tokenizer.sep_token
    longest = longest_row(context, tokenizer, model)
    trainer = made(
        context,
        RewardTrainer,
        model=model,
        args=training_arguments(RewardConfig, context, max_length=longest, **({} if test_rows else {"eval_strategy": "no"})),
        train_dataset=rows,
        eval_dataset=test_rows,
        processing_class=tokenizer,
        callbacks=[Progress(context)],
        peft_config=lora_config(context, "SEQ_CLS"),
    )
    counts = count_kept(context, trainer, rows, test_rows, f"one of its texts is longer than max_length, {longest} tokens")
    baseline = _measured(context, trainer) if test_rows else None
    fit(context, trainer)
    trainer.save_model(str(context.model_folder))
    name_base(context.model_folder, located)
    if not test_rows:
        return Trained(counts)
    metrics = _measured(context, trainer)
    context.events.evaluated(counts["test"], metrics, baseline)
    return Trained(counts, metrics=metrics, baseline=baseline)


def told_apart(context: Context, rows: Any, test_rows: Any) -> tuple[Any, Any]:
    """Pairs of equal answers teach nothing, and are left out."""
    kept = []
    for given, kind in ((rows, "training"), (test_rows, "test")):
        found = given and given.filter(lambda row: row["chosen"] != row["rejected"])
        kept.append(found or None)
        count = len(given) - len(found) if given else 0
        if count:
            context.events.warn(f"{count} {kind} {'pair is' if count == 1 else 'pairs are'} left out: the chosen answer is the rejected one.")
    need_rows(len(kept[0] or []))
    return kept[0], kept[1]


def _measured(context: Context, trainer: Any) -> dict[str, float]:
    """``accuracy``: the share of pairs whose better text is scored higher; ``margin``: how much, on average."""
    loss = trainer.evaluate()["eval_loss"]
    was_training = trainer.model.training
    scorer = Scorer(trainer.model, trainer.processing_class)
    margins: list[float] = []
    for at in range(0, len(trainer.eval_dataset), BATCH // 2):
        context.raise_if_stopped()
        pairs = trainer.eval_dataset[at : at + BATCH // 2]
        scores = scorer.scores([*pairs["chosen_ids"], *pairs["rejected_ids"]])
        margins += [chosen - rejected for chosen, rejected in zip(scores, scores[len(scores) // 2 :])]
    trainer.model.train(was_training)
    return {"accuracy": sum(margin > 0 for margin in margins) / len(margins), "margin": sum(margins) / len(margins), "loss": loss}


class Scorer:
    """A reward model with its tokenizer; with ``chat`` a text is what an assistant says."""

    def __init__(self, model: Any, tokenizer: Any, chat: bool = False):
        self._model = model.eval()
        self._tokenizer = tokenizer
        self._chat = chat

    def score(self, texts: list[str]) -> list[float]:
        found: list[float] = []
        for at in range(0, len(texts), BATCH):
            found += self.scores([self._encoded(text) for text in texts[at : at + BATCH]])
        return found

    def not_read(self, inputs: list[str]) -> str | None:
        longest = self._longest
        count = sum(len(self._tokens(text)) > longest for text in inputs)
        return cut_off(count, longest, f"scored by {'its end' if count == 1 else 'their ends'} alone")

    def scores(self, ids: list[list[int]]) -> list[float]:
        """Of texts that are tokens already, in one batch."""
        batch = self._tokenizer.pad({"input_ids": ids}, padding=True, padding_side="right", return_tensors="pt").to(self._model.device)
        with torch.inference_mode():
            return self._model(**batch).logits[:, 0].float().tolist()

    def _encoded(self, text: str) -> list[int]:
        """As in training. Of a text that is too long the end counts."""
        return self._tokens(text)[-self._longest :]

    @property
    def _longest(self) -> int:
        return longest_input(self._tokenizer, self._model)

    def _tokens(self, text: str) -> list[int]:
        """Chats are written by the template, and every other text is ended."""
        end = self._tokenizer.eos_token or ""
        text = self._turn(text) if self._chat else text if text.endswith(end) else text + end
        return self._tokenizer(text, add_special_tokens=not self._chat, verbose=False)["input_ids"]

    def _turn(self, text: str) -> str:
        try:
            return self._tokenizer.apply_chat_template([{"role": "assistant", "content": text}], tokenize=False)
        except TemplateError:
            # Some templates begin with a user.
            return text


def load(run: FinishedRun) -> Scorer:
    located = locate_run(run)
    tokenizer = load_tokenizer(located)
    model = load_model(AutoModelForSequenceClassification, located, num_labels=1, dtype="auto", **({"ignore_mismatched_sizes": True} if located.base else {}))
    set_padding(tokenizer, model)
    return Scorer(model.to(device()), tokenizer, chat=on_chats(run.job))
