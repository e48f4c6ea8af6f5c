"""Measures installed Jupyter kernels as a front end meets them, and prints one JSON object per kernel.

    python kernel.py CASES.json     [{"name": "python3", "language": "python", "prelude": "", "brief": false}, …]

The text of every cell differs from all before it: some kernels remember what they compiled. Starts and short cells are measured in turns,
so that a machine that slows down slows all of them.
"""

import json
import statistics
import subprocess
import sys
import time

import psutil
import zmq
from jupyter_client.manager import KernelManager

LIMIT = 30
TYPESCRIPT = {
    "short": "{i} + 1",
    "growing": "const v{i} = {{ a: {i}, b: 'x{i}', f: (x: number) => x + {i} }}; v{i}.f(1)",
    "import": "import fs from 'fs'; fs.existsSync('/{i}')",
    "lines": "for (let i = 0; i < 10000; i++) console.log('line ' + i)",
    "display": "display({{ [Symbol.for('Jupyter.display')]: () => ({{ 'text/html': 'x'.repeat(5 * 1024 * 1024) + {i} }}) }})",
    "loop": "let s{i} = 0; for (let i = 0; i < 2e7; i++) s{i} += i; s{i}",
    "function": "function f{i}() {{ let s = 0; for (let i = 0; i < 2e7; i++) s += i; return s }} f{i}()",
    "busy": "for (const t = Date.now(); Date.now() - t < 3000;);",
    "endless": "while (true) {}",
    "complete": "const c{i} = 'x'; c{i}.toUpp",
}
LANGUAGES = {
    "typescript": TYPESCRIPT,
    "tslab": {**TYPESCRIPT, "before": "import * as tslab from 'tslab'", "display": "tslab.display.html('x'.repeat(5 * 1024 * 1024) + {i})"},
    "deno": {**TYPESCRIPT, "display": "await Deno.jupyter.broadcast('display_data', {{ data: {{ 'text/html': 'x'.repeat(5 * 1024 * 1024) + {i} }}, metadata: {{}}, transient: {{}} }})"},
    "python": {
        "short": "{i} + 1",
        "growing": "v{i} = dict(a={i}, b='x{i}', f=lambda x: x + {i}); v{i}['f'](1)",
        "import": "import os; os.path.exists('/{i}')",
        "lines": "for i in range(10000): print('line', i)",
        "display": "from IPython.display import HTML, display; display(HTML('x' * (5 * 1024 * 1024) + '{i}'))",
        "loop": "s{i} = 0\nfor i in range(20_000_000): s{i} += i\ns{i}",
        "function": "def f{i}():\n  s = 0\n  for i in range(20_000_000): s += i\n  return s\nf{i}()",
        "busy": "import time\nt = time.time()\nwhile time.time() - t < 3: pass",
        "endless": "while True: pass",
        "complete": "c{i} = 'x'; c{i}.upp",
    },
}

numbers = iter(range(1000, 10**9))


def quantile(values, part):
    return sorted(values)[round(part * (len(values) - 1))]


