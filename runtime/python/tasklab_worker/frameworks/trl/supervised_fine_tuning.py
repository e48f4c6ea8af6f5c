"""Supervised fine-tuning on texts, chats, or prompts with completions."""

from __future__ import annotations

import math
from typing import Any

from ...models import name_base
from ...run import Context, Trained
from ..transformers.arguments import fit, made, training_arguments
from .language_model import count_kept, load_generator, longest_row, lora_config, prompts_of, read_rows, start, tell_cut, tell_samples

load = load_generator


def train(context: Context) -> Trained:
    # Imported here: a model that is asked needs none of them, and they take seconds.
    from trl import SFTConfig, SFTTrainer

    from ...progress import Progress

    rows, test_rows = read_rows(context)
    tokenizer, model, located = start(context)
    longest = longest_row(context, tokenizer, model)
    trainer = made(
        context,
        SFTTrainer,
        model=model,
        args=training_arguments(SFTConfig, context, max_length=longest, **({} if test_rows else {"eval_strategy": "no"})),
        train_dataset=rows,
        eval_dataset=test_rows,
        processing_class=tokenizer,
        callbacks=[Progress(context)],
        peft_config=lora_config(context, "CAUSAL_LM"),
    )
    packs, measured_packs = context.job.options["packing"], context.job.options["eval_packing"]
    packing = (packs, packs if measured_packs is None else measured_packs)
    tell_cut(context, tokenizer, [given for given, packed in zip((rows, test_rows), packing) if not packed], longest)
    counts = count_kept(context, trainer, rows, test_rows, f"the prompt fills max_length, {longest} tokens, alone", packing)
    baseline = _measured(trainer) if test_rows else None
    prompts = prompts_of(test_rows or rows, tokenizer, longest)
    tell_samples(context, trainer.model, tokenizer, prompts, 0)
    fit(context, trainer)
    trainer.save_model(str(context.model_folder))
    name_base(context.model_folder, located)
    tell_samples(context, trainer.model, tokenizer, prompts, trainer.state.global_step)
    if not test_rows:
        return Trained(counts)
    metrics = _measured(trainer)
    context.events.evaluated(counts["test"], metrics, baseline)
    return Trained(counts, metrics=metrics, baseline=baseline)


def _measured(trainer: Any) -> dict[str, float]:
    found = trainer.evaluate()
    return {"loss": found["eval_loss"], "perplexity": math.exp(min(found["eval_loss"], 100)), "token_accuracy": found.get("eval_mean_token_accuracy")}
