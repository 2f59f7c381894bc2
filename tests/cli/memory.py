#!/usr/bin/env python3
"""What a run says that it took of the machine.

Usage: memory.py GOSSIM
"""

import json
import re
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

PROGRAM = program_of_arguments()

CATEGORIES = ("topology", "routers", "caches", "events", "messages", "trace", "tables")

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


class MemoryTest(FolderTest):
    program = PROGRAM

    def stats(self, *options):
        arguments = ["--stats", "--json", "--trace", "none", "--out", "out"]
        for option in options:
            arguments += ["--set", option]
        outcome = self.call("run", "small.yaml", *arguments)
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
        self.assertEqual({*CATEGORIES, "sum", "analysis", "unused", "program", "peak"}, set(found))
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


if __name__ == "__main__":
    unittest.main()
