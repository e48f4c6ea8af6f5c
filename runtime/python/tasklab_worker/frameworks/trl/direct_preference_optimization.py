"""Direct preference optimization: the better answer becomes likelier, the worse one less likely."""

from __future__ import annotations

from typing import Any

import torch
from trl import DPOConfig, DPOTrainer

from ...models import name_base
from ...progress import Progress
from ...run import Context, Trained
from ..transformers.arguments import training_arguments
from .language_model import load_generator, lora_config, prompts_of, read_rows, start, tell_long, tell_samples
from .reward_modeling import told_apart

load = load_generator


def train(context: Context) -> Trained:
    rows, test_rows = read_rows(context)
    rows = told_apart(context, rows)
    model, tokenizer, located = start(context)
    tell_long(context, tokenizer, rows, [("prompt", "chosen"), ("prompt", "rejected")])
    prompts = prompts_of(test_rows, tokenizer)
    trainer = DPOTrainer(
        model=model,
        args=training_arguments(DPOConfig, context, **({} if test_rows else {"eval_strategy": "no"})),
        train_dataset=rows,
        eval_dataset=test_rows,
        processing_class=tokenizer,
        callbacks=[Progress(context)],
        peft_config=lora_config(context, "CAUSAL_LM"),
    )
    baseline = {"accuracy": preferred(trainer), "rewards/accuracies": 0.0, "rewards/margins": 0.0} if test_rows else None
    tell_samples(context, trainer.model, tokenizer, prompts, 0)
    trainer.train()
    trainer.save_model(str(context.model_folder))
    name_base(context.model_folder, located)
    tell_samples(context, trainer.model, tokenizer, prompts, trainer.state.global_step)
    counts = {"train": len(rows), "test": len(test_rows) if test_rows else 0}
    if not test_rows:
        return Trained(counts)
    found = trainer.evaluate()
    metrics = {"accuracy": preferred(trainer), "rewards/accuracies": found["eval_rewards/accuracies"], "rewards/margins": found["eval_rewards/margins"]}
    context.events.write("evaluated", split="test", rows=counts["test"], metrics=metrics, baseline=baseline, per_class=None, confusion=None)
    return Trained(counts, metrics=metrics, baseline=baseline)


def preferred(trainer: Any) -> float:
    """The share of held-out pairs whose better answer is likelier than the worse one, by all of its tokens."""
    model = trainer.model
    was_training = model.training
    model.eval()
    better = 0
    for row in trainer.eval_dataset:
        chosen, rejected = (log_probability(model, row["prompt_ids"], row[name]) for name in ("chosen_ids", "rejected_ids"))
        better += chosen > rejected
    model.train(was_training)
    return better / len(trainer.eval_dataset)


def log_probability(model: Any, prompt: list[int], answer: list[int]) -> float:
    """Of an answer's tokens behind a prompt, summed."""
    ids = torch.tensor([[*prompt, *answer]], device=model.device)
    with torch.inference_mode():
        logits = model(input_ids=ids).logits[0, len(prompt) - 1 : -1].float()
    return logits.log_softmax(-1).gather(1, ids[0, len(prompt) :, None]).sum().item()
