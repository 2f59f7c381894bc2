#!/usr/bin/env python3
"""Runs tests of the command line against the program built with sanitizers.

Usage: with_sanitizers.py TEST FOLDER MESON NINJA
"""

import os
import sys

sys.dont_write_bytecode = True  # the tree stays as it was
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from variants import Builder, BuildFailed


def main(test, folder, meson, ninja):
    try:
        program = Builder(folder, meson, ninja).build("sanitized")
    except BuildFailed as failure:
        sys.exit(str(failure))
    os.execve(sys.executable, [sys.executable, test, *program.command], program.environment)


if __name__ == "__main__":
    main(*sys.argv[1:])
