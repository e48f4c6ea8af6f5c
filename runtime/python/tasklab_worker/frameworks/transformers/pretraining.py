"""Pretraining: a causal language model reads texts, and learns to foretell their next token."""

from __future__ import annotations

from typing import Any

import torch
from transformers import AutoModelForCausalLM

from ...device import device
from ...errors import UserError
from ...generation import Generator
from ...metrics.language import compare_language
from ...models import load_model, load_tokenizer, locate_run, longest_input
from ...rows import need_rows, read_table, warn_not_measured
from ...run import Context, FinishedRun, Trained
from .arguments import fit, made, training_arguments
from .start import start

#: Longest piece of texts, where the model takes more: that of Transformers' own program for causal language models.
MOST_TOKENS = 1024


def train(context: Context) -> Trained:
    # Imported here: a model that is asked needs none of them, and they take seconds.
    from transformers import DataCollatorForTokenClassification, Trainer, TrainingArguments

    from ...progress import Progress

    job, events = context.job, context.events
    texts, test_texts = ([] if table is None else table["text"].to_pylist() for table in (read_table(job.train_path), read_table(job.test_path)))
    need_rows(len(texts))
    tokenizer, model, _ = start(context, AutoModelForCausalLM, from_nothing=True)
    size = max(2, min(longest_input(tokenizer, model), job.options["block_size"] or MOST_TOKENS))
    train_set, test_set = (pieces(tokenizer, given, size) for given in (texts, test_texts))
    if len(train_set) == 0:
        raise UserError("train/no-rows", "The training texts have less than two tokens, so that there is nothing to foretell.", "Look at the rows with %prepare.")
    # Pads labels apart from tokens: where texts end with the token that fills batches, that end is learnt all the same.
    collate = DataCollatorForTokenClassification(tokenizer)
    trainer = made(
        context,
        Trainer,
        model=model,
        args=training_arguments(TrainingArguments, context, **({} if len(test_set) else {"eval_strategy": "no"})),
        train_dataset=train_set,
        eval_dataset=test_set if len(test_set) else None,
        processing_class=tokenizer,
        data_collator=collate,
        callbacks=[Progress(context)],
    )

    def measured() -> dict[str, float]:
        return compare_language(model, test_set, collate, trainer.args.per_device_eval_batch_size, context.raise_if_stopped)

    baseline = measured() if len(test_set) else None
    fit(context, trainer)
    trainer.save_model(str(context.model_folder))
    rows = {"train": len(texts), "test": len(test_texts)}
    if baseline is None:
        warn_not_measured(context)
        return Trained(rows)
    metrics = measured()
    events.evaluated(len(test_texts), metrics, baseline)
    return Trained(rows, None, None, metrics, baseline)


def pieces(tokenizer: Any, texts: list[str], size: int) -> Any:
    """Texts with their ends, one behind the other, cut into pieces: each token stands in one."""
    ends = [] if tokenizer.eos_token_id is None else [tokenizer.eos_token_id]
    every = [token for ids in (tokenizer(texts, verbose=False)["input_ids"] if texts else []) for token in (ids if ids[-1:] == ends else [*ids, *ends])]
    # A piece of one token foretells nothing.
    rows = [every[at : at + size] for at in range(0, len(every) - 1, size)]
    from datasets import Dataset

    return Dataset.from_dict({"input_ids": rows, "attention_mask": [[1] * len(row) for row in rows], "labels": [list(row) for row in rows]})


def load(run: FinishedRun) -> Generator:
    located = locate_run(run)
    tokenizer = load_tokenizer(located)
    return Generator(load_model(AutoModelForCausalLM, located, dtype=torch.float32 if device() == "cpu" else "auto").to(device()), tokenizer)
