"""Where models come from: a finished run, a folder, a repository of a hub. Whatever they hold is data: weights are read from
safetensors alone, and no code of theirs runs unless their repository is trusted at one commit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import UserError, first_line
from .job import Job, model_name
from .run import FinishedRun, open_finished


@dataclass(frozen=True)
class Located:
    """A model as libraries' ``from_pretrained`` take it."""

    #: What people call it.
    name: str
    #: A folder, or a repository's name.
    place: str
    revision: str | None = None
    trust_remote_code: bool = False
    #: The model that a folder with an adapter alone stands on.
    base: "Located | None" = None

    @property
    def is_folder(self) -> bool:
        return Path(self.place).is_dir()

    def arguments(self) -> dict[str, Any]:
        """For ``from_pretrained`` of configurations and tokenizers."""
        found: dict[str, Any] = {"trust_remote_code": self.trust_remote_code}
        return found if self.revision is None else {**found, "revision": self.revision}


def locate(job: Job, source: dict | None) -> Located:
    """Raises ``training/no-model``, ``model/no-folder``, ``run/not-finished``, ``run/damaged``."""
    name = model_name(source)
    if source is None or name is None:
        raise UserError("training/no-model", f'The framework "{job.framework}" starts from a model, and the job names none.', "Give a model.")
    if source["from"] in ("run", "folder"):
        path = (job.folder / source["path"]).resolve()
        if not path.is_dir():
            raise UserError("model/no-folder", f'The folder of the model "{name}" is not there.', "Carry it along, or train again.")
        if (path / "tasklab" / "manifest.json").exists():
            return locate_run(open_finished(path))
        return Located(name, str(path), base=_named_base(path))
    trust = job.trust is not None and job.trust["repository"] == source["name"]
    revision = job.trust["revision"] if trust and job.trust else source.get("revision")
    return Located(name, source["name"], revision, trust)


def locate_run(run: FinishedRun) -> Located:
    """The model of a finished run, on the model that it started from where it is an adapter alone."""
    if not (run.folder / "adapter_config.json").exists():
        return Located(run.folder.name, str(run.folder))
    base = locate(run.job, run.job.model) if run.job else _named_base(run.folder)
    return Located(run.folder.name, str(run.folder), base=base)


def _named_base(folder: Path) -> Located | None:
    """What an adapter from elsewhere says that it stands on."""
    config = folder / "adapter_config.json"
    if not config.exists() or (folder / "config.json").exists():
        return None
    name = json.loads(config.read_text("utf-8")).get("base_model_name_or_path")
    if not name:
        raise UserError("model/no-base", f'The adapter "{folder.name}" does not say which model it stands on.', "Give its base model.")
    return Located(Path(name).name, name)


def load_tokenizer(model: Located) -> Any:
    """The tokenizer, of the base model where the adapter brings none. Raises ``model/not-found``, ``model/needs-trust``."""
    from transformers import AutoTokenizer

    own = Path(model.place)
    if model.base and not (own / "tokenizer.json").exists() and not (own / "tokenizer_config.json").exists():
        return load_tokenizer(model.base)
    return _loaded(model, "tokenizer", lambda: AutoTokenizer.from_pretrained(model.place, **model.arguments()))


def load_config(model: Located, **changes: Any) -> Any:
    from transformers import AutoConfig

    target = model.base or model
    if target.base:
        return load_config(target, **changes)
    return _loaded(target, "configuration", lambda: AutoConfig.from_pretrained(target.place, **target.arguments(), **changes))


def load_model(auto_class: Any, model: Located, **changes: Any) -> Any:
    """A model with its weights; an adapter is merged into its base.

    Raises ``model/not-found``, ``model/no-safetensors``, ``model/wrong-kind``, ``model/needs-trust``.
    """
    if model.base:
        from peft import PeftModel

        base = load_model(auto_class, model.base, **changes)
        return _loaded(model, "adapter", lambda: PeftModel.from_pretrained(base, model.place, use_safetensors=True).merge_and_unload())
    return _loaded(model, "model", lambda: auto_class.from_pretrained(model.place, use_safetensors=True, **model.arguments(), **changes))


def _loaded(model: Located, what: str, load: Any) -> Any:
    try:
        return load()
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise _explained(model, what, error) from error


def _explained(model: Located, what: str, error: Exception) -> Exception:
    text = str(error)
    where = f'The {what} "{model.name}"'
    if "trust_remote_code" in text:
        return UserError("model/needs-trust", f"{where} brings code of its own, which does not run.", 'Read that code, and trust the repository at one commit: trust = "organization/name@COMMIT".')
    if "safetensors" in text and ("no file named" in text or "does not appear to have" in text):
        return UserError("model/no-safetensors", f"{where} has no weights as safetensors.", "Take a model with a model.safetensors file: other files of weights may run code and are not read.")
    if "Unrecognized configuration class" in text or "Unrecognized model" in text or "does not appear to have a file named config.json" in text:
        return UserError("model/wrong-kind", f"{where} is of another kind than the task needs.", first_line(error))
    if isinstance(error, OSError) or "is not a local folder" in text or "Repository Not Found" in text or "offline" in text:
        return UserError("model/not-found", f"{where} cannot be loaded: {first_line(error)}", "Check its name, and that the hub can be reached; or give a folder with the model.")
    return error
