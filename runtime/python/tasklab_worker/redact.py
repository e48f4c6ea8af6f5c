"""The one place that keeps secrets out of what a worker writes and prints: ``runtime/run/redact.ts`` in Python, by the same ``secrets.json``.

A secret is: the value of an environment variable whose name says so, the token that ``hf auth login`` has stored, the password of a proxy, what looks like a
service's token, and the password in an address. Taken out of: the texts of events and errors, what is printed, and options in a run's manifest. Never touched:
labels and what a model answers. They are the user's data, and a prediction must be the label as it was given, whatever it looks like.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

MASK = "••••••"
_FILE = json.loads(Path(__file__).with_name("secrets.json").read_text("utf-8"))


def _whole(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.ASCII | re.IGNORECASE)


def _anywhere(look: dict[str, Any]) -> re.Pattern[str]:
    return re.compile(f"({look['before']}){look['secret']}", re.ASCII | (re.IGNORECASE if look.get("ignore_case") else 0))


_SECRET_NAMES, _HARMLESS_NAMES, _PROXY_NAMES, _HARMLESS_VALUES = (_whole(_FILE[name]) for name in ("secret_names", "harmless_names", "proxy_names", "harmless_values"))
_ADDRESS_PASSWORD = _anywhere(_FILE["address_password"])
_LOOKS = [*map(_anywhere, _FILE["tokens"]), _ADDRESS_PASSWORD]
_TEXTS = frozenset(_FILE["texts"])


def is_secret_name(name: str) -> bool:
    """Does a variable's name say that its value is secret?"""
    return bool(_SECRET_NAMES.fullmatch(name)) and not _HARMLESS_NAMES.fullmatch(name)


def redact(text: str) -> str:
    """The text without the environment's secrets, without what looks like a service's token, and without passwords of addresses.

    >>> redact("401 for hf_abcdefghijklmnop")
    '401 for ••••••'
    """
    return _without(_own_secrets(), text)


def redact_all(value: Any) -> Any:
    """The same for every text in plain data, the names of fields too: for what holds neither labels nor answers."""
    secrets = _own_secrets()

    def safe(part: Any) -> Any:
        if isinstance(part, str):
            return _without(secrets, part)
        if isinstance(part, dict):
            return {_without(secrets, str(name)): safe(inner) for name, inner in part.items()}
        if isinstance(part, (list, tuple)):
            return [safe(inner) for inner in part]
        return part

    return safe(value)


def redact_texts(fields: dict[str, Any]) -> dict[str, Any]:
    """The same for what an event or an error says to people: its message, hint, trace … Labels, names and figures stay what they are."""
    secrets = _own_secrets()
    return {name: _without(secrets, value) if name in _TEXTS and isinstance(value, str) else value for name, value in fields.items()}


def _without(secrets: list[str], text: str) -> str:
    for secret in secrets:
        text = text.replace(secret, MASK)
    for look in _LOOKS:
        text = look.sub(rf"\g<1>{MASK}", text)
    return text


def _is_telling(value: str) -> bool:
    """Shorter values stand in ordinary words, and a number is no key."""
    return len(value) >= _FILE["shortest"] and not _HARMLESS_VALUES.fullmatch(value)


def _own_secrets() -> list[str]:
    """The values themselves, which may stand anywhere in a text; the longest first, as one may hold another."""
    values = {_stored_token()}
    for name, value in os.environ.items():
        if is_secret_name(name):
            values.add(value)
        elif _PROXY_NAMES.fullmatch(name):
            # Libraries tell a proxy without its protocol.
            values.update(found.group()[found.end(1) - found.start() :] for found in _ADDRESS_PASSWORD.finditer(value if "://" in value else f"://{value}"))
    return sorted(filter(_is_telling, values), key=len, reverse=True)


_stored_tokens: dict[str, str] = {}


def _stored_token() -> str:
    """The token that ``hf auth login`` has left, which libraries take without being told; "" where there is none yet."""
    home = os.environ.get("HF_HOME") or os.path.join(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "huggingface")
    path = os.path.expanduser(os.environ.get("HF_TOKEN_PATH") or os.path.join(home, "token"))
    if path not in _stored_tokens:
        try:
            _stored_tokens[path] = Path(path).read_text("utf-8").strip()
        except (OSError, ValueError):
            return ""
    return _stored_tokens[path]


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
