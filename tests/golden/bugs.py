#!/usr/bin/env python3
"""Whether the scenarios of bugs show their bug, and what their comments name repairs it.

Usage: bugs.py GOSSIM
"""

import os
import re
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from program import CATALOG, program_of_arguments

PROGRAM = program_of_arguments()
BUGS = os.path.join(CATALOG, "bugs")
SPECIFICATION = ("--set", "router.profile=gossipsub-v1.0")


class BugsTest(unittest.TestCase):
    def setUp(self):
        self.scenarios = sorted(name for name in os.listdir(BUGS) if name.endswith(".yaml"))
        self.assertGreaterEqual(len(self.scenarios), 6)

    def status_of(self, name, *arguments):
        with tempfile.TemporaryDirectory(prefix="gossim-test-") as folder:
            outcome = PROGRAM.call(
                *("run", os.path.join(BUGS, name), "--trace", "none"),
                *("--out", os.path.join(folder, "out"), *arguments),
            )
        self.assertEqual("", outcome.err)
        return outcome.status

    def test_given_a_bug_when_run_then_its_expectation_fails(self):
        for name in self.scenarios:
            with self.subTest(name):
                self.assertEqual(3, self.status_of(name))

    def test_given_a_bug_when_run_as_specified_then_its_expectation_is_met(self):
        for name in self.scenarios:
            with self.subTest(name):
                self.assertEqual(0, self.status_of(name, *SPECIFICATION))

    def test_given_a_bug_when_repaired_as_its_comment_says_then_its_expectation_is_met(self):
        for name in self.scenarios:
            with open(os.path.join(BUGS, name), encoding="utf-8") as file:
                repairs = re.findall(r"^#     --set (\S+)$", file.read(), re.MULTILINE)
            self.assertNotEqual([], repairs, name)
            for repair in repairs:
                with self.subTest(name, repair=repair):
                    self.assertEqual(0, self.status_of(name, "--set", repair))

    def test_given_the_bugs_when_listed_then_all_are_in_the_readme(self):
        with open(os.path.join(BUGS, "README.md"), encoding="utf-8") as file:
            listed = re.findall(r"^\| `(\S+\.yaml)`", file.read(), re.MULTILINE)

        self.assertEqual(self.scenarios, sorted(listed))


if __name__ == "__main__":
    unittest.main()
