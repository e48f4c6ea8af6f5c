"""Reads the options of frameworks off their own signatures: ``python signatures.py core FOLDER`` writes ``FOLDER/NAME.json`` for the
frameworks of an environment. Types, defaults and a line of documentation; a test compares what is checked in with what is installed.

AutoTrain is never installed, as its pins fit no other framework: ``python signatures.py autotrain FOLDER FILE.whl`` reads its package as
a file, without running it."""

from __future__ import annotations

import ast
import dataclasses
import enum
import importlib
import importlib.metadata
import inspect
import json
import re
import sys
import types
import typing
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any


def _spacy_training() -> list[dict[str, Any]]:
    """What stands directly in ``[training]`` of spaCy's own configuration, with the types and titles of its schema."""
    from spacy.schemas import ConfigSchemaTraining

    fields, defaults = ConfigSchemaTraining.model_fields, _spacy_section("training")
    hints = {name: field.rebuild_annotation() for name, field in fields.items()}
    return [_option(name, hints[name], _spacy_default(defaults[name]), {}, {"help": fields[name].title}) for name in fields if name in defaults and not _is_section(defaults[name])]


def _spacy_optimizer() -> list[dict[str, Any]]:
    """The arguments of the optimizer of spaCy's own configuration."""
    from thinc.optimizers import Optimizer

    defaults, docs = _spacy_section("training", "optimizer"), _entries(inspect.getdoc(Optimizer.__init__) or "")
    return [_option(name, type(value), value, docs, {}) for name, value in defaults.items() if not name.startswith("@")]


def _spacy_batcher() -> list[dict[str, Any]]:
    """The arguments of the batcher of spaCy's own configuration, those of its growing size among them."""
    from spacy.training.batchers import configure_minibatch_by_words

    defaults, docs = _spacy_section("training", "batcher"), _entries(inspect.getdoc(configure_minibatch_by_words) or "")
    flat = {**defaults["size"], **{name: value for name, value in defaults.items() if name != "size"}}
    return [_option(name, type(value), value, docs, {}) for name, value in flat.items() if not name.startswith("@")]


def _spacy_section(*path: str) -> Any:
    from spacy.language import DEFAULT_CONFIG

    found = DEFAULT_CONFIG
    for name in path:
        found = found[name]
    return found


def _is_section(value: Any) -> bool:
    return isinstance(value, dict) and len(value) > 0


def _spacy_default(value: Any) -> Any:
    """``${system.seed}`` and the like stand for values of other sections."""
    match = re.fullmatch(r"\$\{([\w.]+)\}", value) if isinstance(value, str) else None
    return _spacy_section(*match.group(1).split(".")) if match else value


#: By environment: the file's name, the package whose version it is of, and its classes, functions, or what reads it otherwise.
SOURCES: dict[str, dict[str, dict[str, Any]]] = {
    "core": {
        "transformers": {"packages": ["transformers"], "classes": {"TrainingArguments": "transformers.TrainingArguments"}},
        "peft": {"packages": ["peft"], "classes": {"LoraConfig": "peft.LoraConfig"}},
        "setfit": {"packages": ["setfit"], "classes": {"TrainingArguments": "setfit.TrainingArguments"}},
        "spacy": {"packages": ["spacy"], "classes": {"training": _spacy_training, "optimizer": _spacy_optimizer, "batcher": _spacy_batcher}},
        "sentence_transformers": {
            "packages": ["sentence-transformers"],
            "classes": {
                "SentenceTransformerTrainingArguments": "sentence_transformers.SentenceTransformerTrainingArguments",
                "CrossEncoderTrainingArguments": "sentence_transformers.cross_encoder.CrossEncoderTrainingArguments",
            },
        },
        "trl": {
            "packages": ["trl"],
            "classes": {
                "SFTConfig": "trl.SFTConfig",
                "RewardConfig": "trl.RewardConfig",
                "DPOConfig": "trl.DPOConfig",
                "PPOConfig": "trl.experimental.ppo.PPOConfig",
            },
        },
    },
    "span_marker": {
        "span_marker": {
            "packages": ["span_marker", "transformers"],
            "classes": {"TrainingArguments": "transformers.TrainingArguments", "SpanMarkerConfig": "span_marker.SpanMarkerConfig"},
        }
    },
}


#: The files of AutoTrain's package that hold its parameters.
AUTOTRAIN = {"TextClassificationParams": "autotrain/trainers/text_classification/params.py", "LLMTrainingParams": "autotrain/trainers/clm/params.py"}


def main() -> None:
    environment, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    if environment == "autotrain":
        wheel = Path(sys.argv[3])
        with zipfile.ZipFile(wheel) as files:
            classes = {name: _fields_in(files.read(path).decode(), name) for name, path in AUTOTRAIN.items()}
        return _write(folder / "autotrain.json", {"autotrain-advanced": wheel.name.split("-")[1]}, classes)
    for name, source in SOURCES[environment].items():
        packages = {package: importlib.metadata.version(package) for package in source["packages"]}
        _write(folder / f"{name}.json", packages, {name: _read(one) for name, one in source["classes"].items()})


