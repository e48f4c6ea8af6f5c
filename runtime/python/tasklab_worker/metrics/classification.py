"""Predicted labels against true ones. Definitions are scikit-learn's, as in ``runtime/metrics/classification.ts``: a quotient by
zero is 0, macro averages go over the labels that occur in the truth or the predictions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Sequence


@dataclass(frozen=True)
class Evaluation:
    #: ``accuracy``, ``precision``, ``recall``, ``f1`` (macro averages); for several labels ``f1_micro`` too.
    metrics: dict[str, float]
    per_class: list[dict[str, Any]]
    confusion: dict[str, Any] | None


def one_label(labels: Sequence[str], truth: Sequence[int], predicted: Sequence[int]) -> Evaluation:
    """Compares one label a row; rows are places among ``labels``."""
    from sklearn.metrics import confusion_matrix

    places = list(range(len(labels)))
    counts = confusion_matrix(truth, predicted, labels=places).tolist()
    confusion = {"labels": list(labels), "counts": counts}
    return _evaluation(labels, truth, predicted, places, {}, confusion)


def several_labels(labels: Sequence[str], truth: Sequence[Sequence[int]], predicted: Sequence[Sequence[int]]) -> Evaluation:
    """Compares sets of labels, each row a 0 or 1 for each label; a row is right where all of it is."""
    from sklearn.metrics import f1_score

    micro = {"f1_micro": float(f1_score(truth, predicted, average="micro", zero_division=0))}
    places = [place for place in range(len(labels)) if any(row[place] for row in truth) or any(row[place] for row in predicted)]
    return _evaluation(labels, truth, predicted, places, micro, None)


def _evaluation(labels, truth, predicted, places, more, confusion) -> Evaluation:
    # Imported where something is measured: it takes a second, and who only asks a model does not need it.
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support

    every = list(range(len(labels)))
    precision, recall, f1, support = precision_recall_fscore_support(truth, predicted, labels=every, average=None, zero_division=0)
    if confusion is not None:
        occurring = set(truth) | set(predicted)
        places = [place for place in every if place in occurring]
    mean = lambda values: float(sum(values[place] for place in places) / len(places)) if places else 0.0  # noqa: E731
    metrics = {"accuracy": float(accuracy_score(truth, predicted)), "precision": mean(precision), "recall": mean(recall), "f1": mean(f1), **more}
    per_class = [{"label": label, "precision": float(precision[i]), "recall": float(recall[i]), "f1": float(f1[i]), "support": int(support[i])} for i, label in enumerate(labels)]
    return Evaluation(metrics, per_class, confusion)


def majority_label(count: int, truth: Sequence[int]) -> int:
    """The place that most rows have, of equally frequent ones the first: what any model must beat."""
    counts = Counter(truth)
    return max(range(count), key=lambda place: (counts[place], -place))


def majority_labels(truth: Sequence[Sequence[int]]) -> list[int]:
    """A 1 for each label that more than half of the rows have."""
    return [int(sum(column) * 2 > len(truth)) for column in zip(*truth)]
