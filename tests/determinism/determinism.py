#!/usr/bin/env python3
"""Whether a run is a function of scenario and seed, however the program was built and called.

Usage: determinism.py GOSSIM VARIANT FOLDER MESON NINJA

GOSSIM is the program under test. Held against it is one of variants.py, built below FOLDER, or,
where VARIANT is `itself`, the same program called in other ways.
"""

import copy
import functools
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from golden_table import explain, read_rows
from program import GOLDEN, program_of_arguments
from variants import Builder, BuildFailed
from ways import PLAIN_WAYS, WAYS, run

PROGRAM = program_of_arguments()
VARIANT, FOLDER, MESON, NINJA = (sys.argv.pop(1) for _ in range(4))
# The golden scenarios, with the seed that stands in them, and whatever the router of 2020 does.
ROWS = [
    row
    for row in read_rows()
    if row.suite == "golden"
    and row.seed == "1"
    and (row.path.startswith(GOLDEN) or "nim-2020" in row.set)
]


def build_variant():
    if VARIANT == "itself":
        return PROGRAM
    try:
        return Builder(FOLDER, MESON, NINJA).build(VARIANT)
    except BuildFailed as failure:
        sys.exit(str(failure))


@functools.cache
def readable(row):
    """The row as what was built can read it: GML needs igraph, the canonical form holds the graph
    itself and has the same digest."""
    if "without igraph" not in BUILT.call("check", row.path).err:
        return row
    canonical = PROGRAM.call("check", row.path)
    assert canonical.status == 0, canonical
    other = copy.copy(row)
    other.path = os.path.join(FOLDER, "canonical-" + row.scenario)
    with open(other.path, "w", encoding="utf-8") as file:
        file.write(canonical.out)
    return other


@functools.cache
def result_of(row, way):
    return run(BUILT, readable(row), way)


@functools.cache
def plain_result_of(row, level):
    """What the program under test makes of a row at a trace level."""
    return run(PROGRAM, row, PLAIN_WAYS[level])


def tables_of(result):
    """The tables of a result folder by their names."""
    tables = {}
    for name in os.listdir(os.path.join(result, "tables")):
        with open(os.path.join(result, "tables", name), encoding="utf-8") as file:
            tables[name] = file.read()
    return tables


class DeterminismTest(unittest.TestCase):
    def test_given_a_scenario_when_run_in_any_way_then_golden_digest(self):
        for row in ROWS:
            with self.subTest(row.scenario, set=row.set):
                found = {way.name: result_of(row, way).digest for way in WAYS}

                expected = {way.name: row.digest for way in WAYS}
                others = [digest for digest in found.values() if digest != row.digest]
                self.assertEqual(expected, found, explain(row, *others[:1]))

    def test_given_a_scenario_when_run_in_any_way_then_same_summary(self):
        for row in ROWS:
            with self.subTest(row.scenario, set=row.set):
                expected = plain_result_of(row, "none").summary

                found = {way.name: result_of(row, way).summary for way in WAYS}

                for name, summary in found.items():
                    self.assertEqual(expected, summary, name)

    def test_given_a_trace_level_when_run_in_any_way_then_same_bytes_in_the_trace(self):
        for row in ROWS:
            with self.subTest(row.scenario, set=row.set):
                found = {way.name: result_of(row, way).trace for way in WAYS}

                for way in WAYS:
                    expected = plain_result_of(row, way.level).trace
                    self.assertEqual(way.level == "none", expected is None)
                    self.assertEqual(expected, found[way.name], way.name)

    def test_given_a_trace_of_the_variant_when_plotted_here_then_tables_as_of_ours(self):
        row = ROWS[0]
        with tempfile.TemporaryDirectory(prefix="gossim-test-") as folder:
            here, there = os.path.join(folder, "here"), os.path.join(folder, "there")
            run(PROGRAM, row, PLAIN_WAYS["full"], figures=True, out=here)
            run(BUILT, row, PLAIN_WAYS["full"], out=there)

            outcome = PROGRAM.call("plot", there)

            self.assertEqual(0, outcome.status, outcome)
            self.assertEqual(tables_of(here), tables_of(there))

    @unittest.skipUnless(VARIANT == "itself", "once is enough: figures come from the trace alone")
    def test_given_a_scenario_when_figures_are_drawn_then_same_digest_and_trace(self):
        row = ROWS[0]
        with tempfile.TemporaryDirectory(prefix="gossim-test-") as folder:
            place = os.path.join(folder, "result")

            found = run(PROGRAM, row, PLAIN_WAYS["deliveries"], figures=True, out=place)

            self.assertTrue(os.path.exists(os.path.join(place, "figures", "latency_cdf.png")))
            self.assertEqual(row.digest, found.digest)
            self.assertEqual(plain_result_of(row, "deliveries").trace, found.trace)


if __name__ == "__main__":
    BUILT = build_variant()
    unittest.main()
