#!/usr/bin/env python3
"""`gossim ties` tells which figures depend on the order of simultaneous events.

Usage: ties.py GOSSIM
"""

import json
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
# A large message of a leaf with a low number and a small one of a leaf with a high number come to
# the downlink of the middle at one instant: one of them waits for the other.
CONTENDED = """\
name: contended
duration: 20s
nodes: {count: 9, start: 0s}
topology: {kind: star}
links: {delay: 20ms, bandwidth: {down: 10Mbit/s, sharing: fifo, queue: 8MiB}}
publish:
  - {from: 1, start: 5s, size: 500KiB}
  - {from: 8, start: 5s, size: 1KiB}
"""
SPREAD = """\
name: spread
duration: 6s
nodes: {count: 20, start: {uniform: [0s, 1s]}}
topology: {kind: random-regular, degree: 6}
links: {delay: {uniform: [10ms, 90ms]}}
publish: [{start: 2s, every: 333ms, count: 9}]
"""
# Everything at once, but nobody is favoured.
DENSE = """\
name: dense
duration: 8s
nodes: {count: 60, start: 0s}
topology: {kind: random-regular, degree: 12}
links: {delay: 50ms}
publish: [{start: 3s, every: 200ms, count: 15}]
"""


class TiesTest(FolderTest):
    program = PROGRAM

    def setUp(self):
        super().setUp()
        self.write("contended.yaml", CONTENDED)
        self.write("spread.yaml", SPREAD)
        self.write("dense.yaml", DENSE)

    def ties(self, *arguments):
        outcome = self.call("ties", *arguments, "--json")
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        found = json.loads(outcome.out)
        return found, {figure["figure"]: figure for figure in found["figures"]}

    def test_given_messages_that_wait_for_each_other_when_asked_then_latency_moves_more(self):
        found, figures = self.ties("contended.yaml", "--seeds", "8")

        self.assertGreater(found["tied_events"], 0)
        latency = figures["latency.p50"]
        self.assertEqual("more", latency["verdict"])
        self.assertEqual("same", figures["delivery_ratio"]["verdict"])
        out = self.call("ties", "contended.yaml", "--seeds", "8").out
        self.assertRegex(out, r"(?m)^latency.p50 .* MOVES MORE THAN BETWEEN SEEDS$")
        self.assertRegex(out, r"\n[12] of \d+ figures move by more than they do between seeds")

    def test_given_no_simultaneous_events_when_asked_then_nothing_moves(self):
        found, figures = self.ties("spread.yaml", "--seeds", "4")

        self.assertEqual(0, found["tied_events"])
        self.assertGreater(found["events"], 500)
        self.assertEqual({"same"}, {figure["verdict"] for figure in figures.values()})
        self.assertIn("none of ", self.call("ties", "spread.yaml", "--seeds", "2").out)

    def test_given_ties_that_favour_nobody_when_asked_then_no_mean_moves(self):
        found, figures = self.ties("dense.yaml", "--seeds", "10")

        self.assertGreater(found["tied_events"], found["events"] / 2)
        self.assertEqual("unclear", figures["duplicates_per_delivery"]["verdict"])
        self.assertNotIn("more", {figure["verdict"] for figure in figures.values()})

    def test_given_any_number_of_jobs_when_asked_then_the_same(self):
        one = self.ties("dense.yaml", "--seeds", "3", "--jobs", "1")
        self.assertEqual(one, self.ties("dense.yaml", "--seeds", "3", "--jobs", "5"))

    def test_given_an_order_when_run_then_it_is_that_of_the_figures(self):
        digests = {}
        for order in ("first", "last", "shuffled"):
            digests[order] = []
            for threads in ("1", "3"):
                outcome = self.call(
                    *("run", "dense.yaml", "--ties", order, "--json", "--no-figures"),
                    *("--trace", "none", "--keep-threads", "--threads", threads, "--out", "r"),
                )
                summary = json.loads(outcome.out)
                self.assertEqual(order, summary["ties"])
                digests[order].append(summary["digest"])
        for same in digests.values():
            self.assertEqual(same[0], same[1])
        self.assertEqual(3, len({same[0] for same in digests.values()}))
        plain = json.loads(
            self.call("run", "dense.yaml", "--json", "--no-figures", "--out", "r").out
        )
        self.assertEqual(plain["digest"], digests["first"][0])

    def test_given_no_messages_when_asked_then_figures_are_undefined(self):
        self.write("quiet.yaml", SPREAD.replace("publish:", "publish: [] #"))

        _, figures = self.ties("quiet.yaml", "--seeds", "3")
        told = self.call("ties", "quiet.yaml", "--seeds", "3")

        for name, defined in (("latency.p99", False), ("bytes_sent.total", True)):
            figure = figures[name]
            self.assertEqual(defined, figure["mean"] is not None)
            self.assertEqual(defined, figure["last"]["shift"] is not None)
        self.assertRegex(told.out, "latency.p99 +undefined +undefined +undefined +undefined")

    def test_given_the_last_seeds_when_asked_then_no_others(self):
        last = 2**64 - 1
        found, _ = self.ties("spread.yaml", "--seeds", "2", "--seed", str(last - 1))
        self.assertEqual(str(last - 1), found["seed"])
        beyond = self.call("ties", "spread.yaml", "--seeds", "2", "--seed", str(last))
        self.assert_refused(beyond, f"there are fewer seeds from {last} on")

    def test_given_bad_input_when_called_then_refused(self):
        self.write("bad.yaml", "nodes: {count: none}\n")
        for arguments, message in (
            (("ties", "bad.yaml"), "bad.yaml:1:16: nodes.count"),
            (("ties", "spread.yaml", "--seeds", "1"), "--seeds 1"),
            (("run", "spread.yaml", "--ties", "random"), "--ties random: give first, last or"),
        ):
            with self.subTest(arguments):
                outcome = self.call(*arguments)
                self.assertEqual((2, ""), (outcome.status, outcome.out), outcome)
                self.assertIn(message, outcome.err)


if __name__ == "__main__":
    unittest.main()
