#!/usr/bin/env python3
"""`gossim why` names reasons that hold: small scenarios in which each is made to happen, and
beside it one that differs in little, in which it is not the reason.

Usage: why_reasons.py GOSSIM
"""

import json
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

PROGRAM = program_of_arguments()

HEAD = "name: a\nduration: 30s\nlinks: {delay: 20ms}\ntopics: [{name: blocks}]\n"
STAR = (
    HEAD + "nodes: {count: 12}\ntopology: {kind: star}\n"
    "router: {D: 6, Dlo: 4, Dhi: 8, Dlazy: 20}\n"
    "publish: [{from: 0, start: 10s, every: 3s, count: 3, size: 1KiB}]\n"
    "events:\n  - {at: 9990ms, for: 500ms, partition: {groups: [0, 1..11]}}\n"
)
LINE = (
    HEAD + "nodes: {count: 3}\ntopology: {kind: line}\n"
    "publish: [{from: 0, start: 10500ms, every: 1s, count: 1, size: 1KiB}]\n"
)
HELD = LINE + "events:\n  - {at: 10400ms, for: 25s, hold: {groups: [0..1, 2]}}\n"


class ReasonsTest(FolderTest):
    program = PROGRAM

    def run_full(self, text, *options):
        """Runs a scenario with a full trace in the folder `out`."""
        self.write("a.yaml", text)
        ran = self.call(
            "run", "a.yaml", "--trace", "full", "--no-figures", "--out", "out", *options
        )
        self.assertIn(ran.status, (0, 3), ran)

    def why(self, message, node):
        outcome = self.call(
            "why", "out", "--message", str(message), "--node", str(node), "--json"
        )
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return json.loads(outcome.out)

    def assert_why(self, message, node, reason, *words, **values):
        answer = self.why(message, node)
        self.assertEqual(reason, answer["reason"], answer["sentence"])
        for word in words:
            self.assertIn(word, answer["sentence"])
        for key, value in values.items():
            self.assertEqual(value, answer[key], answer["sentence"])
        return answer

    def test_given_mesh_peers_of_one_that_told_all_others_when_asked_then_in_the_mesh(self):
        self.run_full(STAR)

        self.assert_why(0, 1, "copy_failed", "mesh peers are not told", gossip="in_mesh")
        self.assert_why(
            0, 10, "outside_meshes", "in the mesh by the next heartbeat", gossip="in_mesh"
        )

    def test_given_few_draws_when_asked_then_others_were_drawn(self):
        self.run_full(STAR, "--set", "router.Dlazy=1", "--set", "router.Dlo=6")

        silences = [self.why(0, node)["gossip"] for node in range(1, 12)]

        self.assertIn("not_drawn", silences)
        self.assertIn("in_mesh", silences)

    def test_given_a_long_silence_when_asked_then_the_run_did_not_end_in_it(self):
        self.run_full(HELD)

        self.assert_why(0, 2, "copy_failed", "on its way", gossip="in_mesh", fate="sent")

    def test_given_a_short_run_when_asked_then_the_run_ended(self):
        self.run_full(HELD, "--set", "duration=11s")

        self.assert_why(0, 2, "copy_failed", "less than a heartbeat later", gossip="run_ended")


if __name__ == "__main__":
    unittest.main()
