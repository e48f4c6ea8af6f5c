"""Training arguments of a job for trainers of the Transformers family."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from ...device import can_bf16, has_gpu
from ...errors import UserError, first_line
from ...run import Context

def fit(context: Context, trainer: Any) -> None:
    """Trains. Raises ``training/wrong-value`` for what trainers look at as late as when they need it."""
    try:
        trainer.train()
    except KeyError as error:
        if "metric_for_best_model" not in str(error):
            raise
        measured = sorted({name for entry in getattr(trainer, "st_trainer", trainer).state.log_history for name in entry if name.startswith("eval_") and not name.endswith(("_runtime", "_per_second"))})
        raise UserError("training/wrong-value", f'The option "metric_for_best_model" is "{context.job.options["metric_for_best_model"]}", which is not measured.', f"There are: {', '.join(measured)}.") from error


#: Where an adapter does not fit.
LORA_HINT = 'Name the model\'s parts in the block lora: target_modules = ["query", "value"].'


def training_arguments(arguments_class: Any, context: Context, **more: Any) -> Any:
    """The job's options as the trainer takes them; what is not the user's to choose is said here. Raises ``training/wrong-value`` where they do not
    fit together, or do not fit the machine."""
    # The rest is the kind's own: how long texts may be, and the like.
    known = {field.name for field in fields(arguments_class)}
    options = {name: value for name, value in context.job.options.items() if name in known}
    if options.get("bf16") is None:
        # Null: bfloat16 where the card can, unless half precision is asked for.
        options["bf16"] = can_bf16() and not options.get("fp16")
    arguments = {
        **options,
        "output_dir": str(context.work_folder),
        "seed": context.job.seed,
        "data_seed": context.job.seed,
        "use_cpu": not has_gpu(),
        "report_to": "none",
        "disable_tqdm": True,
        **more,
    }
    return made(context, arguments_class, **arguments)


def made(context: Context, make: Any, **arguments: Any) -> Any:
    """Arguments or a trainer, of a library that looks at the job's options as it makes them. Raises ``training/wrong-value``."""
    try:
        return make(**arguments)
    except (ValueError, TypeError, NotImplementedError) as error:
        hint = LORA_HINT if "arget modules" in str(error) or "target_modules" in str(error) else None
        raise UserError("training/wrong-value", f'"{context.job.framework}" does not take these options: {first_line(error)}', hint or "Look at options that go together.") from error
