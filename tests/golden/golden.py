#!/usr/bin/env python3
"""Whether runs are what they were: the digests written down in digests.tsv.

Usage: golden.py GOSSIM
"""

import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from golden_table import explain, read_rows
from program import CATALOG, GOLDEN, program_of_arguments

PROGRAM = program_of_arguments()
SEEDS = ("1", "2", "3", "9223372036854775808")


def digest_of(row, scenario=None):
    return PROGRAM.digest(scenario or row.path, "--trace", "none", *row.arguments())


def can_be_read(row):
    """Whether this program reads the graph of a row: GML needs igraph."""
    with open(row.path, encoding="utf-8") as file:
        is_gml = ".gml" in file.read()
    return not is_gml or "without igraph" not in PROGRAM.call("check", row.path).err


class GoldenTest(unittest.TestCase):
    def setUp(self):
        self.rows = [row for row in read_rows() if row.suite == "golden" and can_be_read(row)]

    def first_rows(self):
        """The first row of each scenario."""
        return list({row.path: row for row in reversed(self.rows)}.values())

    def test_given_a_run_written_down_when_repeated_then_same_digest(self):
        for row in self.rows:
            with self.subTest(row.scenario, seed=row.seed, set=row.set):
                found = digest_of(row)

                self.assertEqual(row.digest, found, explain(row, found))

    def test_given_a_scenario_when_seeds_differ_then_digests_differ(self):
        for row in self.first_rows():
            with self.subTest(row.scenario):
                found = []
                for row.seed in SEEDS:
                    found.append(digest_of(row))

                self.assertEqual(len(SEEDS), len(set(found)), found)

    def test_given_another_name_and_expectations_when_run_then_same_digest(self):
        more = ("--set", "name=other", "--set", "expect=[deliveries >= 0]")
        for row in self.first_rows():
            with self.subTest(row.scenario):
                found = PROGRAM.digest(row.path, "--trace", "none", *row.arguments(), *more)

                self.assertEqual(row.digest, found)

    def test_given_rates_of_groups_when_said_of_nodes_or_regions_then_same_digest(self):
        slow, others = "[2Mbit/s, 10Mbit/s]", "[none, 50Mbit/s]"
        latency = "latency: [[5ms, 80ms], [80ms, 5ms]]"
        regions = "regions={names: [a, b], weights: %s, " + latency + "%s}"
        plain = regions % ("[0, 1]", "")
        bandwidth = "links.bandwidth={sharing: fair, down: 50Mbit/s}"
        rest = "links.bandwidth={sharing: fair}"
        pairs = ", ".join([slow] * 9 + [others] * 51)
        hosts = f", host_bandwidth: [{slow}, {others}]"
        groups = ("nodes={count: 60, groups: [{name: slow, nodes: 0..8, bandwidth: "
                  "{up: 2Mbit/s, down: 10Mbit/s}}]}")
        plain_scenario = os.path.join(GOLDEN, "links.yaml")
        runs = (
            (groups, plain, bandwidth),
            ("nodes={count: 60}", plain, rest, f"links.host_bandwidth=[{pairs}]"),
            ("nodes={count: 60}", regions % ("[0, 1]", hosts), rest,
             "links.host_bandwidth=[%s]" % ", ".join([slow] * 9 + ["[none, none]"] * 51)),
            ("nodes={count: 60}", plain, bandwidth),
        )
        found = []
        for run in runs:
            more = ("name=x", "links.delay=regions", "publish=[{size: 20KiB}]", "events=[]",
                    "expect=[]", "topology={kind: random-regular, degree: 8}")
            sets = [part for item in (*run, *more) for part in ("--set", item)]
            found.append(PROGRAM.digest(plain_scenario, "--trace", "none", *sets))

        self.assertEqual([found[0]] * 3, found[:3])
        self.assertNotEqual(found[0], found[3])

    def test_given_the_canonical_form_when_run_then_same_digest(self):
        for row in self.first_rows():
            with self.subTest(row.scenario), tempfile.TemporaryDirectory() as folder:
                canonical = os.path.join(folder, "another-name.yaml")
                with open(canonical, "w", encoding="utf-8") as file:
                    file.write(PROGRAM.call("check", row.path).out)

                found = digest_of(row, canonical)

                self.assertEqual(row.digest, found)

    def test_given_the_canonical_form_when_checked_again_then_same_text(self):
        for row in self.first_rows():
            with self.subTest(row.scenario), tempfile.TemporaryDirectory() as folder:
                first = PROGRAM.call("check", row.path, *row.arguments())
                canonical = os.path.join(folder, "another-name.yaml")
                with open(canonical, "w", encoding="utf-8") as file:
                    file.write(first.out)

                second = PROGRAM.call("check", canonical)

                self.assertEqual((0, first.out, ""), (second.status, second.out, second.err))

    def test_given_the_scenarios_when_listed_then_all_are_in_the_table(self):
        for folder in (
            *(GOLDEN, CATALOG),
            *(os.path.join(CATALOG, below) for below in ("attacks", "bench", "bugs", "validation")),
        ):
            names = {name for name in os.listdir(folder) if name.endswith(".yaml")}

            self.assertEqual(
                set(), names - {os.path.basename(row.scenario) for row in self.rows}
            )


if __name__ == "__main__":
    unittest.main()
