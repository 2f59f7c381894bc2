#!/usr/bin/env python3
"""Where the instructions of W(1000) go, counted by valgrind: they repeat to the digit.

    costs.py areas      by the part of the sources that they come from
    costs.py without    what is saved if a part is taken out of a copy of the sources
    costs.py with       what is paid if the scenario or the command line asks for more
    costs.py doubling   what twice the messages, topics, links, history or nodes cost
    costs.py patterns   nothing is run: whether what `without` replaces is still there

Options behind that: --nodes N, and --keep DIR for the copies and their builds. Not for cycles: what
waits for memory costs no instruction. `perf record` tells that.
"""
import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WORKLOAD = os.path.join(ROOT, "scenarios", "catalog", "bench", "w.yaml")
SOURCES = ("analysis", "base", "cli", "router", "scenarios", "sim", "trace", "tests",
           "meson.build", "meson_options.txt", "meson.options")

# Parts of the sources, the first that matches; paths of functions that were inlined are those of
# the file they stand in, so a hash is told from others by who calls it.
AREAS = (
    ("event queue", r"^(sim/event|base/bag|base/sort)"),
    ("clock and loop", r"^sim/sim"),
    ("links", r"^(sim/(link|transfer|distribution|bandwidth|topology|degrade|fault))"),
    ("random draws", r"^base/prng"),
    ("digest", r"(^trace/|xxhash)"),
    ("RPCs and their sizes", r"^router/(rpc|codec|wire|message)"),
    ("seen and message caches", r"^(router/(seen|mcache)|base/paged_set)"),
    ("router", r"^(router/|base/bitset)"),
    ("fleet: effects and inputs", r"^scenarios/fleet"),
    ("scenario, plan and figures", r"^(scenarios/|cli/|base/|analysis/)"),
    ("C library and others", r""),
)

# Name, file, what to replace, by what.
WITHOUT = (
    ("checks", "base/check.h",
     "((__builtin_expect(!!(condition), 1)) ? (void)0 : "
     "check_failed(#condition, __FILE__, __LINE__))",
     "((void)sizeof(!!(condition)))"),
    ("digest", "trace/digest.h", "return hash_bytes(words, sizeof words, last);",
     "return last + (words[0] ^ words[1] ^ words[2] ^ words[3]);"),
    ("digest and records", "trace/digest.h", "return hash_bytes(words, sizeof words, last);",
     "(void)words; return last;"),
    ("exact sizes of control RPCs", "router/rpc.c", "        seal_entries(slab, rpc);\n",
     "        rpc->size_bytes = 1;\n"),
)

WITH = (
    ("loss that never strikes", "--set", "links.loss=0.0000001%"),
    ("jitter of 1 ns", "--set", "links.jitter={uniform: [0ns, 1ns]}"),
    ("bandwidth that never limits", "--set", "links.bandwidth={up: 1000Gbit/s, down: 1000Gbit/s}"),
    ("an invariant", "--set", "expect=[mesh_connected_peers]"),
    ("metrics", "--metrics", "FOLDER/metrics.txt"),
    ("RPCs encoded and decoded", "--wire", "encode"),
    ("trace of deliveries, no figures", "--trace", "deliveries", "--no-figures"),
    ("full trace, no figures", "--trace", "full", "--no-figures"),
)


