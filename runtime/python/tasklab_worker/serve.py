"""``python -m tasklab_worker.serve RUN_FOLDER [--trusted]``: answers what is asked of a run's model, JSON lines in and out. With ``--trusted``
the code may run that the run's training trusted.

    -> {"id": 1, "do": "predict", "inputs": ["a text"]}              <- {"id": 1, "result": [{"label": …, "scores": {…}}]}
    -> {"id": 2, "do": "generate", "prompts": ["a"], "settings": {}}  <- {"id": 2, "piece": {"prompt": 0, "text": "b", "finished": null}} … {"id": 2, "result": null}
    -> {"id": 3, "do": "score", "inputs": ["a text"]}                <- {"id": 3, "result": [0.5]}
    -> {"id": 2, "do": "stop"}                                       ends a generation
Before a result may stand {"id": 1, "warning": …}: what of the inputs was not read.
Of errors the texts are without secrets; what a model answers is given as it is. An error is {"id": 1, "error": {"code": …, "message": …, "hint": …}}; the first line is {"ready": ["predict"]} or {"error": …}. It ends when its input does.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
from pathlib import Path
from queue import Queue
from typing import Any

from .errors import UserError, describe, first_line
from .events import plain
from .redact import redact_texts

VERBS = ("predict", "generate", "score")


def main() -> int:
    from .__main__ import prepare_process

    # Libraries print to standard output as they like: answers have a way of their own.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    prepare_process()

    def send(message: dict[str, Any]) -> None:
        answers.write(json.dumps(plain(message), ensure_ascii=False, allow_nan=False) + "\n")
        answers.flush()

    try:
        from .frameworks import framework_named
        from .run import open_finished

        run = open_finished(Path(sys.argv[1]).resolve(), trusted="--trusted" in sys.argv[2:])
        model = framework_named(run.manifest["framework"]).load(run)
    except Exception as error:  # noqa: BLE001 - told to who asks
        send({"error": _told(error)})
        return 1
    send({"ready": [verb for verb in VERBS if hasattr(model, verb)]})
    stopped: set[int] = set()
    requests: Queue[dict] = Queue()
    threading.Thread(target=_read, args=(requests, stopped), daemon=True).start()
    while True:
        request = requests.get()
        try:
            send({"id": request["id"], "result": _answer(model, request, send, stopped)})
        except Exception as error:  # noqa: BLE001 - told to who asks
            send({"id": request.get("id"), "error": _told(error)})
    return 0


def _read(requests: Queue, stopped: set[int]) -> None:
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "stop":
            stopped.add(request["id"])
        else:
            requests.put(request)
    # Who asked is gone: nobody reads an answer that is still being made.
    os._exit(0)


def _answer(model: Any, request: dict, send: Any, stopped: set[int]) -> Any:
    if request["do"] == "generate":
        for at, prompt in enumerate(request["prompts"]):
            for text, finished in model.generate(prompt, request["settings"]):
                if request["id"] in stopped:
                    return None
                send({"id": request["id"], "piece": {"prompt": at, "text": text, "finished": finished}})
        return None
    result = getattr(model, request["do"])(request["inputs"])
    if hasattr(model, "not_read") and (said := model.not_read(request["inputs"])):
        send({"id": request["id"], "warning": said})
    return result


def _told(error: Exception) -> dict[str, Any]:
    told = describe(error)
    if told is None:
        traceback.print_exception(error)
        told = UserError("run/model-error", f"{type(error).__name__}: {first_line(error)}")
    return redact_texts({"code": told.code, "message": told.message, "hint": told.hint})


if __name__ == "__main__":
    sys.exit(main())
