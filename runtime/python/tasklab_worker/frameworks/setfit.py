"""SetFit: few-shot text classification. Pairs of texts teach a sentence encoder which are alike, then a head learns labels from its embeddings.

SetFit itself keeps its head as a pickle; here it becomes numbers in a safetensors file, and a ``model_head.pkl`` is neither written nor read.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import numpy

from ..classes import check_classes, compare, label_prediction, majority
from ..classifier_head import Head, head_of_scikit, head_of_torch, load_head
from ..device import has_gpu, seed_everything
from ..errors import UserError, first_line
from ..models import locate, locate_run
from ..rows import cut_off, need_rows, read_table, warn_cut, warn_not_measured
from ..run import Context, FinishedRun, Trained
from ..sentence_models import count_longer, load_sentence_model
from .transformers.arguments import fit, made

#: Losses that learn from texts with one label each rather than from pairs.
_OF_LABELS = ("BatchAllTripletLoss", "BatchHardTripletLoss", "BatchSemiHardTripletLoss", "BatchHardSoftMarginTripletLoss", "SupConLoss")
#: Pairs grow with the square of the rows: from here on it is said how many there are.
_MANY_ROWS = 300


def train(context: Context) -> Trained:
    job, events, options = context.job, context.events, context.job.options
    train_rows, test_rows = read_table(job.train_path), read_table(job.test_path)
    need_rows(train_rows.num_rows)
    multi_label = "binarized_label" in train_rows.column_names
    column = "binarized_label" if multi_label else "label"
    labels = list(job.labels or [])
    texts, truth = train_rows["text"].to_pylist(), train_rows[column].to_pylist()
    test_texts, test_truth = (test_rows["text"].to_pylist(), test_rows[column].to_pylist()) if test_rows else ([], [])
    check_classes(labels, truth, test_truth, multi_label, events)
    strategy = _strategy(options, labels, truth, multi_label)
    _warn_pairs(context, len(truth))

    # Imported when the rows are known to be right: they take seconds.
    from datasets import Dataset
    from setfit import SetFitModel, Trainer

    from ..progress import Progress

    # A differentiable head starts from random weights: seeds come before models.
    seed_everything(job.seed)
    body = load_sentence_model(locate(job, job.model), options["max_length"])
    context.raise_if_stopped()
    warn_cut(context, count_longer(body, [*texts, *test_texts]), body.max_seq_length)
    model = SetFitModel(
        model_body=body,
        model_head=_new_head(body, options, len(labels), strategy),
        multi_target_strategy=strategy,
        normalize_embeddings=options["normalize_embeddings"],
        labels=labels,
    )
    dataset = lambda texts, values: Dataset.from_dict({"text": texts, "label": values})  # noqa: E731
    trainer = made(
        context,
        Trainer,
        model=model,
        args=_arguments(context, **({} if test_texts else {"eval_strategy": "no"})),
        train_dataset=dataset(texts, truth),
        eval_dataset=dataset(test_texts, test_truth) if test_texts else None,
        callbacks=[Progress(context)],
    )
    if model.has_differentiable_head:
        _tell_losses(context, trainer)
    _fit(context, trainer)
    context.raise_if_stopped()
    if not model.has_differentiable_head:
        _warn_unsettled(context, model.model_head)

    head = head_of_torch(model.model_head) if model.has_differentiable_head else head_of_scikit(model.model_head, len(labels))
    body.save(str(context.model_folder), create_model_card=False)
    head.save(context.model_folder)
    (context.model_folder / "config_setfit.json").write_text(json.dumps({"labels": labels, "normalize_embeddings": model.normalize_embeddings}, indent=2, ensure_ascii=False) + "\n", "utf-8")
    rows = {"train": len(truth), "test": len(test_truth)}
    if not test_texts:
        warn_not_measured(context)
        return Trained(rows, labels, multi_label)
    result = compare(labels, multi_label, test_truth, _shares(body, head, test_texts, model.normalize_embeddings))
    baseline = majority(labels, multi_label, truth, test_truth)
    events.evaluated(len(test_truth), result.metrics, baseline, result.per_class, result.confusion)
    return Trained(rows, labels, multi_label, result.metrics, baseline)


def _strategy(options: dict[str, Any], labels: list[str], truth: list, multi_label: bool) -> str | None:
    """How the head gives several labels; ``None`` for one. Raises ``training/wrong-value``, ``train/one-class``."""
    strategy, differentiable = options["multi_target_strategy"], options["use_differentiable_head"]
    if not multi_label:
        if strategy is not None:
            raise UserError("training/wrong-value", f'The option "multi_target_strategy" is "{strategy}", and every row has one label.', "Leave it out, or give the task a question with several labels.")
        return None
    if options["loss"] in _OF_LABELS:
        raise UserError("training/wrong-value", f'The loss "{options["loss"]}" learns from texts with one label, and these rows have several.', 'Give loss = "CosineSimilarityLoss".')
    if differentiable and strategy == "classifier-chain":
        raise UserError("training/wrong-value", "A differentiable head makes no classifier chain.", 'Give multi_target_strategy = "one-vs-rest".')
    for i, label in enumerate(labels) if strategy in ("multi-output", "classifier-chain") and not differentiable else ():
        if len({row[i] for row in truth}) < 2:
            raise UserError("train/one-class", f'{"All" if truth[0][i] else "None"} of the {len(truth)} training rows have the label "{label}", which "{strategy}" cannot learn.', 'Give multi_target_strategy = "one-vs-rest".')
    return strategy or "one-vs-rest"


def _warn_pairs(context: Context, rows: int) -> None:
    options = context.job.options
    if rows > _MANY_ROWS and options["num_iterations"] is None and options["max_steps"] <= 0 and options["loss"] not in _OF_LABELS:
        context.events.warn(f"SetFit learns from all pairs of {rows} rows, {rows * (rows + 1) // 2:,} or more; num_iterations = 20 draws 40 for each row.")


def _new_head(body: Any, options: dict[str, Any], count: int, strategy: str | None) -> Any:
    """SetFit's own head, or scikit-learn's logistic regression. Raises ``training/wrong-value``."""
    from setfit import SetFitHead
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.multioutput import ClassifierChain, MultiOutputClassifier

    given = options["head_params"] or {}
    try:
        if options["use_differentiable_head"]:
            return SetFitHead(**{**given, "in_features": body.get_embedding_dimension(), "out_features": count, "device": body.device, "multitarget": strategy is not None})
        one = LogisticRegression(**given)
    except TypeError as error:
        raise UserError("training/wrong-value", f'The option "head_params" is not what the head takes: {first_line(error)}', "They are keyword arguments of scikit-learn's LogisticRegression, or of SetFitHead.") from error
    several = {"one-vs-rest": OneVsRestClassifier, "multi-output": MultiOutputClassifier, "classifier-chain": ClassifierChain}
    return several[strategy](one) if strategy else one


def _arguments(context: Context, **more: Any) -> Any:
    """The job's options as SetFit takes them; raises ``training/wrong-value``."""
    from sentence_transformers.sentence_transformer import losses
    from setfit import TrainingArguments
    from setfit.losses import SupConLoss

    known = {field.name for field in fields(TrainingArguments)}
    # Two values, of a phase each, are a tuple there.
    options = {name: tuple(value) if isinstance(value, list) else value for name, value in context.job.options.items() if name in known}
    options["loss"] = SupConLoss if options["loss"] == "SupConLoss" else getattr(losses, options["loss"])
    options["distance_metric"] = getattr(losses.BatchHardTripletLossDistanceFunction, options["distance_metric"])
    options["use_amp"] = options["use_amp"] and has_gpu()
    return made(context, TrainingArguments, **{**options, "output_dir": str(context.work_folder), "seed": context.job.seed, "report_to": "none", "show_progress_bar": False, **more})


