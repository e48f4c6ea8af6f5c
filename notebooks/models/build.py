"""Makes ``small``: the configuration and the tokenizer of a small language model, without weights, for a notebook that trains it from
scratch. ``python notebooks/models/build.py`` in the environment ``core``; the same data gives the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, PreTrainedTokenizerFast

HERE = Path(__file__).parent
SPECIAL = ["<pad>", "<s>", "</s>"]


def texts() -> list[str]:
    table = pyarrow.parquet.read_table(next((HERE.parent / "data" / "replies" / "data").glob("*.parquet")))
    return [f"Customer: {row['message']}\nShop: {row[reply]}" for row in table.to_pylist() for reply in ("reply-1", "reply-2")]


def main() -> None:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(texts(), trainers.BpeTrainer(vocab_size=512, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", bos_token="<s>", eos_token="</s>", model_max_length=128)
    fast.save_pretrained(HERE / "small")
    config = LlamaConfig(
        vocab_size=len(fast), hidden_size=128, intermediate_size=384, num_hidden_layers=3, num_attention_heads=4, num_key_value_heads=4,
        max_position_embeddings=128, pad_token_id=0, bos_token_id=1, eos_token_id=2, tie_word_embeddings=True, architectures=["LlamaForCausalLM"],
    )
    config.save_pretrained(HERE / "small")
    for path in (HERE / "small").glob("*.json"):
        path.write_text(json.dumps(json.loads(path.read_text()), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
