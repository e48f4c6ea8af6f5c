"""Question answering: a model says where in a context the answer to a question stands."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Iterator, Sequence

import torch
from transformers import AutoModelForQuestionAnswering

from ...device import device
from ...errors import UserError
from ...metrics.answers import compare_answers
from ...models import load_model, load_tokenizer, locate_run, longest_text, need_offsets, set_padding
from ...rows import in_parts, need_rows, read_rows, warn_cut, warn_not_measured
from ...run import Context, FinishedRun, Trained
from .arguments import fit, made, training_arguments
from .start import start


@dataclass(frozen=True)
class Part:
    """A question with a part of its context, as the model reads it."""

    row: int
    columns: dict[str, list[int]]
    #: By token: where it stands in the context, in code points; ``None`` outside of it.
    places: list[tuple[int, int] | None]
    #: Is the end of the question missing?
    cut: bool

    def token_at(self, start: int, end: int) -> tuple[int, int]:
        """The first and the last token of an answer; the first token of all where the part does not hold the whole answer."""
        first = next((i for i, place in enumerate(self.places) if place and place[0] <= start < place[1]), None)
        last = next((i for i, place in enumerate(self.places) if place and place[0] < end <= place[1]), None)
        return (0, 0) if first is None or last is None else (first, last)


def parts_of(tokenizer: Any, rows: Sequence[dict[str, Any]], longest: int, overlap: int) -> Iterator[Part]:
    """Rows as a model reads them: of long contexts windows of ``longest`` tokens with the question, that share ``overlap`` tokens (fewer, where
    the question leaves no room). A question may take up a half. Raises ``model/no-tokenizer``, ``training/wrong-value``."""
    need_offsets(tokenizer)
    if (around := tokenizer.num_special_tokens_to_add(pair=True)) > longest - longest // 2 - 1:
        raise UserError("training/wrong-value", f"max_length is {longest} tokens, which leaves none for a context: a half is the question's, and {around} stand around.", "Give a larger max_length.")
    for row, given in enumerate(rows):
        places = tokenizer(given["question"], add_special_tokens=False, return_offsets_mapping=True, verbose=False)["offset_mapping"]
        cut = len(places) > longest // 2
        question = given["question"][: places[longest // 2 - 1][1]] if cut else given["question"]
        room = longest - len(tokenizer(question, "")["input_ids"])
        encoded = tokenizer(
            question, given["context"], truncation="only_second", max_length=longest, stride=min(overlap, room // 2), return_overflowing_tokens=True, return_offsets_mapping=True
        )
        for part in range(len(encoded["input_ids"])):
            in_context = encoded.sequence_ids(part)
            inside = [(start, end) if of == 1 and end > start else None for of, (start, end) in zip(in_context, encoded["offset_mapping"][part])]
            yield Part(row, {name: encoded[name][part] for name in encoded if name not in ("offset_mapping", "overflow_to_sample_mapping")}, inside, cut)


def train(context: Context) -> Trained:
    # Imported here: a model that is asked needs none of them, and they take seconds.
    from datasets import Dataset
    from transformers import DataCollatorWithPadding, Trainer, TrainingArguments

    from ...progress import Progress

    job, events = context.job, context.events
    train_rows, test_rows = read_rows(job.train_path), read_rows(job.test_path)
    need_rows(len(train_rows))
    tokenizer, model, _ = start(context, AutoModelForQuestionAnswering)
    longest = longest_text(tokenizer, model, job.options)

    def read(rows: list[dict]) -> tuple[list[Part], Dataset | None]:
        if not rows:
            return [], None
        parts = list(parts_of(tokenizer, rows, longest, job.options["doc_stride"]))
        columns = []
        for part in parts:
            text, at = rows[part.row]["answers"]["text"][0], rows[part.row]["answers"]["answer_start"][0]
            first, last = part.token_at(at, at + len(text))
            columns.append({**part.columns, "start_positions": first, "end_positions": last})
        return parts, Dataset.from_list(columns)

    train_parts, train_set = read(train_rows)
    test_parts, test_set = read(test_rows)
    warn_cut(context, in_parts(train_parts) + in_parts(test_parts), longest, "read in parts")
    if cut := sum(len({part.row for part in parts if part.cut}) for parts in (train_parts, test_parts)):
        events.warn(f"{cut} {'question is' if cut == 1 else 'questions are'} longer than {longest // 2} tokens, half of what the model takes, and cut off there.")

    def evaluate(prediction: Any) -> dict[str, float]:
        starts, ends = prediction.predictions[:2]
        answers = best_answers(test_rows, test_parts, starts, ends, job.options)
        return compare_answers([row["answers"]["text"] for row in test_rows], [answer["answer"] for answer in answers])

    trainer = made(
        context,
        Trainer,
        model=model,
        args=training_arguments(TrainingArguments, context, **({} if test_rows else {"eval_strategy": "no"})),
        train_dataset=train_set,
        eval_dataset=test_set,
        processing_class=tokenizer,
        data_collator=DataCollatorWithPadding(tokenizer),
        compute_metrics=evaluate,
        callbacks=[Progress(context)],
    )
    baseline = evaluate(trainer.predict(test_set)) if test_rows else None
    fit(context, trainer)
    trainer.save_model(str(context.model_folder))
    rows = {"train": len(train_rows), "test": len(test_rows)}
    if baseline is None:
        warn_not_measured(context)
        return Trained(rows)
    metrics = evaluate(trainer.predict(test_set))
    events.evaluated(len(test_rows), metrics, baseline)
    return Trained(rows, None, None, metrics, baseline)


def best_answers(rows: Sequence[dict[str, Any]], parts: Sequence[Part], starts: Any, ends: Any, options: dict[str, Any]) -> list[dict[str, Any]]:
    """The likeliest answer of each row, with its share among the ``n_best_size`` likeliest of all of the row's parts."""
    candidates_kept = options["n_best_size"]
    found: list[list[tuple[float, int, int]]] = [[] for _ in rows]
    for part, start_logits, end_logits in zip(parts, starts, ends):
        inside = [i for i, place in enumerate(part.places) if place]
        likely = lambda logits: sorted(inside, key=lambda i: (-logits[i], i))[:candidates_kept]  # noqa: E731
        for first in likely(start_logits):
            for last in likely(end_logits):
                if first <= last < first + options["max_answer_length"]:
                    found[part.row].append((float(start_logits[first] + end_logits[last]), part.places[first][0], part.places[last][1]))
    answers = []
    for row, candidates in zip(rows, found):
        if not candidates:
            answers.append({"answer": "", "start": 0, "score": 0.0})
            continue
        candidates = sorted(set(candidates), key=lambda one: (-one[0], one[1], one[2]))[:candidates_kept]
        best, start, end = candidates[0]
        text = row["context"][start:end]
        # Some tokenizers count the space before a word to it.
        start += len(text) - len(text.lstrip())
        answers.append({"answer": text.strip(), "start": start, "score": 1 / sum(math.exp(score - best) for score, *_ in candidates)})
    return answers