def _tell_losses(context: Context, trainer: Any) -> None:
    """The head's own turn has no callbacks: its loss function tells the curve, and hears when the run is to stop."""
    head, every = trainer.model.model_head, max(1, trainer.args.logging_steps)
    criterion = head.get_loss_fn()
    count = 0

    def told(logits: Any, wanted: Any) -> Any:
        nonlocal count
        context.raise_if_stopped()
        loss = criterion(logits, wanted.float() if head.multitarget else wanted)
        if count % every == 0:
            context.events.metric("classifier_loss", loss.item(), trainer.st_trainer.state.global_step + count)
        count += 1
        return loss

    head.get_loss_fn = lambda: told


def _fit(context: Context, trainer: Any) -> None:
    """Raises ``training/wrong-value`` for what scikit-learn checks as late as when it fits."""
    from sklearn.utils._param_validation import InvalidParameterError

    try:
        fit(context, trainer)
    except InvalidParameterError as error:
        raise UserError("training/wrong-value", f'The option "head_params" is not what the head takes: {first_line(error)}', "See scikit-learn's LogisticRegression.") from error


def _warn_unsettled(context: Context, head: Any) -> None:
    """scikit-learn says it to whoever reads logs alone."""
    ones = [one for one in getattr(head, "estimators_", [head]) if hasattr(one, "n_iter_")]
    if any(max(one.n_iter_) >= one.max_iter for one in ones):
        context.events.warn(f"The head was not settled when its {ones[0].max_iter} iterations were over: give head_params a larger max_iter, or a smaller C.")


def _shares(body: Any, head: Head, texts: list[str], normalize: bool) -> list[list[float]]:
    embeddings = body.encode(texts, normalize_embeddings=normalize, show_progress_bar=False, convert_to_numpy=True)
    return head.shares(numpy.asarray(embeddings)).tolist()


class Classifier:
    """Probabilities of labels."""

    def __init__(self, run: FinishedRun):
        self._labels, self._multi_label, options = run.manifest["labels"], run.manifest["multi_label"], run.manifest["options"]
        self._body = load_sentence_model(locate_run(run), options["max_length"])
        self._head = load_head(run.folder)
        self._normalize = options["normalize_embeddings"]

    def predict(self, inputs: list[str]) -> list[dict[str, Any]]:
        if not inputs:
            return []
        return [label_prediction(self._labels, self._multi_label, row) for row in _shares(self._body, self._head, inputs, self._normalize)]

    def not_read(self, inputs: list[str]) -> str | None:
        return cut_off(count_longer(self._body, inputs), self._body.max_seq_length)


def load(run: FinishedRun) -> Classifier:
    return Classifier(run)
