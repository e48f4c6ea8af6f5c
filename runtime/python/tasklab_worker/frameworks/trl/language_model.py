"""What the kinds of TRL have in common: the model that they start from, its rows, what it writes on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import torch
from transformers import AutoModelForCausalLM

from ...device import device
from ...errors import UserError
from ...generation import Generator, whole_text
from ...models import Located, load_model, load_tokenizer, locate_run, longest_text
from ...rows import longer, need_rows, read_table, warn_not_measured
from ...run import Context, FinishedRun
from ..transformers.start import start as transformers_start

if TYPE_CHECKING:
    import datasets

#: Prompts whose continuations are shown before and after a training.
SAMPLES = 3
SAMPLE_TOKENS = 48


def read_rows(context: Context) -> tuple[datasets.Dataset, datasets.Dataset | None]:
    """The job's rows without where they come from."""
    import datasets

    datasets.disable_progress_bars()
    datasets.disable_caching()
    found = []
    for path in (context.job.train_path, context.job.test_path):
        table = read_table(path)
        found.append(None if table is None or table.num_rows == 0 else datasets.Dataset(table.drop_columns([name for name in ("id", "record") if name in table.column_names])))
    need_rows(0 if found[0] is None else len(found[0]))
    if found[1] is None:
        warn_not_measured(context)
    return found[0], found[1]


def start(context: Context, auto_class: Any = AutoModelForCausalLM, **changes: Any) -> tuple[Any, Any, Located]:
    """The tokenizer and the model that the job starts from. Raises ``model/no-chat-template``."""
    tokenizer, model, located = transformers_start(context, auto_class, **changes)
    if tokenizer.chat_template is None and on_chats(context.job):
        raise UserError("model/no-chat-template", f'The rows are chats, and the model "{located.name}" does not say how a chat is written.', "Take a model that was trained on chats, or make texts of them.")
    model.config.pad_token_id = tokenizer.pad_token_id
    return tokenizer, model, located


def on_chats(job: Any) -> bool:
    return job is not None and any(column["type"] == "messages" for column in job.columns)


def lora_config(context: Context, task_type: str) -> Any:
    """The adapter that the job asks for; ``None``: all weights are trained."""
    block = context.job.blocks.get("lora")
    if block is None:
        return None
    from peft import LoraConfig

    return LoraConfig(task_type=task_type, **block)


def longest_row(context: Context, tokenizer: Any, model: Any) -> int:
    """``max_length``, or what the model takes where that is less."""
    longest, asked = longest_text(tokenizer, model, context.job.options), context.job.options.get("max_length")
    if asked is not None and longest < asked:
        context.events.log(f"The model takes {longest} tokens, so max_length is {longest} and not {asked}.")
    return longest


def plain_text(value: Any, tokenizer: Any, add_generation_prompt: bool = False) -> str:
    """A text as it is, a chat by the model's template."""
    return value if isinstance(value, str) else tokenizer.apply_chat_template(value, tokenize=False, add_generation_prompt=add_generation_prompt)


def whole_texts(row: dict[str, Any], tokenizer: Any) -> Iterator[str]:
    """A row's texts as the model reads them: a prompt together with each of its answers."""
    for column in ("text", "messages", "completion", "chosen", "rejected"):
        if column in row:
            yield plain_text(row["prompt"] + row[column] if "prompt" in row else row[column], tokenizer)


def tell_cut(context: Context, tokenizer: Any, splits: Iterable[datasets.Dataset | None], longest: int) -> None:
    """Says how many texts are longer than the model gets to see."""
    texts = [text for rows in splits for row in rows or () for text in whole_texts(row, tokenizer)]
    if count := longer(tokenizer, texts, longest):
        context.events.warn(f"{count} {'text is' if count == 1 else 'texts are'} longer than max_length, {longest} tokens, and cut off there.")


def count_kept(context: Context, trainer: Any, rows: datasets.Dataset, test_rows: datasets.Dataset | None, why: str, packing: tuple[bool, bool] = (False, False)) -> dict[str, int]:
    """How many rows the trainer works with, and says how many it makes nothing of; ``packing``: whether its training and test rows are filled with
    pieces of several. Raises ``train/no-rows`` where none is left."""
    counts = {}
    for split, kind, given, taken, packs in (("train", "training", rows, trainer.train_dataset, packing[0]), ("test", "test", test_rows, trainer.eval_dataset, packing[1])):
        counts[split] = 0 if given is None else len(given) if packs else len(taken)
        count = 0 if given is None else len(given) - counts[split]
        if count:
            context.events.warn(f"{count} {kind} {'row is' if count == 1 else 'rows are'} left out: {why}.")
        if count and counts[split] == 0:
            raise UserError("train/no-rows", f"No {kind} row is left: {why}.", "Give a larger max_length, or shorter texts.")
    return counts


def prompts_of(rows: datasets.Dataset, tokenizer: Any, longest: int) -> list[str]:
    """Some prompts of the rows, as the model reads them, that leave room for an answer; of whole texts their beginnings."""
    found: list[str] = []
    for row in rows:
        if "messages" in row:
            prompt = plain_text(row["messages"][:-1] or row["messages"], tokenizer, add_generation_prompt=True)
        elif "prompt" in row or "query" in row:
            prompt = plain_text(row.get("prompt", row.get("query")), tokenizer, add_generation_prompt=True)
        else:
            ids = tokenizer(next(whole_texts(row, tokenizer)), add_special_tokens=False)["input_ids"]
            prompt = tokenizer.decode(ids[: max(1, min(12, len(ids) // 2))])
        if prompt not in found and len(tokenizer(prompt, verbose=False)["input_ids"]) < longest:
            found.append(prompt)
        if len(found) == SAMPLES:
            break
    return found


def tell_samples(context: Context, model: Any, tokenizer: Any, prompts: list[str], step: int) -> None:
    """What the model writes to some prompts. What comes after is as random as without."""
    was_training = model.training
    generator = Generator(model, tokenizer)
    with torch.random.fork_rng():
        for prompt in prompts:
            context.raise_if_stopped()
            context.events.write("sample", step=step, prompt=prompt, text=whole_text(generator, prompt, max_new_tokens=SAMPLE_TOKENS))
    model.train(was_training)


def load_generator(run: FinishedRun) -> Generator:
    located = locate_run(run)
    tokenizer = load_tokenizer(located)
    model = load_model(AutoModelForCausalLM, located, dtype="auto").to(device())
    return Generator(model, tokenizer, chat=on_chats(run.job))
