"""``python forked_workers.py FRAMEWORK …``: imports what the frameworks need, once; then each line of its input is a job for a worker in a process
of its own: ``{"job": FOLDER, "log": FILE, "limits": {"file": BYTES, "memory": BYTES}}``, both limits optional. Answers with the process's id, a line each.

``file``: no file grows beyond it, as on a disk that is full. ``memory``: so much more than the process has when it begins.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import sys
from pathlib import Path

from tasklab_worker.__main__ import prepare_process
from tasklab_worker.frameworks import framework_named
from tasklab_worker.run import work

#: What frameworks import as late as when they train.
LATE = {
    "transformers": ["transformers.models.bert.modeling_bert", "transformers.models.llama.modeling_llama", "tasklab_worker.frameworks.transformers.text_classification", "tasklab_worker.frameworks.transformers.pretraining"],
    "peft": ["peft"],
    "setfit": ["setfit", "tasklab_worker.progress"],
    "spacy": ["spacy", "spacy.cli.init_config", "spacy.training.loop", "spacy.lang.en"],
    "sentence_transformers": ["sentence_transformers", "sentence_transformers.cross_encoder"],
    "trl": [f"tasklab_worker.frameworks.trl.{kind}" for kind in ("supervised_fine_tuning", "reward_modeling", "direct_preference_optimization", "proximal_policy_optimization")],
}


def child(job: Path, log: str, limits: dict[str, int]) -> None:
    for name, flags, streams in ((os.devnull, os.O_RDONLY, (0,)), (log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, (1, 2))):
        for stream in streams:
            os.dup2(os.open(name, flags), stream)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.chdir(job.parent.parent)
    if "file" in limits:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limits["file"], limits["file"]))
    if "memory" in limits:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        resource.setrlimit(resource.RLIMIT_AS, (most := pages * resource.getpagesize() + limits["memory"], most))
    work(job)


def main() -> None:
    prepare_process()
    for name in sys.argv[1:]:
        framework_named(name)
        for module in LATE.get(name, ()):
            importlib.import_module(module)
    # Nobody waits for workers: their runs say how they ended.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in iter(sys.stdin.readline, ""):
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            try:
                child(Path(asked["job"]), asked["log"], asked["limits"])
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
