"""The built program, as tests in Python drive it.

Such a test is a script that gets the path of the program as its first argument.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(TESTS)
GOLDEN = os.path.join(TESTS, "golden")
CATALOG = os.path.join(ROOT, "scenarios", "catalog")

# A run that takes longer than this hangs; sanitizers and emulators included.
SECONDS_MAX = 300


# Under nohup SIGHUP is ignored, and would be by every program that a test hangs up.
signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Outcome:
    """What a call of the program came to."""

    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err

    def __str__(self):
        return f"exit status {self.status}\n--- out\n{self.out}\n--- err\n{self.err}"


class Program:
    """A program to call: a path, what stands before it (an emulator), and its environment."""

    def __init__(self, path, before=(), environment=None):
        self.command = [*before, os.path.abspath(path)]
        self.environment = {**os.environ, **(environment or {})}

    def call(self, *arguments, folder=None, environment=None, **options):
        """The Outcome of one call; `options` are those of subprocess.run()."""
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        options.setdefault("timeout", SECONDS_MAX)
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=folder,
            env={**self.environment, **(environment or {})},
            encoding="utf-8",
            errors="replace",
            check=False,
            **options,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments, folder=None, environment=None, **options):
        """The same as a process that goes on beside the test."""
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen(
            [*self.command, *arguments],
            cwd=folder,
            env={**self.environment, **(environment or {})},
            encoding="utf-8",
            **options,
        )

    def digest(self, scenario, *arguments, out=None, **options):
        """The digest of a run, which must end well and be silent about it. Its results go to `out`,
        or nowhere."""
        with tempfile.TemporaryDirectory(prefix="gossim-test-") as folder:
            place = out or os.path.join(folder, "out")
            outcome = self.call("run", scenario, "--json", "--out", place, *arguments, **options)
        if outcome.status != 0 or outcome.err != "":
            raise AssertionError(f"run {scenario} {' '.join(arguments)}: {outcome}")
        return json.loads(outcome.out)["digest"]


def program_of_arguments():
    """The program that the script was called with; the other arguments are left to unittest."""
    return Program(sys.argv.pop(1))
