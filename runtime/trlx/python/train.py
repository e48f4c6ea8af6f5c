"""Trains with TRLX on what lies beside this file: ``python train.py``.

``samples.json`` are pairs of prompt and text; ``rewards.json`` has a reward for each, where there are preferences; ``eval_prompts.json``
are prompts that were held out; ``config.json`` is a whole ``trlx.data.configs.TRLConfig``. TRLX is no longer maintained; version 0.7.0
was the last: ``pip install git+https://github.com/CarperAI/trlx.git``, in an environment of its own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def load(folder: Path) -> dict[str, Any]:
    """What ``trlx.train`` is given; what is not there is ``None``. Paths in the configuration start at the folder."""

    def read(name: str) -> Any:
        path = folder / f"{name}.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    config = read("config")
    config["train"]["checkpoint_dir"] = str(folder / config["train"]["checkpoint_dir"])
    for section, key in (("model", "model_path"), ("tokenizer", "tokenizer_path")):
        if (folder / config[section][key]).is_dir():
            config[section][key] = str(folder / config[section][key])
    return {"samples": read("samples"), "rewards": read("rewards"), "eval_prompts": read("eval_prompts"), "config": config}


def main() -> None:
    arguments = load(Path(__file__).resolve().parent)
    import trlx
    from trlx.data.configs import TRLConfig

    trlx.train(**{**arguments, "config": TRLConfig.from_dict(arguments["config"])})


if __name__ == "__main__":
    main()
