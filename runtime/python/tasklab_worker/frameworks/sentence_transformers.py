"""Sentence Transformers: how alike two sentences are, by a bi-encoder (the cosine of their embeddings) or a cross-encoder (which reads both at once)."""

from __future__ import annotations

from typing import Any, Callable, Sequence

import numpy

from ..classes import largest
from ..device import seed_everything
from ..errors import UserError
from ..metrics.classification import one_label
from ..models import locate, locate_run
from ..rows import cut_off, need_rows, read_rows, warn_cut, warn_not_measured
from ..run import Context, FinishedRun, Trained
from ..sentence_models import count_longer, load_cross_encoder, load_sentence_model
from ..sentence_rows import SentenceRows, best_threshold, correlations, nearest_is_own

#: Losses by what rows they learn from, the usual one first: (bi-encoders', cross-encoders').
LOSSES = {
    "pairs": (["MultipleNegativesRankingLoss"], ["MultipleNegativesRankingLoss"]),
    "triplets": (["MultipleNegativesRankingLoss", "TripletLoss"], ["MultipleNegativesRankingLoss"]),
    "scores": (["CosineSimilarityLoss", "CoSENTLoss", "AnglELoss"], ["BinaryCrossEntropyLoss"]),
    "alike": (["ContrastiveLoss", "OnlineContrastiveLoss", "SoftmaxLoss"], ["BinaryCrossEntropyLoss"]),
    "classes": (["SoftmaxLoss"], ["CrossEntropyLoss"]),
}
#: They learn from classes too, taken as degrees.
_OF_SCORES = (*LOSSES["scores"][0], *LOSSES["scores"][1])


def train(context: Context) -> Trained:
    job, events, options = context.job, context.events, context.job.options
    is_cross = options["cross_encoder"]
    train_rows, test_rows = read_rows(job.train_path), read_rows(job.test_path)
    need_rows(len(train_rows))
    rows = SentenceRows.of(train_rows, test_rows)
    loss_name = options["loss"] or LOSSES[rows.kind][is_cross][0]
    if rows.kind in ("alike", "classes") and loss_name in _OF_SCORES and not (is_cross and rows.kind == "alike"):
        rows = rows.as_scores()
    if loss_name not in LOSSES[rows.kind][is_cross]:
        raise UserError("training/wrong-value", f'The loss "{loss_name}" does not learn from {rows.described}.', f"Give {' or '.join(LOSSES[rows.kind][is_cross])}.")
    if options["batch_sampler"] == "group_by_label" and not rows.classes:
        raise UserError("training/wrong-value", f'The option "batch_sampler" is "group_by_label", and the rows are {rows.described}.', 'Give "no_duplicates", or rows with labels.')
    if rows.rescaled:
        events.warn(f"Labels run from {rows.rescaled[0]:g} to {rows.rescaled[1]:g}; they are learnt as 0 to 1.")
    rows.warn_unseen(events)
    rows.warn_outside(events, test_rows)

    # Imported when the rows are known to be right: they take seconds.
    from datasets import Dataset

    from ..progress import Progress
    from .transformers.arguments import fit, made, training_arguments

    seed_everything(job.seed)
    located = locate(job, job.model)
    outputs = len(rows.classes) if rows.kind == "classes" else 1
    model = load_cross_encoder(located, outputs, options["max_seq_length"]) if is_cross else load_sentence_model(located, options["max_seq_length"])
    if not is_cross and not (located.path / "modules.json").exists():
        events.log("The model has no pooling of its own: an embedding is the mean of its tokens'.")
    context.raise_if_stopped()
    warn_cut(context, count_longer(model, rows.pairs(train_rows + test_rows) if is_cross else rows.texts(train_rows + test_rows)), model.max_seq_length)
    events.log(f"It learns from {rows.described} by {loss_name}.")

    trainer_class, arguments_class, losses = _parts(is_cross)
    # The layer that softmax reads classes from is new: it is made before it is measured untrained.
    loss = getattr(losses, loss_name)(model, *((model.get_embedding_dimension(), len(rows.classes)) if loss_name == "SoftmaxLoss" else ())).to(model.device)
    similarity = lambda pairs: similarities(model, is_cross, pairs)  # noqa: E731
    measure = lambda: _measured(rows, train_rows, test_rows, similarity, _class_of(model, is_cross, loss) if rows.kind == "classes" else None)  # noqa: E731
    baseline = measure() if test_rows else None
    trainer = made(
        context,
        trainer_class,
        model=model,
        args=training_arguments(arguments_class, context, **({} if test_rows else {"eval_strategy": "no"})),
        train_dataset=Dataset.from_dict(rows.columns(train_rows)),
        eval_dataset=Dataset.from_dict(rows.columns(test_rows)) if test_rows else None,
        loss=loss,
        callbacks=[Progress(context)],
    )
    fit(context, trainer)
    context.raise_if_stopped()
    model.save_pretrained(str(context.model_folder), create_model_card=False)
    counts = {"train": len(train_rows), "test": len(test_rows)}
    if not test_rows:
        warn_not_measured(context)
        return Trained(counts)
    result = measure()
    events.evaluated(len(test_rows), result["metrics"], baseline["metrics"], result["per_class"], result["confusion"])
    return Trained(counts, metrics=result["metrics"], baseline=baseline["metrics"])


