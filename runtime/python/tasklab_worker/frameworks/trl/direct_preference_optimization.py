"""Direct preference optimization: the better answer becomes likelier, the worse one less likely."""

from __future__ import annotations

from typing import Any

import torch

from ...models import name_base
from ...run import Context, Trained
from ..transformers.arguments import fit, made, training_arguments
from .language_model import count_kept, load_generator, longest_row, lora_config, prompts_of, read_rows, start, tell_cut, tell_samples
from .reward_modeling import told_apart

load = load_generator


def train(context: Context) -> Trained:
    # Imported here: a model that is asked needs none of them, and they take seconds.
    from trl import DPOConfig, DPOTrainer

    from ...progress import Progress

    rows, test_rows = told_apart(context, *read_rows(context))
    tokenizer, model, located = start(context)
    longest = longest_row(context, tokenizer, model)
    trainer = made(
        context,
        DPOTrainer,
        model=model,
        args=training_arguments(DPOConfig, context, max_length=longest, **({} if test_rows else {"eval_strategy": "no"})),
        train_dataset=rows,
        eval_dataset=test_rows,
        processing_class=tokenizer,
        callbacks=[Progress(context)],
        peft_config=lora_config(context, "CAUSAL_LM"),
    )
    tell_cut(context, tokenizer, (rows, test_rows), longest)
    counts = count_kept(context, trainer, rows, test_rows, f"the prompt fills max_length, {longest} tokens, alone")
    before = log_probabilities(context, trainer) if test_rows else []
    prompts = prompts_of(test_rows or rows, tokenizer, longest)
    tell_samples(context, trainer.model, tokenizer, prompts, 0)
    fit(context, trainer)
    trainer.save_model(str(context.model_folder))
    name_base(context.model_folder, located)
    tell_samples(context, trainer.model, tokenizer, prompts, trainer.state.global_step)
    if not test_rows:
        return Trained(counts)
    after, beta = log_probabilities(context, trainer), trainer.args.beta
    metrics, baseline = measures(after, before, beta), measures(before, before, beta)
    context.events.evaluated(counts["test"], metrics, baseline)
    return Trained(counts, metrics=metrics, baseline=baseline)


Pairs = list[tuple[float, float]]


def measures(found: Pairs, reference: Pairs, beta: float) -> dict[str, float]:
    """Of log-probabilities of chosen and rejected answers: ``accuracy`` is the share of pairs whose chosen answer is the likelier one. The implicit
    reward of an answer is ``beta`` times how much likelier the training made it; of it the share of pairs that are in order, and the mean margin.

    >>> measures([(-1.0, -3.0)], [(-2.0, -1.0)], beta=0.1)
    {'accuracy': 1.0, 'rewards/accuracies': 1.0, 'rewards/margins': 0.3...}
    """
    margins = [beta * ((chosen - before_chosen) - (rejected - before_rejected)) for (chosen, rejected), (before_chosen, before_rejected) in zip(found, reference)]
    return {
        "accuracy": sum(chosen > rejected for chosen, rejected in found) / len(found),
        "rewards/accuracies": sum(margin > 0 for margin in margins) / len(margins),
        "rewards/margins": sum(margins) / len(margins),
    }


def log_probabilities(context: Context, trainer: Any) -> Pairs:
    """Of the held-out answers behind their prompts, chosen and rejected: those of all their tokens, summed."""
    model, arguments = trainer.model, trainer.args
    was_training = model.training
    model.eval()
    found: list[float] = []
    answers = [(row["prompt_ids"], row[name]) for row in trainer.eval_dataset for name in ("chosen_ids", "rejected_ids")]
    for at in range(0, len(answers), arguments.per_device_eval_batch_size):
        context.raise_if_stopped()
        cut = slice(None, arguments.max_length) if arguments.truncation_mode == "keep_start" else slice(-arguments.max_length, None)
        batch = [([*prompt, *answer][cut], [*[False] * len(prompt), *[True] * len(answer)][cut]) for prompt, answer in answers[at : at + arguments.per_device_eval_batch_size]]
        filled = trainer.processing_class.pad({"input_ids": [ids for ids, _ in batch]}, padding=True, padding_side="right", return_tensors="pt").to(model.device)
        counted = torch.zeros_like(filled["attention_mask"], dtype=torch.bool)
        for row, (_, of_answer) in zip(counted, batch):
            row[: len(of_answer)] = torch.tensor(of_answer)
        with torch.inference_mode():
            logits = model(input_ids=filled["input_ids"], attention_mask=filled["attention_mask"]).logits[:, :-1].float()
        each = logits.gather(2, filled["input_ids"][:, 1:, None])[..., 0] - logits.logsumexp(-1)
        found += each.masked_fill(~counted[:, 1:], 0).sum(1).tolist()
    model.train(was_training)
    return list(zip(found[::2], found[1::2]))
