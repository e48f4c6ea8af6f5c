"""A linear classifier over embeddings as plain numbers: what scikit-learn's and SetFit's heads come down to, without their pickles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Sequence

import numpy

from .errors import UserError

FILE = "model_head.safetensors"


@dataclass(frozen=True)
class Head:
    """``weight`` is labels x dimensions (in a chain, x dimensions + labels: each label looks at those before it), ``bias`` one for each label.

    A label that was never (or always) there in training has the weight 0 and the bias minus (or plus) infinity.
    """

    weight: numpy.ndarray
    bias: numpy.ndarray
    #: How sums become shares: of one label (softmax), of several on their own (sigmoid) or one after the other (chain).
    link: Literal["softmax", "sigmoid", "chain"]

    def shares(self, embeddings: numpy.ndarray) -> numpy.ndarray:
        """Rows x labels. The definitions are scikit-learn's ``predict_proba``."""
        embeddings = numpy.asarray(embeddings, "float64")
        if self.link == "softmax":
            sums = embeddings @ self.weight.T + self.bias
            powers = numpy.exp(sums - sums.max(1, keepdims=True))
            return powers / powers.sum(1, keepdims=True)
        if self.link == "sigmoid":
            return _sigmoid(embeddings @ self.weight.T + self.bias)
        dimensions = embeddings.shape[1]
        given = numpy.zeros((len(embeddings), len(self.bias)))
        sums = numpy.zeros_like(given)
        for label, (weight, bias) in enumerate(zip(self.weight, self.bias)):
            sums[:, label] = embeddings @ weight[:dimensions] + given @ weight[dimensions:] + bias
            given[:, label] = sums[:, label] > 0
        return _sigmoid(sums)

    def save(self, folder: Path) -> None:
        from safetensors.numpy import save_file

        save_file({"weight": numpy.ascontiguousarray(self.weight, "float64"), "bias": numpy.ascontiguousarray(self.bias, "float64")}, folder / FILE, metadata={"link": self.link})


def load_head(folder: Path) -> Head:
    """Raises ``model/damaged``."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(folder / FILE, "np") as file:
            head = Head(file.get_tensor("weight"), file.get_tensor("bias"), file.metadata()["link"])
            if head.link in ("softmax", "sigmoid", "chain") and head.weight.ndim == 2 and head.bias.shape == head.weight.shape[:1]:
                return head
    except (OSError, SafetensorError, KeyError, TypeError):
        pass
    raise UserError("model/damaged", f'"{FILE}" of the model "{folder.name}" is no head of a classifier.', "Train again.")


def head_of_scikit(classifier: Any, count: int) -> Head:
    """Of a fitted ``LogisticRegression``, or several of them in ``OneVsRestClassifier``, ``MultiOutputClassifier`` or ``ClassifierChain``; ``count`` labels."""
    name = type(classifier).__name__
    if name == "LogisticRegression":
        return _softmax_head(classifier, count)
    parts = [_one_sum(estimator) for estimator in classifier.estimators_]
    dimensions = max(len(weight) for weight, _ in parts)
    if name == "ClassifierChain":
        dimensions += 1
    weight = numpy.stack([numpy.pad(one, (0, dimensions - len(one))) for one, _ in parts])
    return Head(weight, numpy.array([bias for _, bias in parts]), "chain" if name == "ClassifierChain" else "sigmoid")


def head_of_torch(head: Any) -> Head:
    """Of a ``SetFitHead``, whose temperature divides the sums."""
    divisor = head.temperature + head.eps
    weight = head.linear.weight.detach().cpu().double().numpy() / divisor
    bias = head.linear.bias.detach().cpu().double().numpy() / divisor if head.linear.bias is not None else numpy.zeros(len(weight))
    return Head(weight, bias, "sigmoid" if head.multitarget else "softmax")


def _softmax_head(classifier: Any, count: int) -> Head:
    coefficients, intercepts = classifier.coef_, numpy.broadcast_to(classifier.intercept_, len(classifier.coef_))
    if len(coefficients) == 1:
        # Of two classes the second has the sum: a softmax beside 0 is its sigmoid.
        coefficients, intercepts = numpy.stack([numpy.zeros_like(coefficients[0]), coefficients[0]]), numpy.array([0.0, intercepts[0]])
    weight, bias = numpy.zeros((count, coefficients.shape[1])), numpy.full(count, -numpy.inf)
    for label, one, intercept in zip(classifier.classes_, coefficients, intercepts):
        weight[label], bias[label] = one, intercept
    return Head(weight, bias, "softmax")


def _one_sum(estimator: Any) -> tuple[numpy.ndarray, float]:
    if hasattr(estimator, "coef_"):
        return estimator.coef_[0], float(numpy.ravel(estimator.intercept_)[0])
    # scikit-learn's stand-in for a label that every row has, or none.
    return numpy.zeros(0), numpy.inf if estimator.y_[0] else -numpy.inf


def _sigmoid(sums: Sequence[Any]) -> numpy.ndarray:
    return numpy.exp(-numpy.logaddexp(0, -numpy.asarray(sums)))
