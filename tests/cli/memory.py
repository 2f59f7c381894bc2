#!/usr/bin/env python3
"""What a run says that it took of the machine, and what is said of it before.

Usage: memory.py GOSSIM
"""

import json
import os
import re
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import ROOT, FolderTest, program_of_arguments

PROGRAM = program_of_arguments()

CATEGORIES = ("topology", "routers", "caches", "events", "messages", "trace", "tables")

OTHERS = ("sum", "analysis", "unused", "program", "peak", "estimate")

# What causes a category to grow: options, and by how much it is to grow at least.
CAUSES = {
    "topology": (("topology.degree=16",), 2.5),
    "routers": (("nodes.count=200",), 5),
    "caches": (("publish.0.count=3000", "publish.0.every=1ms"), 2),
    "events": (("links.delay=1s", "publish.0.count=2000", "publish.0.every=1ms"), 2),
    "messages": (("publish.0.count=3000", "publish.0.every=1ms"), 2),
    "trace": (("nodes.count=200",), 5),
    "tables": (("nodes.count=20000", "duration=1ms", "publish=[]"), 5),
}


# Scenarios of the catalog at sizes at which their parts weigh more than the program does.
ESTIMATED = (
    ("bench/w", "none", "nodes.count=1000"),
    ("bench/w", "none", "nodes.count=20000", "duration=12s"),
    ("bench/million", "deliveries", "nodes.count=5000"),
    ("quickstart", "none", "nodes.count=10000", "duration=12s"),
    ("quickstart", "deliveries", "nodes.count=1000"),
    ("ethereum-like", "none", "duration=12s"),
    ("attestations", "none", "nodes.count=2000"),
    ("peer-churn", "none", "nodes.count=1500"),
    ("star", "none", "nodes.count=20000"),
    ("fanout", "none", "nodes.count=5000"),
    ("bench/w", "none", "nodes.count=2000", "duration=30s", "router.profile=nim-2020"),
)
ESTIMATE_MIN = 0.8
ESTIMATE_MAX = 1.5
# A program that is larger by itself was built to look for faults.
PROGRAM_BYTES_MAX = 20000000

# RPCs wait for uplinks of which there is far too little: nobody foresees that.
CROWDED = """\
duration: 60s
nodes: {count: 50, start: 0s}
topology: {kind: random-regular, degree: 40}
router: {D: 30, Dlo: 25, Dhi: 35}
links: {delay: 20ms, bandwidth: {up: 10kbit/s}}
publish: [{start: 5s, every: 2500us, count: 20000, size: 1KiB}]
"""
HUGE = """\
nodes: {count: 16000000}
topology: {kind: dial, dials: 100}
"""


def available_bytes():
    with open("/proc/meminfo", encoding="ascii") as file:
        return 1024 * int(re.search(r"MemAvailable: +(\d+)", file.read())[1])