class Kernel:
    """A kernel process and a client that hears its shell and iopub channels at once."""

    def __init__(self, name, language, prelude="", **_):
        self.name, self.texts = name, LANGUAGES[language]
        begin = time.perf_counter()
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=LIMIT)
        self.poller = zmq.Poller()
        for channel in (self.client.shell_channel, self.client.iopub_channel):
            self.poller.register(channel.socket, zmq.POLLIN)
        self.cell("short")
        self.first = time.perf_counter() - begin
        for code in filter(None, [self.texts.get("before"), prelude]):
            if self.run(code)["status"] != "ok":
                self.stop()
                raise RuntimeError(f"it does not know {code!r}")

    def run(self, code, limit=LIMIT, linger=0):
        """A cell to its reply and its idle status, whichever is later, and `linger` seconds on; the text of its streams and how much of it came late."""
        begin = time.perf_counter()
        message = self.client.execute(code)
        result = {"status": None, "idle": None, "text": [], "late": []}
        end = begin + limit
        while time.perf_counter() < end:
            for channel, content in self.received(message, 0.5):
                since = time.perf_counter() - begin
                if channel is self.client.shell_channel:
                    result["status"], result["replied"] = content["status"], since
                elif content.get("execution_state") == "idle":
                    result["idle"] = since
                elif "text" in content:
                    result["late" if result["idle"] else "text"].append(content["text"])
            if result["status"] and result["idle"]:
                end = begin + result["idle"] + linger
        result["seconds"] = max(result["idle"] or limit, result.get("replied", limit))
        return result

    def received(self, parent, patience):
        for socket, _ in self.poller.poll(patience * 1000):
            channel = self.client.shell_channel if socket is self.client.shell_channel.socket else self.client.iopub_channel
            _, message = self.client.session.recv(socket, mode=0)
            if message and message["parent_header"].get("msg_id") == parent:
                yield channel, message["content"]

    def cell(self, kind, **settings):
        return self.run(self.texts[kind].format(i=next(numbers)), **settings)

    def milliseconds(self, kind, times=1):
        """Of each of `times` cells; one that failed or lost its end counts for nothing."""
        ran = [self.cell(kind) for _ in range(times)]
        return [1000 * cell["seconds"] for cell in ran if cell["status"] == "ok" and cell["idle"]]

    def completion(self):
        code = self.texts["complete"].format(i=next(numbers))
        begin = time.perf_counter()
        message = self.client.complete(code)
        while time.perf_counter() < begin + LIMIT:
            for channel, content in self.received(message, 0.5):
                if channel is self.client.shell_channel:
                    return 1000 * (time.perf_counter() - begin), len(content.get("matches", []))
        return None, 0

    def megabytes(self):
        process = psutil.Process(self.manager.provisioner.pid)
        return sum(each.memory_info().rss for each in [process, *process.children(recursive=True)]) / 2**20

    def heartbeat(self, seconds):
        """The longest of the round trips in so many seconds, in milliseconds."""
        socket = zmq.Context.instance().socket(zmq.REQ)
        socket.linger = 0
        socket.connect(f"tcp://{self.manager.ip}:{self.manager.hb_port}")
        worst, end = 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            begin = time.perf_counter()
            socket.send(b"ping")
            answered = socket.poll(10_000)
            worst = max(worst, time.perf_counter() - begin)
            if not answered:
                break
            socket.recv()
            time.sleep(0.02)
        socket.close()
        return 1000 * worst

    def interrupt(self):
        """How long an endless loop goes on after an interrupt; what became of the kernel where there is no answer."""
        message = self.client.execute(self.texts["endless"])
        time.sleep(0.7)
        begin = time.perf_counter()
        self.manager.interrupt_kernel()
        while time.perf_counter() < begin + 5:
            for channel, _ in self.received(message, 0.1):
                if channel is self.client.shell_channel:
                    return 1000 * (time.perf_counter() - begin)
            if not self.manager.is_alive():
                return "dies"
        return "goes on"

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def measure_starts(cases, rounds):
    """To the first cell, then at once to the first import."""
    seen = {case["title"]: {"first": [], "import": []} for case in cases}
    for _ in range(rounds):
        for case in cases:
            kernel = Kernel(**case)
            seen[case["title"]]["first"].append(kernel.first)
            seen[case["title"]]["import"] += kernel.milliseconds("import")
            kernel.stop()
    return {title: {"first_cell_s": statistics.median(s["first"]), "import_at_once_ms": middle(s["import"])} for title, s in seen.items()}


def middle(values):
    return statistics.median(values) if values else None


