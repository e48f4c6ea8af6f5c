"""Makes a process the only worker of a run: ``tasklab/worker.json``, as ``runtime/run/lock.ts`` has it."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import threading
import time
from pathlib import Path

from .errors import UserError

HEARTBEAT_S = 5
PATIENCE_S = 60


def identify(pid: int) -> dict | None:
    """Which process is meant, beyond its id: ids are used again, start times on one boot are not."""
    started = _started_linux(pid) if os.path.exists("/proc/self/stat") else _started_elsewhere(pid)
    return None if started is None else {"pid": pid, "started": started, "host": socket.gethostname()}


def _started_linux(pid: int) -> str | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("latin-1")
        fields = stat[stat.rindex(")") + 2 :].split(" ")
        if fields[0] in "ZX":
            return None
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("latin-1").strip()
        return f"{boot}:{fields[19]}"
    except OSError:
        return None


def _started_elsewhere(pid: int) -> str | None:
    shown = subprocess.run(["ps", "-o", "state=,lstart=", "-p", str(pid)], capture_output=True, text=True, env={"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"})
    state, *started = shown.stdout.split()[:1] + shown.stdout.split()[1:] or [""]
    return " ".join(started) if state and not state.startswith("Z") and started else None


class Lock:
    """Taken by linking a file into place; the file's time of change is the heartbeat."""

    def __init__(self, run_folder: Path):
        self._path = run_folder / "tasklab" / "worker.json"
        own = self._path.with_name(f"worker.json.{os.getpid()}-{secrets.token_hex(4)}")
        own.write_text(json.dumps({"version": 1, "process": identify(os.getpid())}) + "\n")
        try:
            while not _linked(own, self._path):
                if self._is_held():
                    raise UserError("run/already-running", f'Another worker is at work on the run "{run_folder.name}".', "Wait for it, or stop it first.")
                self._remove_dead(own)
        finally:
            own.unlink(missing_ok=True)
        self._done = threading.Event()
        threading.Thread(target=self._beat, daemon=True).start()

    def release(self) -> None:
        self._done.set()
        self._path.unlink(missing_ok=True)

    def _beat(self) -> None:
        while not self._done.wait(HEARTBEAT_S):
            try:
                os.utime(self._path)
            except OSError:
                return

    def _is_held(self) -> bool:
        try:
            holder = json.loads(self._path.read_text())["process"]
            if holder["host"] == socket.gethostname():
                alive = identify(holder["pid"])
                return alive is not None and alive["started"] == holder["started"]
            return time.time() - self._path.stat().st_mtime < PATIENCE_S
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def _remove_dead(self, own: Path) -> None:
        """One at a time, and only after another look: else the file of a worker that took the place just now would go."""
        turn = self._path.with_name("worker.json.turn")
        if not _linked(own, turn):
            try:
                if time.time() - turn.stat().st_mtime > HEARTBEAT_S:
                    turn.unlink(missing_ok=True)
            except OSError:
                pass
            time.sleep(0.005)
            return
        try:
            if not self._is_held():
                self._path.unlink(missing_ok=True)
        finally:
            turn.unlink(missing_ok=True)


def _linked(file: Path, name: Path) -> bool:
    try:
        os.link(file, name)
        return True
    except FileExistsError:
        return False
