#!/usr/bin/env python3
"""Whether a run on several threads is the run that one thread makes.

Usage: threads.py GOSSIM VARIANT FOLDER MESON NINJA

GOSSIM is the program under test; where VARIANT is not `itself`, it is held against that one of
variants.py, built below FOLDER. Every scenario of the catalog and of tests/golden is cut to at most
NODES_MAX nodes and SECONDS_MAX of virtual time; under a sanitizer three of them are enough.
"""

import json
import os
import sys
import tempfile
import unittest

import yaml

sys.dont_write_bytecode = True  # the tree stays as it was
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from program import CATALOG, GOLDEN, program_of_arguments
from variants import Builder, BuildFailed
from ways import OF_THE_MACHINE, hash_of

PROGRAM = program_of_arguments()
VARIANT, FOLDER, MESON, NINJA = (sys.argv.pop(1) for _ in range(4))
NODES_MAX = 2000
SECONDS_MAX = 10
THREADS = (2, 3, 8)
LOOKAHEAD_MIN_NS = 1000000  # below, one thread does all
SANITIZED = ("storm.yaml", "timing.yaml", "churn.yaml")


def build_program():
    if VARIANT == "itself":
        return PROGRAM
    try:
        return Builder(FOLDER, MESON, NINJA).build(VARIANT)
    except BuildFailed as failure:
        sys.exit(str(failure))


def find_scenarios():
    paths = []
    for root in (CATALOG, GOLDEN):
        for folder, _, names in os.walk(root):
            paths += [os.path.join(folder, name) for name in names if name.endswith(".yaml")]
    if VARIANT != "itself":
        paths = [path for path in paths if os.path.basename(path) in SANITIZED]
    return sorted(paths)


class Scenario:
    """A scenario of the tree, and how it is cut."""

    def __init__(self, path):
        self.path = path
        self.name = os.path.relpath(path, os.path.dirname(CATALOG))
        self.all = yaml.safe_load(PROGRAM.call("check", path).out)
        # A study is a sweep around a scenario, which is what is run here.
        self.cut = ["--set", "sweep={}"] if self.all.get("sweep") else []
        if self.all["nodes"]["count"] > NODES_MAX:
            self.cut += ["--set", f"nodes.count={NODES_MAX}"]
        if float(self.all["duration"].rstrip("s")) > SECONDS_MAX and self.can_be_cut():
            self.cut += ["--set", f"duration={SECONDS_MAX}s"]

    def can_be_cut(self):
        """Not where a window of the scenario would begin later."""
        shorter = (*self.cut, "--set", f"duration={SECONDS_MAX}s")
        return PROGRAM.call("check", self.path, *shorter).status == 0

    def features(self):
        """What of a model is hard to divide, and is in the scenario."""
        links = self.all["links"]
        kinds = [kind for event in self.all["events"] for kind in event]
        found = {kind for kind in ("crash", "partition", "pause", "degrade") if kind in kinds}
        limited = [links["bandwidth"][side] != "unlimited" for side in ("up", "down")]
        found |= {"bandwidth"} if any(limited) else set()
        found |= {"churn"} if self.all.get("churn") else set()
        return found

    def injects(self):
        return any("inject" in event for event in self.all["events"])


class Result:
    """What a run left: its figures, its trace as a hash, and what it says of its threads."""

    def __init__(self, scenario, program, threads, *options):
        with tempfile.TemporaryDirectory(prefix="gossim-test-") as folder:
            place = os.path.join(folder, "result")
            outcome = program.call(
                *("run", scenario.path, "--json", "--no-figures", "--out", place),
                *("--threads", str(threads), *scenario.cut, *options),
            )
            # Cut short, a scenario may miss what it expects.
            if outcome.status not in (0, 3) or outcome.err != "":
                raise AssertionError(f"{scenario.name}, {threads} threads: {outcome}")
            summary = json.loads(outcome.out)
            self.figures = {key: summary[key] for key in summary if key not in OF_THE_MACHINE}
            self.trace = hash_of(os.path.join(place, "trace.gst"))
            self.used = summary["threads_used"]
            self.windows = summary["windows"]
            self.lookahead_ns = summary["lookahead_ns"]


class ThreadsTest(unittest.TestCase):
    maxDiff = None

    def assert_same(self, expected, found, threads):
        self.assertEqual(expected.figures, found.figures, threads)
        self.assertEqual(expected.trace, found.trace, threads)

    def test_given_a_scenario_when_run_on_threads_then_the_run_of_one(self):
        divided = set()
        for scenario in SCENARIOS:
            with self.subTest(scenario.name):
                expected = Result(scenario, PROGRAM, 1, "--trace", "full")
                alone = (expected.used, expected.windows, expected.lookahead_ns)
                self.assertEqual((1, 0, 0), alone)

                for threads in THREADS:
                    found = Result(scenario, BUILT, threads, "--trace", "full", "--keep-threads")

                    self.assert_same(expected, found, threads)
                    apart = found.lookahead_ns >= LOOKAHEAD_MIN_NS and not scenario.injects()
                    nodes = min(scenario.all["nodes"]["count"], NODES_MAX)
                    self.assertEqual(min(threads, nodes) if apart else 1, found.used)
                    divided |= scenario.features() if found.used == threads else set()
        features = {"bandwidth", "churn", "crash", "partition", "pause", "degrade"}
        self.assertEqual(features if VARIANT == "itself" else divided, divided)

    def test_given_lanes_that_may_join_when_run_on_threads_then_the_run_of_one(self):
        for scenario in SCENARIOS[:: 1 if VARIANT != "itself" else 2]:
            with self.subTest(scenario.name):
                expected = Result(scenario, PROGRAM, 1, "--trace", "full")

                found = Result(scenario, BUILT, 2, "--trace", "full")

                self.assert_same(expected, found, 2)

    def test_given_another_way_of_running_when_run_on_threads_then_the_run_of_one(self):
        ways = (
            ("--trace", "none"),
            ("--trace", "deliveries"),
            ("--trace", "none", "--wire", "encode"),
            ("--trace", "none", "--ties", "last"),
            ("--trace", "none", "--ties", "shuffled"),
        )
        for scenario in SCENARIOS[:: 1 if VARIANT != "itself" else 5]:
            for way in ways:
                with self.subTest(scenario.name, way=way):
                    expected = Result(scenario, PROGRAM, 1, *way)

                    found = Result(scenario, BUILT, 3, "--keep-threads", *way)

                    self.assert_same(expected, found, 3)


if __name__ == "__main__":
    BUILT = build_program()
    SCENARIOS = [Scenario(path) for path in find_scenarios()]
    unittest.main()
