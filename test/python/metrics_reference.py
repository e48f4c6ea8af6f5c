"""What the reference implementations make of the same answers: a JSON list of {"metric", "truth", "predicted", ...} on standard input, one of values on standard output."""
import json
import sys
import warnings

import numpy as np
from nltk.translate.gleu_score import corpus_gleu
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import BLEU
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import (
    accuracy_score, confusion_matrix, multilabel_confusion_matrix, ndcg_score, precision_recall_fscore_support,
)


def classes(truth, predicted, labels):
    """One label a row, or several."""
    if isinstance(truth[0], list):
        indicator = lambda rows: np.array([[label in row for label in labels] for row in rows], dtype=int)
        confusion = multilabel_confusion_matrix(indicator(truth), indicator(predicted))
        truth, predicted = indicator(truth), indicator(predicted)
        scored = list(range(len(labels)))
        occurring = [i for i in scored if truth[:, i].any() or predicted[:, i].any()]
    else:
        confusion = confusion_matrix(truth, predicted, labels=labels)
        scored = labels
        occurring = [label for label in labels if label in truth or label in predicted]
    macro = precision_recall_fscore_support(truth, predicted, labels=occurring, average="macro", zero_division=0)
    each = precision_recall_fscore_support(truth, predicted, labels=scored, zero_division=0)
    return {
        "accuracy": accuracy_score(truth, predicted),
        "macro": [float(value) for value in macro[:3]],
        "each": [[float(value) for value in column] for column in zip(*each)],
        "confusion": confusion.tolist(),
    }


def gleu(truth, predicted):
    tokens = lambda text: Tokenizer13a()(text.rstrip()).split()
    return corpus_gleu([[tokens(text)] for text in truth], [tokens(text) for text in predicted])


def rouge_l(truth, predicted):
    scorer = RougeScorer(["rougeL"])
    return float(np.mean([scorer.score(*pair)["rougeL"].fmeasure for pair in zip(truth, predicted)]))


references = {
    "classes": classes,
    "pearson": lambda truth, predicted: pearsonr(truth, predicted).statistic,
    "spearman": lambda truth, predicted: spearmanr(truth, predicted).statistic,
    "ndcg": lambda truth, predicted: ndcg_score(truth, predicted),
    "bleu": lambda truth, predicted: BLEU().corpus_score(predicted, [truth]).score,
    "tokens": lambda truth, predicted: [Tokenizer13a()(text.rstrip()).split() for text in truth],
    "gleu": gleu,
    "rouge_l": rouge_l,
}
requests = json.load(sys.stdin)
warnings.simplefilter("ignore")
json.dump([references[request.pop("metric")](**request) for request in requests], sys.stdout)