class MemoryTest(FolderTest):
    program = PROGRAM

    def stats(self, *options, path="small.yaml", level="none"):
        arguments = ["--stats", "--json", "--trace", level, "--no-figures", "--out", "out"]
        for option in options:
            arguments += ["--set", option]
        outcome = self.call("run", path, "--set", "expect=[]", *arguments)
        self.assertEqual(0, outcome.status, outcome)
        return json.loads(outcome.out)

    def test_given_stats_when_run_then_the_numbers_add_up(self):
        summary = self.stats()

        stats = summary["stats"]
        memory = stats["memory_bytes"]
        self.assertEqual(memory["sum"], sum(memory[name] for name in CATEGORIES))
        self.assertGreater(memory["peak"], memory["program"])
        self.assertEqual(memory["peak"], summary["peak_rss_bytes"])
        self.assertEqual(summary["events"], stats["events"]["total"])
        self.assertEqual(3, stats["events"]["publications"])
        self.assertEqual(["loading", "building", "running", "analysis"], list(stats["cpu_s"]))
        peaks = list(stats["peak_bytes"].values())
        self.assertEqual(sorted(peaks), peaks)
        self.assertEqual(memory["peak"], peaks[-1])

    def test_given_stats_when_run_then_heartbeats_are_those_of_the_nodes(self):
        stats = self.stats("router.heartbeat_initial_delay=500ms")["stats"]

        self.assertEqual(20 * 8, stats["events"]["heartbeats"])

    def test_given_stats_when_run_then_they_are_on_standard_error(self):
        outcome = self.call("run", "small.yaml", "--stats", "--no-figures")

        self.assertEqual(0, outcome.status)
        found = dict(re.findall(r"(?m)^  (\w+) +(\d+) +\d+\.\d$", outcome.err))
        self.assertEqual({*CATEGORIES, *OTHERS}, set(found))
        self.assertEqual(int(found["sum"]), sum(int(found[name]) for name in CATEGORIES))
        self.assertRegex(outcome.err, r"(?m)^  running +\d+ +[\d.]+   \d+ events a second$")

    def test_given_no_stats_when_run_then_the_summary_says_nothing_of_them(self):
        outcome = self.call("run", "small.yaml", "--json", "--trace", "none")

        self.assertNotIn("stats", json.loads(outcome.out))
        self.assertEqual("", outcome.err)

    def test_given_a_cause_when_it_grows_then_its_category_does(self):
        before = self.stats()["stats"]["memory_bytes"]
        for name, (options, factor) in CAUSES.items():
            with self.subTest(name):
                after = self.stats(*options)["stats"]["memory_bytes"]

                self.assertGreaterEqual(after[name], factor * before[name])

    def test_given_the_catalog_when_run_then_it_takes_what_was_estimated(self):
        for name, level, *options in ESTIMATED:
            with self.subTest(name, options=options):
                path = os.path.join(ROOT, "scenarios", "catalog", name + ".yaml")
                memory = self.stats(*options, path=path, level=level)["stats"]["memory_bytes"]
                if memory["program"] > PROGRAM_BYTES_MAX:
                    self.skipTest("memory of another kind")

                self.assertGreaterEqual(memory["estimate"], ESTIMATE_MIN * memory["peak"])
                self.assertLessEqual(memory["estimate"], ESTIMATE_MAX * memory["peak"])

    def test_given_a_scenario_when_checked_then_the_estimate_is_that_of_the_run(self):
        outcome = self.call("check", "small.yaml", "--stats")

        found = dict(re.findall(r"(?m)^  ([\w ]+\w) +(\d+) +\d+\.\d$", outcome.err))
        estimate = self.stats()["stats"]["memory_bytes"]["estimate"]
        self.assertEqual(0, outcome.status)
        self.assertEqual(int(found["sum"]), sum(int(found[name]) for name in CATEGORIES))
        self.assertAlmostEqual(1, int(found["trace none"]) / estimate, delta=0.1)
        self.assertGreater(int(found["peak"]), int(found["trace none"]))
        self.assertEqual(outcome.out, self.call("check", "small.yaml").out)

    def test_given_a_limit_below_the_estimate_when_run_then_refused_and_nothing_written(self):
        before = self.contents()

        outcome = self.call("run", "small.yaml", "--memory-limit", "2MB")

        self.assertEqual((2, ""), (outcome.status, outcome.out))
        self.assertRegex(
            outcome.err,
            r"^gossim: the run will need about [\d.]+ MiB of memory, and --memory-limit allows "
            r"1\.9 MiB; ",
        )
        self.assertEqual(before, self.contents())

    def test_given_a_limit_above_the_estimate_when_run_then_it_is_as_without(self):
        for limit in ("100MB", "1GiB", "none"):
            with self.subTest(limit):
                limited = self.call(
                    "run", "small.yaml", "--json", "--trace", "none", "--memory-limit", limit
                )
                free = self.call("run", "small.yaml", "--json", "--trace", "none")

                self.assertEqual(0, limited.status, limited)
                self.assertEqual(
                    json.loads(free.out)["digest"], json.loads(limited.out)["digest"]
                )

    def test_given_a_limit_when_a_run_outgrows_it_then_it_ends_and_leaves_nothing(self):
        self.write("crowded.yaml", CROWDED)
        before = self.contents()

        outcome = self.call("run", "crowded.yaml", "--memory-limit", "28MB", "--trace", "none")

        self.assertEqual((1, ""), (outcome.status, outcome.out), outcome)
        self.assertRegex(
            outcome.err,
            r"^gossim: the run took more memory than --memory-limit 26\.7 MiB allows: \d+ bytes "
            r"in use, \d+ more wanted\n$",
        )
        self.assertEqual(before, self.contents())

    def test_given_what_no_limit_is_when_run_then_refused(self):
        for limit in ("5", "0B", "many", "-1MB", "5TB", "99999999999999GB"):
            with self.subTest(limit):
                outcome = self.call("run", "small.yaml", "--memory-limit", limit)

                self.assertEqual(2, outcome.status)
                self.assertIn(f"--memory-limit {limit}: give a size", outcome.err)

    def test_given_more_than_the_machine_has_when_run_then_refused(self):
        self.write("huge.yaml", HUGE)
        check = self.call("check", "huge.yaml", "--stats")
        needed = int(re.search(r"trace none +(\d+)", check.err)[1])
        if needed < 1.1 * available_bytes():
            self.skipTest("this machine has enough for anything")

        outcome = self.call("run", "huge.yaml", "--trace", "none")

        self.assertEqual((2, ""), (outcome.status, outcome.out))
        self.assertRegex(outcome.err, "GiB of memory, and this machine has [\\d.]+ .iB left; ")


if __name__ == "__main__":
    unittest.main()
