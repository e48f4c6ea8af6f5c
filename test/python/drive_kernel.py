"""Drives the installed kernel by stock jupyter_client and prints what a front end sees, as JSON."""

import json

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import start_new_kernel

LIMIT = 60

manager, client = start_new_kernel(kernel_name="tasklab", startup_timeout=LIMIT)


def execute(code, when_printed=None):
    """A cell to its end; calls `when_printed` with its first output on stdout."""
    outputs = []

    def see(message):
        content = message["content"]
        outputs.append({"type": message["msg_type"], **content})
        if when_printed and message["msg_type"] == "stream":
            when_printed()

    reply = client.execute_interactive(code, timeout=LIMIT, output_hook=see)["content"]
    plain = [output["data"]["text/plain"] for output in outputs if output["type"] == "execute_result"]
    return {"status": reply["status"], "ename": reply.get("ename"), "evalue": reply.get("evalue"), "traceback": reply.get("traceback"), "result": plain[-1] if plain else None}


try:
    seen = {
        "spec": KernelSpecManager().get_kernel_spec("tasklab").to_dict(),
        "info": client.kernel_info(reply=True, timeout=LIMIT)["content"],
        "set": execute("let kept = 40;\nkept + 1"),
        "type_error": execute("const fine = 1;\nconst wrong: number = 'text';"),
        "thrown": execute("function outer() {\n  throw new RangeError('too far');\n}\nouter();"),
        "interrupted": execute("kept += 2;\nconsole.log('looping');\nwhile (true) {}", when_printed=manager.interrupt_kernel),
        "after": execute("kept"),
    }
    print(json.dumps(seen))
finally:
    client.stop_channels()
    manager.shutdown_kernel()
