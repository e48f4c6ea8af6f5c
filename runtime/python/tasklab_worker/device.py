"""The machine that trains: a GPU where there is one, with bf16 where the card can; seeds."""

from __future__ import annotations

import os
import random


def has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()


def device() -> str:
    """As PyTorch calls where models are."""
    return "cuda" if has_gpu() else "cpu"


def can_bf16() -> bool:
    """Can the GPU compute in bfloat16? On a processor it is not asked for: it is slower there."""
    import torch

    return torch.cuda.is_available() and torch.cuda.is_bf16_supported()


def device_name() -> str:
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else f"{os.cpu_count()} processor cores"


def seed_everything(seed: int) -> None:
    """Every source of chance: models are made after this, so that a new head starts the same each time."""
    import numpy
    import torch

    random.seed(seed)
    numpy.random.seed(seed % 2**32)
    torch.manual_seed(seed)
