"""Sentence encoders: a Transformers model with modules around it, as sentence-transformers keeps them in a folder. What the folder
names is data: of sentence-transformers' own modules those stand below, others need trust; weights are safetensors."""

from __future__ import annotations

from typing import Any

from .device import device
from .errors import UserError
from .models import Located, check_encoder, check_weights, load_config, loading, misfit, need_room, read_json

#: sentence-transformers' modules that a model may have, with whether they have weights of their own.
_MODULES = {"Transformer": False, "Pooling": False, "Normalize": False, "Dropout": False, "Dense": True, "LayerNorm": True, "WeightedLayerPooling": True, "StaticEmbedding": True}


def load_sentence_model(model: Located, longest: int | None = None) -> Any:
    """A ``SentenceTransformer`` that reads at most ``longest`` tokens. A model of Transformers without modules gets mean pooling.

    Raises ``model/wrong-kind``, ``model/needs-trust``, ``model/no-config``, ``model/no-safetensors``, ``model/no-weights``, ``model/damaged``.
    """
    from sentence_transformers import SentenceTransformer

    has_modules = (model.path / "modules.json").exists()
    _check_no_adapter(model)
    if has_modules:
        _check_modules(model)
    if (model.path / "config.json").exists() or not has_modules:
        _check_encoder(model, may_write=has_modules)
    encoder = loading(model, "model", lambda: SentenceTransformer(model.place, **_arguments(model)))
    _check_fit(model, encoder)
    return _with_length(encoder, longest)


def load_cross_encoder(model: Located, num_labels: int | None, longest: int | None = None) -> Any:
    """A ``CrossEncoder`` with ``num_labels`` outputs (``None``: as many as it has); a head of another size is made anew. Raises as :func:`load_sentence_model` does."""
    from sentence_transformers import CrossEncoder
    from sentence_transformers.base.modules import Transformer

    _check_no_adapter(model)
    _check_encoder(model, may_write=False)
    arguments = _arguments(model)

    def load() -> Any:
        # Whatever stands around the model is left out: a cross-encoder's answer is that of the model's own head.
        transformer = Transformer(
            model.place,
            transformer_task="sequence-classification",
            model_kwargs={**arguments["model_kwargs"], "ignore_mismatched_sizes": True},
            config_kwargs={**arguments["config_kwargs"], **({} if num_labels is None else {"num_labels": num_labels})},
            processor_kwargs=arguments["processor_kwargs"],
        )
        return CrossEncoder(modules=[transformer], device=arguments["device"], local_files_only=True)

    encoder = loading(model, "model", load)
    _check_fit(model, encoder)
    return _with_length(encoder, longest)


def _with_length(encoder: Any, longest: int | None) -> Any:
    """Raises ``training/wrong-value``."""
    if longest is not None:
        # The tokenizer of a StaticEmbedding puts nothing around a text.
        if hasattr(encoder.tokenizer, "num_special_tokens_to_add"):
            need_room(encoder.tokenizer, "the longest text", longest)
        encoder.max_seq_length = min(longest, encoder.max_seq_length or longest)
    return encoder


def count_longer(encoder: Any, texts: list) -> int:
    """How many texts (for a cross-encoder: pairs of them) the model cannot take whole."""
    longest = encoder.max_seq_length
    if not longest or not texts:
        return 0
    tokenizer = encoder.tokenizer
    if not hasattr(tokenizer, "model_max_length"):
        # The tokenizer of a StaticEmbedding: it takes any length.
        return 0
    columns = tokenizer(texts, verbose=False) if isinstance(texts[0], str) else tokenizer([one for one, _ in texts], [other for _, other in texts], verbose=False)
    return sum(len(ids) > longest for ids in columns["input_ids"])


def _arguments(model: Located) -> dict[str, Any]:
    import torch

    trust = model.arguments()
    more = {"local_files_only": True, **trust}
    return {
        "device": device(),
        "local_files_only": True,
        "trust_remote_code": trust["trust_remote_code"],
        "model_kwargs": {**more, "use_safetensors": True, "dtype": torch.float32},
        "config_kwargs": more,
        "processor_kwargs": more,
    }


def _check_no_adapter(model: Located) -> None:
    if model.base is not None:
        raise UserError("model/wrong-kind", f'"{model.name}" is an adapter alone, and a sentence encoder starts from a whole model.', "Merge the adapter into its model, or take a model of sentences.")


def _check_encoder(model: Located, may_write: bool) -> None:
    check_encoder(model, load_config(model), may_write)
    check_weights(model, "*")


def _check_modules(model: Located) -> None:
    """Raises ``model/needs-trust`` for classes from elsewhere, ``model/wrong-kind``, ``model/damaged``."""
    found = read_json(model.path / "modules.json", list)
    for module in found or []:
        if not isinstance(module, dict) or not isinstance(module.get("type"), str) or not isinstance(module.get("path"), str):
            raise UserError("model/damaged", f'"modules.json" of the model "{model.name}" is not what it should be.', "Get the model again.")
        package, name = module["type"].split(".")[0], module["type"].split(".")[-1]
        if model.trust is None and package != "sentence_transformers":
            raise UserError("model/needs-trust", f'The model "{model.name}" brings code of its own, "{module["type"]}", which does not run.', 'Read that code, and trust the repository at one commit: trust = "organization/name@COMMIT".')
        folder = model.path / module["path"]
        if ".." in folder.parts or not folder.is_relative_to(model.path):
            raise UserError("model/damaged", f'The model "{model.name}" has a part outside its folder.', "Get the model again.")
        if package == "sentence_transformers":
            if name not in _MODULES:
                raise UserError("model/wrong-kind", f'The model "{model.name}" has a part that is not supported: {name}.', f"Supported are {', '.join(_MODULES)}.")
            if _MODULES[name]:
                check_weights(Located(model.name, str(folder)), "*")


def _check_fit(model: Located, encoder: Any) -> None:
    """A new head is to be expected; a body that keeps random weights is not, and nobody says so."""
    from safetensors import safe_open

    body = encoder.transformers_model
    if body is None:
        return
    endings: set[str] = set()
    for path in model.path.glob("*.safetensors"):
        with safe_open(path, "pt") as file:
            endings |= {ending for key in file.keys() for ending in _endings(key)}
    names = [name for name, _ in body.named_parameters()]
    missing = [name for name in names if not any(ending in endings for ending in (name, name.partition(".")[2]))]
    if len(missing) * 2 > len(names):
        raise misfit(model)


def _endings(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[i:]) for i in range(len(parts))]
