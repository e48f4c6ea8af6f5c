"""Supervised fine-tuning on texts, chats, or prompts with completions."""

from __future__ import annotations

import math
from typing import Any

from trl import SFTConfig, SFTTrainer

from ...models import name_base
from ...progress import Progress
from ...run import Context, Trained
from ..transformers.arguments import training_arguments
from .language_model import load_generator, lora_config, prompts_of, read_rows, start, tell_long, tell_samples

load = load_generator


def train(context: Context) -> Trained:
    rows, test_rows = read_rows(context)
    model, tokenizer, located = start(context)
    tell_long(context, tokenizer, rows, [("text",), ("messages",), ("prompt", "completion")])
    prompts = prompts_of(test_rows, tokenizer)
    trainer = SFTTrainer(
        model=model,
        args=training_arguments(SFTConfig, context, **({} if test_rows else {"eval_strategy": "no"})),
        train_dataset=rows,
        eval_dataset=test_rows,
        processing_class=tokenizer,
        callbacks=[Progress(context)],
        peft_config=lora_config(context, "CAUSAL_LM"),
    )
    baseline = _measured(trainer) if test_rows else None
    tell_samples(context, trainer.model, tokenizer, prompts, 0)
    trainer.train()
    trainer.save_model(str(context.model_folder))
    name_base(context.model_folder, located)
    tell_samples(context, trainer.model, tokenizer, prompts, trainer.state.global_step)
    counts = {"train": len(rows), "test": len(test_rows) if test_rows else 0}
    if not test_rows:
        return Trained(counts)
    metrics = _measured(trainer)
    context.events.write("evaluated", split="test", rows=counts["test"], metrics=metrics, baseline=baseline, per_class=None, confusion=None)
    return Trained(counts, metrics=metrics, baseline=baseline)


def _measured(trainer: Any) -> dict[str, float]:
    found = trainer.evaluate()
    return {"loss": found["eval_loss"], "perplexity": math.exp(min(found["eval_loss"], 100)), "token_accuracy": found.get("eval_mean_token_accuracy")}
