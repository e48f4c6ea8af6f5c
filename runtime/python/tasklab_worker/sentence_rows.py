"""Rows of sentences: what is known of how alike they are, and how what a model says of them is measured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Callable, Literal, Sequence

import numpy

from .errors import UserError

_DESCRIBED = {
    "pairs": "pairs of sentences that are alike",
    "triplets": "sentences with one that is alike and one that is not",
    "scores": "pairs of sentences with scores",
    "alike": "pairs of sentences that are alike or not",
    "classes": "pairs of sentences with classes",
}
#: So many other rows' sentences stand against a row's own.
_OTHERS = 10


@dataclass(frozen=True)
class SentenceRows:
    """How the rows of a job are read. Of two whole labels the larger one means alike; more are classes."""

    kind: Literal["pairs", "triplets", "scores", "alike", "classes"]
    column: str | None = None
    #: Labels in their order, as far as they are classes.
    classes: tuple[int, ...] = ()
    #: The classes of training rows.
    seen: frozenset[int] = frozenset()
    test_counts: tuple[int, ...] = ()
    #: Least and largest label, which are learnt as 0 and 1; ``None``: they are learnt as they are.
    rescaled: tuple[float, float] | None = None

    @staticmethod
    def of(train: list[dict], test: list[dict]) -> "SentenceRows":
        """Raises ``train/one-class``, ``train/three-sentences``."""
        column = next((name for name in ("label", "score") if name in train[0]), None)
        if column is None:
            return SentenceRows("triplets" if "negative" in train[0] else "pairs")
        if "sentence3" in train[0]:
            raise UserError("train/three-sentences", "The rows have three sentences and a label, which no loss of sentence-transformers learns from.", "Leave the label out (then the second is alike, the third is not), or give two texts.")
        values = [row[column] for row in train]
        if len(set(values)) < 2:
            raise UserError("train/one-class", f"All {len(train)} training rows have the {column} {values[0]:g}.", "A model needs rows that differ.")
        if column == "score":
            return SentenceRows("scores", column).scaled(values)
        classes = tuple(sorted({*values, *(row[column] for row in test)}))
        counts = tuple(sum(row[column] == value for row in test) for value in classes)
        return SentenceRows("alike" if len(classes) == 2 else "classes", column, classes, frozenset(values), counts)

    def as_scores(self) -> "SentenceRows":
        """Classes as degrees of similarity."""
        return replace(self, kind="scores").scaled(self.classes)

    def scaled(self, values: Sequence[float]) -> "SentenceRows":
        low, high = min(values), max(values)
        return self if low >= 0 and high <= 1 else replace(self, rescaled=(float(low), float(high)))

    @property
    def described(self) -> str:
        return _DESCRIBED[self.kind]

    def warn_unseen(self, events: Any) -> None:
        for value, count in zip(self.classes, self.test_counts):
            if value not in self.seen:
                events.warn(f'No training row has the label "{value}"; {count} test {"row has" if count == 1 else "rows have"} it and will be wrong.')

    def warn_outside(self, events: Any, test: list[dict]) -> None:
        """A test row may lie outside of what training rows have, which is all that a model can learn to say."""
        low, high = self.rescaled or (0.0, 1.0)
        count = sum(not low <= row[self.column] <= high for row in test) if self.kind == "scores" else 0
        if count:
            events.warn(f"The {self.column} of {count} test {'row' if count == 1 else 'rows'} lies outside of {low:g} to {high:g}, and is measured as the nearer end.")

    def columns(self, rows: list[dict]) -> dict[str, list]:
        """As a trainer reads them: texts in their order, then what is learnt."""
        texts = [name for name in rows[0] if name != self.column]
        found: dict[str, list] = {name: [row[name] for row in rows] for name in texts}
        if self.column:
            found["label"] = self.values(rows) if self.kind == "scores" else self.places(rows)
        return found

    def texts(self, rows: list[dict]) -> list[str]:
        return [text for row in rows for name, text in row.items() if name != self.column]

    def pairs(self, rows: list[dict]) -> list[tuple[str, str]]:
        first, second = ("sentence1", "sentence2") if self.column else ("anchor", "positive")
        return [(row[first], row[second]) for row in rows]

    def values(self, rows: list[dict]) -> list[float]:
        low, high = self.rescaled or (0.0, 1.0)
        return [min(1.0, max(0.0, (row[self.column] - low) / (high - low))) for row in rows]

    def places(self, rows: list[dict]) -> list[int]:
        place = {value: i for i, value in enumerate(self.classes)}
        return [place[row[self.column]] for row in rows]


def correlations(said: Sequence[float], wanted: Sequence[float]) -> dict[str, float]:
    """Spearman's and Pearson's; where nothing varies there is none, which is not a number."""
    from scipy.stats import pearsonr, spearmanr

    if len(set(said)) < 2 or len(set(wanted)) < 2:
        return {"spearman": float("nan"), "pearson": float("nan")}
    return {"spearman": float(spearmanr(said, wanted).statistic), "pearson": float(pearsonr(said, wanted).statistic)}


def best_threshold(values: Sequence[float], truth: Sequence[int]) -> float:
    """The value from which on 1 is given that most rows are right by; of equally good ones the least. Between two values their middle.

    >>> best_threshold([0.1, 0.2, 0.8], [0, 0, 1])
    0.5
    """
    ordered = sorted(set(values))
    middles = [(low + high) / 2 for low, high in zip(ordered, ordered[1:])]
    values, truth = numpy.asarray(values), numpy.asarray(truth)
    return max([ordered[0] - 1, *middles, ordered[-1] + 1], key=lambda threshold: (int(((values >= threshold) == truth).sum()), -threshold))


def nearest_is_own(rows: list[dict], similarity: Callable[[list[tuple[str, str]]], list[float]]) -> dict[str, float]:
    """``accuracy``: the share of rows whose own sentence is nearer to the anchor than all it stands against: its ``negative``, or where
    there is none those of the next ten rows. ``mrr``: the mean of 1 / its rank among them."""
    against = []
    for at, row in enumerate(rows):
        others = [row["negative"]] if "negative" in row else [rows[(at + step) % len(rows)]["positive"] for step in range(1, min(_OTHERS, len(rows) - 1) + 1)]
        against.append([text for text in others if text != row["positive"]])
    said = iter(similarity([(row["anchor"], text) for row, others in zip(rows, against) for text in (row["positive"], *others)]))
    ranks = []
    for others in against:
        own = next(said)
        ranks.append(1 + sum(next(said) >= own for _ in others))
    return {"accuracy": sum(rank == 1 for rank in ranks) / len(ranks), "mrr": sum(1 / rank for rank in ranks) / len(ranks)}
