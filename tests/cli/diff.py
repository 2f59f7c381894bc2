#!/usr/bin/env python3
"""`gossim diff` tells where two runs part.

Usage: diff.py GOSSIM
"""

import json
import os
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import ROOT, SMALL, FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
QUICKSTART = os.path.join(ROOT, "scenarios", "catalog", "quickstart.yaml")


class DiffTest(FolderTest):
    program = PROGRAM

    def run_small(self, out, *options):
        ran = self.call(
            "run", "small.yaml", "--trace", "full", "--no-figures", "--out", out, *options
        )
        self.assertEqual(0, ran.status, ran)

    def diff(self, status, *arguments):
        outcome = self.call("diff", *arguments)
        self.assertEqual((status, ""), (outcome.status, outcome.err), outcome)
        return outcome.out

    def disown(self, folder):
        """Makes a result one of another gossim, as far as its digest says."""
        path = self.path(folder, "summary.json")
        with open(path, encoding="utf-8") as file:
            summary = json.load(file)
        summary["digest"] = f"{int(summary['digest'], 16) ^ 1:032x}"
        with open(path, "w", encoding="utf-8") as file:
            json.dump(summary, file)

    def test_given_one_scenario_twice_when_compared_then_the_same(self):
        out = self.diff(0, "small.yaml", "small.yaml")
        self.assertRegex(out, r"\nthe same: \d+ events, and nothing differs\n$")
        self.write("alone.yaml", "name: alone\nduration: 50ms\nnodes: {count: 1, start: 0s}\n")
        self.assertIn("the same: 1 event, and", self.diff(0, "alone.yaml", "alone.yaml"))

    def test_given_another_bound_when_compared_then_parted_at_a_prune(self):
        found = json.loads(self.diff(3, QUICKSTART, "--set-b", "router.Dhi=8", "--json"))

        self.assertFalse(found["same"])
        self.assertEqual("heartbeat", found["in_b"]["what"])
        self.assertEqual(found["in_a"]["event"], found["in_b"]["event"])
        self.assertEqual(found["alike"] + 1, found["in_b"]["event"])
        first = found["in_b"]["records"][0]
        self.assertEqual(("prune", "above_d_high"), (first["kind"], first["reason"]))
        self.assertEqual([], found["in_a"]["records"])
        self.assertEqual({"router"}, {draw["stream"] for draw in found["in_b"]["draws"]})
        states = [found[side]["states"][0]["mesh of blocks"] for side in ("in_a", "in_b")]
        self.assertEqual("6", states[1].split(":")[0])
        self.assertGreater(int(states[0].split(":")[0]), 8)

    def test_given_that_when_printed_then_records_draws_and_state_are_beside_each_other(self):
        out = self.diff(3, QUICKSTART, "--set-b", "router.Dhi=8", "--before", "4")

        for words in (
            r"\nthen     at .*, of the same event, heartbeat at node \d+, something else comes\n",
            r"\nIn A, event \d+ at .*: no record\n",
            r"above_d_high",
            r"\nThe last records before it of nodes \d+, \d+, the same in both:\n#",
            r"\nB drew 0x[0-9a-f]{16}, the 1. of stream router \d+\n",
            r"\n! mesh of blocks +\d+: .*\n!   in B +6: ",
            r"\n  peers +20: ",
        ):
            self.assertRegex(out, words)

    def test_given_printed_records_when_looked_up_then_they_stand_so_in_the_trace(self):
        # A node that crashes has another mesh afterwards; what it had before is not forgotten.
        crash = "events: [{at: 4s, crash: {nodes: [7]}}, {at: 5500ms, restart: {nodes: [7]}}]\n"
        late = ", {at: 5505ms, for: 1s, pause: 7}]"
        self.write("small.yaml", SMALL + crash)
        self.write("late.yaml", SMALL + crash.replace("]}}]", "]}}" + late))
        self.run_small("one")
        trace = self.call("trace", "one").out.splitlines()

        out = self.diff(3, "small.yaml", "late.yaml", "--before", "40")

        self.assertIn("\nIn B, event ", out)
        self.assertRegex(out, r" at 5\.505 s: fault at node 7\n")
        before = out[out.index("\nThe last records before it") : out.index("\nA drew")]
        lines = [line for line in before.splitlines() if line.startswith("     ")]
        self.assertGreaterEqual(len(lines), 40)
        self.assertEqual([], [line for line in lines if line not in trace])
        stop = next(i for i, line in enumerate(lines) if " node_stop " in line)
        self.assertTrue(any(" 4=4/6/12 " in line for line in lines[:stop]), before)
        self.assertTrue(any(" 0<4/6/12 " in line for line in lines[stop:]), before)

    def test_given_an_event_in_one_alone_when_compared_then_both_are_shown_at_its_time(self):
        self.write(
            "pause.yaml", self.read("small.yaml") + b"events: [{at: 4001ms, for: 1s, pause: 7}]\n"
        )
        found = json.loads(self.diff(3, "small.yaml", "pause.yaml", "--json"))

        self.assertEqual((4001000000, 7), (found["in_b"]["at_ns"], found["in_b"]["node"]))
        self.assertEqual("pause", found["in_b"]["records"][0]["kind"])
        self.assertGreater(found["in_a"]["at_ns"], 4001000000)
        # What node 7 knows is the same on both sides then.
        self.assertEqual(found["in_b"]["states"][0], found["in_a"]["states"][0])

    def test_given_folders_when_compared_then_their_runs_are(self):
        self.run_small("one")
        self.run_small("again")
        self.run_small("two", "--seed", "2")

        self.assertRegex(self.diff(0, "one", "again"), r"^the same run: digest [0-9a-f]{32}\n$")
        self.assertIn("\nthen     ", self.diff(3, "one", "two"))
        self.assertIn("the same: ", self.diff(0, "one", "small.yaml"))

    def test_given_runs_that_cannot_be_repeated_when_compared_then_their_traces_are(self):
        self.run_small("one")
        self.run_small("again")
        self.run_small("other", "--set", "publish.0.size=101B")
        for folder in ("one", "other"):
            self.disown(folder)

        same = self.call("diff", "one", "again")
        parted = self.call("diff", "one", "other")

        self.assertEqual(0, same.status, same)
        self.assertRegex(same.err, "one: this gossim does not come to the digest of the run")
        self.assertRegex(same.out, r"^the same: \d+ records, and nothing differs\n$")
        self.assertEqual(3, parted.status, parted)
        self.assertRegex(parted.out, r"(?s)in A, .* 5.000000000 +\d+ publish .*bytes=100")
        self.assertRegex(parted.out, r" publish +- blocks +0 4=4/6/12 ")
        self.assertRegex(parted.out, r"(?s)in B, .* 5.000000000 +\d+ publish .*bytes=101")
        self.assertIn("The last records before it", parted.out)

    def test_given_a_run_that_cannot_be_repeated_and_no_trace_when_compared_then_failed(self):
        self.run_small("one")
        self.disown("one")
        outcome = self.call("diff", "one", "small.yaml")
        self.assertEqual((1, ""), (outcome.status, outcome.out))
        self.assertIn("small.yaml has no trace of such a run to compare", outcome.err)

    def test_given_more_nodes_in_one_when_compared_then_each_shows_the_nodes_it_has(self):
        ring = SMALL.replace("kind: random-regular, degree: 4", "kind: ring")
        self.write("ring.yaml", ring)
        self.write("more.yaml", ring.replace("count: 20", "count: 21"))
        found = json.loads(self.diff(3, "ring.yaml", "more.yaml", "--json"))
        known = {
            side: {state["node"]: len(state) > 1 for state in found[side]["states"]}
            for side in ("in_a", "in_b")
        }
        self.assertEqual({0: True, 19: True, 20: False}, known["in_a"])
        self.assertEqual({0: True, 19: True, 20: True}, known["in_b"])

    def test_given_groups_in_one_alone_when_routers_are_compared_then_told(self):
        groups = "nodes.groups=[{name: odd, nodes: [0..4], router: {profile: gossipsub-v1.0}}]"
        out = self.diff(
            3, "--routers", "nim-2020", "gossipsub-v1.0", QUICKSTART, "--set-b", groups
        )
        self.assertIn("with which B sends the same RPC as A:\n  Q8 rebalance", out)

    def test_given_a_standstill_when_compared_then_told(self):
        arguments = ("diff", "small.yaml", "small.yaml", "--set", "limits.events_per_instant=79")
        outcome = self.call(*arguments)
        self.assertEqual((1, ""), (outcome.status, outcome.out), outcome)
        self.assertIn("time stands still in both before they part", outcome.err)
        alone = self.diff(3, "small.yaml", "small.yaml", "--set-b", arguments[-1])
        self.assertIn("\nIn B time stands still.\n", alone)
        self.diff(3, *arguments[1:], "--set-b", "events=[{at: 10ms, for: 1s, pause: 7}]")

    def test_given_runs_with_ties_of_their_own_when_compared_then_repeated_so(self):
        self.run_small("first")
        self.run_small("last", "--ties", "last")
        self.run_small("again", "--ties", "last", "--trace", "none")

        out = self.diff(3, "first", "last")
        self.assertIn("\nB  last, seed 1, ties last\n", out)
        self.assertIn("\nthen     ", out)
        self.assertIn("the same run", self.diff(0, "last", "again"))
        files = ("small.yaml", "last")
        self.assertIn("the same: ", self.diff(0, *files, "--ties", "last"))
        self.assertIn("\nthen     ", self.diff(3, *files))
        other = json.loads(self.diff(3, "small.yaml", "--ties-b", "last", "--json"))
        self.assertEqual(["first", "last"], [other[side]["ties"] for side in ("a", "b")])

    def test_given_the_last_seed_when_compared_then_told_as_it_is(self):
        last = 2**64 - 1
        for command, side in ((("diff", "--seed-b"), "b"), (("verify", "--seed"), None)):
            outcome = self.call(command[0], "small.yaml", command[1], str(last), "--json")
            found = json.loads(outcome.out)
            self.assertEqual(str(last), found[side]["seed"] if side else found["seed"])

    def test_given_bad_input_when_called_then_refused(self):
        self.write("bad.yaml", "nodes: {count: none}\n")
        os.mkdir(self.path("empty"))
        for arguments, message in (
            ((), "name two scenario files or folders"),
            (("small.yaml",), "name two scenario files or folders"),
            (("small.yaml", "bad.yaml"), "bad.yaml:1:16: nodes.count"),
            (("empty", "small.yaml"), "empty is no folder of a finished run"),
            (("small.yaml", "--set-b", "no.path=1"), "no.path"),
            (("--routers", "nim-2020", "nim-2021", "small.yaml"), "no such profile"),
            (("--routers", "nim-2020", "small.yaml"), "name two profiles and a scenario file"),
            (("small.yaml", "small.yaml", "--before", "-1"), "--before -1"),
            (("small.yaml", "--ties-b", "none"), "--ties-b none: give first, last or shuffled"),
        ):
            with self.subTest(arguments):
                outcome = self.call("diff", *arguments)
                self.assertEqual((2, ""), (outcome.status, outcome.out), outcome)
                self.assertIn(message, outcome.err)


if __name__ == "__main__":
    unittest.main()
