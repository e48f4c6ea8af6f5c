"""spaCy: a text categorizer or an entity recognizer, in a blank pipeline of a language or on the tokenizer, vocabulary and embeddings of one that is there.

What is trusted: packages that are installed. A pipeline's folder is data (msgpack, JSON, NumPy arrays; no pickles): its ``config.cfg``
names functions, of installed packages alone, and Python files in the folder are not run.
"""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..classes import check_classes, check_span_labels, compare, label_prediction, majority
from ..errors import UserError, describe, first_line
from ..metrics.classification import Evaluation
from ..metrics.spans import compare_spans
from ..rows import need_rows, read_rows, warn_not_measured
from ..run import Context, FinishedRun, Trained, open_finished

_LOGGER, _READER = "tasklab.events.v1", "tasklab.rows.v1"
#: Where options that are not of ``[training]`` itself belong.
_OPTIMIZER = ("beta1", "beta2", "L2_is_weight_decay", "L2", "grad_clip", "use_averages", "eps", "learn_rate")
_PIPELINE = ("lang", "optimize")


def train(context: Context) -> Trained:
    job, events = context.job, context.events
    train_rows, test_rows = read_rows(job.train_path), read_rows(job.test_path)
    need_rows(len(train_rows))
    task = _Task.of(context, train_rows, test_rows)
    import spacy
    from spacy.training.initialize import init_nlp
    from spacy.training.loop import train as train_pipeline

    base = _base(context)
    gpu = 0 if spacy.prefer_gpu() else -1
    config = _config(context, base, task)
    course = _Course()
    _register(context, task, train_rows, test_rows or train_rows, course)
    if not test_rows:
        events.warn("spaCy keeps the best of what it tries by held-out rows; there are none, so that the training rows decide.")
    output = context.work_folder / "pipeline"
    output.mkdir()
    _check_components(job.options, config["nlp"]["pipeline"])
    try:
        nlp = init_nlp(config, use_gpu=gpu)
        task.count_misaligned(nlp, train_rows, events)
        train_pipeline(nlp, output, use_gpu=gpu, stdout=io.StringIO(), stderr=io.StringIO())
    except ValueError as error:
        raise UserError("training/wrong-value", f"spaCy does not train so: {first_line(error)}", "Look at the options and the block batcher.") from error
    context.raise_if_stopped()
    best = _best_of(context, task, output, test_rows or train_rows, course)
    _forget_places(best)
    best.to_disk(context.model_folder)
    # Beside what to_disk writes.
    shutil.rmtree(output)

    rows = {"train": len(train_rows), "test": len(test_rows)}
    if not test_rows:
        warn_not_measured(context)
        return Trained(rows, task.labels, task.multi_label)
    events.log("The held-out rows also chose the best of what spaCy tried, so that their figures are a little too good.")
    result, baseline = task.evaluate(Pipeline(best, task.labels, task.multi_label), train_rows, test_rows)
    events.evaluated(len(test_rows), result.metrics, baseline, result.per_class, result.confusion)
    return Trained(rows, task.labels, task.multi_label, result.metrics, baseline)


@dataclass
class _Course:
    """How far spaCy came."""

    step: int = 0
    #: The last step that was measured, and the best one.
    measured: int = -1
    best: int = 0


def _best_of(context: Context, task: "_Task", output: Path, dev_rows: list[dict], course: _Course) -> Any:
    """The best model of those that were measured, and of the last one: spaCy itself measures every ``eval_frequency`` steps alone, and would leave out what was learnt since."""
    import spacy
    from spacy.training.loop import create_evaluation_callback

    best = spacy.load(output / "model-best")
    if course.step > course.measured:
        last = spacy.load(output / "model-last")
        (best_score, _), (score, scores) = (create_evaluation_callback(nlp, lambda nlp: [task.example(nlp, row) for row in dev_rows], nlp.config["training"]["score_weights"])() for nlp in (best, last))
        for name in _shown(last):
            if isinstance(scores.get(name), float):
                context.events.metric(name, scores[name], course.step, "test")
        if score > best_score:
            best, course.best = last, course.step
    context.events.log(f"The model of step {course.best} is kept, the best of those that were measured.")
    return best


def _shown(nlp: Any) -> list[str]:
    """As spaCy's own console: without the speed, which is another each time, and what has no weight."""
    return [name for name, weight in nlp.config["training"]["score_weights"].items() if weight is not None]