def build(sources, folder):
    """The program of a source tree, optimised, with its lines known."""
    if not os.path.exists(os.path.join(folder, "build.ninja")):
        subprocess.run(["meson", "setup", folder, sources, "-Dtests=false", "-Ddebug=true",
                        "-Dwerror=false"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", folder, "cli/gossim"], check=True, stdout=subprocess.DEVNULL)
    return os.path.join(folder, "cli", "gossim")


def copy_sources(place):
    for name in SOURCES:
        path = os.path.join(ROOT, name)
        if os.path.isdir(path):
            shutil.copytree(path, os.path.join(place, name), dirs_exist_ok=True)
        elif os.path.exists(path):
            shutil.copy(path, place)
    # The folder of the catalog is part of scenarios/; README and the like are not needed.


def replace(place, path, old, new):
    full = os.path.join(place, path)
    with open(full, encoding="utf-8") as file:
        text = file.read()
    if old not in text:
        raise SystemExit(f"{path} has no '{old.strip()}' any more: costs.py is to follow")
    with open(full, "w", encoding="utf-8") as file:
        file.write(text.replace(old, new))


class Counter:
    """Runs W under callgrind."""

    def __init__(self, folder, nodes):
        self.folder = folder
        self.nodes = nodes

    def run(self, program, *options):
        """(instructions, events, path of what callgrind wrote) of one run."""
        profile = os.path.join(self.folder, "callgrind.out")
        words = [word.replace("FOLDER", self.folder) for word in options]
        done = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + profile, program, "run",
             WORKLOAD, "--json", "--trace", "none", "--out", os.path.join(self.folder, "out"),
             "--set", f"nodes.count={self.nodes}", "--set", "expect=[]", *words],
            check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        count = re.search(r"refs:\s+([\d,]+)", done.stderr)[1]
        return int(count.replace(",", "")), json.loads(done.stdout)["events"], profile


def area_of(path):
    return next(name for name, pattern in AREAS if re.search(pattern, path))


def path_in_tree(path):
    """From the root of the sources, if it is one of ours."""
    found = re.search(r"(?:^|/)((?:analysis|base|cli|router|scenarios|sim|trace)/\w+\.[ch])$", path)
    return found[1] if found else path


def read_profile(profile):
    """Instructions by area, and by (file, function)."""
    text = subprocess.run(["callgrind_annotate", "--threshold=100", profile], check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    areas, functions = collections.Counter(), collections.Counter()
    for line in text.splitlines():
        found = re.match(r"\s*([\d,]+) \(\s*[\d.]+%\)\s+(\S+?):(\S+)", line)
        if found:
            count = int(found[1].replace(",", ""))
            areas[area_of(path_in_tree(found[2]))] += count
            functions[found[3]] += count
    return areas, functions


def print_areas(counter, keep):
    total, events, profile = counter.run(build(ROOT, os.path.join(keep, "build")))
    areas, functions = read_profile(profile)
    print(f"W({counter.nodes}): {total:,} instructions, {events:,} events, "
          f"{total / events:.0f} an event\n")
    print(f"{'part of the sources':<32} {'an event':>9} {'share':>7}")
    for name, _ in AREAS:
        print(f"{name:<32} {areas[name] / events:>9.1f} {areas[name] / total:>7.1%}")
    print(f"\n{'function, with what is inlined':<32} {'an event':>9} {'share':>7}")
    for name, count in functions.most_common(20):
        print(f"{name:<32} {count / events:>9.1f} {count / total:>7.1%}")


def print_without(counter, keep):
    base, events, _ = counter.run(build(ROOT, os.path.join(keep, "build")))
    print(f"W({counter.nodes}): {base / events:.1f} instructions an event\n")
    print(f"{'without':<32} {'an event':>9} {'saved':>7}")
    for number, (name, *change) in enumerate(WITHOUT):
        place = os.path.join(keep, f"without-{number}")
        copy_sources(place)
        replace(place, *change)
        count, _, _ = counter.run(build(place, os.path.join(place, "build")))
        print(f"{name:<32} {count / events:>9.1f} {1 - count / base:>7.1%}")


def print_with(counter, keep):
    program = build(ROOT, os.path.join(keep, "build"))
    base, events, _ = counter.run(program)
    cost = base / events
    print(f"W({counter.nodes}): {cost:.1f} instructions an event\n")
    print(f"{'with':<32} {'an event':>9} {'more':>7}")
    for name, *options in WITH:
        count, own, _ = counter.run(program, *options)
        print(f"{name:<32} {count / own:>9.1f} {count / own / cost - 1:>7.1%}")


def print_doubling(counter, keep):
    program = build(ROOT, os.path.join(keep, "build"))
    listed = subprocess.run([program, "bench", "doubling", "--sizes", str(counter.nodes),
                             "--rounds", "1", "--json"], check=True, stdout=subprocess.PIPE)
    base = None
    print(f"{'instructions of':<42} {'an event':>9} {'events':>7} {'in all':>7}")
    for case in json.loads(listed.stdout)["cases"]:
        options = [word for text in case["settings"] for word in ("--set", text)]
        count, events, _ = counter.run(program, *options, "--set", f"nodes.count={case['nodes']}")
        base = base or (count, events)
        print(f"{case['name']:<42} {count / events:>9.1f} {events / base[1]:>7.2f} "
              f"{count / base[0]:>7.2f}")


def check_patterns():
    for _, path, old, _ in WITHOUT:
        with open(os.path.join(ROOT, path), encoding="utf-8") as file:
            if old not in file.read():
                raise SystemExit(f"{path} has no '{old.strip()}' any more: costs.py is to follow")


def main():
    tables = {"areas": print_areas, "without": print_without, "with": print_with,
              "doubling": print_doubling}
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", choices=(*tables, "patterns"))
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--keep")
    options = parser.parse_args()
    if options.table == "patterns":
        check_patterns()
        return
    if shutil.which("valgrind") is None:
        sys.exit("there is no valgrind here (Debian: valgrind)")
    with tempfile.TemporaryDirectory() as folder:
        keep = options.keep or folder
        os.makedirs(keep, exist_ok=True)
        tables[options.table](Counter(folder, options.nodes), keep)


if __name__ == "__main__":
    main()