def _write(file: Path, packages: dict[str, str], classes: dict[str, list[dict[str, Any]]]) -> None:
    file.write_text(json.dumps({"packages": packages, "classes": classes}, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def _fields_in(source: str, class_name: str) -> list[dict[str, Any]]:
    """The fields of a Pydantic model, from the text of its module: ``name: type = Field(default, title=…)``."""
    (found,) = [one for one in ast.parse(source).body if isinstance(one, ast.ClassDef) and one.name == class_name]
    docs = _entries(ast.get_docstring(found) or "")
    known = {"str": str, "int": int, "float": float, "bool": bool, "Optional": typing.Optional, "Union": typing.Union, "List": list}
    options = []
    for field in found.body:
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(field.value, ast.Call):
            options.append(_option(field.target.id, _annotation(field.annotation, known), ast.literal_eval(field.value.args[0]), docs, {}))
    return options


def _annotation(node: ast.expr, known: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return known[node.id]
    assert isinstance(node, ast.Subscript), ast.dump(node)
    outer = _annotation(node.value, known)
    if isinstance(node.slice, ast.Tuple):
        return outer[tuple(_annotation(one, known) for one in node.slice.elts)]
    return outer[_annotation(node.slice, known)]


def _read(source: str | Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    if callable(source):
        return source()
    return options_of(_load(source))


def _load(path: str) -> Any:
    module, name = path.rsplit(".", 1)
    return getattr(importlib.import_module(module), name)


def options_of(source: Any) -> list[dict[str, Any]]:
    """The options of a dataclass or of a function, in their order."""
    docs = _documentation(source)
    if dataclasses.is_dataclass(source):
        hints = _hints(source)
        return [_option(field.name, hints.get(field.name, Any), _default(field), docs, field.metadata) for field in dataclasses.fields(source) if field.init]
    hints = _hints(source.__init__ if inspect.isclass(source) else source)
    parameters = [one for one in inspect.signature(source).parameters.values() if one.name != "self" and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
    return [_option(one.name, hints.get(one.name, Any), one.default, docs, {}) for one in parameters]


def _hints(source: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(source)
    except Exception:  # noqa: BLE001 - a hint that names what is not imported: its options take any value
        return {}


def _default(field: dataclasses.Field) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return inspect.Parameter.empty if field.default is dataclasses.MISSING else field.default


def _option(name: str, hint: Any, default: Any, docs: dict[str, str], metadata: Any) -> dict[str, Any]:
    kind, choices, optional = _type(hint)
    option: dict[str, Any] = {"name": name, "type": kind}
    if choices:
        option["choices"] = choices
    written = default.value if isinstance(default, enum.Enum) else default
    try:
        if default is not inspect.Parameter.empty:
            option["default"] = json.loads(json.dumps(written, allow_nan=False))
    except (TypeError, ValueError):
        option["optional"] = True
    if optional or default is inspect.Parameter.empty:
        option["optional"] = True
    option["doc"] = docs.get(name) or _sentence(str(metadata.get("help", ""))) or f"{name}."
    return option


def _type(hint: Any) -> tuple[str, list[str] | None, bool]:
    """`text`, `number` …, the choices, and whether null is a value."""
    if hint is Any or isinstance(hint, (str, typing.ForwardRef)):
        return "any", None, True
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _type(arguments[0])
    if origin in (typing.Union, types.UnionType):
        rest = [one for one in arguments if one is not type(None)]
        found = [_type(one) for one in rest]
        kinds = {kind for kind, _, _ in found}
        nullable = len(rest) < len(arguments)
        if len(found) == 1:
            return found[0][0], found[0][1], nullable
        if kinds == {"integer", "number"}:
            return "number", None, nullable
        if kinds == {"text"}:
            # A text beside an enumeration of texts: any of them.
            return "text", None, nullable
        return "any", None, nullable
    if origin is typing.Literal:
        return ("text", list(arguments), False) if all(isinstance(one, str) for one in arguments) else ("any", None, False)
    if origin in (list, tuple, set) or hint in (list, tuple, set):
        return "list", None, False
    if inspect.isclass(hint) and issubclass(hint, enum.Enum):
        return "text", [one.value for one in hint], False
    named = {bool: "boolean", int: "integer", float: "number", str: "text"}
    return named.get(hint, "any"), None, False


_ENTRY = re.compile(r"^\s*`?(\w+)`?\s*(?:\([^\n]*\))?\s*:\s*(.*)$")


def _documentation(source: Any) -> dict[str, str]:
    """One sentence an option, from the docstrings of the class and of those that it extends."""
    found: dict[str, str] = {}
    for one in inspect.getmro(source) if inspect.isclass(source) else (source,):
        documentation = inspect.getdoc(one) or "" if "__doc__" in vars(one) else ""
        found = {**_entries(documentation), **found}
    return found


def _entries(documentation: str) -> dict[str, str]:
    """What a docstring says of each argument, in one sentence; the first that is said of it."""
    found: dict[str, str] = {}
    lines = documentation.splitlines()
    for at, line in enumerate(lines):
        entry = _ENTRY.match(line)
        if not entry or entry.group(1) in found:
            continue
        indent = len(line) - len(line.lstrip())
        text = [entry.group(2)]
        for more in lines[at + 1 :]:
            if not more.strip() or len(more) - len(more.lstrip()) <= indent:
                break
            text.append(more.strip())
        sentence = _sentence(" ".join(text))
        if sentence:
            found[entry.group(1)] = sentence
    return found


def _sentence(text: str) -> str:
    """The first sentence, without markup, of at most 200 characters, with a full stop."""
    text = re.sub(r"\[`?~?([^\]`]*)`?\](?:\([^)]*\))?", r"\1", re.sub(r"`+", "", " ".join(text.split())))
    # The default stands beside it.
    text = re.sub(r"^Defaults? to [^.]*\.\s+(?=[A-Z])", "", text)
    first = re.split(r"(?<=[.!?])\s+(?=[A-Z\[])", text)[0].strip()
    if len(first) > 200:
        return f"{first[:199].rstrip()}…"
    return first if not first or first.endswith((".", "?", "!", ")", "…")) else f"{first.rstrip(',;:')}."


if __name__ == "__main__":
    main()
