"""A reward model: of two texts it scores the better one higher."""

from __future__ import annotations

from typing import Any

import torch
from transformers import AutoModelForSequenceClassification
from trl import RewardConfig, RewardTrainer

from ...models import load_model, load_tokenizer, locate_run, name_base
from ...progress import Progress
from ...rows import need_rows
from ...run import Context, FinishedRun, Trained
from ..transformers.arguments import training_arguments
from .language_model import lora_config, read_rows, start, tell_long


def train(context: Context) -> Trained:
    rows, test_rows = read_rows(context)
    rows = told_apart(context, rows)
    model, tokenizer, located = start(context, AutoModelForSequenceClassification, num_labels=1, ignore_mismatched_sizes=True)
    tell_long(context, tokenizer, rows, [("prompt", "chosen"), ("prompt", "rejected")])
    trainer = RewardTrainer(
        model=model,
        args=training_arguments(RewardConfig, context, **({} if test_rows else {"eval_strategy": "no"})),
        train_dataset=rows,
        eval_dataset=test_rows,
        processing_class=tokenizer,
        callbacks=[Progress(context)],
        peft_config=lora_config(context, "SEQ_CLS"),
    )
    baseline = _measured(trainer) if test_rows else None
    trainer.train()
    trainer.save_model(str(context.model_folder))
    name_base(context.model_folder, located)
    counts = {"train": len(rows), "test": len(test_rows) if test_rows else 0}
    if not test_rows:
        return Trained(counts)
    metrics = _measured(trainer)
    context.events.write("evaluated", split="test", rows=counts["test"], metrics=metrics, baseline=baseline, per_class=None, confusion=None)
    return Trained(counts, metrics=metrics, baseline=baseline)


def told_apart(context: Context, rows: Any) -> Any:
    """Pairs of equal texts teach nothing, and are left out."""
    kept = rows.filter(lambda row: row["chosen"] != row["rejected"])
    if len(kept) < len(rows):
        context.events.warn(f"{len(rows) - len(kept)} pairs are of equal texts, and left out.")
    need_rows(len(kept))
    return kept


def _measured(trainer: Any) -> dict[str, float]:
    """``accuracy``: the share of pairs whose better text is scored higher; ``margin``: how much, on average."""
    loss = trainer.evaluate()["eval_loss"]
    model = trainer.model
    was_training = model.training
    model.eval()
    margins = []
    for row in trainer.eval_dataset:
        with torch.inference_mode():
            chosen, rejected = (model(input_ids=torch.tensor([row[name]], device=model.device)).logits[0, 0].item() for name in ("chosen_ids", "rejected_ids"))
        margins.append(chosen - rejected)
    model.train(was_training)
    return {"accuracy": sum(margin > 0 for margin in margins) / len(margins), "margin": sum(margins) / len(margins), "loss": loss}


class Scorer:
    """Scores of texts, sixteen at a time."""

    def __init__(self, model: Any, tokenizer: Any):
        self._model = model.eval()
        self._tokenizer = tokenizer
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token
        self._model.config.pad_token_id = tokenizer.pad_token_id

    def score(self, texts: list[str]) -> list[float]:
        found: list[float] = []
        for at in range(0, len(texts), 16):
            # As in training, where every text is ended.
            ids = [self._ended(self._tokenizer(text)["input_ids"]) for text in texts[at : at + 16]]
            batch = self._tokenizer.pad({"input_ids": ids}, padding=True, padding_side="right", return_tensors="pt").to(self._model.device)
            with torch.inference_mode():
                found += self._model(**batch).logits[:, 0].float().tolist()
        return found

    def _ended(self, ids: list[int]) -> list[int]:
        end = self._tokenizer.eos_token_id
        longest = getattr(self._model.config, "max_position_embeddings", 1 << 16)
        ids = ids[-(longest - 1) :]
        return ids if end is None or (ids and ids[-1] == end) else [*ids, end]


def load(run: FinishedRun) -> Scorer:
    located = locate_run(run)
    model = load_model(AutoModelForSequenceClassification, located, num_labels=1, dtype="auto", **({"ignore_mismatched_sizes": True} if located.base else {}))
    if torch.cuda.is_available():
        model.to("cuda")
    return Scorer(model, load_tokenizer(located))
