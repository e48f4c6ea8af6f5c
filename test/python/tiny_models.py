"""Makes tiny models for tests: ``python tiny_models.py FOLDER`` writes ``FOLDER/llama``, ``gpt2``, ``bert``, ``roberta`` and ``sentence``.

They have the shape of real models (safetensors, a tokenizer, a configuration) and know nothing: their weights are random, of a fixed seed. They
are small enough to learn in seconds. Written by Transformers 5, they load under Transformers 4.57 too.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertModel, GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, RobertaConfig, RobertaModel

SUBJECTS = ["The parcel", "My order", "The invoice", "This camera", "The battery", "Your service", "The refund", "The film", "The book", "The hotel room"]
FINDINGS = [
    "arrived late and was damaged.",
    "is wonderful, I love it!",
    "was terrible; I want my money back.",
    "has not arrived yet. Where is it?",
    "stopped working after two days.",
    "is better than I expected, thank you.",
    "was charged twice on my card.",
    "is great value and easy to use.",
]
OTHERS = [
    "Barack Obama visited Paris in France with Angela Merkel.",
    "Ada Lovelace was born in London in 1815 and wrote to Charles Babbage.",
    "Marie Curie worked in Warsaw, Berlin and Paris for the University.",
    "Google and Siemens opened an office in Munich, Germany on Monday.",
    "What is the capital of France? The capital of France is Paris.",
    "Who wrote the first program? Ada Lovelace wrote the first program.",
    "When was the company founded? The company was founded in 1998.",
    "Where does the river end? The river ends in the North Sea.",
    "Please reset my password, I cannot log in to my account.",
    "Write a short and friendly answer to the customer.",
    "Thank you for your message. We are sorry about the delay and will help you today.",
    "I do not know. That is your problem, read the manual.",
    "You are welcome! Tell us your order number and we send a new one.",
    "Question: how do I return an item? Answer: print the label and bring the box to a shop.",
    "A cat sat on the mat. The dog runs in the park. Birds sing in the morning.",
    "A man is playing a guitar. A woman is cutting an onion. Children eat an apple.",
    "One two three four five six seven eight nine ten.",
    "The quick brown fox jumps over the lazy dog.",
    "positive negative neutral delivery payment account good bad yes no",
    "user assistant system",
]
SENTENCES = [f"{subject} {finding}" for subject, finding in itertools.product(SUBJECTS, FINDINGS)] + OTHERS

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def bpe(special: list[str], prefix_space: bool, unknown: str | None = None) -> Tokenizer:
    """Bytes, so that every text can be written, and the frequent words as one token."""
    tokenizer = Tokenizer(models.BPE(unk_token=unknown))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix_space)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(SENTENCES, trainers.BpeTrainer(vocab_size=800, special_tokens=special, initial_alphabet=alphabet, show_progress=False))
    return tokenizer


def word_pieces() -> Tokenizer:
    """The words of the sentences, and letters for all other words. (A trained vocabulary would be another one each time.)"""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [chr(code) for code in (*range(33, 127), *range(0xC0, 0x180))]
    words = sorted({word for sentence in SENTENCES for word in re.findall(r"\w{2,}", sentence)})
    vocabulary = {piece: i for i, piece in enumerate([*special, *letters, *(f"##{letter}" for letter in letters), *words])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[(name, special.index(name)) for name in ("[CLS]", "[SEP]")]
    )
    return tokenizer


def save(model, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Writes both so that older versions read them as they are meant."""
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    # Transformers 4 knows no tokenizer class of the name that 5 writes.
    change(folder / "tokenizer_config.json", tokenizer_class="PreTrainedTokenizerFast")
    theta = (getattr(model.config, "rope_parameters", None) or {}).get("rope_theta")
    if theta is not None:
        # Transformers 4 reads this key alone, and takes 10000 in silence where it is missing.
        change(folder / "config.json", rope_theta=theta)


def change(path: Path, **values: object) -> None:
    changed = {**json.loads(path.read_text("utf-8")), **values}
    path.write_text(json.dumps(changed, indent=2, ensure_ascii=False) + "\n", "utf-8")


def causal_tokenizer() -> PreTrainedTokenizerFast:
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe(["<pad>", "<s>", "</s>", "<|im_start|>", "<|im_end|>"], prefix_space=False),
        pad_token="<pad>", bos_token="<s>", eos_token="</s>", model_max_length=256, add_prefix_space=False, model_input_names=["input_ids", "attention_mask"],
    )  # fmt: skip
    tokenizer.chat_template = CHAT_TEMPLATE
    return tokenizer


def llama(folder: Path) -> None:
    tokenizer = causal_tokenizer()
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=96, intermediate_size=192, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=256,
        rope_parameters={"rope_type": "default", "rope_theta": 20000.0}, tie_word_embeddings=True, pad_token_id=0, bos_token_id=1, eos_token_id=2,
    )  # fmt: skip
    save(LlamaForCausalLM(config), tokenizer, folder)


def gpt2(folder: Path) -> None:
    tokenizer = causal_tokenizer()
    config = GPT2Config(vocab_size=len(tokenizer), n_embd=96, n_layer=2, n_head=4, n_positions=256, pad_token_id=0, bos_token_id=1, eos_token_id=2)
    save(GPT2LMHeadModel(config), tokenizer, folder)


def bert_parts() -> tuple[BertModel, PreTrainedTokenizerFast]:
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=word_pieces(),
        pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]", model_max_length=128,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )  # fmt: skip
    config = BertConfig(vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=128, pad_token_id=0)
    return BertModel(config), tokenizer


def bert(folder: Path) -> None:
    save(*bert_parts(), folder)


def roberta(folder: Path) -> None:
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokens = bpe(special, prefix_space=True, unknown="<unk>")
    tokens.post_processor = processors.TemplateProcessing(single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=tokens,
        pad_token="<pad>", bos_token="<s>", eos_token="</s>", unk_token="<unk>", cls_token="<s>", sep_token="</s>", mask_token="<mask>", model_max_length=128, add_prefix_space=True,
        model_input_names=["input_ids", "attention_mask"],
    )  # fmt: skip
    config = RobertaConfig(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=130, type_vocab_size=1,
        pad_token_id=1, bos_token_id=0, eos_token_id=2,
    )  # fmt: skip
    save(RobertaModel(config), tokenizer, folder)


def sentence(folder: Path) -> None:
    """BERT, and the mean of its tokens."""
    save(*bert_parts(), folder)
    modules = [("", "Transformer"), ("1_Pooling", "Pooling")]
    listed = [{"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{name}"} for i, (path, name) in enumerate(modules)]
    write(folder / "modules.json", listed)
    write(folder / "sentence_bert_config.json", {"max_seq_length": 128, "do_lower_case": False})
    write(folder / "config_sentence_transformers.json", {"prompts": {}, "default_prompt_name": None, "similarity_fn_name": "cosine"})
    write(folder / "1_Pooling" / "config.json", {"word_embedding_dimension": 64, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False, "pooling_mode_max_tokens": False})


def write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n", "utf-8")


def main() -> None:
    folder = Path(sys.argv[1])
    for make in (llama, gpt2, bert, roberta, sentence):
        torch.manual_seed(42)
        (folder / make.__name__).mkdir(parents=True, exist_ok=True)
        make(folder / make.__name__)


if __name__ == "__main__":
    main()
