"""Turns a GGUF file of SmolLM2 into a folder with safetensors and a tokenizer: ``python smollm2.py FILE.gguf OUT``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM


def main(source: Path, out: Path) -> None:
    loaded = AutoModelForCausalLM.from_pretrained(source.parent, gguf_file=source.name, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    kept = {name: value for name, value in loaded.config.to_dict().items() if name not in ("quantization_config", "transformers_version", "_name_or_path", "dtype", "torch_dtype")}
    # A model that was read from GGUF cannot be saved as it is.
    plain = LlamaForCausalLM(LlamaConfig(**{**kept, "architectures": ["LlamaForCausalLM"]}))
    plain.load_state_dict(loaded.state_dict())
    plain.generation_config = loaded.generation_config
    plain.save_pretrained(out)
    tokenizer.save_pretrained(out)
    path = out / "tokenizer_config.json"
    config = json.loads(path.read_text())
    config.update(tokenizer_class="PreTrainedTokenizerFast", bos_token="<|im_start|>", eos_token="<|im_end|>", pad_token="<|im_end|>")
    for name in ("backend", "gguf_file"):
        config.pop(name, None)
    path.write_text(json.dumps(config, indent=1))
    (out / "tokenizer.model").unlink(missing_ok=True)


main(Path(sys.argv[1]), Path(sys.argv[2]))
