#!/usr/bin/env python3
"""Compiles every header of the tree alone, twice over, with the warnings of the build.

A header that leans on what its users happen to include, or that lacks a guard, fails here. The list
of headers is made when the test runs, so that none can be forgotten.

Usage: compile_headers.py ROOT BUILD      BUILD holds compile_commands.json
"""

import json
import os
import shlex
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tidy"))

import tidy


def read_commands(build):
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        return json.load(file)


def compiler_of(commands):
    """How the build compiles base/check.c, less its files, plus all its include folders."""
    entry = next(entry for entry in commands if entry["file"].endswith("base/check.c"))
    words = iter(shlex.split(entry["command"]))
    kept = []
    for word in words:
        if word in ("-o", "-MF", "-MQ", "-MT"):
            next(words)
        elif word not in ("-c", "-MD", entry["file"]):
            kept.append(word)
    for other in commands:
        for word in shlex.split(other["command"]):
            if word.startswith("-I") and word not in kept:
                kept.append(word)
    return kept, entry["directory"]


def main(root, build):
    headers = [path for path in tidy.list_files(root) if path.endswith(".h")]
    if not headers:
        print(f"no headers below '{root}'", file=sys.stderr)
        return 2
    compiler, folder = compiler_of(read_commands(build))
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        source = os.path.join(scratch, "alone.c")
        for header in headers:
            with open(source, "w", encoding="utf-8") as file:
                # The prototype is for headers that declare nothing: ISO C wants one declaration.
                file.write(f'#include "{header}"\n#include "{header}"\nint alone(void);\n')
            command = [*compiler, "-fsyntax-only", source]
            if subprocess.run(command, cwd=folder, check=False).returncode != 0:
                failed += 1
                print(f"{header} does not compile alone", flush=True)
    print(f"{len(headers)} headers compiled, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
