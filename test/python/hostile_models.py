"""``python hostile_models.py FOLDER TINY``: makes models that are broken or hostile below FOLDER out of the tiny ones, loads each as a worker does,
and prints what it is told as JSON: ``{"name": "code: message"}``. What a model's own code or a pickle would do is to make FOLDER/planted.
``python hostile_models.py FOLDER TINY NAME[@COMMIT] …`` loads repositories of a hub instead, trusted at the commit."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import sys
from pathlib import Path

FOLDER, TINY = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
PLANTED = FOLDER / "planted"


class Plant:
    """A pickle that acts as it is read."""

    def __reduce__(self):
        return (os.mkdir, (str(PLANTED),))


def code_of(planted: Path) -> dict[str, str]:
    """A model with code of its own: what it does first is to leave the environment that it sees in ``planted``."""
    act = f"import json, os\nwith open({str(planted)!r}, 'w') as file: json.dump(dict(os.environ), file)\n"
    return {
        "configuration_planted.py": act + "from transformers import BertConfig\nclass PlantedConfig(BertConfig):\n    model_type = 'planted'\n",
        "modeling_planted.py": "from transformers import BertForSequenceClassification\nfrom .configuration_planted import PlantedConfig\n"
        "class PlantedModel(BertForSequenceClassification):\n    config_class = PlantedConfig\n",
    }


AUTO_MAP = {"AutoConfig": "configuration_planted.PlantedConfig", "AutoModelForSequenceClassification": "modeling_planted.PlantedModel"}


def copy(name: str, of: str = "bert", without: tuple[str, ...] = (), **config: object) -> Path:
    folder = FOLDER / name
    shutil.copytree(TINY / of, folder)
    for file in without:
        (folder / file).unlink()
    if config:
        change(folder / "config.json", **config)
    return folder


def change(path: Path, **values: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **values}), "utf-8")


def plant_code(folder: Path, planted: Path, auto_map: dict[str, str] = AUTO_MAP) -> None:
    change(folder / "config.json", model_type="planted", auto_map=auto_map)
    for name, text in code_of(planted).items():
        (folder / name).write_text(text, "utf-8")


def make() -> None:
    import torch
    from safetensors.torch import load_file

    weights = ("model.safetensors",)
    torch.save(load_file(TINY / "bert/model.safetensors"), copy("pytorch-only", without=weights) / "pytorch_model.bin")
    (copy("pickle-only", without=weights) / "pytorch_model.bin").write_bytes(pickle.dumps(Plant()))
    beside = copy("pickle-beside")
    for name in ("pytorch_model.bin", "training_args.bin", "optimizer.pt", "model_head.pkl"):
        (beside / name).write_bytes(pickle.dumps(Plant()))
    plant_code(copy("own-code"), PLANTED)
    # A kind that Transformers has, with code that would take its place.
    known = copy("own-code-of-known-kind")
    plant_code(known, PLANTED)
    change(known / "config.json", model_type="bert")
    change(copy("tokenizer-code") / "tokenizer_config.json", tokenizer_class="PlantedTokenizer", auto_map={"AutoTokenizer": [None, "tokenization_planted.PlantedTokenizer"]})
    (FOLDER / "tokenizer-code/tokenization_planted.py").write_text(code_of(PLANTED)["configuration_planted.py"], "utf-8")
    generates = copy("generation-code", "llama") / "custom_generate"
    generates.mkdir()
    (generates / "generate.py").write_text(f"import os\nos.mkdir({str(PLANTED)!r})\ndef generate(model, **_): pass\n", "utf-8")
    copy("no-config", without=("config.json",))
    copy("no-weights", without=weights)
    copy("no-tokenizer", without=("tokenizer.json", "tokenizer_config.json"))
    (copy("broken-config") / "config.json").write_text('{"model_type": "bert', "utf-8")
    (copy("broken-weights") / "model.safetensors").write_bytes((TINY / "bert/model.safetensors").read_bytes()[:1000])
    (copy("broken-tokenizer") / "tokenizer.json").write_text('{"version": "1.0"}', "utf-8")
    copy("other-sizes", hidden_size=32)
    shutil.copy(TINY / "llama/model.safetensors", copy("other-weights") / "model.safetensors")
    copy("unknown-kind", model_type="nobody_knows")
    copy("encoder")
    copy("language-model", "llama")
    adapter = FOLDER / "pickled-adapter"
    adapter.mkdir()
    (adapter / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "task_type": "SEQ_CLS", "r": 4, "target_modules": ["query"], "base_model_name_or_path": str(TINY / "bert")}), "utf-8")
    (adapter / "adapter_model.bin").write_bytes(pickle.dumps(Plant()))
    shutil.copytree(adapter, FOLDER / "adapter-beside-model", dirs_exist_ok=True)
    shutil.copytree(TINY / "bert", FOLDER / "adapter-beside-model", dirs_exist_ok=True)
    lost = FOLDER / "adapter-of-nothing"
    shutil.copytree(adapter, lost)
    change(lost / "adapter_config.json", base_model_name_or_path=str(FOLDER / "gone"))
    loop = FOLDER / "adapter-of-itself"
    shutil.copytree(adapter, loop)
    change(loop / "adapter_config.json", base_model_name_or_path=str(loop))


def told(source: dict, kind: str, trust: dict | None = None) -> str:
    import transformers
    from tasklab_worker.errors import UserError
    from tasklab_worker.generation import Generator
    from tasklab_worker.job import Job
    from tasklab_worker.models import load_model, load_tokenizer, locate

    values = {field: None for field in Job.__dataclass_fields__}
    try:
        located = locate(Job(**{**values, "folder": FOLDER, "framework": "transformers", "trust": trust}), source)
        tokenizer = load_tokenizer(located)
        model = load_model(getattr(transformers, f"AutoModelFor{kind}"), located, ignore_mismatched_sizes=True)
        if kind == "CausalLM":
            list(Generator(model, tokenizer).generate("The", {"max_new_tokens": 2}))
        return f"loads: {type(model).__name__}"
    except UserError as error:
        return f"{error.code}: {error.message}"


def of_folder(folder: Path) -> str:
    language = ("encoder", "language-model", "generation-code")
    return told({"from": "folder", "path": str(folder)}, "CausalLM" if folder.name in language else "SequenceClassification")


def of_repository(written: str) -> str:
    name, _, commit = written.partition("@")
    trust = {"repository": name, "revision": commit} if commit else None
    return told({"from": "repository", "name": name, "revision": None}, "SequenceClassification", trust)


def main() -> None:
    if sys.argv[3:]:
        print(json.dumps({name: of_repository(name) for name in sys.argv[3:]}))
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    make()
    print(json.dumps({folder.name: of_folder(folder) for folder in sorted(FOLDER.iterdir()) if folder.is_dir()}))


if __name__ == "__main__":
    main()
