#!/usr/bin/env python3
"""Whether every scenario of the catalog, at its full size, comes out as it expects.

Usage: catalog.py GOSSIM
"""

import json
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from golden_table import explain, read_rows
from program import CATALOG, program_of_arguments

PROGRAM = program_of_arguments()


class CatalogTest(unittest.TestCase):
    def test_given_the_catalog_when_run_in_full_then_expectations_met(self):
        rows = [row for row in read_rows() if row.path.startswith(CATALOG) and row.set == "-"]
        self.assertEqual(
            {name for name in os.listdir(CATALOG) if name.endswith(".yaml")},
            {row.scenario for row in rows if "/" not in row.scenario},
        )
        for row in rows:
            with self.subTest(row.scenario), tempfile.TemporaryDirectory() as folder:
                place = os.path.join(folder, "result")

                outcome = PROGRAM.call("run", row.path, "--json", "--out", place)

                self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
                summary = json.loads(outcome.out)
                self.assertNotEqual([], summary["expect"])
                self.assertEqual(row.digest, summary["digest"], explain(row, summary["digest"]))
                self.assertTrue(os.listdir(os.path.join(place, "figures")))


if __name__ == "__main__":
    unittest.main()
