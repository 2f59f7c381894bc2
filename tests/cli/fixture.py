"""What the tests of the command line share: a folder of their own, with scenarios in it."""

import os
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from program import ROOT, program_of_arguments  # pylint: disable=unused-import

SMALL = """\
name: small
duration: 8s
nodes: {count: 20, start: 0s}
topology: {kind: random-regular, degree: 4}
links: {delay: 20ms}
publish: [{start: 5s, every: 100ms, count: 3, size: 100B}]
"""
# Many minutes of work.
LONG = """\
name: long
duration: 1h
nodes: {count: 500, start: 0s}
publish: [{start: 1s, every: 10ms, count: 300000}]
"""


class FolderTest(unittest.TestCase):
    """A test case in a new folder, which holds small.yaml and long.yaml."""

    program = None  # set by the script

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="gossim-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.write("small.yaml", SMALL)
        self.write("long.yaml", LONG)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, content):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())

    def read(self, *names):
        with open(self.path(*names), "rb") as file:
            return file.read()

    def call(self, *arguments, **options):
        """Calls the program in the folder."""
        return self.program.call(*arguments, folder=self.folder, **options)

    def contents(self):
        """Every file below the folder with what it holds; folders with None, links left out."""
        found = {}
        for folder, folders, files in os.walk(self.folder):
            for name in folders:
                found[os.path.relpath(os.path.join(folder, name), self.folder)] = None
            for name in files:
                path = os.path.join(folder, name)
                if not os.path.islink(path):
                    with open(path, "rb") as file:
                        found[os.path.relpath(path, self.folder)] = file.read()
        return found

    def assert_refused(self, outcome, message):
        """Bad input: exit status 2, nothing but a message on standard error."""
        self.assertEqual((2, ""), (outcome.status, outcome.out), outcome)
        self.assertRegex(outcome.err, message)
        self.assertNotIn("bug", outcome.err)
