"""Where models come from: a finished run, a folder, a repository of a hub. Whatever they hold is data: weights are read from
safetensors alone, and no code of theirs runs unless their repository is trusted at one commit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .download import download
from .errors import UserError, first_line, is_disk_full
from .job import Job, model_name
from .run import FinishedRun, open_finished


@dataclass(frozen=True)
class Located:
    """A model in a folder of this machine, as libraries' ``from_pretrained`` take it."""

    #: What people call it: a run's or a repository's name, a folder's last part.
    name: str
    #: Its folder.
    place: str
    #: The commit of the repository that it came from.
    commit: str | None = None
    #: The repository whose code may run, with the commit; ``None``: nobody's.
    trust: tuple[str, str] | None = None
    #: The model that a folder with an adapter alone stands on.
    base: "Located | None" = None

    @property
    def path(self) -> Path:
        return Path(self.place)

    def arguments(self) -> dict[str, Any]:
        """For ``from_pretrained`` of configurations, tokenizers and models. Raises ``model/needs-trust``."""
        self._check_code()
        if self.trust is None:
            return {"trust_remote_code": False}
        return {"trust_remote_code": True, "code_revision": self.trust[1]}

    def _check_code(self) -> None:
        """Code of one repository may be trusted, and name that of another one."""
        for name in ("config.json", "tokenizer_config.json"):
            found = (read_json(self.path / name) or {}).get("auto_map") or {}
            for reference in _texts(found) if self.trust else ():
                repository = reference.split("--")[0] if "--" in reference else self.trust[0]
                if repository != self.trust[0]:
                    raise UserError("model/needs-trust", f'The model "{self.name}" takes code from another repository, "{repository}", which does not run.', "Take a model that brings all its code itself.")


def locate(job: Job, source: dict | None, trusted: bool = True) -> Located:
    """The model in a folder of this machine; a repository is downloaded, as far as it is not there already. Whom the job trusts counts where the
    job is the user's own: ``trusted``.

    Raises ``training/no-model``, ``model/no-folder``, ``model/not-found``, ``model/no-access``, ``run/not-finished``, ``run/damaged``.
    """
    name = model_name(source)
    if source is None or name is None:
        raise UserError("training/no-model", f'The framework "{job.framework}" starts from a model, and the job names none.', "Give a model.")
    if source["from"] in ("run", "folder"):
        path = (job.folder / source["path"]).resolve()
        if not path.is_dir():
            raise UserError("model/no-folder", f'The folder of the model "{name}" is not there.', "Carry it along, or train again.")
        if (path / "tasklab" / "manifest.json").exists():
            # The runs beside a job are its user's; a folder may be anybody's.
            return locate_run(open_finished(path, trusted=trusted and source["from"] == "run"))
        return Located(name, str(path), base=_named_base(path))
    trust = (job.trust["repository"], job.trust["revision"]) if trusted and job.trust and job.trust["repository"] == name else None
    return _from_hub(name, trust[1] if trust else source.get("revision"), trust)


def locate_run(run: FinishedRun) -> Located:
    """The model of a finished run, on the model that it started from where it is an adapter alone."""
    trust = (run.job.trust["repository"], run.job.trust["revision"]) if run.trusted and run.job and run.job.trust else None
    if not (run.folder / "adapter_config.json").exists():
        return Located(run.folder.name, str(run.folder), trust=trust)
    source = run.job.model if run.job else None
    if run.job is None or source is None:
        return Located(run.folder.name, str(run.folder), base=_named_base(run.folder))
    if source["from"] == "repository":
        # Not what the repository holds by now: the adapter was made for the commit that it names.
        source = {**source, "revision": (read_json(run.folder / "adapter_config.json") or {}).get("revision") or source["revision"]}
    return Located(run.folder.name, str(run.folder), base=locate(run.job, source, run.trusted))


def name_base(folder: Path, base: Located) -> None:
    """Makes an adapter that was saved in the model folder of a run name the model that it stands on: a repository at its commit, else a folder as seen from
    the run's, which no repository is called like; and no place on this machine."""
    path = folder / "adapter_config.json"
    if (config := read_json(path)) is not None:
        # The run's folder holds tasklab/model.new.
        runs = folder.parents[2]
        name = base.name if base.commit else f"{'..' if base.path.parent == runs else '.'}/{base.name}"
        path.write_text(json.dumps({**config, "base_model_name_or_path": name, "revision": base.commit}, indent=2, sort_keys=True) + "\n", "utf-8")


