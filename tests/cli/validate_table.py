#!/usr/bin/env python3
"""Whether the table of README.md is what `gossim validate` prints, and how long that takes.

Usage: validate_table.py GOSSIM
"""

import os
import resource
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from program import program_of_arguments
from validation_table import readme_table

PROGRAM = program_of_arguments()
CPU_SECONDS_MAX = 180  # less than two minutes of two processors


class ValidateTableTest(unittest.TestCase):
    def test_given_all_cases_when_validated_then_the_table_of_the_readme(self):
        outcome = PROGRAM.call("validate", "-j", "2")

        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        self.assertEqual(readme_table(), outcome.out.splitlines())
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assertLess(used.ru_utime + used.ru_stime, CPU_SECONDS_MAX)


if __name__ == "__main__":
    unittest.main()
