"""Proximal policy optimization: the model writes, a reward model scores what it wrote, and what scored well becomes likelier."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

from ...errors import UserError
from ...generation import Generator
from ...models import Located, load_model, load_tokenizer, locate, longest_input, name_base
from ...rows import need_rows
from ...run import Context, Trained
from ..transformers.arguments import made, training_arguments
from .held_out_answers import HeldOutAnswers
from .language_model import load_generator, lora_config, prompts_of, read_rows, start, tell_samples
from .reward_modeling import Scorer

load = load_generator

#: Held-out queries that are answered before and after the training.
MEASURED = 64


def train(context: Context) -> Trained:
    # Imported here: a model that is asked needs none of them, and they take seconds.
    from trl.experimental.ppo import PPOConfig, PPOTrainer

    from .length_sampler import LengthSampler
    from .policy_progress import PolicyProgress

    rows, test_rows = read_rows(context)
    tokenizer, policy, located = start(context)
    reward_model, value_model = reward_models(context, tokenizer)
    lora = lora_config(context, "CAUSAL_LM")
    reference = None if lora else load_model(AutoModelForCausalLM, located, dtype=torch.float32)
    sampler = LengthSampler(context, policy)
    # In single precision: the policy is compared with its reference token by token, and rounding would pass for divergence.
    arguments = training_arguments(PPOConfig, context, bf16=False, save_strategy="no", eval_strategy="no", num_sample_generations=0, response_length=sampler.longest)
    longest = longest_input(tokenizer, policy)
    room = longest - sampler.longest
    queries = encoded(context, policy, tokenizer, rows, room, "training")
    batch = arguments.per_device_train_batch_size * arguments.gradient_accumulation_steps
    if len(queries) < batch:
        raise UserError("train/too-few-rows", f"There are {len(queries)} training rows, fewer than the {batch} of a batch.", "Make per_device_train_batch_size times gradient_accumulation_steps smaller.")
    end = policy.generation_config.eos_token_id
    # Rollouts are written behind their queries.
    tokenizer.padding_side = "left"
    trainer = made(
        context,
        PPOTrainer,
        args=arguments,
        processing_class=tokenizer,
        model=policy,
        ref_model=reference,
        reward_model=reward_model,
        value_model=value_model,
        train_dataset=queries.select_columns("input_ids"),
        # TRL wants one, and reads it for samples of its own alone.
        eval_dataset=queries.select_columns("input_ids").select(range(batch)),
        callbacks=[PolicyProgress(context), sampler],
        peft_config=lora,
    )
    model = trainer.policy_model
    held_out = encoded(context, policy, tokenizer, test_rows, room, "test")["query"] if test_rows else []
    if len(held_out) > MEASURED:
        context.events.log(f"Of {len(held_out)} held-out queries the first {MEASURED} are answered and scored.")
    held_out = held_out[:MEASURED]
    answers = HeldOutAnswers(context, model, tokenizer, Scorer(reward_model, tokenizer), held_out, sampler.longest)
    baseline = answers.measured() if held_out else None
    prompts = prompts_of(test_rows or rows, tokenizer, longest)
    tell_samples(context, model, tokenizer, prompts, 0)
    trainer.train()
    tokenizer.padding_side = "right"
    policy.generation_config.eos_token_id = end
    trainer.save_model(str(context.model_folder))
    name_base(context.model_folder, located)
    tell_samples(context, model, tokenizer, prompts, trainer.state.global_step)
    counts = {"train": len(queries), "test": len(held_out)}
    if not held_out:
        return Trained(counts)
    metrics = answers.measured((model, model.disable_adapter) if lora else (reference, nullcontext))
    context.events.evaluated(len(held_out), metrics, baseline)
    return Trained(counts, metrics=metrics, baseline=baseline)


def encoded(context: Context, policy: Any, tokenizer: Any, rows: Any, room: int, kind: str) -> Any:
    """Queries with their tokens; those that leave no room for an answer are left out. Raises ``train/no-rows``."""
    generator = Generator(policy, tokenizer)
    found = rows.map(lambda row: {"input_ids": generator.encode(row["query"])}).filter(lambda row: len(row["input_ids"]) <= room)
    if len(found) < len(rows):
        count = len(rows) - len(found)
        context.events.warn(f"{count} {kind} {'query is' if count == 1 else 'queries are'} left out: longer than {room} tokens, beyond which the model has no room for an answer.")
    if kind == "training":
        need_rows(len(found))
    return found


def reward_models(context: Context, tokenizer: Any) -> tuple[Any, Any]:
    """The reward model, and a copy of it that learns to foresee rewards. Raises ``training/no-reward-model``, ``model/no-reward-model``, ``model/other-tokenizer``."""
    if context.job.reward_model is None:
        raise UserError("training/no-reward-model", "Proximal policy optimization needs a reward model, and the training names none.", "Write reward_model = TRAINING, of one that trains reward_modeling.")
    located = locate(context.job, context.job.reward_model)
    if located.commit:
        context.events.log(f'The reward model "{located.name}" is at commit {located.commit}.')
    if load_tokenizer(located).get_vocab() != tokenizer.get_vocab():
        raise UserError("model/other-tokenizer", f'The reward model "{located.name}" reads other tokens than the model writes.', "Train the reward model from the same model.")
    return _reward_model(located, tokenizer), _reward_model(located, tokenizer)


def _reward_model(located: Located, tokenizer: Any) -> Any:
    # An adapter's base has no score of its own: it comes with the adapter.
    adapter = {"num_labels": 1} if located.base and _adapts_scores(located) else {}
    model = load_model(AutoModelForSequenceClassification, located, dtype=torch.float32, **adapter)
    if model.config.num_labels != 1:
        raise UserError("model/no-reward-model", f'"{located.name}" is no reward model: it gives {model.config.num_labels} figures for a text, not one score.', "Take the run of a reward_modeling task.")
    if not hasattr(model, "score"):
        raise UserError("model/no-reward-model", f'TRL reads the scores of language models with a score on top, and "{located.name}" is an encoder.', "Train the reward model from the model that writes.")
    model.config.pad_token_id = tokenizer.pad_token_id
    return model


def _adapts_scores(located: Located) -> bool:
    return json.loads((located.path / "adapter_config.json").read_text("utf-8")).get("task_type") == "SEQ_CLS"