def _from_hub(name: str, revision: str | None, trust: tuple[str, str] | None = None, above: int = 0) -> Located:
    folder, commit = download(name, revision, with_code=trust is not None)
    return Located(name, str(folder), commit, trust, _named_base(folder, above))


#: Adapters may stand on adapters, so many at most: some name each other.
_ADAPTERS = 8


def _named_base(folder: Path, above: int = 0) -> Located | None:
    """What an adapter from elsewhere, with so many above it, says that it stands on."""
    config = read_json(folder / "adapter_config.json")
    if config is None:
        return None
    name = config.get("base_model_name_or_path")
    if not isinstance(name, str) or not name:
        raise UserError("model/no-base", f'The adapter "{folder.name}" does not say which model it stands on.', "Give its base model.")
    if above == _ADAPTERS:
        raise UserError("model/no-base", f'The adapter "{folder.name}" stands on adapters alone, and on no model.', "Get the adapter again, or another one.")
    if Path(name).is_absolute() or name.startswith("."):
        place = (folder / name).resolve()
        if not place.is_dir():
            raise UserError("model/no-base", f'The adapter "{folder.name}" stands on a model in a folder that is not there.', f'It was in a folder "{place.name}": merge the adapter into it where it is.')
        return Located(place.name, str(place), base=_named_base(place, above + 1))
    return _from_hub(name, config.get("revision"), above=above + 1)


def load_tokenizer(model: Located) -> Any:
    """The tokenizer, of the base model where the adapter brings none. Raises ``model/no-tokenizer``, ``model/needs-trust``, ``model/damaged``."""
    from transformers import AutoTokenizer

    if model.base and not any((model.path / name).exists() for name in ("tokenizer.json", "tokenizer_config.json")):
        return load_tokenizer(model.base)
    if not model.base:
        check_folder(model)
    tokenizer = loading(model, "tokenizer", lambda: AutoTokenizer.from_pretrained(model.place, local_files_only=True, **model.arguments()))
    # Without a vocabulary, Transformers makes a tokenizer to which every word is unknown.
    if len(tokenizer) <= len(tokenizer.all_special_tokens):
        raise UserError("model/no-tokenizer", f'The model "{model.name}" has no tokenizer.', "Give a folder with a tokenizer.json.")
    return tokenizer


def load_config(model: Located, **changes: Any) -> Any:
    """Raises ``model/no-config``, ``model/needs-trust``, ``model/damaged``, ``model/wrong-kind``."""
    from transformers import AutoConfig

    if model.base:
        return load_config(model.base, **changes)
    check_folder(model)
    return loading(model, "model", lambda: AutoConfig.from_pretrained(model.place, local_files_only=True, **model.arguments(), **changes))


def load_model(auto_class: Any, model: Located, **changes: Any) -> Any:
    """A model with its weights; an adapter is merged into its base.

    Raises ``model/no-config``, ``model/no-weights``, ``model/no-safetensors``, ``model/wrong-kind``, ``model/needs-trust``, ``model/damaged``.
    """
    if model.base:
        from peft import PeftModel

        check_weights(model, "adapter_model*")
        labels = _labels_of_head(model.path / "adapter_model.safetensors")
        own = {**_without(changes, _HEAD), "num_labels": labels, "ignore_mismatched_sizes": True} if labels else changes
        base = load_model(auto_class, model.base, **own)
        merged = loading(model, "adapter", lambda: PeftModel.from_pretrained(base, model.place).merge_and_unload())
        return _with_head(auto_class, merged, changes)
    _check_kind(auto_class, model, load_config(model))
    check_weights(model, "*")
    arguments = {**model.arguments(), **changes, "use_safetensors": True, "local_files_only": True}
    loaded, told = loading(model, "model", lambda: auto_class.from_pretrained(model.place, output_loading_info=True, **arguments))
    _check_fit(model, loaded, told)
    return loaded


#: What a configuration says of a classifier's head.
_HEAD = ("num_labels", "id2label", "label2id", "problem_type")


def _without(values: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}