@dataclass(frozen=True)
class _Task:
    """What is learnt: ``textcat``, ``textcat_multilabel`` or ``ner``."""

    component: str
    labels: list[str]
    #: ``None`` for spans.
    multi_label: bool | None

    @staticmethod
    def of(context: Context, train_rows: list[dict], test_rows: list[dict]) -> "_Task":
        """Raises ``train/one-class``, ``train/no-labels``; says which labels no training row has."""
        job, events = context.job, context.events
        if job.kind == "token_classification":
            of_rows, of_test_rows = ([{entity["2"] for entity in row["entities"]} for row in rows] for rows in (train_rows, test_rows))
            labels = list(job.labels or []) or sorted(set().union(*of_rows, *of_test_rows))
            check_span_labels(labels, of_rows, of_test_rows, events, "never")
            return _Task("ner", labels, None)
        labels = list(job.labels or [])
        multi_label = any(column["name"] == "label" and column["type"] == "texts" for column in job.columns)
        task = _Task("textcat_multilabel" if multi_label else "textcat", labels, multi_label)
        check_classes(labels, task.truth(train_rows), task.truth(test_rows), multi_label, events)
        return task

    def truth(self, rows: list[dict]) -> list:
        """Of classifications: labels' places, or a 0 or 1 for each; of spans where they are and their labels."""
        if self.multi_label is None:
            return [{(entity["0"], entity["1"], entity["2"]) for entity in row["entities"]} for row in rows]
        marks = [[int(row["cats"][label]) for label in self.labels] for row in rows]
        return marks if self.multi_label else [row.index(1) for row in marks]

    def example(self, nlp: Any, row: dict) -> Any:
        from spacy.training import Example

        if self.multi_label is None:
            wanted: dict[str, Any] = {"entities": [(entity["0"], entity["1"], entity["2"]) for entity in row["entities"]]}
        else:
            wanted = {"cats": {label: float(row["cats"][label]) for label in self.labels}}
        return Example.from_dict(_doc(nlp, row["text"]), wanted)

    def count_misaligned(self, nlp: Any, rows: list[dict], events: Any) -> None:
        """spaCy takes the words under such spans as unknown: they are neither of the label nor of none."""
        if self.multi_label is not None:
            return
        count = 0
        for row in rows:
            doc = _doc(nlp, row["text"])
            count += sum(doc.char_span(entity["0"], entity["1"]) is None for entity in row["entities"])
        if count:
            events.warn(f"{count} {'span begins or ends' if count == 1 else 'spans begin or end'} inside a word (or a space) as spaCy cuts the texts; nothing is learnt from the words there.")

    def evaluate(self, pipeline: "Pipeline", train_rows: list[dict], test_rows: list[dict]) -> tuple[Evaluation, dict[str, float]]:
        """The result and the baseline: no spans, or what most training rows have."""
        truth = self.truth(test_rows)
        said = pipeline.predict([row["text"] for row in test_rows])
        if self.multi_label is None:
            given = [{(span["start"], span["end"], span["label"]) for span in one["spans"]} for one in said]
            return compare_spans(self.labels, truth, given), compare_spans(self.labels, truth, [set()] * len(truth)).metrics
        shares = [[one["scores"][label] for label in self.labels] for one in said]
        return compare(self.labels, self.multi_label, truth, shares), majority(self.labels, self.multi_label, self.truth(train_rows), truth)


def _take(nlp: Any, texts: list[str]) -> None:
    """spaCy's limit warns of the memory of long texts; they are taken whole."""
    nlp.max_length = max([nlp.max_length, *(len(text) + 1 for text in texts)])


def _doc(nlp: Any, text: str) -> Any:
    _take(nlp, [text])
    return nlp.make_doc(text)


@dataclass(frozen=True)
class _Base:
    """What the pipeline starts from: a language, or another pipeline by its package's name or its folder."""

    lang: str
    place: str | None = None
    name: str = ""
    #: The width of its ``tok2vec``, which the new component then listens to; ``None``: it has none.
    width: int | None = None
    has_vectors: bool = False


