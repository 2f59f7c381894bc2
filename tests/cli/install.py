#!/usr/bin/env python3
"""What `meson install` puts in place, and whether it works there.

Usage: install.py GOSSIM BUILD MESON
"""

import os
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
BUILD, MESON = (sys.argv.pop(1) for _ in range(2))

# Prints what bash would offer for the words of a command line, the last of them unfinished.
COMPLETE = """
source "$0"
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_gossim
printf '%s\\n' "${COMPREPLY[@]}"
"""


class InstallTest(FolderTest):
    program = PROGRAM

    def setUp(self):
        super().setUp()
        done = subprocess.run(
            [MESON, "install", "-C", BUILD, "--no-rebuild", "--destdir", self.path("root")],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.assertEqual(0, done.returncode, done.stdout)
        self.files = [name for name in self.contents() if os.path.isfile(self.path(name))]

    def installed(self, ending):
        found = [name for name in self.files if name.endswith(ending)]
        self.assertEqual(1, len(found), self.files)
        return self.path(found[0])

    def test_given_a_build_when_installed_then_program_manual_and_completion(self):
        endings = (
            "bin/gossim",
            "share/man/man1/gossim.1",
            "share/bash-completion/completions/gossim",
            "share/gossim/gossim.schema.json",
        )

        found = [self.installed(ending) for ending in endings]

        installed = [name for name in self.files if name.startswith("root/")]
        self.assertEqual({os.path.relpath(path, self.folder) for path in found}, set(installed))

    def test_given_the_installed_program_when_run_then_it_needs_nothing_else(self):
        copy = self.path("gossim")
        os.rename(self.installed("bin/gossim"), copy)

        more = ("--set", "regions=world-8", "--set", "links.delay=regions")
        done = subprocess.run(
            [copy, "run", "small.yaml", "--out", "a", *more],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertIn("propagation.png", os.listdir(self.path("a", "figures")))

    def test_given_the_completion_when_words_are_begun_then_they_are_finished(self):
        rows = (
            (("gossim", "r"), ["run", "report", "rpc"]),
            (("gossim", "run", "--no"), ["--no-figures", "--no-tables"]),
            (("gossim", "run", "a.yaml", "--trace", "d"), ["deliveries"]),
            (("gossim", "run", "a.yaml", "--wire", "=", "e"), ["encode"]),
            (("gossim", "check", "--se"), ["--seed", "--set"]),
            (("gossim", "rpc", "d"), ["decode"]),
            (("gossim", "rpc", "encode", "--form", "n"), ["nim-2020"]),
        )
        for words, expected in rows:
            with self.subTest(words):
                done = subprocess.run(
                    ["bash", "-c", COMPLETE, self.installed("completions/gossim"), *words],
                    capture_output=True,
                    text=True,
                    check=False,
                )

                self.assertEqual(expected, done.stdout.split(), done.stderr)


if __name__ == "__main__":
    unittest.main()
