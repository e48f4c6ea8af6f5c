"""What the kinds of TRL have in common: the model that they start from, its rows, what it writes on the way."""

from __future__ import annotations

from typing import Any

import datasets
import torch
from transformers import AutoModelForCausalLM

from ...device import seed_everything
from ...generation import Generator, whole_text
from ...models import Located, load_model, load_tokenizer, locate, locate_run
from ...rows import need_rows, read_table
from ...run import Context, FinishedRun

#: Prompts whose continuations are shown before and after a training.
SAMPLES = 3
SAMPLE_TOKENS = 48


def read_rows(context: Context) -> tuple[datasets.Dataset, datasets.Dataset | None]:
    """The job's rows without where they come from."""
    datasets.disable_progress_bars()
    datasets.disable_caching()
    found = []
    for path in (context.job.train_path, context.job.test_path):
        table = read_table(path)
        found.append(None if table is None or table.num_rows == 0 else datasets.Dataset(table.drop_columns([name for name in ("id", "record") if name in table.column_names])))
    need_rows(0 if found[0] is None else len(found[0]))
    if found[1] is None:
        context.events.warn("No rows were held out, so it is not known how good the model is on new texts; give a train_size below 1.")
    return found[0], found[1]


def start(context: Context, auto_class: Any = AutoModelForCausalLM, **changes: Any) -> tuple[Any, Any, Located]:
    """The model and the tokenizer that the job starts from."""
    seed_everything(context.job.seed)
    located = locate(context.job, context.job.model)
    tokenizer = load_tokenizer(located)
    model = load_model(auto_class, located, dtype=torch.float32, **changes)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    model.config.pad_token_id = tokenizer.pad_token_id
    return model, tokenizer, located


def lora_config(context: Context, task_type: str) -> Any:
    """The adapter that the job asks for; ``None``: all weights are trained."""
    block = context.job.blocks.get("lora")
    if block is None:
        return None
    from peft import LoraConfig

    return LoraConfig(task_type=task_type, **block)


def plain_text(value: Any, tokenizer: Any, add_generation_prompt: bool = False) -> str:
    """A text as it is, a chat by the model's template."""
    return value if isinstance(value, str) else tokenizer.apply_chat_template(value, tokenize=False, add_generation_prompt=add_generation_prompt)


def tell_long(context: Context, tokenizer: Any, rows: datasets.Dataset, columns: list[tuple[str, ...]]) -> None:
    """Says how many examples are cut: those of more tokens than ``max_length``."""
    longest = context.job.options.get("max_length")
    if longest is None:
        return
    texts = ["".join(plain_text(row[column], tokenizer) for column in together if column in row) for row in rows for together in columns]
    count = sum(len(ids) > longest for ids in tokenizer(texts)["input_ids"])
    if count:
        context.events.warn(f"{count} {'text is' if count == 1 else 'texts are'} longer than max_length, {longest} tokens, and cut off there.")


def prompts_of(rows: datasets.Dataset | None, tokenizer: Any) -> list[str]:
    """Some prompts of the rows, as the model reads them; of whole texts their beginnings."""
    found = []
    for row in rows or []:
        if "messages" in row:
            prompt = plain_text(row["messages"][:-1], tokenizer, add_generation_prompt=True)
        elif "prompt" in row or "query" in row:
            prompt = plain_text(row.get("prompt", row.get("query")), tokenizer, add_generation_prompt=True)
        else:
            ids = tokenizer(row["text"], add_special_tokens=False)["input_ids"]
            prompt = tokenizer.decode(ids[: max(1, min(12, len(ids) // 2))])
        if prompt not in found:
            found.append(prompt)
        if len(found) == SAMPLES:
            break
    return found


def tell_samples(context: Context, model: Any, tokenizer: Any, prompts: list[str], step: int) -> None:
    """What the model writes to some prompts."""
    was_training = model.training
    generator = Generator(model, tokenizer)
    for prompt in prompts:
        context.raise_if_stopped()
        context.events.write("sample", step=step, prompt=prompt, text=whole_text(generator, prompt, max_new_tokens=SAMPLE_TOKENS))
    model.train(was_training)


def load_generator(run: FinishedRun) -> Generator:
    located = locate_run(run)
    tokenizer = load_tokenizer(located)
    model = load_model(AutoModelForCausalLM, located, dtype="auto")
    if torch.cuda.is_available():
        model.to("cuda")
    chat = run.job is not None and any(column["type"] == "messages" for column in run.job.columns)
    return Generator(model, tokenizer, chat=chat)
