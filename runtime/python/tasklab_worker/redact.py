"""The one place that keeps secrets out of what a worker writes and prints."""

from __future__ import annotations

import os
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

MASK = "••••••"
_SECRET_NAME = re.compile(r"(TOKEN|KEY|SECRET|PASSWORD|CREDENTIAL)S?$", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"\b(?:(?:sk|pk|rk)[-_][\w-]{16,}|(?:gh[pousr]_|github_pat_|glpat-|hf_|npm_|pypi-)[\w-]{10,})")
#: Of an address: https://name:password@host.
_PASSWORD = re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)")


def _values() -> list[str]:
    """Values of the environment's variables whose names say that they are secret, and the hub's token; the longest first."""
    found = {value for name, value in os.environ.items() if _SECRET_NAME.search(name) and len(value) >= 6}
    return sorted({*found, *_stored_token()}, key=len, reverse=True)


@cache
def _stored_token() -> tuple[str, ...]:
    """The token that ``hf auth login`` has left, which libraries take without being told."""
    home = os.environ.get("HF_HOME") or os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache"), "huggingface")
    try:
        token = Path(os.environ.get("HF_TOKEN_PATH") or os.path.join(home, "token")).read_text("utf-8").strip()
    except (OSError, ValueError):
        return ()
    return (token,) if len(token) >= 6 else ()


def redact(text: str) -> str:
    """The text without the environment's secrets, and without what looks like a service's token.

    >>> redact("401 for hf_abcdefghijklmnop")
    '401 for ••••••'
    """
    for value in _values():
        text = text.replace(value, MASK)
    return _PASSWORD.sub(MASK, _SECRET_VALUE.sub(MASK, text))


def redact_all(value: Any) -> Any:
    """The same for every text in plain data."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {redact(str(key)): redact_all(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [redact_all(item) for item in value]
    return value


class _RedactingStream:
    """Stands before a standard stream; lines are redacted as they are printed."""

    def __init__(self, stream: Any):
        self._stream = stream

    def write(self, text: str) -> int:
        self._stream.write(redact(text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def redact_streams() -> None:
    """What is printed from now on is redacted."""
    sys.stdout = _RedactingStream(sys.stdout)
    sys.stderr = _RedactingStream(sys.stderr)