def _base(context: Context) -> _Base:
    """Raises ``model/not-found``, ``model/wrong-kind``, ``model/damaged``, ``run/not-finished``, ``run/damaged``."""
    import spacy
    from spacy.util import is_package

    job, events = context.job, context.events
    if job.model is None:
        events.log(f'The training names no model: it starts from a blank pipeline of the language "{job.options["lang"]}".')
        return _Base(_language(job.options["lang"]))
    if job.model["from"] == "name":
        name = job.model["name"]
        if not is_package(name):
            return _Base(_language(name))
        place = name
    else:
        name, place = _pipeline_folder(context)
    try:
        nlp = spacy.load(place)
    except Exception as error:  # noqa: BLE001 - whatever spaCy makes of files that are not what they should be
        if describe(error):
            # The machine lacks something, and the files may be as they should.
            raise
        code = "model/wrong-kind" if "registry" in type(error).__name__.lower() or "E002" in str(error) else "model/damaged"
        raise UserError(code, f'The pipeline "{name}" cannot be loaded: {first_line(error)}', "It needs packages that are installed, and files that are whole.") from error
    width = nlp.get_pipe("tok2vec").model.maybe_get_dim("nO") if "tok2vec" in nlp.pipe_names else None
    base = _Base(nlp.lang, place, name, width, nlp.vocab.vectors.shape[0] > 0)
    kept = ["tokenizer", "vocabulary", *(["word vectors"] if base.has_vectors else []), *(["embeddings (tok2vec, as they are)"] if width else [])]
    events.log(f'Of the pipeline "{name}" it takes {", ".join(kept[:-1])} and {kept[-1]}; the component that learns is new, and others are left out.')
    return base


def _language(code: str) -> str:
    from spacy.util import get_lang_class

    try:
        language = get_lang_class(code)
    except ImportError as error:
        raise UserError("model/not-found", f'"{code}" is no installed pipeline and no language of spaCy\'s.', 'Give a language as "en", an installed pipeline as "en_core_web_sm", or a folder with one.') from error
    try:
        # Some languages cut words by packages of their own.
        language()
    except ImportError as error:
        raise UserError("environment/missing-package", f'spaCy\'s language "{code}" needs a package that is not installed: {first_line(error)}', "Name an environment of your own that has it: TASKLAB_PYTHON.") from error
    return code


def _pipeline_folder(context: Context) -> tuple[str, str]:
    """The folder with the pipeline itself: packages have it inside of theirs."""
    folder = (context.job.folder / context.job.model["path"]).resolve()
    if not folder.is_dir():
        raise UserError("model/no-folder", f'The folder of the model "{folder.name}" is not there.', "Carry it along, or train again.")
    if (folder / "tasklab" / "manifest.json").exists():
        open_finished(folder)
    for place in (folder, *sorted(path.parent for path in folder.glob("*/config.cfg"))):
        if (place / "config.cfg").is_file():
            return folder.name, str(place)
    raise UserError("model/wrong-kind", f'The folder "{folder.name}" holds no pipeline of spaCy\'s: it has no config.cfg.', "Give the folder that nlp.to_disk has written, or that of an installed pipeline.")


def _config(context: Context, base: _Base, task: _Task) -> Any:
    """spaCy's own configuration for the component, with the job's options."""
    from spacy.cli.init_config import init_config
    from thinc.api import Config

    job = context.job
    listens = base.width is not None
    # "accuracy" has components that listen to a tok2vec of the pipeline's; "efficiency" ones have their own.
    optimize = "accuracy" if listens else job.options["optimize"]
    if listens:
        context.events.log("The component listens to the embeddings of the pipeline, so that the option optimize chooses nothing.")
    config = init_config(lang=base.lang, pipeline=[task.component], optimize=optimize, gpu=False)
    if listens:
        config = Config().from_str(config.to_str().replace("${components.tok2vec.model.encode.width}", str(base.width)))
    training = config["training"]
    for name, value in job.options.items():
        if name in _OPTIMIZER:
            training["optimizer"][name] = value
        elif name not in _PIPELINE and not (name == "score_weights" and value is None):
            training[name] = value
    for name, value in job.blocks.get("batcher", {}).items():
        (training["batcher"]["size"] if name in ("start", "stop", "compound") else training["batcher"])[name] = value
    training["seed"] = job.seed % 2**32
    training["logger"] = {"@loggers": _LOGGER}
    config["corpora"] = {side: {"@readers": _READER, "side": side} for side in ("train", "dev")}
    config["paths"] = {"train": None, "dev": None, "vectors": None, "init_tok2vec": None}
    config["initialize"]["vectors"] = base.place if base.has_vectors else None
    if base.place:
        config["initialize"]["before_init"] = {"@callbacks": "spacy.copy_from_base_model.v1", "tokenizer": base.place, "vocab": base.place}
    if listens:
        config["components"]["tok2vec"] = {"source": base.place}
        for name in ("frozen_components", "annotating_components"):
            training[name] = sorted({*training[name], "tok2vec"})
    elif not base.has_vectors:
        _without_vectors(context, config)
    if task.component != "ner":
        config["initialize"]["components"] = {task.component: {"labels": task.labels}}
    return config


