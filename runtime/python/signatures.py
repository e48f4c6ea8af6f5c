"""Reads the options of frameworks off their own signatures: ``python signatures.py core FOLDER`` writes ``FOLDER/NAME.json`` for the
frameworks of an environment. Types, defaults and a line of documentation; a test compares what is checked in with what is installed."""

from __future__ import annotations

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
from pathlib import Path
from typing import Any

#: By environment: the file's name, the package whose version it is of, and its classes (or functions).
SOURCES: dict[str, dict[str, dict[str, Any]]] = {
    "core": {
        "transformers": {"packages": ["transformers"], "classes": {"TrainingArguments": "transformers.TrainingArguments"}},
        "peft": {"packages": ["peft"], "classes": {"LoraConfig": "peft.LoraConfig"}},
        "setfit": {"packages": ["setfit"], "classes": {"TrainingArguments": "setfit.TrainingArguments"}},
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
    "span_marker": {"span_marker": {"packages": ["span_marker", "transformers"], "classes": {"TrainingArguments": "transformers.TrainingArguments"}}},
}


def main() -> None:
    environment, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in SOURCES[environment].items():
        found = {
            "packages": {package: importlib.metadata.version(package) for package in source["packages"]},
            "classes": {name: options_of(_load(path)) for name, path in source["classes"].items()},
        }
        (folder / f"{name}.json").write_text(json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


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
        lines = (inspect.getdoc(one) or "").splitlines() if "__doc__" in vars(one) else []
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
    """The first sentence, without markup, of at most 200 characters."""
    text = re.sub(r"\[`?~?([^\]`]*)`?\](?:\([^)]*\))?", r"\1", re.sub(r"`+", "", " ".join(text.split())))
    first = re.split(r"(?<=[.!?])\s+(?=[A-Z\[])", text)[0].strip()
    return first if len(first) <= 200 else f"{first[:199].rstrip()}…"


if __name__ == "__main__":
    main()
