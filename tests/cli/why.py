#!/usr/bin/env python3
"""`gossim why` tells why a node got a message when it did, or did not.

Usage: why.py GOSSIM
"""

import csv
import io
import json
import os
import shlex
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import ROOT, SMALL, FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
LOSSY = SMALL.replace("links: {delay: 20ms}", "links: {delay: 20ms, loss: 30%}")


class WhyTest(FolderTest):
    program = PROGRAM

    def run_full(self, scenario, *options, out="out"):
        ran = self.call(
            "run", scenario, "--trace", "full", "--no-figures", "--out", out, *options
        )
        self.assertIn(ran.status, (0, 3), ran)

    def run_catalog(self, name, *options, out="out"):
        self.run_full(os.path.join(ROOT, "scenarios", "catalog", name + ".yaml"), *options, out=out)

    def why(self, message, node, *options, folder="out"):
        """What the command prints, which must end well and be silent about it."""
        outcome = self.call(
            "why", folder, "--message", str(message), "--node", str(node), *options
        )
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return outcome.out

    def answer(self, message, node, folder="out"):
        return json.loads(self.why(message, node, "--json", folder=folder))

    def records(self, *options, folder="out"):
        printed = self.call("trace", folder, "--format", "csv", *options).out
        return list(csv.DictReader(io.StringIO(printed)))

    def test_given_an_unanswered_iwant_when_asked_then_the_quirk_is_named(self):
        self.run_catalog("bugs/unanswered-iwant")

        answer = self.answer(1, 5)

        self.assertEqual(
            ("iwant_unanswered", "Q37", 0),
            (answer["reason"], answer["quirk"], answer["culprit"]),
        )
        self.assertIn("(quirk Q37, iwant_unanswered)", answer["sentence"])
        self.assertTrue(self.why(1, 5).startswith(answer["sentence"] + "\n"))

    def test_given_that_repaired_when_asked_then_it_came_and_was_asked_for(self):
        self.run_catalog(
            "bugs/unanswered-iwant", "--set", "router.quirks.iwant_unanswered=false"
        )

        answer = self.answer(1, 5)

        self.assertEqual(
            ("delivered", True, 0), (answer["reason"], answer["requested"], answer["from"])
        )
        rpcs = [step["rpc"] for step in answer["steps"] if step.get("fate") == "came"]
        self.assertEqual(["ihave", "iwant"], rpcs)

    def test_given_a_lone_peer_when_asked_then_its_refused_graft_is_told_as_well(self):
        self.run_catalog("bugs/lone-peer")

        answer = self.answer(1, 12)

        self.assertEqual(("Q37", "Q1"), (answer["quirk"], answer["mesh_quirk"]))
        self.assertEqual("graft_refused", answer["kept_out_by"])

    def test_given_the_lone_peer_taken_in_when_asked_then_it_was_pushed_a_copy(self):
        self.run_catalog("bugs/lone-peer", "--set", "router.quirks.graft_limit_by_topics=false")

        answer = self.answer(1, 12)

        self.assertEqual(("delivered", False), (answer["reason"], answer["requested"]))

    def test_given_a_node_that_came_back_when_asked_then_the_sent_cache_has_its_sub(self):
        self.run_catalog("bugs/leave-and-rejoin")

        answer = self.answer(0, 1)

        self.assertEqual(
            ("outside_meshes", "subscription_suppressed", "Q15", "Q39"),
            tuple(answer[key] for key in ("reason", "kept_out_by", "mesh_quirk", "gossip_quirk")),
        )

    def test_given_nodes_that_left_when_asked_then_they_were_not_subscribed(self):
        self.run_catalog("bugs/late-graft")

        reasons = [self.answer(0, node)["reason"] for node in range(10)]

        self.assertEqual(["not_subscribed"] * 10, reasons)
        self.assertNotEqual("not_subscribed", self.answer(0, 20)["reason"])

    def test_given_censorship_when_asked_then_the_role_is_named(self):
        self.run_catalog("attacks/censorship", "--set", "router.Dlazy=0")

        answer = self.answer(0, 1)

        self.assertEqual(("not_forwarded", "censors"), (answer["reason"], answer["role"]))
        self.assertIn(answer["culprit"], range(100, 300))

    def test_given_censorship_when_it_came_late_then_by_asking(self):
        self.run_catalog("attacks/censorship")
        late = [row for row in self.records("--kind", "deliver", "--topic", "target")
                if row["reason"] == "requested"][0]

        answer = self.answer(late["message"], late["node"])

        self.assertEqual((True, int(late["peer"])), (answer["requested"], answer["from"]))

    def test_given_a_lossy_run_when_asked_about_all_then_answers_fit_its_records(self):
        self.write("lossy.yaml", LOSSY)
        self.run_full("lossy.yaml", "--set", "router.Dlazy=0")
        got = {}
        copies = {}
        for row in self.records("--kind", "deliver,duplicate"):
            key = (int(row["message"]), int(row["node"]))
            if row["kind"] == "deliver":
                got[key] = row
            else:
                copies.setdefault(key, row)
        for message in range(3):
            for node in range(20):
                answer = self.answer(message, node)
                with self.subTest(answer["sentence"]):
                    row = got.get((message, node))
                    if row is not None:
                        self.assertEqual("delivered", answer["reason"])
                        self.assertEqual(int(row["at_ns"]), answer["delivered_ns"])
                        self.assertEqual(int(row["peer"]), answer["from"])
                        second = copies.get((message, node), {"peer": None})["peer"]
                        self.assertEqual(second and int(second), answer["second"])
                        self.check_path(answer)
                    elif answer["reason"] != "publisher":
                        self.assertIn(answer["reason"], ("copy_failed", "outside_meshes"))

    def check_path(self, answer):
        """The way of the first copy: each hop ends where the next begins, and adds up."""
        hops = [step for step in answer["steps"] if step["what"] == "delivered"]
        self.assertEqual(answer["hops"], len(hops))
        self.assertEqual(answer["publisher"], hops[0]["peer"])
        self.assertEqual(answer["node"], hops[-1]["node"])
        for last, step in zip(hops, hops[1:]):
            self.assertEqual(last["node"], step["peer"])
        # Nobody takes time over a message here, so that the hops are all there is.
        self.assertEqual(
            answer["delivered_ns"] - answer["published_ns"], sum(hop["delay_ns"] for hop in hops)
        )

    def test_given_deliveries_alone_when_asked_then_it_says_how_to_know_more(self):
        self.call("run", "small.yaml", "--no-figures", "--out", "out")

        printed = self.why(0, 7)

        self.assertRegex(printed, r"^Node 7 got message 0 at .* over \d+ hops?\.\n")
        self.assertNotIn("further cop", printed)
        chains = [self.why(0, node).split("\n\n")[1] for node in range(15)]
        self.assertIn("  has it\n", "\n".join(chains))
        self.assertNotRegex("\n".join(chains), "has it;")
        for neighbour in self.answer(0, 7)["neighbours"]:
            for fact in ("link_up", "in_its_mesh", "ihave"):
                self.assertIsNone(neighbour[fact])
        lines = [line for line in printed.splitlines() if line.startswith("    gossim ")]
        commands = [line.split()[1:] for line in lines]
        self.assertEqual(["run", "why"], [command[0] for command in commands])
        self.assertEqual(0, self.call(*commands[0], "--no-figures").status)
        again = self.call(*commands[1])
        self.assertEqual(0, again.status)
        self.assertIn("More: gossim trace out-full --message 0 --node 7", again.out)

    def test_given_ties_of_its_own_when_asked_then_the_command_repeats_that_run(self):
        ran = self.call(
            "run", "small.yaml", "--ties", "last", "--no-figures", "--json", "--out", "o u"
        )
        printed = self.call("why", "o u", "--message", "0", "--node", "7").out
        lines = [line for line in printed.splitlines() if line.startswith("    gossim ")]
        commands = [shlex.split(line)[1:] for line in lines]
        again = self.call(*commands[0], "--no-figures", "--json")
        self.assertEqual(json.loads(ran.out)["digest"], json.loads(again.out)["digest"])
        self.assertEqual("last", json.loads(again.out)["ties"])
        self.assertEqual(0, self.call(*commands[1]).status)
        # The full trace goes beside the folder, however that was named.
        slashed = self.call("why", "o u//", "--message", "0", "--node", "7").out
        for line in lines:
            self.assertIn(line, slashed.splitlines())

    def test_given_trace_events_when_asked_then_told_what_they_tell(self):
        self.run_full("small.yaml")
        self.call("trace", "out", "--format", "trace-event", "--out", "events.pb")

        outcome = self.call("why", "events.pb", "--message", "0", "--node", "7", "--json")

        self.assertEqual(0, outcome.status)
        self.assertEqual(self.answer(0, 7)["from"], json.loads(outcome.out)["from"])

    def test_given_a_trace_cut_short_when_asked_then_said_so(self):
        self.run_full("small.yaml")
        whole = self.read("out", "trace.gst")
        self.write("cut.gst", whole[: len(whole) * 9 // 10])

        outcome = self.call("why", "cut.gst", "--message", "0", "--node", "7")

        said = outcome.out + outcome.err
        self.assertIn("cut short", said)
        self.assertIn(outcome.status, (0, 2))

    def test_given_what_is_not_there_when_asked_then_refused(self):
        self.run_full("small.yaml")
        for arguments, message in (
            (("out", "--message", "3", "--node", "7"), "the run has the messages 0 to 2"),
            (("out", "--message", "0", "--node", "20"), "node 20: the run has the nodes 0 to 19"),
            (("out", "--message", "0"), "give --message and --node"),
            (("out", "--message", "x", "--node", "7"), "--message x: give one number"),
            (("out", "--message", "0", "--node", "7,8"), "--node 7,8: give one number"),
            (("--message", "0", "--node", "7"), "name the folder"),
            (("no", "--message", "0", "--node", "7"), "cannot open no"),
            (("small.yaml", "--message", "0", "--node", "7"), "small.yaml"),
            (("out", "--message", "0", "--node", "7", "--format", "xml"), "give text or json"),
            (("out", "--message", "0", "--node", "7", "--diagram", "a.gif"), "ends in .mmd"),
        ):
            with self.subTest(arguments):
                before = self.contents()

                self.assert_refused(self.call("why", *arguments), message)

                self.assertEqual(before, self.contents())

    def test_given_an_answer_when_drawn_then_each_kind_of_file_is_one(self):
        self.run_catalog("bugs/unanswered-iwant")
        before = set(os.listdir(self.folder))
        for ending, begins in (
            ("mmd", b"%% Node 5 did not get message 1"),
            ("png", b"\x89PNG"),
            ("svg", b"<?xml"),
            ("pdf", b"%PDF"),
        ):
            with self.subTest(ending):
                self.why(1, 5, "--diagram", "why." + ending)

                self.assertEqual(begins, self.read("why." + ending)[: len(begins)])
        drawn = set(os.listdir(self.folder)) - before
        self.assertEqual({"why.mmd", "why.png", "why.svg", "why.pdf"}, drawn)
        mermaid = self.read("why.mmd").decode().splitlines()
        self.assertEqual("sequenceDiagram", mermaid[1])
        self.assertIn("    n5-->>n0: 16.040 s: IWANT, 20.0 ms", mermaid)

    def test_given_the_example_of_the_readme_when_run_then_it_prints_that(self):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            readme = file.read()
        mark = "<!-- What follows is printed by `gossim why`"
        example = readme.partition(mark)[2].partition("```\n")[2].partition("```")[0]
        self.run_catalog("bugs/lone-peer", out="out/lone-peer-1")

        printed = self.why(1, 12, folder="out/lone-peer-1")

        self.assertIn(example, printed)
        self.assertTrue(example.startswith("Node 12"))


if __name__ == "__main__":
    unittest.main()
