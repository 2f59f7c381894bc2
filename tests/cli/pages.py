#!/usr/bin/env python3
"""Pages that walk through commands: each command is run, and prints what the page says.

In a block of the kind `console` a line that begins with `$ ` is a command, and what follows is what
it prints, errors included. `…` stands for any text in its line, or, alone in a line, for any lines.
The commands of a page are run one after the other in a folder that begins with the page's files.

Usage: pages.py GOSSIM
"""

import os
import re
import shutil
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import ROOT, FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
PAGES = {"debugging.md": "debugging"}  # with the folder of its files
SECONDS_MAX = 120


def commands_of(page):
    """Each command of a page, with its line and what it prints."""
    with open(page, encoding="utf-8") as file:
        lines = file.read().splitlines()
    found = []
    inside = False
    for number, line in enumerate(lines, start=1):
        if line.startswith("```"):
            inside = line == "```console"
        elif inside and line.startswith("$ "):
            found.append((number, line[2:], []))
        elif inside:
            found[-1][2].append(line)
    return found


def pattern_of(lines):
    """What output may stand for the lines of a page."""
    pattern = ""
    for line in lines:
        if line == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(re.escape(part) for part in line.split("…")) + r"\n"
    return pattern


class PagesTest(FolderTest):
    program = PROGRAM

    def run_all(self, commands):
        folder = os.path.dirname(PROGRAM.command[-1])
        environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
        status = 0
        for number, command, expected in commands:
            done = subprocess.run(
                ["bash", "-c", f"(exit {status}); {command}"],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                timeout=SECONDS_MAX,
                check=False,
            )
            status = done.returncode
            if re.fullmatch(pattern_of(expected), done.stdout) is None:
                place = f"line {number}: {command}"
                self.assertEqual("\n".join(expected) + "\n", done.stdout, place)

    def test_given_a_page_when_its_commands_are_run_then_they_print_what_it_says(self):
        for name, files in PAGES.items():
            with self.subTest(page=name):
                for file in os.listdir(os.path.join(ROOT, "docs", files)):
                    shutil.copy(os.path.join(ROOT, "docs", files, file), self.folder)
                commands = commands_of(os.path.join(ROOT, "docs", name))
                words = {command.split()[1] for _, command, _ in commands if "gossim" in command}
                self.assertGreater(len(words), 5)

                self.run_all(commands)

    def test_given_what_a_page_does_not_say_when_compared_then_it_is_found(self):
        says = ["one", "two … four", "…", "last"]
        for text, fits in (
            ("one\ntwo three four\nlast\n", True),
            ("one\ntwo four\nlast\n", False),
            ("one\ntwo  four\nmore\nand more\nlast\n", True),
            ("one\ntwo 3 four\nlast\nbut one\n", False),
            ("two 3 four\nlast\n", False),
        ):
            with self.subTest(text=text):
                self.assertEqual(fits, re.fullmatch(pattern_of(says), text) is not None)
        with self.assertRaises(AssertionError):
            self.run_all([(1, "echo good", ["bad"])])
        self.run_all([(1, "false", []), (2, "echo $?", ["1"])])


if __name__ == "__main__":
    unittest.main()
