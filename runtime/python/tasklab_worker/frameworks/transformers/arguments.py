"""Training arguments of a job for trainers of the Transformers family."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from ...device import can_bf16, has_gpu
from ...run import Context


def training_arguments(arguments_class: Any, context: Context, **more: Any) -> Any:
    """The job's options as the trainer takes them; what is not the user's to choose is said here."""
    # The rest is the kind's own: how long texts may be, and the like.
    known = {field.name for field in fields(arguments_class)}
    options = {name: value for name, value in context.job.options.items() if name in known}
    if options.get("bf16") is None:
        # Null: bfloat16 where the card can, unless half precision is asked for.
        options["bf16"] = can_bf16() and not options.get("fp16")
    return arguments_class(
        **{
            **options,
            "output_dir": str(context.work_folder),
            "seed": context.job.seed,
            "data_seed": context.job.seed,
            "use_cpu": not has_gpu(),
            "report_to": "none",
            "disable_tqdm": True,
            **more,
        }
    )
