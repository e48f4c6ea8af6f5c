"""What the reference implementations make of the same answers: a JSON list of {"measure", ...} on standard input, one of values on standard output."""
import json
import sys
import warnings

import krippendorff
import numpy as np
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import jaccard_distance
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

warnings.simplefilter("ignore")


def alpha(data, level):
    """Annotators by records; None where somebody did not answer."""
    rows = np.array([[np.nan if value is None else value for value in row] for row in data], dtype=float)
    return krippendorff.alpha(reliability_data=rows, level_of_measurement=level)


def sets(triples):
    """Annotator, record, labels: alpha with the Jaccard distance."""
    return AnnotationTask([(by, item, frozenset(labels)) for by, item, labels in triples], distance=jaccard_distance).alpha()


def fleiss(data):
    """Records by annotators, without gaps."""
    return fleiss_kappa(aggregate_raters(np.array(data))[0])


def cohen(left, right):
    return cohen_kappa_score(left, right)


def dawid_skene(counts, steps, smoothing):
    """Records by annotators by classes, how often each was said; the formulas 2.3 to 2.5 of the paper, as arrays."""
    n = np.array(counts, dtype=float)
    posterior = n.sum(axis=1)
    posterior /= posterior.sum(axis=1, keepdims=True)
    for _ in range(steps):
        prior = posterior.mean(axis=0)
        errors = np.einsum("ik,ial->akl", posterior, n) + smoothing
        errors /= errors.sum(axis=2, keepdims=True)
        posterior = prior * np.exp(np.einsum("ial,akl->ik", n, np.log(errors)))
        posterior /= posterior.sum(axis=1, keepdims=True)
    return {"priors": prior.tolist(), "posteriors": posterior.tolist()}


measures = {"alpha": alpha, "sets": sets, "fleiss": fleiss, "cohen": cohen, "dawid_skene": dawid_skene}
json.dump([measures[request.pop("measure")](**request) for request in json.load(sys.stdin)], sys.stdout)
