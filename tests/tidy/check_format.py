#!/usr/bin/env python3
"""Whether every C file is laid out as clang-format lays it out; with --fix, lays them out.

Usage: check_format.py CLANG_FORMAT ROOT [--fix]
"""

import os
import subprocess
import sys

sys.dont_write_bytecode = True

import tidy


def main(clang_format, root, *options):
    files = [os.path.join(root, path) for path in tidy.list_files(root) if path.endswith(tidy.CODE)]
    if not files:
        print(f"no C files below '{root}'", file=sys.stderr)
        return 2
    flags = ["-i"] if "--fix" in options else ["--dry-run", "--Werror"]
    status = subprocess.run([clang_format, *flags, *files], check=False).returncode
    if status != 0:
        print("`./x format` lays the code out")
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
