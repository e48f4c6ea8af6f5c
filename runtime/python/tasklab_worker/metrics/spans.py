"""Predicted spans against true ones. A span counts where its place and its label are both right; definitions are seqeval's (and so CoNLL's):
averages are over all spans (micro), a quotient by zero is 0."""

from __future__ import annotations

from typing import Collection, Hashable, Iterable, Sequence

from .classification import Evaluation

#: Where it starts and ends (end excluded), and its label.
Span = tuple[Hashable, Hashable, str]


def compare_spans(labels: Sequence[str], truth: Sequence[Collection[Span]], predicted: Sequence[Collection[Span]]) -> Evaluation:
    """``precision``, ``recall``, ``f1`` over all spans, and for each label; a row is a set of spans.

    >>> compare_spans(["PER"], [{(0, 2, "PER")}], [{(0, 2, "PER"), (3, 4, "PER")}]).metrics["precision"]
    0.5
    """
    rows = [(set(true), set(given)) for true, given in zip(truth, predicted, strict=True)]
    per_class = []
    for label in labels:
        of_label = [({span for span in true if span[2] == label}, {span for span in given if span[2] == label}) for true, given in rows]
        per_class.append({"label": label, **_scores(of_label), "support": sum(len(true) for true, _ in of_label)})
    return Evaluation(_scores(rows), per_class, None)


def spans_of(tags: Iterable[str]) -> list[Span]:
    """The spans of ``O``, ``B-…`` and ``I-…`` tags, in words: an ``I`` that goes on with nothing begins a span.

    >>> spans_of(["B-PER", "I-PER", "O", "I-LOC"])
    [(0, 2, 'PER'), (3, 4, 'LOC')]
    """
    found: list[Span] = []
    start, label = 0, ""
    for at, tag in enumerate([*tags, "O"]):
        begins, _, of = tag.partition("-")
        if label and (begins != "I" or of != label):
            found.append((start, at, label))
            label = ""
        if begins != "O" and not label:
            start, label = at, of
    return found


def _scores(rows: Sequence[tuple[set[Span], set[Span]]]) -> dict[str, float]:
    right = sum(len(true & given) for true, given in rows)
    precision = _share(right, sum(len(given) for _, given in rows))
    recall = _share(right, sum(len(true) for true, _ in rows))
    return {"precision": precision, "recall": recall, "f1": _share(2 * precision * recall, precision + recall)}


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
