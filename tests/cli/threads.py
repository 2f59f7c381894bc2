#!/usr/bin/env python3
"""Runs on several threads as their users meet them: what they say, refuse and leave behind.

Usage: threads.py GOSSIM
"""

import functools
import json
import re
import resource
import signal
import sys
import time
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
# Links of a microsecond, and nodes that are linked with all others.
CLOSE = """\
name: close
duration: 2s
nodes: {count: 6, start: 0s}
topology: {kind: complete}
links: {delay: 1us}
"""
# Memory grows while virtual time passes, in all lanes.
GROWING = """\
name: growing
duration: 600s
nodes: {count: 1000, start: 0s}
topology: {kind: random-regular, degree: 8}
links: {delay: 20ms}
publish: [{start: 1s, every: 1ms, count: 100000, size: 100B}]
"""


# Windows hold so much that each lane gets its thread.
BUSY = """\
name: busy
duration: 10s
nodes: {count: 300, start: 0s}
topology: {kind: random-regular, degree: 12}
links: {delay: 50ms}
publish: [{start: 1s, every: 10ms, count: 500, size: 100B}]
"""
# Of a thread's stack, for which there is no room.
STACK = (1 << 46, resource.RLIM_INFINITY)


class ThreadsTest(FolderTest):
    program = PROGRAM

    def summary(self, *arguments, **way):
        outcome = self.call("run", *arguments, "--json", "--trace", "none", **way)
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return json.loads(outcome.out)

    def test_given_no_number_of_threads_when_called_then_refused(self):
        for word in ("0", "65", "-1", "1.5", "two", "", "2x", "99999999999999999999"):
            with self.subTest(word):
                outcome = self.call("run", "small.yaml", "--threads", word)

                self.assert_refused(outcome, "--threads .*: give a whole number from 1 to 64")

    def test_given_threads_when_run_then_summary_says_how_they_met(self):
        summary = self.summary("small.yaml", "--threads", "2", "--keep-threads")
        joined = self.summary("small.yaml", "--threads", "2")
        alone = self.summary("small.yaml")

        self.assertEqual((2, 20000000), (summary["threads_used"], summary["lookahead_ns"]))
        self.assertLessEqual(summary["windows"], 8 * 50)
        self.assertGreater(summary["windows"], 20)
        self.assertNotIn("threads_note", summary)
        self.assertEqual(summary["windows"], summary["windows_apart"])
        self.assertEqual(alone["digest"], summary["digest"])
        # So little happens that one thread does all, in windows that are longer.
        self.assertEqual((2, alone["digest"]), (joined["threads_used"], joined["digest"]))
        self.assertLess(joined["windows"], summary["windows"])
        self.assertGreater(joined["windows"], 0)
        self.assertEqual(0, joined["windows_apart"])
        self.assertIn("too little happened", joined["threads_note"])
        outcome = self.call("run", "small.yaml", "--threads", "2", "--no-figures")
        self.assertRegex(
            outcome.out,
            r"\n  threads      2, \d+ windows of at least 20.0 ms: too little happened at a time "
            r"for threads to work side by side\n",
        )

    def test_given_windows_that_fill_when_run_then_said_in_how_many_threads_were_at_work(self):
        self.write("busy.yaml", BUSY)

        summary = self.summary("busy.yaml", "--threads", "2")
        outcome = self.call("run", "busy.yaml", "--threads", "2", "--no-figures")

        self.assertNotIn("threads_note", summary)
        self.assertGreater(summary["windows_apart"], 0)
        self.assertLess(summary["windows_apart"], summary["windows"])
        windows = "{windows}.*, side by side in {windows_apart}".format(**summary)
        self.assertRegex(outcome.out, rf"\n  threads      2, {windows}\n")

    def test_given_links_that_are_too_short_when_run_then_one_thread_and_says_why(self):
        self.write("close.yaml", CLOSE)

        summary = self.summary("close.yaml", "--threads", "4")
        outcome = self.call("run", "close.yaml", "--threads", "4", "--no-figures")

        self.assertEqual((1, 0, 1000), tuple(summary[key] for key in KEYS))
        self.assertIn("too little time", summary["threads_note"])
        self.assertIn("  threads      1: " + summary["threads_note"] + "\n", outcome.out)

    def test_given_a_system_without_threads_when_they_are_needed_then_one_and_says_why(self):
        self.write("busy.yaml", BUSY)
        alone = self.summary("busy.yaml")
        # (arguments, whether threads are needed)
        cases = (
            (("busy.yaml",), True),
            (("small.yaml", "--keep-threads"), True),
            (("small.yaml",), False),
        )
        for arguments, needed in cases:
            with self.subTest(arguments):
                summary = self.summary(
                    *(*arguments, "--threads", "2"),
                    preexec_fn=functools.partial(resource.setrlimit, resource.RLIMIT_STACK, STACK),
                )

                note = "the system gives no more threads" if needed else "too little happened"
                self.assertIn(note, summary["threads_note"])
                self.assertEqual(0, summary["windows_apart"])
                self.assertEqual(1 if needed else 2, summary["threads_used"])
                if arguments == ("busy.yaml",):
                    self.assertEqual(alone["digest"], summary["digest"])
        self.assertNotIn("threads_note", self.summary("busy.yaml", "--threads", "2"))

    def test_given_more_threads_than_nodes_when_run_then_one_for_each(self):
        summary = self.summary(
            *("small.yaml", "--threads", "64", "--set", "nodes.count=3"),
            *("--set", "topology.degree=2"),
        )

        self.assertEqual(3, summary["threads_used"])

    def test_given_a_standstill_when_run_then_same_message(self):
        # With one event more the run goes on; lanes cannot tell, as each sees a part of them.
        for limit, status in ((79, 1), (80, 0)):
            arguments = ("run", "small.yaml", "--set", f"limits.events_per_instant={limit}")
            with self.subTest(limit):
                before = self.contents()
                alone = self.call(*arguments, "--no-figures", "--out", "place")
                digest = re.findall("digest .*", alone.out)

                outcome = self.call(*arguments, "--no-figures", "--out", "place", "--threads", "3")

                self.assertEqual((status, alone.err), (outcome.status, outcome.err), outcome)
                self.assertEqual(digest, re.findall("digest .*", outcome.out))
                if status == 0:
                    self.assertIn("threads      1: very many events", outcome.out)
                else:
                    self.assertEqual(before, self.contents())

    def test_given_too_little_memory_when_lanes_are_at_work_then_said_so_and_nothing_left(self):
        self.write("growing.yaml", GROWING)
        before = self.contents()
        for mebibytes in (200, 230):
            limits = (mebibytes << 20, mebibytes << 20)
            with self.subTest(mebibytes):
                outcome = self.call(
                    *("run", "growing.yaml", "--threads", "2", "--memory-limit", "none"),
                    preexec_fn=functools.partial(resource.setrlimit, resource.RLIMIT_AS, limits),
                )

                self.assertEqual((1, ""), (outcome.status, outcome.out), outcome)
                self.assertRegex(outcome.err, "^gossim: out of memory: [0-9]+ bytes in use.*\n$")
                self.assertEqual(before, self.contents())

    def test_given_threads_when_interrupted_then_ends_and_leaves_nothing(self):
        before = self.contents()
        process = self.program.start(
            *("run", "long.yaml", "--threads", "3", "--out", "place"), folder=self.folder
        )
        while self.contents() == before and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.3)

        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)

        self.assertEqual((1, "", "gossim: interrupted\n"), (process.returncode, out, err))
        self.assertEqual(before, self.contents())


KEYS = ("threads_used", "windows", "lookahead_ns")

if __name__ == "__main__":
    unittest.main()