class Answerer:
    """Answers to questions, with where they stand in the context."""

    def __init__(self, run: FinishedRun):
        located = locate_run(run)
        self._tokenizer = load_tokenizer(located)
        self._model = load_model(AutoModelForQuestionAnswering, located).eval().to(device())
        set_padding(self._tokenizer, self._model)
        self._options = run.manifest["options"]
        self._longest = longest_text(self._tokenizer, self._model, self._options)

    def predict(self, inputs: list[Any]) -> list[dict[str, Any]]:
        """Raises ``predict/input``."""
        for one in inputs:
            if not isinstance(one, dict) or not all(isinstance(one.get(name), str) for name in ("question", "context")):
                raise UserError("predict/input", "The model takes questions about contexts.", "Give each as a question and a context.")
        parts = list(parts_of(self._tokenizer, inputs, self._longest, self._options["doc_stride"]))
        starts: list[Any] = []
        ends: list[Any] = []
        for at in range(0, len(parts), 16):
            columns = self._tokenizer.pad([part.columns for part in parts[at : at + 16]], padding=True, return_tensors="pt").to(self._model.device)
            with torch.inference_mode():
                output = self._model(**columns)
            starts += list(output.start_logits.float().cpu().numpy())
            ends += list(output.end_logits.float().cpu().numpy())
        return best_answers(inputs, parts, starts, ends, self._options)


def load(run: FinishedRun) -> Answerer:
    return Answerer(run)
