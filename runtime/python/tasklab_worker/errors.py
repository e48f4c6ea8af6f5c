"""What a user did wrong, or what the machine lacks: told with a code and a hint, without a stack."""

from __future__ import annotations

import errno
import re

from .redact import redact

#: No space, a quota that is used up, a file that grew larger than is allowed.
_NO_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
#: The same from libraries that write by themselves: safetensors and PyTorch.
_DISK_SAYS = re.compile(r"\(os error (?:%d|%d|%d)\)|PytorchStreamWriter failed writing" % _NO_DISK)


class UserError(Exception):
    """A mistake that its reader can mend, as opposed to a defect.

    >>> raise UserError("train/one-class", "All 12 training rows have the label \"a\".", "A classifier needs rows of two labels.")
    """

    def __init__(self, code: str, message: str, hint: str | None = None):
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


class Stopped(BaseException):
    """The run was asked to stop. No ``Exception``: libraries that catch those must let it through."""


def describe(error: BaseException) -> UserError | None:
    """What libraries' and the system's errors mean to a user; ``None`` for a defect."""
    if isinstance(error, UserError):
        return error
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, MemoryError) or any(sign in text.lower() for sign in ("out of memory", "can't allocate memory", "cannot allocate memory")):
        return UserError("train/no-memory", f"The machine ran out of memory: {first_line(error)}", "Use smaller batches, shorter texts or a smaller model.")
    if isinstance(error, ImportError):
        return UserError("environment/missing-package", f"A package is not installed: {first_line(error)}", "Leave out the option that needs it, or name an environment of your own that has it: TASKLAB_PYTHON.")
    if is_disk_full(error) or _DISK_SAYS.search(text):
        return UserError("train/no-disk", f"The disk is full: {first_line(error)}", "Free some space, and train again.")
    return None


def is_disk_full(error: BaseException) -> bool:
    return isinstance(error, OSError) and error.errno in _NO_DISK


def first_line(error: BaseException) -> str:
    # Half of a token would not be known as one.
    lines = redact(str(error)).strip().splitlines()
    return lines[0][:500] if lines else type(error).__name__
