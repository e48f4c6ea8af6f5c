"""Text classification, one label or several, with a Transformers model; with ``lora`` as a low-rank adapter (PEFT)."""

from __future__ import annotations

from typing import Any

import numpy
import torch
from transformers import AutoModelForSequenceClassification

from ...classes import check_classes, label_prediction, majority
from ...device import device
from ...metrics.classification import Evaluation, one_label, several_labels
from ...models import load_model, load_tokenizer, locate_run, longest_text, name_base, set_padding
from ...rows import cut_off, longer, need_rows, read_table, warn_cut, warn_not_measured
from ...run import Context, FinishedRun, Trained
from .arguments import fit, made, training_arguments
from .start import start


def train(context: Context, lora: dict[str, Any] | None = None) -> Trained:
    # Imported here: a model that is asked needs none of them, and they take seconds.
    from transformers import DataCollatorWithPadding, Trainer, TrainingArguments

    from ...progress import Progress

    job, events = context.job, context.events
    train_rows, test_rows = read_table(job.train_path), read_table(job.test_path)
    need_rows(train_rows.num_rows)
    multi_label = "binarized_label" in train_rows.column_names
    column = "binarized_label" if multi_label else "label"
    labels = list(job.labels or [])
    truth = train_rows[column].to_pylist()
    test_truth = test_rows[column].to_pylist() if test_rows else []
    check_classes(labels, truth, test_truth, multi_label, events)

    tokenizer, model, located = start(
        context,
        AutoModelForSequenceClassification,
        num_labels=len(labels),
        id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
        problem_type="multi_label_classification" if multi_label else "single_label_classification",
        ignore_mismatched_sizes=True,
    )
    if lora is not None:
        from ..peft import with_adapter

        model = with_adapter(model, "SEQ_CLS", lora)
    longest = longest_text(tokenizer, model, job.options)
    texts, test_texts = ([] if rows is None else rows["text"].to_pylist() for rows in (train_rows, test_rows))
    warn_cut(context, longer(tokenizer, [*texts, *test_texts], longest), longest)
    dataset = lambda texts, values: encoded(tokenizer, texts, values, longest, multi_label)  # noqa: E731

    def metrics(prediction: Any) -> dict[str, float]:
        return evaluate(labels, multi_label, test_truth, prediction.predictions).metrics

    trainer = made(
        context,
        Trainer,
        model=model,
        args=training_arguments(TrainingArguments, context, **({} if test_rows else {"eval_strategy": "no"})),
        train_dataset=dataset(texts, truth),
        eval_dataset=dataset(test_texts, test_truth) if test_rows else None,
        processing_class=tokenizer,
        data_collator=DataCollatorWithPadding(tokenizer),
        compute_metrics=metrics,
        callbacks=[Progress(context)],
    )
    fit(context, trainer)
    trainer.save_model(str(context.model_folder))
    name_base(context.model_folder, located)
    rows = {"train": len(truth), "test": len(test_truth)}
    if not test_rows:
        warn_not_measured(context)
        return Trained(rows, labels, multi_label)
    result = evaluate(labels, multi_label, test_truth, trainer.predict(trainer.eval_dataset).predictions)
    baseline = majority(labels, multi_label, truth, test_truth)
    events.evaluated(len(test_truth), result.metrics, baseline, result.per_class, result.confusion)
    return Trained(rows, labels, multi_label, result.metrics, baseline)


def encoded(tokenizer: Any, texts: list[str], values: list, longest: int, multi_label: bool) -> Any:
    columns = tokenizer(texts, truncation=True, max_length=longest)
    from datasets import Dataset

    return Dataset.from_dict({**columns, "labels": [[float(one) for one in row] for row in values] if multi_label else values})


def evaluate(labels: list[str], multi_label: bool, truth: list, logits: Any) -> Evaluation:
    if multi_label:
        return several_labels(labels, truth, (numpy.asarray(logits) > 0).astype(int).tolist())
    return one_label(labels, truth, numpy.asarray(logits).argmax(-1).tolist())


class Classifier:
    """Probabilities of labels, 32 texts at a time."""

    def __init__(self, run: FinishedRun):
        located = locate_run(run)
        self._labels = run.manifest["labels"]
        self._multi_label = run.manifest["multi_label"]
        self._tokenizer = load_tokenizer(located)
        self._model = load_model(AutoModelForSequenceClassification, located, **({"num_labels": len(self._labels), "ignore_mismatched_sizes": True} if located.base else {})).eval()
        set_padding(self._tokenizer, self._model)
        self._longest = longest_text(self._tokenizer, self._model, run.manifest["options"])
        self._device = device()
        self._model.to(self._device)

    def predict(self, inputs: list[str]) -> list[dict[str, Any]]:
        found = []
        for start in range(0, len(inputs), 32):
            batch = self._tokenizer(inputs[start : start + 32], truncation=True, max_length=self._longest, padding=True, return_tensors="pt")
            with torch.inference_mode():
                logits = self._model(**batch.to(self._device)).logits.float().cpu()
            found += [label_prediction(self._labels, self._multi_label, row) for row in (logits.sigmoid() if self._multi_label else logits.softmax(-1)).tolist()]
        return found

    def not_read(self, inputs: list[str]) -> str | None:
        return cut_off(longer(self._tokenizer, inputs, self._longest), self._longest)


def load(run: FinishedRun) -> Classifier:
    return Classifier(run)
