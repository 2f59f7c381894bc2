#!/usr/bin/env python3
"""Whether the scenarios of attacks come out as they expect, and otherwise without the attack.

Usage: attacks.py GOSSIM
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
ATTACKS = os.path.join(CATALOG, "attacks")


class AttacksTest(unittest.TestCase):
    def setUp(self):
        self.scenarios = sorted(name for name in os.listdir(ATTACKS) if name.endswith(".yaml"))
        self.assertGreaterEqual(len(self.scenarios), 11)

    def status_of(self, name, *arguments):
        with tempfile.TemporaryDirectory(prefix="gossim-test-") as folder:
            outcome = PROGRAM.call(
                *("run", os.path.join(ATTACKS, name), "--trace", "none"),
                *("--out", os.path.join(folder, "out"), *arguments),
            )
        self.assertEqual("", outcome.err)
        return outcome.status

    def test_given_an_attack_when_run_then_its_expectations_are_met(self):
        for name in self.scenarios:
            for seed in ("1", "2"):
                with self.subTest(name, seed=seed):
                    self.assertEqual(0, self.status_of(name, "--seed", seed))

    def test_given_an_attack_when_taken_away_then_an_expectation_fails(self):
        for name in self.scenarios:
            with open(os.path.join(ATTACKS, name), encoding="utf-8") as file:
                withouts = re.findall(r"^#     --set (\S+)$", file.read(), re.MULTILINE)
            with self.subTest(name):
                self.assertEqual(1, len(withouts))
                self.assertEqual(3, self.status_of(name, "--set", withouts[0]))

    def test_given_the_attacks_when_listed_then_all_are_in_the_readme(self):
        with open(os.path.join(ATTACKS, "README.md"), encoding="utf-8") as file:
            listed = re.findall(r"^\| `(\S+\.yaml)`", file.read(), re.MULTILINE)

        self.assertEqual(self.scenarios, sorted(listed))


if __name__ == "__main__":
    unittest.main()
