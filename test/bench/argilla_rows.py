"""Argilla 1.29.1 on one of the bench's folders, from disk to rows on disk: argilla_rows.py tc|sft FOLDER OUT

Reads as `FeedbackDataset.from_huggingface` does, with the hub's two calls answered from the folder. As shipped that
decodes a row anew for each of its values; with MEMO=1 a row is decoded once, which is what a fix of that would give.
Prints rows and the process's peak memory in MB as JSON.
"""

import json
import logging
import os
import resource
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
os.environ.update(HF_HUB_OFFLINE="1", OPENAI_API_KEY="unused")

import datasets
import huggingface_hub
from argilla.feedback import FeedbackDataset, TrainingTask

job, folder, out = sys.argv[1:]
datasets.disable_progress_bars()


class DecodedOnce:
    """A data set whose latest row is kept."""

    def __init__(self, rows):
        self.rows, self.at, self.latest = rows, None, None

    def __getitem__(self, index):
        if index != self.at:
            self.at, self.latest = index, self.rows[index]
        return self.latest

    def __len__(self):
        return len(self.rows)


rows = datasets.load_dataset("parquet", data_files=f"{folder}/data/*.parquet", split="train", cache_dir=f"{out}-cache")
if os.environ.get("MEMO"):
    rows = DecodedOnce(rows)
datasets.load_dataset = lambda *_, **__: rows
huggingface_hub.hf_hub_download = lambda filename, **_: os.path.abspath(f"{folder}/{filename}")
huggingface_hub.HfApi.dataset_info = lambda *_, **__: None

dataset = FeedbackDataset.from_huggingface("some/data", show_progress=False)
if job == "tc":
    framework = "transformers"
    task = TrainingTask.for_text_classification(text=dataset.field_by_name("text"), label=dataset.question_by_name("label"))
else:
    framework = "trl"

    def instructions(sample):
        for answer in sample["answer"]:
            if answer["status"] == "submitted":
                yield f"### Instruction: {sample['text']}\n\n### Response: {answer['value']}"

    task = TrainingTask.for_supervised_fine_tuning(formatting_func=instructions)
prepared = dataset.prepare_for_training(framework=framework, task=task)
prepared.save_to_disk(out)
print(json.dumps({"rows": len(prepared), "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
