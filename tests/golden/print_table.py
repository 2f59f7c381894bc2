#!/usr/bin/env python3
"""Prints digests.tsv with the digests that the program gives now, for a change that is meant.

Usage: print_table.py GOSSIM
"""

import os
import sys

sys.dont_write_bytecode = True  # the tree stays as it was
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from golden_table import TABLE, read_rows
from program import program_of_arguments


def main():
    program = program_of_arguments()
    rows = {row.line: row for row in read_rows()}
    with open(TABLE, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            row = rows.get(number)
            if row is None:
                print(line, end="")
            else:
                print(row.text(program.digest(row.path, "--trace", "none", *row.arguments())))


if __name__ == "__main__":
    main()
