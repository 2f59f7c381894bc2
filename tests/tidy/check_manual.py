#!/usr/bin/env python3
"""Whether the manual page and the shell completion name the commands and options that gossim has.

Usage: check_manual.py GOSSIM MANUAL COMPLETION
"""

import re
import subprocess
import sys

OF_ARGP = {"help", "usage", "version"}  # that every command has


def help_of(*command):
    return subprocess.run(
        [*command, "--help"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout


def options_in(text):
    """The long options that argp lists, one a line, each after at most a short one."""
    return set(re.findall(r"^ +(?:-\S, )?--([a-z-]+)", text, re.MULTILINE)) - OF_ARGP


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def main(gossim, manual_path, completion_path):
    manual = read(manual_path).replace("\\-", "-")
    completion = read(completion_path)
    commands = set(re.findall(r"^  ([a-z]+) ", help_of(gossim), re.MULTILINE))
    options = {command: options_in(help_of(gossim, command)) for command in commands}

    wanted = {"commands": commands}
    wanted.update((f"{command}_options", options[command]) for command in commands)
    wrong = 0
    for name, words in sorted(wanted.items()):
        line = re.search(rf"^    local {name}='([^']*)'$", completion, re.MULTILINE)
        found = {word.lstrip("-") for word in line.group(1).split()} if line else set()
        if found != words:
            wrong += 1
            print(f"{completion_path}: {name} is {sorted(found)}, the program has {sorted(words)}")

    described = set(re.findall(r"^\.B[IR]* +\"?gossim ([a-z]+)", manual, re.MULTILINE))
    mentioned = set(re.findall(r"--([a-z][a-z-]*)", manual)) - OF_ARGP
    everything = set().union(*options.values())
    for what, found, words in (
        ("commands", described, commands),
        ("options", mentioned, everything),
    ):
        if found != words:
            wrong += 1
            print(f"{manual_path}: has the {what} {sorted(found)}, the program {sorted(words)}")
    if not commands:
        print("gossim --help names no commands")
    return 1 if wrong or not commands else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
