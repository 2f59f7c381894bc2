#!/usr/bin/env python3
"""Holds the tree to the house rules (house.py).

Prints `file:line: rule: message` for each offence, and exits with status 1 if there is any.

Usage: tidy.py [ROOT]      exit status 2 if ROOT holds nothing to check
"""

import os
import re
import sys

sys.dont_write_bytecode = True  # the tree stays as it was

import house
import lexer
import rules_names
import rules_shape
import rules_text
from source import Source, is_under

# Each takes a Source and yields (line, rule, subject, message).
RULES = (
    rules_names.check_includes,
    rules_names.check_include_order,
    rules_names.check_bans,
    rules_names.check_phrases,
    rules_names.check_profiles,
    rules_names.check_typedefs,
    rules_shape.check_mutable,
    rules_shape.check_functions,
    rules_shape.check_checks,
    rules_shape.check_tests,
    rules_text.check_directives,
    rules_text.check_header,
    rules_text.check_comments,
)
CODE = (".c", ".h")
LAID_OUT = CODE + (".py", ".build", ".proto", ".gp", ".bash")


def list_files(root):
    """Paths of all files of the project below `root`, sorted; build and result folders left out."""
    found = []
    for folder, names, files in os.walk(root):
        inside = os.path.relpath(folder, root)
        names[:] = [name for name in names if is_ours(inside, name)]
        # In a worktree `.git` is a file, and names a folder outside.
        found += [os.path.normpath(os.path.join(inside, name)) for name in files if name != ".git"]
    return sorted(path.replace(os.sep, "/") for path in found)


def is_ours(inside, name):
    if inside == "." and (name.startswith("build") or name == "out"):
        return False
    # What gossim writes beside the figures of a study.
    if inside.startswith(os.path.join("docs", "studies")) and name == "scripts":
        return False
    return name == ".ci" or not name.startswith((".", "__"))


def read_text(root, path):
    """The text of a file, or None for one that is not text."""
    with open(os.path.join(root, path), "rb") as file:
        data = file.read()
    if b"\0" in data:
        return None
    return data.decode("utf-8", errors="replace")


def check_source(source, constants):
    for rule in RULES:
        yield from rule(source)
    yield from rules_text.check_default(source, constants)


def check_recursion(sources):
    """Cycles in the graph of direct calls, file by file and across files."""
    places, edges = {}, {}
    for source in sources:
        own = {function.name for function in source.outline.functions if function.is_static}
        for function in source.outline.functions:
            here = (source.path if function.is_static else "", function.name)
            places[here] = (source.path, function.first_line)
            called = edges.setdefault(here, set())
            for token in lexer.calls(function.body):
                called.add((source.path if token.text in own else "", token.text))
    for start in sorted(places, key=places.get):
        way = way_back(edges, start)
        if way is not None:
            calls = " → ".join(name for _, name in way)
            message = f"{calls}: use a loop with an array of its own"
            yield *places[start], "recursion", start[1], message


def way_back(edges, start):
    """The shortest way along the edges from `start` to itself, or None."""
    ways, waiting = {start: [start]}, [start]
    for node in waiting:
        for following in sorted(edges.get(node, ())):
            if following == start:
                return ways[node] + [start]
            if following not in ways:
                ways[following] = ways[node] + [following]
                waiting.append(following)
    return None


def check_meson(path, text):
    """What a folder's meson.build may name: the libraries below it, and packages by the table."""
    folder = path.split("/")[0]
    lines = [line.split("#")[0] for line in text.split("\n")]
    for number, line in enumerate(lines, 1):
        if re.search(r"fast-math|-Ofast|ndebug=true", line):
            yield (number, "meson-flag", line, "a flag that changes results or switches checks off")
        if folder not in house.SEES or folder == "tests":
            continue
        for package in re.findall(r"dependency\(\s*'([^']+)'", line):
            folders = house.LIBRARY_PACKAGES.get(package, ())
            if not is_under(path, folders):
                allowed = (
                    " and ".join(folders) or "no folder; a new one is argued for in its commit"
                )
                yield number, "meson-dependency", package, f"'{package}' is open to {allowed}"
        for name in re.findall(r"[A-Za-z_]\w*", re.sub(r"'[^']*'", "", line)):
            target = re.sub(r"_lib$", "", name)
            if target in house.SEES and target != folder and target not in house.SEES[folder]:
                yield (number, "meson-dependency", name, f"{folder}/ may not link {target}")


def check_tree(root):
    """All offences as (path, line, rule, subject, message)."""
    sources = []
    for path in list_files(root):
        text = read_text(root, path)
        if text is None:
            continue
        lines = text.split("\n")
        for offence in rules_text.check_paths(lines):
            yield path, *offence
        if path.endswith(LAID_OUT) or path == "x":
            for offence in rules_text.check_lines(path, lines):
                yield path, *offence
        if path.endswith(CODE):
            sources.append(Source(path, text))
        elif os.path.basename(path) == "meson.build":
            for offence in check_meson(path, text):
                yield path, *offence
    readable = []
    for source in sources:
        try:
            if source.outline:
                readable.append(source)
        except lexer.Unbalanced as error:
            yield source.path, error.args[0], "unreadable", source.path, "brackets do not match"
    constants = {
        name for source in readable for name in rules_text.enum_constants(source, named=True)
    }
    for source in readable:
        for offence in check_source(source, constants):
            yield source.path, *offence
    yield from check_recursion(readable)


def without_exempt(offences, root):
    """Drops what EXCEPTIONS excuse; adds the exceptions that excuse nothing."""
    unused = {(exemption.rule, exemption.path, exemption.subject) for exemption in house.EXCEPTIONS}
    known = set(unused)
    for path, line, rule, subject, message in offences:
        if (rule, path, subject) in known:
            unused.discard((rule, path, subject))
        else:
            yield path, line, rule, message
    for rule, path, subject in sorted(unused):
        if os.path.exists(os.path.join(root, path)):
            yield path, 1, "exception", f"no `{rule}` of {subject} any more: drop the exception"


def find_offences(root):
    """All offences below `root` as sorted (path, line, rule, message)."""
    return sorted(set(without_exempt(check_tree(root), root)))


def main(arguments):
    here = os.path.dirname(os.path.abspath(__file__))
    root = arguments[1] if len(arguments) > 1 else os.path.dirname(os.path.dirname(here))
    if not any(path.endswith(CODE) for path in list_files(root)):
        print(f"tidy: no C files below '{root}'", file=sys.stderr)
        return 2
    offences = find_offences(root)
    for path, line, rule, message in offences:
        print(f"{path}:{line}: {rule}: {message}")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
