#!/usr/bin/env python3
"""Runs clang-tidy with the rules of .clang-tidy over every C file of ours that the build compiles.

Usage: run_clang_tidy.py CLANG_TIDY ROOT BUILD      BUILD holds compile_commands.json
"""

import concurrent.futures
import json
import os
import subprocess
import sys


def list_compiled(root, build):
    """Our C files in the build, once each; what the build generates is not ours, and the C++ of
    the yardstick on ns-3, where there is one, has findings of ns-3 alone."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    paths = {
        os.path.realpath(os.path.join(entry["directory"], entry["file"])) for entry in commands
    }
    root, build = os.path.realpath(root) + os.sep, os.path.realpath(build) + os.sep
    ours = (path for path in paths if path.startswith(root) and not path.startswith(build))
    return sorted(path for path in ours if path.endswith(".c"))


def main(clang_tidy, root, build):
    files = list_compiled(root, build)
    if not files:
        print(f"'{build}' compiles no C files of '{root}'", file=sys.stderr)
        return 2

    def analyse(path):
        # What it says beside its findings (how many warnings it suppressed) goes to standard error.
        return subprocess.run(
            [clang_tidy, "-p", build, "--quiet", "--warnings-as-errors=*", path],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
        )

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, result in zip(files, pool.map(analyse, files)):
            if result.returncode != 0:
                failed += 1
                print(f"{os.path.relpath(path, root)}:\n{result.stdout}", flush=True)
    print(f"{len(files)} files analysed, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