def _labels_of_head(weights: Path) -> int | None:
    """How many labels the classifier has that an adapter brings along; ``None`` where it brings none."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(weights, "pt") as file:
            heads = [name for name in file.keys() if name.endswith(".weight") and "lora_" not in name and (".classifier." in name or ".score." in name)]
            return min((file.get_slice(name).get_shape()[0] for name in heads), default=None)
    except SafetensorError:
        # Said when the adapter is loaded.
        return None


def _with_head(auto_class: Any, model: Any, changes: dict[str, Any]) -> Any:
    """The model with a new head, where other labels are asked for than it has."""
    if changes.get("num_labels", model.config.num_labels) == model.config.num_labels:
        return model
    head = {name: value for name, value in changes.items() if name in _HEAD}
    config = type(model.config).from_dict({**_without(model.config.to_dict(), _HEAD), **head})
    fresh = auto_class.from_config(config, dtype=model.dtype)
    sizes = {name: value.shape for name, value in fresh.state_dict().items()}
    fresh.load_state_dict({name: value for name, value in model.state_dict().items() if value.shape == sizes.get(name)}, strict=False)
    return fresh


def has_weights(model: Located) -> bool:
    """A folder may have a configuration and a tokenizer alone: its model starts from random weights."""
    return model.base is not None or any(True for suffix in _WEIGHTS for _ in model.path.glob(f"*{suffix}"))


def make_model(auto_class: Any, model: Located, **changes: Any) -> Any:
    """The model that a configuration describes, with random weights: seed before. Raises as :func:`load_config` does."""
    config = load_config(model)
    _check_kind(auto_class, model, config)
    return loading(model, "model", lambda: auto_class.from_config(config, trust_remote_code=model.trust is not None, **changes))


def need_offsets(tokenizer: Any) -> None:
    """Raises ``model/no-tokenizer`` for one that does not say where tokens stand in a text."""
    if not tokenizer.is_fast:
        raise UserError("model/no-tokenizer", "The model's tokenizer does not say where tokens stand in a text.", "Take a model with a tokenizer.json.")


def set_padding(tokenizer: Any, model: Any) -> None:
    """Batches are filled on the right. Language models often have no token for it: the one that ends texts does."""
    tokenizer.padding_side = "right"
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    if model.config.pad_token_id is None:
        model.config.pad_token_id = tokenizer.pad_token_id


def longest_input(tokenizer: Any, model: Any) -> int:
    """How many tokens the model takes."""
    positions = getattr(model.config, "max_position_embeddings", None)
    # RoBERTa's positions begin behind the padding's.
    if positions is not None and model.config.model_type in ("roberta", "xlm-roberta", "camembert"):
        positions -= model.config.pad_token_id + 1
    return min(value for value in (tokenizer.model_max_length, positions, 1 << 16) if value)


def longest_text(tokenizer: Any, model: Any, options: dict[str, Any]) -> int:
    """The same, or ``max_length`` of the options where that is less. Raises ``training/wrong-value``."""
    longest = longest_input(tokenizer, model)
    asked = options.get("max_length") or longest
    need_room(tokenizer, "max_length", asked)
    return min(longest, asked)


def need_room(tokenizer: Any, option: str, longest: int) -> None:
    """Raises ``training/wrong-value`` for a length that the tokens around a text fill alone."""
    around = tokenizer.num_special_tokens_to_add()
    if longest <= around:
        raise UserError("training/wrong-value", f"{option} is {longest}, which leaves no room for a text: {around} tokens stand around it.", f"Give a larger {option}.")


def read_json(path: Path, kind: type = dict) -> Any:
    """``None`` where there is no such file. Raises ``model/damaged``."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UserError("model/damaged", f'"{path.name}" of the model "{path.parent.name}" cannot be read: {first_line(error)}', "Get the model again.") from error
    if not isinstance(found, kind):
        raise UserError("model/damaged", f'"{path.name}" of the model "{path.parent.name}" is not what it should be.', "Get the model again.")
    return found


#: Weights: the first are read, the others may run code as they are read, or nothing here reads them.
_WEIGHTS = (".safetensors", ".bin", ".pt", ".pth", ".ckpt", ".h5", ".msgpack", ".pkl", ".gguf", ".onnx")


def check_folder(model: Located) -> None:
    """Raises ``model/no-config``, ``model/damaged``."""
    if read_json(model.path / "config.json") is None:
        raise UserError("model/no-config", f'The folder "{model.name}" holds no model: it has no config.json.', "Give a folder with config.json, model.safetensors and a tokenizer.")


def check_weights(model: Located, pattern: str) -> None:
    """Raises ``model/no-safetensors``, ``model/no-weights``."""
    if any(model.path.glob(f"{pattern}.safetensors")):
        return
    others = sorted(path.name for suffix in _WEIGHTS for path in model.path.glob(f"{pattern}{suffix}"))
    if others:
        raise UserError("model/no-safetensors", f'The model "{model.name}" has no weights as safetensors, but "{others[0]}".', "Take a model with a model.safetensors file: other files of weights may run code and are not read.")
    raise UserError("model/no-weights", f'The model "{model.name}" has no weights.', "Take a model with a model.safetensors file.")


