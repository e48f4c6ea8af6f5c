"""Hugging Face Transformers: a file a kind."""

from ..by_kind import by_kind

train, load = by_kind(__name__, ("text_classification", "token_classification", "question_answering", "pretraining"))
