"""Runs jupyter-kernel-test with all of its optional samples against the installed kernel, and prints what came of each test, as JSON."""

import json
import unittest

import jupyter_kernel_test


class TasklabTests(jupyter_kernel_test.KernelTests):
    kernel_name = "tasklab"
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    complete_code_samples = ["1 + 1", "const a = 1", "function f() { return 1 }", "for (let i = 0; i < 3; i++) { console.log(i) }", "%lsmagic", "`${1}`"]
    incomplete_code_samples = ["function f() {", "const a = [1,", "for (let i = 0; i < 3; i++) {", "`abc", "1 +", "/* open"]
    invalid_code_samples = ["const 1a = ;", "let x = )", "}"]
    completion_samples = [{"text": "cons"}, {"text": "Math.flo", "matches": {"floor"}}, {"text": "process."}, {"text": "%prepa", "matches": {"%prepare"}}]
    code_page_something = "display.page('much to read')"
    code_generate_error = "throw new TypeError('bad')"
    code_execute_result = [
        {"code": "1+2+3", "result": "6"},
        {"code": "[1, 2, 3].map((x) => x * 2)", "result": "[ 2, 4, 6 ]"},
        {"code": "({ a: 1 })"},
        {"code": "'abc'"},
        {"code": "({ [Symbol.for('Jupyter.display')]: () => ({ 'text/html': '<b>x</b>', 'text/plain': 'x' }) })", "result": "<b>x</b>", "mime": "text/html"},
    ]
    code_display_data = [
        {"code": "import * as tslab from 'tslab'; tslab.display.html('<b>x</b>')", "mime": "text/html"},
        {"code": "tslab.display.png(new Uint8Array([1, 2]))", "mime": "image/png"},
        {"code": "display({ a: 1 })", "mime": "text/plain"},
    ]
    code_history_pattern = "1?2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "parseInt"
    code_clear_output = "console.clear()"


class Outcome(unittest.TestResult):
    """Names of the tests by what came of them."""

    def __init__(self):
        super().__init__()
        self.passed = []

    def addSuccess(self, test):
        self.passed.append(test.id().split(".")[-1])


outcome = Outcome()
unittest.defaultTestLoader.loadTestsFromTestCase(TasklabTests).run(outcome)
print(
    json.dumps(
        {
            "passed": sorted(outcome.passed),
            "skipped": [[str(test), reason] for test, reason in outcome.skipped],
            "failed": [[str(test), text] for test, text in outcome.failures + outcome.errors],
        }
    )
)