def _check_kind(auto_class: Any, model: Located, config: Any) -> None:
    """An encoder loads as a language model without complaint, and writes nonsense."""
    from transformers.models.auto.modeling_auto import MODEL_FOR_MASKED_LM_MAPPING_NAMES

    if auto_class.__name__ == "AutoModelForCausalLM" and config.model_type in MODEL_FOR_MASKED_LM_MAPPING_NAMES and not getattr(config, "is_decoder", False):
        raise UserError("model/wrong-kind", f'The model "{model.name}" is of another kind than the task needs: {config.model_type} reads texts, and does not write them.', "Take a causal language model: Llama, GPT-2, Qwen …")


def check_encoder(model: Located, config: Any, may_write: bool = False) -> None:
    """A language model makes embeddings without complaint, but none that mean anything unless it was made to (``may_write``); a model of
    pictures or sounds loads as well, and reads no text. Raises ``model/wrong-kind``."""
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES, MODEL_FOR_MASKED_LM_MAPPING_NAMES, MODEL_MAPPING

    made = MODEL_MAPPING.get(type(config), ())
    classes = made if isinstance(made, tuple) else (made,)
    if not may_write and config.model_type in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES and config.model_type not in MODEL_FOR_MASKED_LM_MAPPING_NAMES:
        does = "writes texts"
    elif classes and not any(one.main_input_name == "input_ids" for one in classes):
        does = "reads no texts"
    else:
        return
    raise UserError("model/wrong-kind", f'The model "{model.name}" is of another kind than the task needs: {config.model_type} {does}.', "Take an encoder: BERT, MPNet, a model of sentence-transformers …")


def _check_fit(model: Located, loaded: Any, told: dict[str, Any]) -> None:
    """A new head is to be expected; a body that keeps random weights is not."""
    body = f"{loaded.base_model_prefix}."
    names = [name for name, _ in loaded.named_parameters() if name.startswith(body)]
    random = [name for name in told["missing_keys"] if name.startswith(body)]
    if any(name.startswith(body) for name, *_ in told["mismatched_keys"]) or len(random) * 2 > max(1, len(names)):
        raise misfit(model)


def misfit(model: Located) -> UserError:
    return UserError("model/damaged", f'The weights of the model "{model.name}" are not those that its configuration describes.', "Get the model again.")


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def loading(model: Located, what: str, load: Any) -> Any:
    """What ``load`` gives; its errors told as what is wrong with the files of the model (or its tokenizer, its adapter: ``what``)."""
    try:
        return load()
    except UserError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever libraries make of files that are not what they should be
        raise _explained(model, what, error) from error


def _explained(model: Located, what: str, error: Exception) -> Exception:
    text, name = str(error), type(error).__name__
    where = f'The {what} "{model.name}"' if what == "model" else f'The {what} of "{model.name}"'
    if "trust_remote_code" in text:
        return UserError("model/needs-trust", f"{where} brings code of its own, which does not run.", 'Read that code, and trust the repository at one commit: trust = "organization/name@COMMIT".')
    if "Unrecognized configuration class" in text or "Unrecognized model" in text or "does not recognize this architecture" in text:
        return UserError("model/wrong-kind", f"{where} is of another kind than the task needs.", first_line(error))
    if "arget modules" in text or "target_modules" in text:
        return UserError("model/wrong-adapter", f"{where} does not fit the model that it stands on: {first_line(error)}", "Name the parts that get adapters: target_modules.")
    if "ignore_mismatched_sizes" in text:
        return misfit(model)
    if isinstance(error, MemoryError) or is_disk_full(error):
        return error
    if what == "tokenizer" and ("Can't load tokenizer" in text or "instantiate the backend tokenizer" in text):
        return UserError("model/no-tokenizer", f'The model "{model.name}" has no tokenizer.', "Give a folder with a tokenizer.json.")
    # The tokenizers library raises plain exceptions.
    if name == "SafetensorError" or "size mismatch" in text or type(error) is Exception or isinstance(error, (OSError, ValueError, KeyError, TypeError, AttributeError, ImportError)):
        return UserError("model/damaged", f"{where} cannot be read: {name}: {first_line(error)}", "Get the model again.")
    return error
