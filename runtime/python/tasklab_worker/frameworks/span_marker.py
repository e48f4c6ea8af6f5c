"""SpanMarker: an encoder that marks spans; it needs Transformers 4, and so takes no model from a hub that is not trusted."""

from __future__ import annotations

from typing import Any

import torch
from datasets import Dataset, disable_progress_bars
from span_marker import SpanMarkerModel, Trainer
from transformers import TrainingArguments

from ..device import seed_everything
from ..errors import UserError
from ..metrics.spans import compare_spans, spans_of
from ..models import check_folder, check_weights, loading, locate, locate_run
from ..progress import Progress
from ..rows import need_rows, read_rows, warn_not_measured
from ..run import Context, FinishedRun, Trained
from .transformers.arguments import training_arguments
from .transformers.tags import tagged_labels, tags_of
from .transformers.words import words_of

_LENGTHS = ("model_max_length", "marker_max_length", "entity_max_length", "max_prev_context", "max_next_context")


def train(context: Context) -> Trained:
    job, events = context.job, context.events
    if job.model and job.model["from"] == "repository" and (job.trust is None or job.trust["repository"] != job.model["name"]):
        raise UserError("model/needs-trust", f'"{job.model["name"]}" comes from a hub, and SpanMarker reads models with Transformers 4, which is not safe for those that are not trusted.', 'Trust the repository at one commit: trust = "organization/name@COMMIT".')
    rows, test_rows = read_rows(job.train_path), read_rows(job.test_path)
    need_rows(len(rows))
    labels = tagged_labels(job.labels, rows, test_rows, events)
    disable_progress_bars()
    seed_everything(job.seed)
    located = locate(job, job.model)
    check_folder(located)
    check_weights(located, "*")
    tags = tags_of(labels)
    lengths = {name: job.options[name] for name in _LENGTHS if job.options.get(name) is not None}
    model = loading(located, "model", lambda: SpanMarkerModel.from_pretrained(located.place, labels=tags, local_files_only=True, trust_remote_code=located.trust is not None, **lengths))
    dataset = lambda some: Dataset.from_list([{"tokens": row["tokens"], "ner_tags": [tags.index(tag) for tag in row["ner_tags"]]} for row in some])  # noqa: E731
    trainer = Trainer(
        model=model,
        args=training_arguments(TrainingArguments, context, eval_strategy="no"),
        train_dataset=dataset(rows),
        callbacks=[Progress(context)],
    )
    trainer.train()
    trainer.save_model(str(context.model_folder))
    counts = {"train": len(rows), "test": len(test_rows)}
    if not test_rows:
        warn_not_measured(context)
        return Trained(counts, labels)
    truth = [spans_of(row["ner_tags"]) for row in test_rows]
    said = _entities(model, [row["tokens"] for row in test_rows])
    result = compare_spans(labels, truth, [{(one["word_start_index"], one["word_end_index"], one["label"]) for one in found} for found in said])
    baseline = compare_spans(labels, truth, [set() for _ in truth]).metrics
    events.evaluated(len(test_rows), result.metrics, baseline, result.per_class)
    return Trained(counts, labels, None, result.metrics, baseline)


def _entities(model: Any, rows: list[list[str]]) -> list[list[dict[str, Any]]]:
    """Spans of rows of words. SpanMarker leaves rows without words out."""
    full = [row for row in rows if row]
    with torch.inference_mode():
        found = iter(model.predict(full, batch_size=8) if full else [])
    return [next(found) if row else [] for row in rows]


class Marker:
    """Spans of texts, by whole words."""

    def __init__(self, model: Any):
        self._model = model

    def predict(self, inputs: list[str]) -> list[dict[str, Any]]:
        texts = [words_of(text) for text in inputs]
        said = _entities(self._model, [[word for word, _, _ in words] for words in texts])
        return [
            {"spans": [{"label": one["label"], "start": words[one["word_start_index"]][1], "end": words[one["word_end_index"] - 1][2], "score": float(one["score"])} for one in found]}
            for words, found in zip(texts, said)
        ]


def load(run: FinishedRun) -> Marker:
    located = locate_run(run)
    check_weights(located, "*")
    return Marker(loading(located, "model", lambda: SpanMarkerModel.from_pretrained(located.place, local_files_only=True).eval()))
