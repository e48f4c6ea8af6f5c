"""Proximal policy optimization: the model writes, a reward model scores what it wrote, and what scored well becomes likelier."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, TrainerCallback
from trl.experimental.ppo import PPOConfig, PPOTrainer

from ...errors import UserError
from ...generation import Generator
from ...models import Located, load_model, load_tokenizer, locate, name_base
from ...progress import Progress
from ...run import Context, Trained
from ..transformers.arguments import training_arguments
from .language_model import load_generator, lora_config, prompts_of, read_rows, start, tell_samples
from .reward_modeling import Scorer

load = load_generator

#: Held-out queries that are answered before and after the training.
MEASURED = 64


def train(context: Context) -> Trained:
    job = context.job
    rows, test_rows = read_rows(context)
    policy, tokenizer, located = start(context)
    tokenizer.padding_side = "left"
    reward_model, value_model = reward_models(context, tokenizer)
    lora = lora_config(context, "CAUSAL_LM")
    reference = None if lora else load_model(AutoModelForCausalLM, located, dtype=torch.float32)
    sampler = LengthSampler(context, policy)
    arguments = training_arguments(PPOConfig, context, eval_strategy="no", num_sample_generations=0, response_length=sampler.longest)
    batch = arguments.per_device_train_batch_size * arguments.gradient_accumulation_steps
    if len(rows) < batch:
        raise UserError("train/too-few-rows", f"There are {len(rows)} training rows, fewer than the {batch} of a batch.", "Make per_device_train_batch_size times gradient_accumulation_steps smaller.")
    encoded = rows.map(lambda row: {"input_ids": tokenizer(row["query"])["input_ids"]}, remove_columns=rows.column_names)
    trainer = PPOTrainer(
        args=arguments,
        processing_class=tokenizer,
        model=policy,
        ref_model=reference,
        reward_model=reward_model,
        value_model=value_model,
        train_dataset=encoded,
        eval_dataset=encoded.select(range(batch)),
        callbacks=[Progress(context), sampler],
        peft_config=lora,
    )
    model = trainer.policy_model
    prompts = prompts_of(test_rows, tokenizer)
    queries = test_rows["query"][:MEASURED] if test_rows else []
    scorer = Scorer(reward_model, tokenizer)
    before = answered(context, model, tokenizer, scorer, queries, sampler.longest)
    tell_samples(context, model, tokenizer, prompts, 0)
    trainer.train()
    trainer.save_model(str(context.model_folder))
    tokenizer.padding_side = "right"
    tokenizer.save_pretrained(str(context.model_folder))
    tokenizer.padding_side = "left"
    name_base(context.model_folder, located)
    tell_samples(context, model, tokenizer, prompts, trainer.state.global_step)
    counts = {"train": len(rows), "test": len(test_rows) if test_rows else 0}
    if not queries:
        return Trained(counts)
    after = answered(context, model, tokenizer, scorer, queries, sampler.longest)
    metrics, baseline = {"score": after}, {"score": before}
    context.events.write("evaluated", split="test", rows=len(queries), metrics=metrics, baseline=baseline, per_class=None, confusion=None)
    return Trained(counts, metrics=metrics, baseline=baseline)


def reward_models(context: Context, tokenizer: Any) -> tuple[Any, Any]:
    """The reward model, and a copy of it that learns to foresee rewards. Raises ``training/no-reward-model``, ``model/no-reward-model``, ``model/other-tokenizer``."""
    if context.job.reward_model is None:
        raise UserError("training/no-reward-model", "Proximal policy optimization needs a reward model, and the training names none.", "Write reward_model = TRAINING, of one that trains reward_modeling.")
    located = locate(context.job, context.job.reward_model)
    own = load_tokenizer(located)
    if own.get_vocab() != tokenizer.get_vocab():
        raise UserError("model/other-tokenizer", f'The reward model "{located.name}" reads other tokens than the model writes.', "Train the reward model from the same model.")
    models = []
    for _ in range(2):
        # An adapter's base has no score of its own: it comes with the adapter.
        adapter = {"num_labels": 1} if located.base and adapts_scores(located) else {}
        model = load_model(AutoModelForSequenceClassification, located, dtype=torch.float32, **adapter)
        if model.config.num_labels != 1 or not hasattr(model, "score"):
            raise UserError("model/no-reward-model", f'"{located.name}" is no reward model: it gives {model.config.num_labels} figures for a text, not one score.', "Take the run of a reward_modeling task.")
        model.config.pad_token_id = tokenizer.pad_token_id
        models.append(model)
    return models[0], models[1]


def adapts_scores(located: Located) -> bool:
    return json.loads((Path(located.place) / "adapter_config.json").read_text("utf-8")).get("task_type") == "SEQ_CLS"


class LengthSampler(TrainerCallback):
    """How many tokens an answer may have: ``response_length``, or drawn anew for each batch, ``min_value`` up to and without ``max_value``."""

    def __init__(self, context: Context, policy: Any):
        block = context.job.blocks.get("length_sampler")
        self._range = None if block is None else range(block["min_value"], block["max_value"])
        self._random = random.Random(context.job.seed)
        self.longest = context.job.options["response_length"] if self._range is None else self._range[-1]
        self._length = self.longest
        if self._range is not None:
            generate = policy.generate

            def limited(*arguments: Any, generation_config: Any = None, **more: Any) -> Any:
                # Outside of the training's own rollouts nothing is limited.
                if generation_config is not None and generation_config.do_sample:
                    generation_config.max_new_tokens = self._length
                return generate(*arguments, generation_config=generation_config, **more)

            policy.generate = limited

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        self._draw()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        self._draw()

    def _draw(self) -> None:
        if self._range is not None:
            self._length = self._random.choice(self._range)


def answered(context: Context, model: Any, tokenizer: Any, scorer: Scorer, queries: list[str], longest: int) -> float | None:
    """The mean score of what the model writes to queries, the most likely token each time."""
    if not queries:
        return None
    was_training = model.training
    model.eval()
    generator = Generator(model, tokenizer)
    texts: list[str] = []
    for at in range(0, len(queries), 16):
        context.raise_if_stopped()
        batch = tokenizer(queries[at : at + 16], padding=True, return_tensors="pt").to(model.device)
        ids = {name: batch[name] for name in ("input_ids", "attention_mask")}
        with torch.inference_mode():
            out = model.generate(**ids, generation_config=generator.config({"max_new_tokens": longest}))
        written = tokenizer.batch_decode(out[:, ids["input_ids"].shape[1] :], skip_special_tokens=True)
        texts += [query + text for query, text in zip(queries[at : at + 16], written)]
    model.train(was_training)
    scores = scorer.score(texts)
    return sum(scores) / len(scores)