def _parts(is_cross: bool) -> tuple[Any, Any, Any]:
    """The trainer, its arguments, the module of its losses."""
    if is_cross:
        from sentence_transformers.cross_encoder import CrossEncoderTrainer, CrossEncoderTrainingArguments, losses

        return CrossEncoderTrainer, CrossEncoderTrainingArguments, losses
    from sentence_transformers.sentence_transformer import SentenceTransformerTrainer, SentenceTransformerTrainingArguments, losses

    return SentenceTransformerTrainer, SentenceTransformerTrainingArguments, losses


def similarities(model: Any, is_cross: bool, pairs: Sequence[tuple[str, str]]) -> list[float]:
    """The cosine of a bi-encoder's embeddings; what a cross-encoder says, from 0 to 1: of several classes the expected one, the first 0, the last 1."""
    if not pairs:
        return []
    if is_cross:
        shares = _cross_shares(model, pairs)
        if shares.shape[1] == 1:
            return shares[:, 0].tolist()
        return (shares @ numpy.linspace(0, 1, shares.shape[1])).tolist()
    texts = sorted({text for pair in pairs for text in pair}, key=lambda text: (len(text), text))
    place = {text: i for i, text in enumerate(texts)}
    embeddings = model.encode(texts, normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True)
    first, second = (embeddings[[place[pair[side]] for pair in pairs]] for side in (0, 1))
    return (first * second).sum(1).tolist()


def _cross_shares(model: Any, pairs: Sequence[tuple[str, str]]) -> numpy.ndarray:
    import torch

    sums = model.predict(list(pairs), activation_fn=torch.nn.Identity(), show_progress_bar=False, convert_to_tensor=True).float()
    return (sums.reshape(-1, 1).sigmoid() if model.num_labels == 1 else sums.softmax(-1)).cpu().double().numpy()


def _class_of(model: Any, is_cross: bool, loss: Any) -> Callable[[Sequence[tuple[str, str]]], list[int]]:
    """Which class pairs have: by the cross-encoder itself, or by the layer of the softmax loss on a bi-encoder's embeddings."""
    if is_cross:
        return lambda pairs: [largest(row) for row in _cross_shares(model, pairs).tolist()]

    def of_embeddings(pairs: Sequence[tuple[str, str]]) -> list[int]:
        import torch

        first, second = (model.encode([pair[side] for pair in pairs], show_progress_bar=False, convert_to_tensor=True) for side in (0, 1))
        with torch.inference_mode():
            return loss.classifier(torch.cat([first, second, (first - second).abs()], 1)).argmax(1).tolist()

    return of_embeddings


def _measured(rows: SentenceRows, train_rows: list[dict], test_rows: list[dict], similarity: Callable, class_of: Callable | None) -> dict[str, Any]:
    """What each kind of rows is measured by, of the model as it is now."""
    nothing = {"per_class": None, "confusion": None}
    if rows.kind in ("pairs", "triplets"):
        return {"metrics": nearest_is_own(test_rows, similarity), **nothing}
    said = similarity(rows.pairs(test_rows))
    if rows.kind == "scores":
        return {"metrics": correlations(said, rows.values(test_rows)), **nothing}
    truth = rows.places(test_rows)
    if rows.kind == "classes":
        given = class_of(rows.pairs(test_rows))
    else:
        # Alike or not: from the similarity on that tells most of the first training rows apart.
        some = train_rows[:1000]
        threshold = best_threshold(similarity(rows.pairs(some)), rows.places(some))
        given = [int(value >= threshold) for value in said]
    compared = one_label([f"{value:g}" for value in rows.classes], truth, given)
    return {"metrics": {**compared.metrics, **correlations(said, truth)}, "per_class": compared.per_class, "confusion": compared.confusion}


class Comparer:
    """How alike two sentences are."""

    def __init__(self, run: FinishedRun):
        options, located = run.manifest["options"], locate_run(run)
        self._is_cross = options["cross_encoder"]
        self._model = load_cross_encoder(located, None, options["max_seq_length"]) if self._is_cross else load_sentence_model(located, options["max_seq_length"])

    def predict(self, inputs: list[Any]) -> list[dict[str, float]]:
        if not all(isinstance(one, dict) and "sentences" in one for one in inputs):
            raise UserError("predict/input", "The model compares two sentences.", "Give each pair as { sentences: [first, second] }.")
        return [{"similarity": value} for value in similarities(self._model, self._is_cross, [tuple(one["sentences"]) for one in inputs])]

    def not_read(self, inputs: list[Any]) -> str | None:
        pairs = [tuple(one["sentences"]) for one in inputs]
        texts = pairs if self._is_cross else [text for pair in pairs for text in pair]
        return cut_off(count_longer(self._model, texts), self._model.max_seq_length)


def load(run: FinishedRun) -> Comparer:
    return Comparer(run)
