#!/usr/bin/env python3
"""`gossim verify` finds that runs differ which must not, and that others do not.

Usage: verify.py GOSSIM PLANTED

PLANTED is gossim with a fault: on several threads a heart beats late once.
"""

import json
import os
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import ROOT, FolderTest
from program import Program

PROGRAM, PLANTED = (Program(os.path.abspath(sys.argv.pop(1))) for _ in range(2))


class VerifyTest(FolderTest):
    program = PROGRAM

    def test_given_scenarios_when_verified_then_all_ways_come_to_the_same(self):
        for name in ("peer-churn", "line", "bugs/lone-peer", "fanout"):
            with self.subTest(name):
                path = os.path.join(ROOT, "scenarios", "catalog", name + ".yaml")
                outcome = self.call("verify", path, "--json")
                self.assertEqual((0, ""), (outcome.status, outcome.err))
                found = json.loads(outcome.out)
                self.assertTrue(found["same"])
                self.assertEqual(8, len(found["ways"]))
                self.assertEqual(1, len({way["digest"] for way in found["ways"]}))

    def test_given_a_planted_fault_when_verified_then_it_is_found_where_it_is(self):
        # With more links than a mesh takes every heartbeat has gossip to send.
        dense = self.read("small.yaml").replace(b"degree: 4", b"degree: 12")
        self.write("dense.yaml", dense)
        outcome = PLANTED.call("verify", "dense.yaml", "--before", "3", folder=self.folder)

        self.assertEqual((3, ""), (outcome.status, outcome.err), outcome)
        lines = outcome.out.splitlines()
        verdicts = {line.split("  ", 1)[1].strip(): line.split()[1] for line in lines[:8]}
        self.assertEqual("same", verdicts["a plain run, again"])
        self.assertEqual("same", verdicts["event by event, beside another run"])
        self.assertEqual({"OTHER"}, {verdicts[f"{n} threads"] for n in ("two", "three", "eight")})
        self.assertIn("A is a plain run, B: two threads", outcome.out)
        # The first record that differs is of node 3's heartbeat, a nanosecond apart, or of what
        # comes in its place.
        parted = outcome.out[outcome.out.index("in A, ") :]
        self.assertRegex(parted, r"(?m)^ +\d+\.\d+ +3 send ")

    def test_given_no_fault_when_verified_then_status_and_digests_say_so(self):
        outcome = self.call("verify", "small.yaml")
        self.assertEqual((0, ""), (outcome.status, outcome.err))
        self.assertNotIn("OTHER", outcome.out)
        self.assertEqual(8, len(outcome.out.splitlines()))

    def test_given_bad_input_when_called_then_refused(self):
        self.write("bad.yaml", "nodes: {count: none}\n")
        for arguments, message in (
            (("bad.yaml",), "bad.yaml:1:16: nodes.count"),
            (("small.yaml", "--jobs", "0"), "--jobs 0"),
            ((), "scenario file"),
        ):
            with self.subTest(arguments):
                outcome = self.call("verify", *arguments)
                self.assertEqual((2, ""), (outcome.status, outcome.out), outcome)
                self.assertIn(message, outcome.err)


if __name__ == "__main__":
    unittest.main()