def _check_components(options: dict[str, Any], pipeline: list[str]) -> None:
    """Raises ``training/wrong-value`` for a component that is not there, which spaCy passes over in silence."""
    for option in ("frozen_components", "annotating_components"):
        for name in options[option] or []:
            if name not in pipeline:
                raise UserError("training/wrong-value", f'The option "{option}" names "{name}", and the pipeline has no such component.', f"It has: {', '.join(pipeline)}.")


def _without_vectors(context: Context, config: Any) -> None:
    """The larger components want the vectors of a pipeline that is not there."""
    embeds = [component["model"].get("tok2vec", component["model"]).get("embed", {}) for component in config["components"].values() if "model" in component]
    wanting = [embed for embed in embeds if embed.get("include_static_vectors")]
    for embed in wanting:
        embed["include_static_vectors"] = False
    if wanting:
        context.events.log("There are no word vectors in a blank pipeline: it learns without; a model such as en_core_web_md brings some.")


def _register(context: Context, task: _Task, train_rows: list[dict], dev_rows: list[dict], course: _Course) -> None:
    """What the configuration names: where examples come from, and who hears of steps."""
    import spacy

    # How many steps epochs have is known when they are over: batches grow.
    events, total = context.events, None if context.job.options["max_epochs"] > 0 else context.job.options["max_steps"] or None

    def logger() -> Any:
        def setup(nlp: Any, *_: Any) -> Any:
            events.write("started", total=total, resumed_from=None)
            shown = _shown(nlp)

            def log_step(info: dict | None) -> None:
                context.raise_if_stopped()
                if info is None:
                    course.step += 1
                    if course.step % 10 == 0:
                        events.write("progress", step=course.step, total=total, epoch=None)
                    return
                course.step = info["step"]
                events.write("progress", step=course.step, total=total, epoch=info["epoch"])
                # spaCy adds up the losses of the batches since the last measure.
                events.metric("loss", float(info["losses"].get(task.component, 0.0)) / (course.step - course.measured), course.step)
                course.measured = course.step
                if info["score"] == max(info["checkpoints"])[0]:
                    course.best = course.step
                scores = info["other_scores"] or {}
                for name in shown:
                    if isinstance(scores.get(name), float):
                        events.metric(name, scores[name], course.step, "test")

            return log_step, lambda: None

        return setup

    def reader(side: str) -> Any:
        rows = train_rows if side == "train" else dev_rows
        return lambda nlp: (task.example(nlp, row) for row in rows)

    spacy.registry.loggers(_LOGGER, func=logger)
    spacy.registry.readers(_READER, func=reader)


def _forget_places(nlp: Any) -> None:
    """The saved configuration names neither folders of this machine nor functions of this worker: spaCy's own tools can go on with it."""

    nlp.config["corpora"] = {side: {"@readers": "spacy.Corpus.v1", "path": f"${{paths.{side}}}", "max_length": 0, "gold_preproc": False, "limit": 0, "augmenter": None} for side in ("train", "dev")}
    nlp.config["training"]["logger"] = {"@loggers": "spacy.ConsoleLogger.v1", "progress_bar": False}
    nlp.config["initialize"]["vectors"] = None
    nlp.config["initialize"]["before_init"] = None


class Pipeline:
    """What a trained pipeline says of texts."""

    def __init__(self, nlp: Any, labels: list[str], multi_label: bool | None):
        self._nlp, self._labels, self._multi_label = nlp, labels, multi_label

    def predict(self, inputs: list[str]) -> list[dict[str, Any]]:
        _take(self._nlp, inputs)
        docs = self._nlp.pipe(inputs)
        if self._multi_label is None:
            return [{"spans": [{"label": span.label_, "start": span.start_char, "end": span.end_char, "score": None} for span in doc.ents]} for doc in docs]
        return [label_prediction(self._labels, self._multi_label, [float(doc.cats[label]) for label in self._labels]) for doc in docs]


def load(run: FinishedRun) -> Pipeline:
    import spacy

    return Pipeline(spacy.load(run.folder), run.manifest["labels"], run.manifest["multi_label"])


