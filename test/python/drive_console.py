"""Talks to the kernel through `jupyter console` in a pseudo-terminal, as a person at a keyboard would; what it saw is JSON on standard output."""

import json
import os
import re
import sys

import pexpect

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
STYLE = r"(?:\x1b\[[0-9;]*m)*"

# The first question about a cell's end waits for the compiler to load, and the machine of a test may be busy.
command = ["-m", "jupyter_console", "--kernel", "tasklab", "--ZMQTerminalInteractiveShell.kernel_is_complete_timeout=30"]
console = pexpect.spawn(sys.executable, command, encoding="utf-8", timeout=60, dimensions=(40, 120), env={**os.environ, "TERM": "xterm"})


def prompt(number):
    """What was printed until the prompt of cell `number`."""
    console.expect(rf"In \[{STYLE}{number}{STYLE}\]: ")
    return ESCAPES.sub("", console.before)


def output(number):
    console.expect(rf"Out\[{STYLE}{number}{STYLE}\]: ([^\r\n]*)\r\n")
    return ESCAPES.sub("", console.match[1])


seen = {"banner": prompt(1)}
console.send("const kept = 41;\r")
prompt(2)
console.send("kept + 1\r")
seen["result"] = output(2)
prompt(3)
console.send("function twice(x: number) {\r")
console.expect(r"\.\.\.: ")
console.send("return 2 * x;\r}\r")
prompt(4)
console.send("twice(kept)\r")
seen["several_lines"] = output(4)
prompt(5)
console.send("kept.toFi\t")
console.expect("kept.toFixed")
console.send("(1)\r")
seen["completed"] = output(5)
prompt(6)
console.send("const wrong: number = 'text';\r")
seen["mistake"] = prompt(7)
console.send("console.log('going'); while (true) {}\r")
console.expect("going\r\n")
console.sendintr()
seen["interrupted"] = prompt(8)
console.send("kept\r")
seen["after"] = output(8)
prompt(9)
console.send("\x04")
console.expect("Do you really want to exit")
console.send("y\r")
console.expect(pexpect.EOF)
console.close()
seen["exit"] = console.exitstatus
print(json.dumps(seen))
