"""Tags of words: ``O``, and for each label one that begins a span and one that goes on with it."""

from __future__ import annotations

from typing import Any, Sequence

from ...classes import check_span_labels


def tagged_labels(known: Sequence[str] | None, train_rows: list[dict], test_rows: list[dict], events: Any) -> list[str]:
    """The task's labels, or those that occur. Raises ``train/no-labels``; says which no training row has."""
    of_rows, of_test_rows = ([{tag[2:] for tag in row["ner_tags"] if tag != "O"} for row in rows] for rows in (train_rows, test_rows))
    labels = list(known or []) or sorted(set().union(*of_rows, *of_test_rows))
    check_span_labels(labels, of_rows, of_test_rows, events)
    return labels


def tags_of(labels: Sequence[str]) -> list[str]:
    return ["O", *(f"{begin}-{label}" for label in labels for begin in "BI")]
