"""SpanMarker: an encoder that marks spans; it needs Transformers 4, and so takes no model from a hub that is not trusted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from datasets import Dataset, disable_progress_bars
from span_marker import SpanMarkerConfig, SpanMarkerModel, Trainer
from transformers import AutoConfig, TrainingArguments

from ..device import device, seed_everything
from ..errors import UserError
from ..metrics.spans import compare_spans, spans_of
from ..models import Located, check_encoder, check_folder, check_weights, loading, locate, locate_run
from ..progress import Progress
from ..rows import cut_off, need_rows, read_rows, warn_cut, warn_not_measured
from ..run import Context, FinishedRun, Trained
from .transformers.arguments import made, training_arguments
from .transformers.tags import tagged_labels, tags_of
from .transformers.words import words_of

_LENGTHS = ("model_max_length", "marker_max_length", "entity_max_length", "max_prev_context", "max_next_context")


_FIRST_POSITION = 2


def train(context: Context) -> Trained:
    job, events = context.job, context.events
    if job.model and job.model["from"] == "repository" and (job.trust is None or job.trust["repository"] != job.model["name"]):
        raise UserError("model/needs-trust", f'"{job.model["name"]}" comes from a hub, and SpanMarker reads models with Transformers 4, which is not safe for those that are not trusted.', 'Trust the repository at one commit: trust = "organization/name@COMMIT".')
    rows, test_rows = read_rows(job.train_path), read_rows(job.test_path)
    need_rows(len(rows))
    labels = tagged_labels(job.labels, rows, test_rows, events)
    disable_progress_bars()
    seed_everything(job.seed)
    located = locate(job, job.model)
    if located.commit:
        events.log(f'The model "{located.name}" is at commit {located.commit}.')
    tags = tags_of(labels)
    model = _load(located, {name: job.options[name] for name in _LENGTHS if job.options.get(name) is not None}, labels=tags)
    rows = _readable(context, model, rows)
    _tell_cut(context, model, [*rows, *test_rows])
    dataset = lambda some: Dataset.from_list([{"tokens": row["tokens"], "ner_tags": [tags.index(tag) for tag in row["ner_tags"]]} for row in some])  # noqa: E731
    trainer = made(
        context,
        Trainer,
        model=model,
        args=training_arguments(TrainingArguments, context, eval_strategy="no"),
        train_dataset=dataset(rows),
        callbacks=[Progress(context)],
    )
    trainer.train()
    trainer.save_model(str(context.model_folder))
    _name_encoder(context.model_folder / "config.json", located)
    counts = {"train": len(rows), "test": len(test_rows)}
    if not test_rows:
        warn_not_measured(context)
        return Trained(counts, labels)
    truth = [spans_of(row["ner_tags"]) for row in test_rows]
    said = _entities(model, [row["tokens"] for row in test_rows], job.options["per_device_eval_batch_size"])
    result = compare_spans(labels, truth, [{(one["word_start_index"], one["word_end_index"], one["label"]) for one in found} for found in said])
    baseline = compare_spans(labels, truth, [set() for _ in truth]).metrics
    events.evaluated(len(test_rows), result.metrics, baseline, result.per_class)
    return Trained(counts, labels, None, result.metrics, baseline)


def _load(located: Located, lengths: dict[str, int], **more: Any) -> Any:
    """A SpanMarker model, or one around an encoder."""
    check_folder(located)
    check_weights(located, "*")
    safe = {"local_files_only": True, "use_safetensors": True, "trust_remote_code": located.trust is not None}

    def load() -> Any:
        config = AutoConfig.from_pretrained(located.place, **safe, **lengths)
        with TemporaryDirectory() as encoder:
            if isinstance(config, SpanMarkerConfig):
                _lay_out_encoder(located, config, Path(encoder))
            else:
                check_encoder(located, config)
            return SpanMarkerModel.from_pretrained(located.place, config=config, **safe, **lengths, **more)

    model = loading(located, "model", load)
    positions = model.config.encoder.get("max_position_embeddings")
    if positions:
        # SpanMarker counts positions from 2 on, as RoBERTa does.
        model.tokenizer.model_max_length = min(model.tokenizer.model_max_length, positions - _FIRST_POSITION)
    around = model.tokenizer.tokenizer.num_special_tokens_to_add()
    if model.tokenizer.model_max_length <= around:
        raise UserError("training/wrong-value", f"model_max_length is {model.tokenizer.model_max_length} tokens, which leaves none for words: {around} stand around.", "Give a larger model_max_length.")
    return model


def _lay_out_encoder(located: Located, config: Any, folder: Path) -> None:
    """SpanMarker reads the encoder's configuration and the tokenizer where the encoder once came from; the model's own folder holds both."""
    encoder = {name: value for name, value in config.encoder.items() if name not in ("_name_or_path", "auto_map")}
    (folder / "config.json").write_text(json.dumps(encoder), "utf-8")
    for file in located.path.iterdir():
        if file.suffix in (".json", ".txt", ".model") and file.name != "config.json":
            shutil.copy(file, folder)
    config.encoder = {**encoder, "_name_or_path": str(folder)}


def _name_encoder(path: Path, encoder: Located) -> None:
    """A saved model names the encoder that it began from, and no place on this machine; nor how it was loaded."""
    config = json.loads(path.read_text("utf-8"))
    config["encoder"]["_name_or_path"] = encoder.name
    kept = {name: value for name, value in config.items() if name not in ("local_files_only", "use_safetensors", "trust_remote_code")}
    path.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n", "utf-8")


def _tokens(model: Any, words: list[str]) -> int:
    """How many tokens words have, with those around them; words of invisible signs may have none."""
    return len(model.tokenizer.tokenizer(words, is_split_into_words=True, verbose=False)["input_ids"]) if words else 0


def _is_readable(model: Any, words: list[str]) -> bool:
    return bool(words) and len(model.tokenizer.tokenizer(words, is_split_into_words=True, add_special_tokens=False, verbose=False)["input_ids"]) > 0


def _readable(context: Context, model: Any, rows: list[dict]) -> list[dict]:
    """Rows that have tokens; SpanMarker stops at others."""
    kept = [row for row in rows if _is_readable(model, row["tokens"])]
    if count := len(rows) - len(kept):
        context.events.warn(f"{count} training {'row is' if count == 1 else 'rows are'} left out: the model's tokenizer sees no text in {'it' if count == 1 else 'them'}.")
    need_rows(len(kept))
    return kept


def _tell_cut(context: Context, model: Any, rows: list[dict]) -> None:
    """Says what SpanMarker never sees: words behind the longest text, and spans of more words than it looks at."""
    words = model.config.entity_max_length
    warn_cut(context, *_longer(model, [row["tokens"] for row in rows]))
    count = sum(end - start > words for row in rows for start, end, _ in spans_of(row["ner_tags"]))
    if count:
        context.events.warn(f"{count} {'span has' if count == 1 else 'spans have'} more words than entity_max_length, {words}, and cannot be found.")


def _longer(model: Any, rows: list[list[str]]) -> tuple[int, int]:
    """How many rows have more tokens than the model takes, and how many it takes."""
    longest = model.tokenizer.model_max_length
    return sum(_tokens(model, words) > longest for words in rows), longest


def _entities(model: Any, rows: list[list[str]], batch: int = 8) -> list[list[dict[str, Any]]]:
    """Spans of rows of words; none where there are no tokens."""
    full = [_is_readable(model, row) for row in rows]
    asked = [row for row, is_full in zip(rows, full) if is_full]
    with torch.inference_mode():
        found = iter(model.predict(asked, batch_size=batch) if asked else [])
    return [next(found) if is_full else [] for is_full in full]


class Marker:
    """Spans of texts, by whole words."""

    def __init__(self, model: Any):
        self._model = model

    def predict(self, inputs: list[str]) -> list[dict[str, Any]]:
        texts = [words_of(text) for text in inputs]
        said = _entities(self._model, [[word for word, _, _ in words] for words in texts])
        return [
            {"spans": [{"label": one["label"], "start": words[one["word_start_index"]][1], "end": words[one["word_end_index"] - 1][2], "score": float(one["score"])} for one in found]}
            for words, found in zip(texts, said)
        ]

    def not_read(self, inputs: list[str]) -> str | None:
        return cut_off(*_longer(self._model, [[word for word, _, _ in words_of(text)] for text in inputs]))


def load(run: FinishedRun) -> Marker:
    return Marker(_load(locate_run(run), {}).eval().to(device()))
