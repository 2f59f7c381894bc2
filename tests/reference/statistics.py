#!/usr/bin/env python3
"""Holds our statistics against those of R, as committed, and the committed ones against R itself
where it is there.

Usage: statistics.py PROGRAM

To write the table anew: Rscript tests/reference/statistics.R > tests/reference/statistics.tsv
"""

import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
EXACT = 1e-6  # of the value, as both print and integrate
# 3999 resamples against all that there are: the ends of an interval in parts of its length.
RESAMPLED = 0.02


def read(text):
    rows = (line.split("\t") for line in text.split("\n") if line)
    return [(name, float(value)) for name, value in rows]


def run(*words):
    return read(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def exact(name, expected):
    return EXACT * max(abs(expected[name]), 1e-3)


def resampled(name, expected):
    """Exact but for the bootstrap: there a part of the interval's length."""
    if not name.startswith("bootstrap."):
        return exact(name, expected)
    low = expected[name.replace(".high.", ".low.")]
    high = expected[name.replace(".low.", ".high.")]
    return RESAMPLED * (high - low)


def compare(what, found, expected, tolerance):
    """The number of names whose values differ; says which."""
    wrong = 0
    if [name for name, _ in found] != [name for name, _ in expected]:
        print(f"{what}: other names than in statistics.tsv")
        return 1
    for (name, value), (_, wanted) in zip(found, expected):
        if not abs(value - wanted) <= tolerance(name, dict(expected)):
            print(f"{what}: {name} is {value:.10g}, and in statistics.tsv {wanted:.10g}")
            wrong += 1
    return wrong


def main():
    with open(os.path.join(HERE, "statistics.tsv"), encoding="utf-8") as file:
        expected = read(file.read())
    wrong = compare("ours", run(sys.argv[1]), expected, resampled)
    if shutil.which("Rscript"):
        found = run("Rscript", os.path.join(HERE, "statistics.R"))
        wrong += compare("R", found, expected, exact)
        print(f"{len(found)} numbers of R are as committed" if wrong == 0 else "differences")
    else:
        print("no R here: only the committed numbers were compared")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
