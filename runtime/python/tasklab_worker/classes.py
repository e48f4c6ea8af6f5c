"""What classifiers of every framework have in common: labels that can be learnt, how good they are, what they answer."""

from __future__ import annotations

from typing import Any, Collection, Sequence

from .errors import UserError
from .metrics.classification import Evaluation, majority_label, majority_labels, one_label, several_labels


def check_classes(labels: Sequence[str], truth: list, test_truth: list, multi_label: bool, events: Any) -> None:
    """Rows are places among the labels, or a 0 or 1 for each. Raises ``train/one-class``, ``train/no-labels``; says which labels no training row has."""
    seen = {i for row in truth for i, given in enumerate(row) if given} if multi_label else set(truth)
    if len(seen) < 2 and not multi_label:
        raise UserError("train/one-class", f'All {len(truth)} training rows have the label "{labels[truth[0]]}".', "A classifier needs rows of at least two labels.")
    if not seen:
        raise UserError("train/no-labels", "No training row has a label.", "Look at the rows with %prepare.")
    given = [{labels[i] for i, one in enumerate(row) if one} if multi_label else {labels[row]} for row in test_truth]
    _warn_unseen(labels, {labels[i] for i in seen}, given, events)


def check_span_labels(labels: Sequence[str], rows: Sequence[Collection[str]], test_rows: Sequence[Collection[str]], events: Any, ever: str = "hardly ever") -> None:
    """The same for spans: rows are the labels of their spans. Raises ``train/no-labels``."""
    seen = {label for row in rows for label in row}
    if not seen:
        raise UserError("train/no-labels", "No training row has a span.", "Look at the rows with %prepare.")
    _warn_unseen(labels, seen, test_rows, events, ever)


def _warn_unseen(labels: Sequence[str], seen: Collection[str], test_rows: Sequence[Collection[str]], events: Any, ever: str = "hardly ever") -> None:
    for label in labels:
        if label in seen:
            continue
        count = sum(label in row for row in test_rows)
        in_test = f"; {count} test {'row has' if count == 1 else 'rows have'} it and will be wrong" if count else ""
        events.warn(f'No training row has the label "{label}", so the model will {ever} give it{in_test}.')


def compare(labels: Sequence[str], multi_label: bool, truth: list, shares: Sequence[Sequence[float]]) -> Evaluation:
    """True labels against the labels' shares, a row each: the label with the largest share is given, of several labels those above one half."""
    if multi_label:
        return several_labels(labels, truth, [[int(share > 0.5) for share in row] for row in shares])
    return one_label(labels, truth, [largest(row) for row in shares])


def majority(labels: Sequence[str], multi_label: bool, truth: list, test_truth: list) -> dict[str, float]:
    """The metrics of always giving what most training rows have."""
    if multi_label:
        return several_labels(labels, test_truth, [majority_labels(truth)] * len(test_truth)).metrics
    return one_label(labels, test_truth, [majority_label(len(labels), truth)] * len(test_truth)).metrics


def label_prediction(labels: Sequence[str], multi_label: bool, shares: Sequence[float]) -> dict[str, Any]:
    scores = dict(zip(labels, shares))
    if multi_label:
        return {"label": [label for label in labels if scores[label] > 0.5], "scores": scores}
    return {"label": labels[largest(shares)], "scores": scores}


def largest(values: Sequence[float]) -> int:
    """The place of the largest, of equal ones the first."""
    return max(range(len(values)), key=lambda i: (values[i], -i))
