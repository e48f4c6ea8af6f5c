"""``python -m tasklab_worker JOB_FOLDER [--output FOLDER]``: exit status 0: finished or stopped; 1: failed."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path

from .errors import UserError
from .redact import redact_streams


def main() -> int:
    parser = argparse.ArgumentParser(prog="tasklab_worker", description="Trains one job.")
    parser.add_argument("job", type=Path, help="the folder of a job.json and its Arrow files")
    parser.add_argument("--output", type=Path, help="the run's folder, where the job lies in none")
    arguments = parser.parse_args()
    prepare_process()
    from .run import work

    try:
        return 0 if work(arguments.job.resolve(), arguments.output and arguments.output.resolve()) else 1
    except UserError as error:
        print(f"error {error.code}\n{error.message}", *([f"hint: {error.hint}"] if error.hint else []), sep="\n", file=sys.stderr)
        return 1


def prepare_process() -> None:
    """Before any framework is imported: no progress bars, no reports to anybody, no secrets in what is printed."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.update({"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1", "WANDB_DISABLED": "true", "TRL_EXPERIMENTAL_SILENCE": "1"})
    # Libraries make a million objects as they are imported, of which none is garbage: looking for it takes an eighth of the time.
    gc.set_threshold(200_000, 50, 100)
    redact_streams()


if __name__ == "__main__":
    sys.exit(main())
