#!/usr/bin/env python3
"""Whether each quirk, flipped alone, changes a named figure of a named scenario as predicted.

Usage: flips.py GOSSIM

The predictions stand in flips.tsv, at least one for each quirk that has a switch.
"""

import functools
import json
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from flip_table import FOLDER, read_figure, read_rows
from open_metrics import read_open_metrics
from program import program_of_arguments

PROGRAM = program_of_arguments()
QUIRKS = {
    row["name"]: row for row in json.loads(PROGRAM.call("quirks", "--json").out) if row["name"]
}
ROWS = read_rows()
SCENARIOS = sorted(name for name in os.listdir(FOLDER) if name.endswith(".yaml"))


@functools.cache
def run(path, *settings):
    """The summary and the metrics of a run."""
    with tempfile.TemporaryDirectory(prefix="gossim-test-") as folder:
        metrics = os.path.join(folder, "metrics.txt")
        outcome = PROGRAM.call(
            *("run", path, "--json", "--trace", "none", "--metrics", metrics),
            *("--out", os.path.join(folder, "out")),
            *(argument for key, value in settings for argument in ("--set", f"{key}={value}")),
        )
        if outcome.status != 0 or outcome.err != "":
            raise AssertionError(f"{path} with {settings}: {outcome}")
        with open(metrics, encoding="utf-8") as file:
            return json.loads(outcome.out), read_open_metrics(file.read())


def base_of(row):
    """The settings of a row's base, and whether the quirk is on there."""
    settings = [("router.profile", row.profile()), *row.settings(QUIRKS)]
    is_on = row.profile() in QUIRKS[row.quirk]["profiles"]
    return settings, dict(settings).get(switch_of(row), str(is_on).lower()) == "true"


def switch_of(row):
    return f"router.quirks.{row.quirk}"


def run_switched(row, is_flipped):
    """A row's run with its quirk written down: flipped, or as in the base."""
    settings, is_on = base_of(row)
    return run(row.path(), *settings, (switch_of(row), str(is_on != is_flipped).lower()))


def figures_of(row, is_flipped):
    """The row's figure in the base and with the quirk written down."""
    settings, _ = base_of(row)
    return (
        read_figure(row.figure, *run(row.path(), *settings)),
        read_figure(row.figure, *run_switched(row, is_flipped)),
    )


class FlipsTest(unittest.TestCase):
    def test_given_the_quirks_with_a_switch_when_looked_up_then_each_has_a_row(self):
        rows = {row.quirk for row in ROWS}

        self.assertEqual(set(QUIRKS), rows)

    def test_given_the_scenarios_when_looked_up_then_each_has_a_row(self):
        self.assertEqual(set(SCENARIOS), {f"{row.scenario}.yaml" for row in ROWS})

    def test_given_a_base_when_the_quirk_is_flipped_then_figure_changes_as_predicted(self):
        for row in ROWS:
            with self.subTest(row.quirk, line=row.line):
                base, flipped = figures_of(row, True)

                said = f"{row.figure} is {base}, then {flipped}; predicted: {row.change}"
                self.assertTrue(row.is_as_predicted(base, flipped), said)

    def test_given_a_base_when_the_quirk_is_set_to_what_it_is_then_no_row_takes_it_for_a_flip(self):
        for row in ROWS:
            with self.subTest(row.quirk, line=row.line):
                base, same = figures_of(row, False)

                self.assertEqual(base, same)
                self.assertFalse(row.is_as_predicted(base, same))


if __name__ == "__main__":
    unittest.main()
