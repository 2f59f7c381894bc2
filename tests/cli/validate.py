#!/usr/bin/env python3
"""The cases with known answers, as `gossim validate` tells of them: table and verdicts.

Usage: validate.py GOSSIM
"""

import json
import os
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from program import CATALOG
from validation_table import readme_table

PROGRAM = program_of_arguments()
FOLDER = os.path.join(CATALOG, "validation")

# What makes each case come out wrong: the right answer is then that it fails.
SPOILT = (
    ("A1", "router.Dhi=7", "topology.degree=8"),
    ("A1", "links.loss=1%"),
    ("A2", "router.spare_senders=false"),
    ("A3", "links.jitter=1ms"),
    ("A4", "links.jitter={uniform: [0ms, 1ms]}"),
    ("A5", "publish.0.every=4s", "publish.0.count=10"),
    ("A6", "links.loss=10%"),
    ("A7", "nodes.groups.0.role=never_answers_iwant", "expect=[]"),
    ("A11", "router.profile=gossipsub-v1.0"),
    ("A9", "nodes.groups.0.role=never_gossips"),
    ("A13", "publish.0.from=random", "expect=[]"),
    ("P1", "links.bandwidth.sharing=fifo", "expect=[]"),
    ("P2", "router.profile=nim-2020"),  # by its meshes, as A12
    ("P3", "router.spare_senders=false"),
    ("A8", "topology.degree=12", "router.Dhi=12"),
)


class ValidateTest(FolderTest):
    program = PROGRAM

    def validate(self, *arguments, status=0):
        outcome = self.call("validate", *arguments)
        self.assertEqual((status, ""), (outcome.status, outcome.err), outcome)
        return outcome.out

    def verdicts(self, *arguments, **options):
        """The verdicts of the rows of a JSON object."""
        rows = json.loads(self.validate("--json", *arguments, **options))["rows"]
        return [row["verdict"] for row in rows]

    def test_given_cases_when_validated_then_a_row_each_and_nothing_is_left(self):
        lines = self.validate("a3", "P3", "--seeds", "2").splitlines()

        self.assertEqual(["case", "figure", "known", "ours", "runs", "verdict"], lines[0].split())
        verdicts = {line.split()[-1] for line in lines[1:]}
        self.assertEqual({"exact", "within", "told"}, verdicts, lines)
        self.assertEqual({"A3", "P3"}, {line.split()[0] for line in lines[1:]})

    def test_given_quick_cases_when_validated_then_the_rows_of_the_readme(self):
        quick = ("A1", "A3", "A5", "A13", "P1")

        found = self.validate(*quick).splitlines()

        self.assertEqual([line for line in readme_table() if line.split()[0] in quick], found[1:])

    def test_given_a_case_spoilt_when_validated_then_it_fails_and_exit_status_3(self):
        for case, *settings in SPOILT:
            with self.subTest(case, set=settings):
                options = [word for setting in settings for word in ("--set", setting)]

                # Widths of few runs are open; A11 runs all scenarios.
                seeds = {"A13": "10", "A11": "1"}.get(case, "2")
                found = self.verdicts(case, "--seeds", seeds, *options, status=3)

                self.assertIn("FAILED", found)

    def test_given_one_seed_when_validated_then_intervals_are_open(self):
        for case in ("A8", "A13"):
            self.assertEqual({"open"}, set(self.verdicts(case, "--seeds", "1", status=3)))

    def test_given_another_seed_when_validated_then_other_figures(self):
        first, second = (self.validate("A2", "--seeds", "2", "--seed", seed) for seed in "19")

        self.assertNotEqual(first, second)

    def test_given_several_jobs_when_validated_then_same_table(self):
        one, three = (self.validate("A2", "A5", "--seeds", "2", "-j", jobs) for jobs in "13")

        self.assertEqual(one, three)

    def test_given_no_such_case_when_validated_then_bad_input(self):
        outcome = self.call("validate", "A99")

        self.assertEqual((2, ""), (outcome.status, outcome.out))
        self.assertIn("there is no case 'A99'", outcome.err)

    def test_given_a_key_that_is_none_when_validated_then_bad_input(self):
        outcome = self.call("validate", "A3", "--set", "router.X=1")

        self.assertEqual((2, ""), (outcome.status, outcome.out))
        self.assertIn("router.X", outcome.err)

    def test_given_the_list_when_printed_then_every_scenario_of_the_catalog(self):
        listed = self.validate("--list")

        for name in os.listdir(FOLDER):
            if name.endswith(".yaml"):
                self.assertIn(f" {os.path.splitext(name)[0]}", listed)

    def test_given_a_scenario_of_the_catalog_when_run_alone_then_its_expectations_are_met(self):
        for name in sorted(os.listdir(FOLDER)):
            with self.subTest(name):
                outcome = self.call(
                    "run", os.path.join(FOLDER, name), "--trace", "none", "--json", "--out", name
                )

                self.assertEqual((0, ""), (outcome.status, outcome.err))
                self.assertNotEqual([], json.loads(outcome.out)["expect"])


if __name__ == "__main__":
    unittest.main()
