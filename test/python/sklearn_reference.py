"""What scikit-learn makes of the same texts: a JSON list of {"do": ..., ...} on standard input, one of answers on standard output."""
import json
import re
import sys
import unicodedata
import warnings

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_recall_fscore_support
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline


def vectorizer(options):
    common = dict(
        min_df=options.get("min_df", 1),
        max_features=options.get("max_features"),
        sublinear_tf=options.get("sublinear_tf", False),
    )
    return FeatureUnion([
        ("word", TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"(?u)\b\w\w+\b", **common)),
        ("char", TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), **common)),
    ])


def matrix(request):
    union = vectorizer(request["options"])
    union.fit(request["texts"])
    rows = union.transform(request["others"]).tocsr()
    rows.sort_indices()
    return {
        "terms": [list(map(str, part.get_feature_names_out())) for _, part in union.transformer_list],
        "starts": rows.indptr.tolist(),
        "indices": rows.indices.tolist(),
        "values": rows.data.tolist(),
    }


def train(request):
    """Trains on some rows; probabilities of the others, columns in the order of the labels."""
    options = request["options"]
    texts, truth, labels = request["texts"], request["labels"], request["classes"]
    regression = LogisticRegression(
        C=options.get("C", 1.0), tol=options.get("tolerance", 1e-4), max_iter=options.get("max_iter", 100),
        class_weight=options.get("class_weight"),
    )
    if request["multi_label"]:
        regression = OneVsRestClassifier(regression)
        truth = np.array([[label in row for label in labels] for row in truth], dtype=int)
    model = make_pipeline(vectorizer(options), regression).fit(texts, truth)
    shares = model.predict_proba(request["others"])
    if not request["multi_label"]:
        shares = shares[:, [list(model.classes_).index(label) for label in labels]]
    return shares.tolist()


def metrics(request):
    labels, truth, predicted = request["labels"], request["truth"], request["predicted"]
    multi_label = isinstance(truth[0], list)
    if multi_label:
        indicator = lambda rows: np.array([[label in row for label in labels] for row in rows], dtype=int)
        truth, predicted = indicator(truth), indicator(predicted)
        scored = list(range(len(labels)))
        occurring = [i for i in scored if truth[:, i].any() or predicted[:, i].any()]
    else:
        scored = labels
        occurring = [label for label in labels if label in truth or label in predicted]
    each = precision_recall_fscore_support(truth, predicted, labels=scored, zero_division=0)
    macro = precision_recall_fscore_support(truth, predicted, labels=occurring, average="macro", zero_division=0)
    result = {
        "accuracy": accuracy_score(truth, predicted),
        "macro": [float(x) for x in macro[:3]],
        "each": [[float(x) for x in column] for column in zip(*each)],
    }
    if multi_label:
        result["f1_micro"] = f1_score(truth, predicted, average="micro", zero_division=0)
    else:
        result["confusion"] = confusion_matrix(truth, predicted, labels=labels).tolist()
    result["baseline"] = accuracy_score(truth, DummyClassifier(strategy="most_frequent").fit(np.zeros((len(truth), 1)), truth).predict(np.zeros((len(truth), 1))))
    return result


def characters(request):
    """Every character that this Python knows: is it \\w, a blank, and what is its lower case?"""
    known = [c for c in map(chr, range(0x110000)) if unicodedata.category(c) not in ("Cn", "Cs", "Co")]
    word = re.compile(r"\w")
    return {
        "unicode": unicodedata.unidata_version,
        "known": [ord(c) for c in known],
        "word": [1 if word.match(c) else 0 for c in known],
        "blank": [1 if c.isspace() else 0 for c in known],
        "lower": {str(ord(c)): c.lower() for c in known if c.lower() != c},
    }


requests = json.load(sys.stdin)
warnings.simplefilter("ignore")
answers = {"matrix": matrix, "train": train, "metrics": metrics, "characters": characters}
json.dump([answers[request["do"]](request) for request in requests], sys.stdout)
