"""``python span_metrics_reference.py``: reads ``{"texts": […]}`` and prints how the workers cut these texts into words, and what seqeval and the workers
say of the same random tags, as JSON. The examples in the documentation of the metrics are run too."""

from __future__ import annotations

import doctest
import json
import random
import sys

import seqeval.metrics
from tasklab_worker.frameworks.transformers.words import words_of
from tasklab_worker.metrics import answers, spans

LABELS = ["LOC", "ORG", "PER"]
TAGS = ["O", "O", *(f"{begin}-{label}" for label in LABELS for begin in "BI")]


def of_seqeval(truth: list[list[str]], given: list[list[str]]) -> list[float]:
    found = [getattr(seqeval.metrics, f"{name}_score")(truth, given, zero_division=0) for name in ("precision", "recall", "f1")]
    report = seqeval.metrics.classification_report(truth, given, output_dict=True, zero_division=0)
    return found + [float(report.get(label, {}).get(name, 0)) for label in LABELS for name in ("precision", "recall", "f1-score", "support")]


def of_workers(truth: list[list[str]], given: list[list[str]]) -> list[float]:
    found = spans.compare_spans(LABELS, [spans.spans_of(row) for row in truth], [spans.spans_of(row) for row in given])
    return [*found.metrics.values()] + [float(row[name]) for row in found.per_class for name in ("precision", "recall", "f1", "support")]


def main() -> None:
    chance = random.Random(42)
    cases = []
    for size in (1, 3, 20, 100):
        truth = [[chance.choice(TAGS) for _ in range(chance.randint(1, 12))] for _ in range(size)]
        given = [[tag if chance.random() < 0.6 else chance.choice(TAGS) for tag in row] for row in truth]
        cases.append({"seqeval": of_seqeval(truth, given), "workers": of_workers(truth, given)})
    failed = sum(doctest.testmod(module).failed for module in (spans, answers))
    print(json.dumps({"cases": cases, "failed": failed, "words": [words_of(text) for text in json.load(sys.stdin)["texts"]]}))


if __name__ == "__main__":
    main()
