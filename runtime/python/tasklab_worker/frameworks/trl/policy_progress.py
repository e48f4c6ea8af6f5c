"""What PPO tells while it trains."""

from __future__ import annotations

from typing import Any

from ...progress import Progress


class PolicyProgress(Progress):
    """TRL tells figures of its own here; how many episodes a second says nothing of the model, and differs each time."""

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **more: Any) -> None:
        super().on_log(args, state, control, {name: value for name, value in (logs or {}).items() if name != "eps"}, **more)
