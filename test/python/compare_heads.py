"""Prints how far the shares of converted heads are from those of the heads that they were made of, as JSON."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from warnings import simplefilter

sys.path.insert(0, str(Path(__file__).parents[2] / "runtime/python"))

import numpy
import torch
from setfit import SetFitHead
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier

from tasklab_worker.classifier_head import head_of_scikit, head_of_torch, load_head

simplefilter("ignore")
random = numpy.random.RandomState(0)
train, test = random.randn(60, 5), random.randn(20, 5)
one = random.randint(0, 3, 60)
several = (train[:, :3] + random.randn(60, 3) > 0).astype(int)
constant = numpy.hstack([several, numpy.zeros((60, 1), int), numpy.ones((60, 1), int)])


def saved(head):
    with TemporaryDirectory() as folder:
        head.save(Path(folder))
        return load_head(Path(folder))


def difference(shares, expected):
    return float(numpy.abs(shares - expected).max())


def multi_output(classifier):
    return numpy.stack([part[:, 1] for part in classifier.predict_proba(test)], axis=1)


found = {}
classifier = LogisticRegression().fit(train, one)
found["three labels"] = difference(saved(head_of_scikit(classifier, 3)).shares(test), classifier.predict_proba(test))
classifier = LogisticRegression().fit(train, one == 1)
found["two labels"] = difference(saved(head_of_scikit(LogisticRegression().fit(train, (one == 1).astype(int)), 2)).shares(test), classifier.predict_proba(test))
classifier = LogisticRegression(fit_intercept=False).fit(train, numpy.array([0, 2, 3])[one])
absent = saved(head_of_scikit(classifier, 4)).shares(test)
found["a label that no row has"] = max(difference(absent[:, [0, 2, 3]], classifier.predict_proba(test)), float(absent[:, 1].max()))
classifier = OneVsRestClassifier(LogisticRegression()).fit(train, several)
found["one against the rest"] = difference(saved(head_of_scikit(classifier, 3)).shares(test), classifier.predict_proba(test))
classifier = OneVsRestClassifier(LogisticRegression()).fit(train, constant)
found["labels that all rows have, or none"] = difference(saved(head_of_scikit(classifier, 5)).shares(test), classifier.predict_proba(test))
classifier = MultiOutputClassifier(LogisticRegression()).fit(train, several)
found["outputs of their own"] = difference(saved(head_of_scikit(classifier, 3)).shares(test), multi_output(classifier))
classifier = ClassifierChain(LogisticRegression()).fit(train, several)
found["a chain"] = difference(saved(head_of_scikit(classifier, 3)).shares(test), classifier.predict_proba(test))
for multitarget in (False, True):
    head = SetFitHead(in_features=5, out_features=3, temperature=0.7, multitarget=multitarget, device="cpu")
    expected = head.predict_proba(torch.tensor(test, dtype=torch.float32)).detach().numpy()
    found[f"differentiable, several labels: {multitarget}"] = difference(saved(head_of_torch(head)).shares(test), expected)
print(json.dumps(found))