def measure_memory(cases, rounds):
    """Idle, after an import, after the first completion."""
    seen = {case["title"]: {} for case in cases}
    for _ in range(rounds):
        for case in cases:
            kernel, into = Kernel(**case), seen[case["title"]]
            time.sleep(3)
            into.setdefault("idle_mb", []).append(kernel.megabytes())
            into.setdefault("import_idle_ms", []).extend(kernel.milliseconds("import"))
            first, _ = kernel.completion()
            into.setdefault("first_completion_ms", []).append(first or 1000 * LIMIT)
            time.sleep(1)
            into.setdefault("completed_mb", []).append(kernel.megabytes())
            kernel.stop()
    return {title: {name: middle(values) for name, values in s.items()} for title, s in seen.items()}


def measure_short(cases, rounds, times):
    """`N + 1`, the kernels in turn."""
    kernels = {case["title"]: Kernel(**case) for case in cases}
    seen = {title: [] for title in kernels}
    for kernel in kernels.values():
        kernel.milliseconds("short", 20)
    for _ in range(rounds):
        for title, kernel in kernels.items():
            seen[title] += kernel.milliseconds("short", times)
    for kernel in kernels.values():
        kernel.stop()
    return {title: {"short_ms": [quantile(values, 0.5), quantile(values, 0.95)]} for title, values in seen.items()}


def measure_growth(case, cells):
    """`N + 1` and memory after so many cells that each declare something."""
    kernel, measured, memory, at = Kernel(**case), {}, {}, 0
    for goal in cells:
        while at < goal:
            cell = kernel.cell("growing")
            if cell["status"] != "ok":
                raise RuntimeError(f"{case['name']}: cell {at} ended with {cell}")
            at += 1
        measured[goal] = quantile(kernel.milliseconds("short", 40), 0.5)
        time.sleep(1)
        memory[goal] = kernel.megabytes()
    kernel.stop()
    first, last = sorted(cells)[1 if len(cells) > 2 else 0], max(cells)
    return {"after_ms": measured, "growth_kb": 1024 * (memory[last] - memory[first]) / (last - first)}


def measure_rest(case):
    kernel, result = Kernel(**case), {}
    kernel.milliseconds("short", 20)
    wanted = sum(len(f"line {i}\n") for i in range(10_000))
    runs = [kernel.cell("lines", linger=1) for _ in range(3)]
    result["lines_s"] = statistics.median(run["seconds"] for run in runs)
    result["lines_in_time"] = min(len("".join(run["text"])) for run in runs) / wanted
    result["display_ms"] = middle(kernel.milliseconds("display", 7))
    result["loop_ms"] = middle(kernel.milliseconds("loop", 3))
    result["function_ms"] = middle(kernel.milliseconds("function", 3))
    kernel.completion()
    result["completion_ms"] = middle([ms for ms, found in (kernel.completion() for _ in range(15)) if found])
    kernel.client.execute(kernel.texts["busy"])
    time.sleep(0.3)
    result["heartbeat_ms"] = kernel.heartbeat(2.5)
    time.sleep(1)
    result["interrupt_ms"] = kernel.interrupt()
    kernel.stop()
    return result


def main():
    settings = json.load(open(sys.argv[1]))
    cases = settings["cases"]
    results = {case["title"]: {} for case in cases}

    def take(measured):
        for title, values in measured.items():
            results[title].update(values)

    def say(text):
        print(text, file=sys.stderr, flush=True)

    working = []
    for case in cases:
        try:
            Kernel(**case).stop()
            working.append(case)
        except Exception as error:
            results[case["title"]]["left_out"] = str(error)
            say(f"{case['title']} is left out: {error}")
    whole = [case for case in working if not case.get("brief")]
    say("starts …")
    take(measure_starts(whole, settings["rounds"]))
    say("memory …")
    take(measure_memory(whole, settings["rounds"] // 2 + 1))
    say("short cells …")
    take(measure_short(working, settings["rounds"], 40))
    for case in whole:
        say(f"{case['title']}: output, loops, heartbeat, interrupt …")
        take({case["title"]: measure_rest(case)})
        say(f"{case['title']}: {max(settings['cells'])} cells …")
        take({case["title"]: measure_growth(case, settings["cells"])})
    print(json.dumps(results))


main()
