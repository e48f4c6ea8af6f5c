"""What sentence-transformers and scikit-learn make of the same texts: one JSON request on standard input, the answer on standard output.

{"model": FOLDER, "tokenizers": [FOLDER, ...], "texts": [...], "pooling": {"tokens": [[...]], "modes": [...]}, "rows": [{"text", "label", "fold"}]}
"""
import json
import sys

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.models import Pooling
from sklearn.linear_model import LogisticRegression
from transformers import AutoTokenizer

request = json.load(sys.stdin)
torch.manual_seed(0)
model = SentenceTransformer(request["model"], device="cpu")


def accuracies(rows: list[dict]) -> list[float]:
    vectors = model.encode([row["text"] for row in rows])
    labels = np.array([row["label"] for row in rows])
    folds = np.array([row["fold"] for row in rows])
    found = []
    for fold in sorted(set(folds.tolist())):
        train, test = folds != fold, folds == fold
        found.append(float(LogisticRegression().fit(vectors[train], labels[train]).score(vectors[test], labels[test])))
    return found


def pooled(tokens: list[list[float]], modes: list[str]) -> list[list[float]]:
    features = {"token_embeddings": torch.tensor([tokens]), "attention_mask": torch.ones(1, len(tokens), dtype=torch.int64)}
    return [Pooling(len(tokens[0]), mode)(dict(features))["sentence_embedding"][0].tolist() for mode in modes]


def ids(folder: str, length: int) -> list[list[int]]:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    # One by one: padding plays no part.
    return [tokenizer(text, truncation=True, max_length=length)["input_ids"] for text in request["texts"]]


json.dump({
    "ids": [ids(folder, model.max_seq_length) for folder in request["tokenizers"]],
    "vectors": [model.encode(text).tolist() for text in request["texts"]],
    "pooled": pooled(**request["pooling"]),
    "accuracies": accuracies(request["rows"]),
}, sys.stdout)
