"""Token classification: a model says for each word whether it belongs to a span, and of which label."""

from __future__ import annotations

from typing import Any, Sequence

import numpy
import torch
from transformers import AutoModelForTokenClassification

from ...device import device
from ...metrics.classification import Evaluation
from ...metrics.spans import compare_spans, spans_of
from ...models import load_model, load_tokenizer, locate_run, longest_text, set_padding
from ...rows import in_parts, need_rows, read_rows, warn_cut, warn_not_measured
from ...run import Context, FinishedRun, Trained
from .arguments import fit, made, training_arguments
from .start import start
from .tags import tagged_labels, tags_of
from .words import Window, windows, words_of


def train(context: Context) -> Trained:
    # Imported here: a model that is asked needs none of them, and they take seconds.
    from datasets import Dataset
    from transformers import DataCollatorForTokenClassification, Trainer, TrainingArguments

    from ...progress import Progress

    job, events = context.job, context.events
    train_rows, test_rows = read_rows(job.train_path), read_rows(job.test_path)
    need_rows(len(train_rows))
    labels = tagged_labels(job.labels, train_rows, test_rows, events)
    tags = tags_of(labels)
    place = {tag: i for i, tag in enumerate(tags)}

    tokenizer, model, _ = start(context, AutoModelForTokenClassification, num_labels=len(tags), id2label=dict(enumerate(tags)), label2id=place, ignore_mismatched_sizes=True)
    longest = longest_text(tokenizer, model, job.options)

    def read(rows: list[dict]) -> tuple[list[Window], Dataset]:
        found = windows(tokenizer, [row["tokens"] for row in rows], longest)
        # A word's tag stands at its first token; the others say nothing.
        values = [[-100 if word is None else place[rows[one.row]["ner_tags"][word]] for word in one.begins] for one in found]
        return found, Dataset.from_list([{**one.columns, "labels": given} for one, given in zip(found, values)])

    train_windows, train_set = read(train_rows)
    test_windows, test_set = read(test_rows) if test_rows else ([], None)
    warn_cut(context, in_parts(train_windows) + in_parts(test_windows), longest, "read in parts")

    def evaluate(logits: Any) -> Evaluation:
        given = [["O"] * len(row["tokens"]) for row in test_rows]
        for window, scores in zip(test_windows, numpy.asarray(logits)):
            for word, best in zip(window.begins, scores.argmax(-1).tolist()):
                if word is not None:
                    given[window.row][word] = tags[best]
        return compare(labels, test_rows, given)

    trainer = made(
        context,
        Trainer,
        model=model,
        args=training_arguments(TrainingArguments, context, **({} if test_rows else {"eval_strategy": "no"})),
        train_dataset=train_set,
        eval_dataset=test_set,
        processing_class=tokenizer,
        data_collator=DataCollatorForTokenClassification(tokenizer),
        compute_metrics=lambda prediction: evaluate(prediction.predictions).metrics,
        callbacks=[Progress(context)],
    )
    fit(context, trainer)
    trainer.save_model(str(context.model_folder))
    rows = {"train": len(train_rows), "test": len(test_rows)}
    if not test_rows:
        warn_not_measured(context)
        return Trained(rows, labels)
    result = evaluate(trainer.predict(test_set).predictions)
    # What most words are: no part of any span.
    baseline = compare(labels, test_rows, [["O"] * len(row["tokens"]) for row in test_rows]).metrics
    events.evaluated(len(test_rows), result.metrics, baseline, result.per_class)
    return Trained(rows, labels, None, result.metrics, baseline)


def compare(labels: Sequence[str], rows: list[dict], given: list[list[str]]) -> Evaluation:
    """Spans, and the share of words whose tag is right."""
    found = compare_spans(labels, [spans_of(row["ner_tags"]) for row in rows], [spans_of(tags) for tags in given])
    pairs = [tag == true for row, tags in zip(rows, given) for true, tag in zip(row["ner_tags"], tags)]
    return Evaluation({**found.metrics, "accuracy": sum(pairs) / max(1, len(pairs))}, found.per_class, None)


class Tagger:
    """Spans of texts, with the mean probability of their words' tags."""

    def __init__(self, run: FinishedRun):
        located = locate_run(run)
        self._tokenizer = load_tokenizer(located)
        self._model = load_model(AutoModelForTokenClassification, located).eval().to(device())
        set_padding(self._tokenizer, self._model)
        self._longest = longest_text(self._tokenizer, self._model, run.manifest["options"])
        self._tags = [self._model.config.id2label[i] for i in range(self._model.config.num_labels)]

    def predict(self, inputs: list[str]) -> list[dict[str, Any]]:
        texts = [words_of(text) for text in inputs]
        tags = [["O"] * len(words) for words in texts]
        scores = [[0.0] * len(words) for words in texts]
        parts = windows(self._tokenizer, [[word for word, *_ in words] for words in texts], self._longest)
        for at in range(0, len(parts), 32):
            batch = parts[at : at + 32]
            columns = self._tokenizer.pad([one.columns for one in batch], return_tensors="pt").to(self._model.device)
            with torch.inference_mode():
                shares = self._model(**columns).logits.float().softmax(-1).cpu()
            for window, row in zip(batch, shares):
                best = row.max(-1)
                for i, word in enumerate(window.begins):
                    if word is not None:
                        tags[window.row][word] = self._tags[int(best.indices[i])]
                        scores[window.row][word] = float(best.values[i])
        return [
            {
                "spans": [
                    {"label": label, "start": words[first][1], "end": words[behind - 1][2], "score": sum(of[first:behind]) / (behind - first)}
                    for first, behind, label in spans_of(given)
                ]
            }
            for words, given, of in zip(texts, tags, scores)
        ]


def load(run: FinishedRun) -> Tagger:
    return Tagger(run)
