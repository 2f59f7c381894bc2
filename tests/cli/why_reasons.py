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
PAUSED = (
    HEAD + "nodes: {count: 4}\ntopology: {kind: complete}\n"
    "publish: [{from: 0, start: 10500ms, every: 1s, count: 5, size: 1KiB}]\n"
    "events:\n  - {at: 9s, for: 40s, pause: 3}\n"
)
VALIDATED = LINE.replace("name: blocks", "name: blocks, validation: 100ms")
CRASHED = VALIDATED + "events:\n  - {at: 10550ms, for: 1s, crash: 1}\n"
# Node 2 goes at the times given and comes back before node 1 has the message.
AWAY = (
    HEAD + "nodes: {count: 3}\ntopology: {kind: edges, edges: [[0, 1, 1s], [1, 2, 20ms]]}\n"
    "publish: [{from: 0, start: 15s, every: 3s, count: 1, size: 1KiB}]\n"
    "events:\n  - {at: 15010ms, for: 50ms, crash: {nodes: 2}}\n"
    "  - {at: 15990ms, for: 12s, partition: {groups: [0..1, 2]}}\n"
)
LEFT = AWAY.replace("for: 50ms, crash", "unsubscribe").replace(
    "  - {at: 15990", "  - {at: 15050ms, subscribe: {nodes: 2}}\n  - {at: 15990"
)
TOLD_IN_VAIN = (
    "name: a\nduration: 30s\nnodes: {count: 10}\ntopology: {kind: star}\n"
    "router: {D: 1, Dlo: 1, Dhi: 1, Dlazy: 20, history_length: 6, history_gossip: 6}\n"
    "links: {delay: 20ms, loss: {rate: 0%, rates: {ihave: 100%}}}\n"
    "topics: [{name: blocks}]\n"
    "publish: [{from: 0, start: 10500ms, every: 3s, count: 1, size: 1KiB}]\n"
    "events:\n  - {at: 15500ms, for: 1s, partition: {groups: [0, 1..9]}}\n"
)


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

    def test_given_a_sub_that_is_lost_when_asked_then_that_is_said(self):
        text = STAR[: STAR.index("events:")] + (
            "events:\n  - {at: 1s, unsubscribe: {nodes: 5}}\n"
            "  - {at: 2s, for: 5s, partition: {groups: [0, 5]}}\n"
            "  - {at: 3s, subscribe: {nodes: 5}}\n"
        )
        self.run_full(text, "--set", "router.Dhi=30")
        self.assert_why(
            0, 5, "outside_meshes", "its GRAFT was lost (partition)",
            "not known to subscribe, as its SUB was lost.",
            kept_out_by="graft_lost", gossip="unlisted",
        )

        self.run_full(text.replace("at: 3s, sub", "at: 8s, sub"), "--set", "router.Dhi=30")
        answer = self.why(0, 5)
        self.assertNotIn("_lost", answer["kept_out_by"] or "", answer["sentence"])
        self.assertNotIn("SUB was lost", answer["sentence"])

    def test_given_a_graft_or_prune_that_is_lost_when_asked_then_that_is_said(self):
        # The centre has room for few; who is not among them grafts it, and is pruned.
        full = STAR[: STAR.index("events:")].replace("Dlazy: 20", "Dlazy: 0")
        for lost, name, words in (
            ("graft", "graft_lost", "as its GRAFT was lost (random loss), so that it took"),
            ("prune", "prune_lost", "as a PRUNE for it was lost (random loss), so that it still"),
            ("ihave", None, "the only neighbour that had the message, and there is no gossip"),
        ):
            with self.subTest(lost=lost):
                self.run_full(full, "--set", f"links.loss={{rate: 0%, rates: {{{lost}: 100%}}}}")
                answers = [self.why(0, node) for node in range(1, 12)]
                missing = [answer for answer in answers if answer["reason"] != "delivered"]
                self.assertTrue(missing)
                for answer in missing:
                    self.assertEqual("outside_meshes", answer["reason"])
                    self.assertEqual(name, answer["kept_out_by"], answer["sentence"])
                    cause = None if name is None else "random_loss"
                    self.assertEqual(cause, answer["kept_out_cause"])
                    self.assertIn(words, answer["sentence"])

    def test_given_links_that_come_back_when_asked_then_what_came_of_it(self):
        cut = LINE + "events:\n  - {at: 10400ms, for: 200ms, disconnect: {of: 2}}\n"
        self.run_full(cut)
        self.assert_why(0, 2, "links_down", "were down then, and later gossip did not tell it")

        self.run_full(cut.replace("200ms", "19s"))
        answer = self.assert_why(0, 2, "links_down", "were down.")
        self.assertNotIn("later", answer["sentence"])

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

    def test_given_a_receiver_that_stands_still_when_asked_then_that_is_said(self):
        self.run_full(PAUSED)

        for message in (0, 4):
            self.assert_why(
                message, 3, "copy_failed", "as node 3 stood still since 9.000 s", fate="paused"
            )

    def test_given_a_receiver_that_goes_on_when_asked_then_it_came(self):
        self.run_full(PAUSED.replace("for: 40s", "for: 10s"))

        self.assert_why(0, 3, "delivered")

    def test_given_a_crash_while_it_is_validated_when_asked_then_that_is_said(self):
        self.run_full(CRASHED)

        self.assert_why(
            0, 1, "copy_failed", "yet to be validated when node 1 stopped at 10.550 s",
            fate="stopped",
        )

    def test_given_a_crash_while_it_is_on_its_way_when_asked_then_no_copy_came(self):
        self.run_full(CRASHED.replace("10550ms, for: 1s", "10510ms"))

        self.assert_why(0, 1, "crashed", "it stopped at 10.510 s, before a copy could come")

    def test_given_validation_that_outlasts_the_run_when_asked_then_that_is_said(self):
        self.run_full(VALIDATED, "--set", "duration=10550ms")

        self.assert_why(
            0, 1, "copy_failed", "yet to be validated when the run ended", fate="unhandled"
        )

    def test_given_a_node_that_was_back_in_time_when_asked_then_the_copy_was_lost(self):
        for scenario in (AWAY, LEFT):
            with self.subTest(scenario):
                self.run_full(scenario)

                self.assert_why(0, 2, "copy_failed", "was lost (partition)", cause="partition")

    def test_given_a_node_that_stayed_away_when_asked_then_that_is_the_reason(self):
        self.run_full(AWAY.replace("for: 50ms, crash", "crash"))

        self.assert_why(0, 2, "crashed", "it stopped at 15.010 s, before a copy could come")

    def test_given_a_node_that_was_back_too_late_when_asked_then_until_when(self):
        self.run_full(AWAY.replace("for: 50ms, crash", "for: 1500ms, crash"))

        self.assert_why(0, 2, "crashed", "it stopped at 15.010 s", "it was back at 16.510 s")

    def test_given_losses_for_two_causes_when_asked_then_both_are_named(self):
        self.run_full(TOLD_IN_VAIN)
        missing = [node for node in range(1, 10) if self.why(0, node)["reason"] != "delivered"]

        for node in missing:
            self.assert_why(
                0, node, "ihave_failed", "5 were lost (random loss), 1 was lost (partition)",
                cause="random_loss", losses={"random_loss": 5, "partition": 1},
            )

        self.assertNotEqual([], missing)


if __name__ == "__main__":
    unittest.main()
