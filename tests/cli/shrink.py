#!/usr/bin/env python3
"""Scenarios that fail, made smaller: how small, that they fail the same way and could succeed.

Usage: shrink.py GOSSIM
"""

import json
import os
import re
import shutil
import signal
import sys
import time
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import ROOT, SMALL, FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
PATIENCE_S = 60
BUGS = os.path.join(ROOT, "scenarios/catalog/bugs")
CANARY = os.path.join(ROOT, "scenarios/catalog/hunt/canary.yaml")

# What each may need at most: nodes, links, messages, topics, events; and the quirk of its cause.
WANTED = {
    "crowded-hub": (5, 4, 1, 1, 0, "all quirks off"),
    "late-graft": (4, 3, 1, 1, 1, "left_topic_broken"),
    "leave-and-rejoin": (2, 1, 1, 1, 2, "mover_forgets"),
    "lone-peer": (3, 2, 1, 1, 0, "graft_limit_by_topics"),
    "six-topics": (3, 2, 1, 1, 0, "graft_limit_by_topics"),
    "unanswered-iwant": (3, 2, 1, 1, 0, "iwant_unanswered"),
}

# As such bugs are met: among many nodes, topics and faults that have nothing to do with them.
WILD = """\
name: wild
seed: 3
duration: 100s
router: {profile: nim-2020}
nodes:
  count: 60
  groups:
    - {name: late, nodes: 10%, start: {uniform: [5s, 8s]}}
    - {name: slow, nodes: 20%, processing: {uniform: [1ms, 5ms]}}
topology: {kind: random-regular, degree: 6}
regions: world-8
links: {jitter: {uniform: [0s, 3ms]}}
topics:
  - {name: blocks, subscribers: all}
  - {name: votes, subscribers: 60%}
  - {name: shard-%d, count: 4, per_node: 2, subscribers: 50%}
publish:
  - {topic: blocks, from: random, start: 50s, every: 2s, count: 15, size: 4KiB}
  - {topic: votes, from: any, start: 20s, every: {exponential: {mean: 2s}}, until: 70s}
  - {topic: shard-%d, pick: in-turn, from: random, start: 20s, every: 3s, count: 10}
events:
  - {at: 15s, unsubscribe: {topic: blocks, nodes: 60%}}
  - {at: 30s, subscribe: {topic: blocks, nodes: all}}
  - {at: 18s, for: 3s, partition: {groups: [{share: 30%}, all]}}
  - {every: 10s, from: 12s, until: 40s, for: 2s, pause: {nodes: 5%}}
  - {at: 22s, for: 6s, crash: {nodes: {count: 4}}}
expect:
  - latency.p99 <= 1h
  - "delivery_ratio{topic=blocks} == 1"
"""
# The same about meshes of which one end alone knows.
WILD_TOPICS = """\
name: wild-topics
duration: 60s
router: {profile: nim-2020}
nodes: {count: 50}
topology: {kind: dial, dials: 6}
links: {delay: {lognormal: {median: 40ms, sigma: 0.5}}, transport: stream, loss: 1%}
topics:
  - {name: blocks}
  - {name: sub-%d, count: 6, subscribers: 90%}
publish:
  - {topic: blocks, from: random, start: 20s, every: 2s, count: 8}
  - {topic: sub-%d, from: random, start: 21s, every: 1s, count: 20}
churn: [{nodes: 10%, start: 5s, until: 30s, up: {exponential: {mean: 10s}}, down: 2s}]
events:
  - {at: 30s, for: 4s, degrade: {of: {count: 10}, delay: 3}}
expect: [one_sided_mesh_links == 0]
"""
# Somebody leaves while a message is on its way. Nothing cures that but to stay.
LEAVES = """\
name: leaves
duration: 60s
nodes: {count: 8, start: 0s}
topology: {kind: ring}
links: {delay: 100ms}
publish: [{from: 0, start: 20s, count: 3}]
events:
  - {at: 20.05s, unsubscribe: {nodes: 4}}
  - {at: 3s, for: 2s, pause: {nodes: 6}}
expect: [delivery_ratio == 1]
"""
# Where nodes that stay get other numbers: of a graph that is written out, of one whose hub is last,
# and of one that is drawn.
LATE = """\
name: leaves-late
duration: 30s
links: {delay: 20ms}
nodes: {count: 12, start: 0s}
topology:
  kind: edges
  edges: [[0, 1], [1, 2], [2, 3], [3, 4], [4, 5], [5, 6], [6, 7], [7, 8], [8, 9], [9, 10],
    [10, 11], [11, 0], [3, 9], [2, 8]]
publish: [{from: 7, start: 10500ms, every: 3s, count: 2, size: 1KiB}]
events:
  - {at: 5s, for: 20s, pause: 9}
  - {at: 5s, for: 1s, pause: 4}
expect: [latency.max <= 150ms]
"""
HUB = """\
name: hub
duration: 20s
router: {profile: nim-2020, D: 1, Dlo: 1}
nodes: {count: 9, start: 0s}
topology:
  kind: edges
  edges: [[8, 0], [8, 1], [8, 2], [8, 3], [8, 4], [6, 8], [7, 8], [8, 5]]
links: {delay: 20ms}
publish: [{from: 8, start: 6s}]
expect: [delivery_ratio == 1]
"""
DRAWN = """\
name: drawn
duration: 20s
nodes: {count: 30, start: 0s}
topology: {kind: random-regular, degree: 4}
links: {delay: 20ms}
publish: [{from: 17, start: 6s}]
events: [{at: 5s, for: 10s, pause: {nodes: 20%}}]
expect: [latency.max <= 1s]
"""
RESEEDED = """\
name: reseeded
duration: 20s
nodes: {count: 12, start: 0s}
topology: {kind: random-regular, degree: 4}
links: {delay: 20ms, loss: 5%}
router: {D: 2, Dlo: 2, Dhi: 3, Dlazy: 0}
publish: [{from: 0, start: 8s}]
events:
  - {at: 7s, for: 12s, disconnect: {of: 15%}}
  - {at: 7s, for: 11s, pause: {nodes: 15%}}
expect: [deliveries >= 9]
"""
# No run can meet this, and each smaller one would be farther from it.
TOO_MUCH = """\
name: too-much
nodes: {count: 20, start: 0s}
topology: {kind: random-regular, degree: 6}
links: {delay: 20ms, jitter: 1ms}
publish: [{from: 0, count: 9}]
expect: [deliveries >= 500]
"""


class ShrinkTest(FolderTest):
    program = PROGRAM

    def setUp(self):
        super().setUp()
        for name in WANTED:
            shutil.copy(f"{BUGS}/{name}.yaml", self.path(f"{name}.yaml"))
        shutil.copy(CANARY, self.path("canary.yaml"))
        for name, text in (
            ("wild", WILD),
            ("wild-topics", WILD_TOPICS),
            ("leaves", LEAVES),
            ("too-much", TOO_MUCH),
            ("leaves-late", LATE),
            ("hub", HUB),
            ("drawn", DRAWN),
            ("reseeded", RESEEDED),
        ):
            self.write(f"{name}.yaml", text)

    def shrink(self, name, *arguments):
        outcome = self.call(
            "shrink", f"{name}.yaml", "--out", "s.yaml", "--json", "--quiet", *arguments
        )
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return json.loads(outcome.out)

    def run_small(self, expectation, *arguments):
        """Runs s.yaml, which must be a good scenario that expects just this."""
        checked = self.call("check", "s.yaml")
        self.assertEqual((0, ""), (checked.status, checked.err), checked)
        outcome = self.call(
            "run", "s.yaml", "--json", "--no-figures", "--trace", "none", *arguments
        )
        self.assertEqual("", outcome.err)
        summary = json.loads(outcome.out)
        self.assertEqual([expectation], [item["text"] for item in summary["expect"]])
        self.assertEqual(0 if summary["expect"][0]["ok"] else 3, outcome.status)
        return summary

    def assert_at_most(self, wanted, found):
        names = ("nodes", "links", "messages", "topics", "events")
        for name, most in zip(names, wanted):
            self.assertLessEqual(found["after"][name], most, name)
        self.assertLessEqual(found["after"]["nodes"], 5)

    # How small.

    def test_given_bugs_of_the_catalog_when_shrunk_then_as_small_as_by_hand(self):
        for name, (*wanted, cause) in WANTED.items():
            with self.subTest(name=name):
                found = self.shrink(name)

                self.assert_at_most(wanted, found)
                self.assertTrue(any(cause in cure for cure in found["cures"]), found["cures"])
                self.assertLess(found["after"]["virtual_ns"], found["before"]["virtual_ns"])

    def test_given_bugs_when_shrunk_then_they_fail_and_the_cure_still_works(self):
        for name in WANTED:
            with self.subTest(name=name):
                found = self.shrink(name)
                text = re.search(r"failed: (.*) \(found", found["fails"]).group(1)

                summary = self.run_small(text)

                self.assertFalse(summary["expect"][0]["ok"])
                self.assertIsNotNone(summary["expect"][0]["value"])
                self.assertEqual(found["digest"], summary["digest"])
                for cure in found["cures"]:
                    setting = "router.profile=gossipsub-v1.0"
                    if cure != "all quirks off":
                        setting = re.search(r"--set (\S+=false) \(Q\d+\)$", cure).group(1)
                    cured = self.run_small(text, "--set", setting)
                    self.assertTrue(cured["expect"][0]["ok"], cure)

    def test_given_the_canary_at_its_seed_when_shrunk_then_four_nodes(self):
        found = self.shrink("canary", "--seed", "35")

        self.assert_at_most((4, 3, 1, 1, 1), found)
        self.assertTrue(any("left_topic_broken" in cure for cure in found["cures"]))
        self.assertFalse(self.run_small("links_aborted == 0")["expect"][0]["ok"])

    def test_given_bugs_among_much_else_when_shrunk_then_what_they_need_is_left(self):
        found = self.shrink("wild")
        self.assert_at_most((5, 6, 1, 1, 2), found)
        self.assertFalse(self.run_small("delivery_ratio{topic=blocks} == 1")["expect"][0]["ok"])

        found = self.shrink("wild-topics")
        self.assert_at_most((5, 6, 1, 7, 0), found)
        self.assertTrue(any("graft_limit_by_topics" in cure for cure in found["cures"]))
        self.assertFalse(self.run_small("one_sided_mesh_links == 0")["expect"][0]["ok"])

    # That success is still possible.

    def test_given_no_cure_when_shrunk_then_what_makes_it_fail_is_not_taken_for_nothing(self):
        found = self.shrink("leaves")

        self.assertEqual([], found["cures"])
        text = self.read("s.yaml").decode()
        self.assertIn("unsubscribe", text)
        self.assertNotIn("pause", text)
        self.assertLess(found["after"]["nodes"], 8)
        self.assertEqual(found["after"]["nodes"] - 1, found["after"]["links"])  # in one piece
        # The message has the time that gossip may take; without the one who leaves it arrives.
        self.assertGreaterEqual(found["after"]["virtual_ns"], 12 * 10**9)
        self.assertFalse(self.run_small("delivery_ratio == 1")["expect"][0]["ok"])
        self.assertTrue(
            self.run_small("delivery_ratio == 1", "--set", "events=[]")["expect"][0]["ok"]
        )

    def test_given_a_figure_that_grows_with_size_when_shrunk_then_size_stays(self):
        found = self.shrink("too-much")

        for name in "nodes", "links", "messages", "virtual_ns":
            self.assertEqual(found["before"][name], found["after"][name], name)
        self.assertNotIn("jitter", self.read("s.yaml").decode())

    def test_given_one_of_several_expectations_when_named_then_that_one_fails(self):
        found = self.shrink("six-topics", "--expectation", "2")

        self.assertIn("mesh_symmetric", found["fails"])
        self.assertFalse(self.run_small("mesh_symmetric within 2s")["expect"][0]["ok"])

    # That it is the same again.

    def test_given_any_number_of_jobs_when_shrunk_then_the_same_to_the_byte(self):
        for name, *arguments in (
            ("late-graft",),
            ("canary", "--seed", "35"),
            ("wild", "--max-runs", "300"),
        ):
            with self.subTest(name=name):
                results = []
                for jobs in 1, 2, 5:
                    outcome = self.call(
                        *("shrink", f"{name}.yaml", "--out", "s.yaml"),
                        *("--jobs", str(jobs), *arguments),
                    )
                    self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
                    results.append((outcome.out, self.read("s.yaml")))
                self.assertEqual(results[0], results[1])
                self.assertEqual(results[0], results[2])

    def test_given_what_came_out_when_shrunk_again_then_it_stays_so(self):
        self.shrink("late-graft")
        os.rename(self.path("s.yaml"), self.path("once.yaml"))

        found = self.shrink("once")

        self.assertEqual(found["before"], found["after"])

    def test_given_a_limit_of_runs_when_reached_then_it_says_so_and_leaves_what_there_is(self):
        found = self.shrink("wild", "--max-runs", "300")

        self.assertFalse(found["finished"])
        self.assertEqual(300, found["runs"])
        self.assertLess(found["after"]["nodes"], 60)
        self.assertFalse(self.run_small("delivery_ratio{topic=blocks} == 1")["expect"][0]["ok"])

    def test_given_an_expectation_on_times_of_the_clock_when_shrunk_then_as_short_as_they_allow(
        self,
    ):
        text = self.read("leave-and-rejoin.yaml").decode()
        self.write("timed.yaml", text.replace("== 1", "== 1 between 19s and 31s"))

        found = self.shrink("timed")

        # What a message may take behind the last of these times.
        self.assertEqual(38 * 10**9, found["after"]["virtual_ns"])
        summary = self.run_small("delivery_ratio == 1 between 19s and 31s")
        self.assertFalse(summary["expect"][0]["ok"])
        self.assertIn("- {from: 0, start: 30s}", self.read("s.yaml").decode())

    # What is written and printed.

    def test_given_a_success_when_written_then_comments_and_no_more_keys_than_needed(self):
        found = self.shrink("leave-and-rejoin")
        text = self.read("s.yaml").decode()
        comments = [line for line in text.splitlines() if line.lstrip().startswith("#")]
        keys = [line.split(":")[0] for line in text.splitlines() if re.match(r"\w", line)]

        for words in (
            "of seed 1 of",
            "    gossim run leave-and-rejoin.yaml",
            "expectation 1 failed: delivery_ratio == 1",
            "gossim run s.yaml",
            "router.quirks.mover_forgets=false (Q6)",
            found["digest"],
        ):
            self.assertTrue(any(words in line for line in comments), words)
        self.assertIn("  # Without this the expectation is met.\n  - {at: 5s, unsub", text)
        self.assertIn("  # Without this a fault would not end.\n  - {at: 10s, sub", text)
        self.assertIn("  # Without this nobody would be expected to receive anything.\n", text)
        self.assertIn("# With the default of profile the expectation is met.\nrouter: {", text)
        self.assertTrue(
            set(keys) <= {"name", "duration", "router", "nodes", "topology", "links", "publish",
                          "events", "expect"},
            keys,
        )

    def assert_nodes_told(self, found, words):
        """What the file and the printed text say of the nodes is what JSON says."""
        printed = self.call("shrink", f"{found['scenario']}.yaml", "--out", "s.yaml").out
        self.assertIn(f"\n  its nodes    {words}\n", printed)
        self.assertIn(f"\n# Its nodes there: {words}\n", self.read("s.yaml").decode())

    def test_given_nodes_with_other_numbers_when_shrunk_then_each_is_told_by_its_former_one(self):
        found = self.shrink("leaves-late")
        before = found["nodes_before"]
        text = self.read("s.yaml").decode()

        self.assertFalse(found["graph_redrawn"])
        self.assertEqual(found["after"]["nodes"], len(before))
        publisher = int(re.search(r"\{from: (\d+)", text).group(1))
        paused = int(re.search(r"pause: \{nodes: \[(\d+)\]\}", text).group(1))
        self.assertEqual([7, 9], [before[publisher], before[paused]])
        self.assert_nodes_told(found, "0 was 7, 1 was 9")

    def test_given_a_hub_that_is_renumbered_when_shrunk_then_it_is_told(self):
        found = self.shrink("hub")
        text = self.read("s.yaml").decode()

        self.assertIn("topology: {kind: star}", text)
        self.assertEqual([8, 7, 6], found["nodes_before"])
        self.assertFalse(found["graph_redrawn"])
        self.assert_nodes_told(found, "0 was 8, 1 was 7, 2 was 6")

    def test_given_a_graph_drawn_anew_when_shrunk_then_that_is_said(self):
        found = self.shrink("drawn")
        before = found["nodes_before"]
        text = self.read("s.yaml").decode()

        self.assertTrue(found["graph_redrawn"])
        self.assertEqual(17, before[int(re.search(r"\{from: (\d+)", text).group(1))])
        self.assertEqual(len(before), len(set(before)))
        words = ", ".join(f"{node} was {was}" for node, was in enumerate(before))
        self.assert_nodes_told(found, f"{words}; by number alone, as the graph was drawn anew")

    def test_given_a_graph_of_another_seed_when_shrunk_then_that_is_said(self):
        # Another seed is needed for one event, and then the graph is not written out yet.
        for arguments, seed in ((("--seed", "2"), 1), (("--seed", "2", "--tries", "1"), 2)):
            with self.subTest(arguments=arguments):
                found = self.shrink("reseeded", *arguments, "--max-runs", "20", "--jobs", "1")

                self.assertEqual((seed, seed == 1), (found["seed"], found["graph_redrawn"]))
                self.assertEqual(list(range(12)), found["nodes_before"])

    def test_given_each_success_when_shrunk_then_it_is_printed_with_runs_and_sizes(self):
        outcome = self.call("shrink", "lone-peer.yaml", "--out", "s.yaml")

        self.assertRegex(outcome.out, r"\n +\d+  nodes 13 → \d+, links 78 → \d+: ")
        self.assertRegex(outcome.out, r"\n +\d+  time 40s → \d+s: ")
        self.assertIn("gossim run s.yaml", outcome.out)
        runs = [int(number) for number in re.findall(r"^ +(\d+)  \w", outcome.out, re.M)]
        self.assertEqual(sorted(runs), runs)

    def test_given_the_example_of_the_readme_when_shrunk_then_it_prints_what_stands_there(self):
        place = "scenarios/catalog/hunt/canary.yaml"
        os.makedirs(self.path(os.path.dirname(place)))
        shutil.copy(CANARY, self.path(place))
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            readme = file.read()

        outcome = self.call("shrink", place, "--seed", "35")

        example = f"./x shrink {place} --seed 35\n```\n\n```\n{outcome.out}```"
        self.assertIn(example, readme)

    def test_given_no_place_when_shrunk_then_out_of_its_name(self):
        outcome = self.call("shrink", "leave-and-rejoin.yaml", "--quiet")

        self.assertEqual(0, outcome.status, outcome)
        self.assertTrue(os.path.exists(self.path("out/leave-and-rejoin-shrink/shrunk.yaml")))

    def test_given_overrides_and_odd_names_when_shrunk_then_the_file_is_good_and_tells_them(self):
        os.rename(self.path("leave-and-rejoin.yaml"), self.path("a\nb #c.yaml"))
        place = "odd\n: name.yaml"

        outcome = self.call(
            *("shrink", "a\nb #c.yaml", "--set", "nodes.count=4", "--seed", "9"),
            *("--quiet", "--out", place),
        )

        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        self.assertEqual(3, self.call("run", place, "--no-figures").status)
        self.assertIn(b"--set nodes.count=4 --set seed=9\n", self.read(place))

    def test_given_other_failures_than_expectations_when_shrunk_then_they_stay_the_same(self):
        self.write(
            "still.yaml",
            "nodes: {count: 30, start: 0s}\nlimits: {events_per_instant: 9}\n"
            "publish: [{from: 0, start: 7s, count: 5}]\nexpect: [delivery_ratio == 1]\n",
        )

        found = self.shrink("still")

        self.assertIn("time stands still", found["fails"])
        self.assertLess(found["after"]["nodes"], 15)
        outcome = self.call("run", "s.yaml", "--no-figures", "--trace", "none")
        self.assertEqual(1, outcome.status, outcome)
        self.assertIn("time stands still", outcome.err)

    def test_given_a_limit_of_time_when_reached_then_it_leaves_what_there_is(self):
        found = self.shrink("wild", "--tries", "50", "--max-time", "1s", "--jobs", "1")

        self.assertFalse(found["finished"])
        self.assertEqual(3, self.call("run", "s.yaml", "--no-figures").status)

    # What ends it.

    def test_given_a_scenario_that_does_not_fail_when_shrunk_then_bad_input(self):
        self.assert_refused(self.call("shrink", "canary.yaml"), "nothing to shrink: at seed 1 all")
        self.assert_refused(self.call("shrink", "small.yaml"), "has no `expect`")
        self.assert_refused(
            self.call("shrink", "six-topics.yaml", "--expectation", "3"), "there are 2"
        )
        self.assert_refused(
            self.call("shrink", "wild.yaml", "--expectation", "1"), "it is met at seed 3"
        )
        self.assertFalse(os.path.exists(self.path("out")))

    def test_given_a_place_that_cannot_be_when_shrunk_then_bad_input(self):
        self.write("failing.yaml", SMALL + "expect: [published == 4]\n")
        for place, message in (
            ("failing.yaml/a/b.yaml", "cannot make the folder failing.yaml/a: Not a directory"),
            ("", "the name of the file is empty"),
        ):
            with self.subTest(place):
                outcome = self.call("shrink", "failing.yaml", "--max-runs", "3", "--out", place)
                self.assertEqual(2, outcome.status, outcome)
                self.assertIn(message, outcome.err)

    def test_given_a_name_that_is_no_text_when_shrunk_then_told_all_the_same(self):
        name = os.fsdecode(b"failing\xff.yaml")
        self.write(name, SMALL + "expect: [published == 4]\n")

        outcome = self.call("shrink", name, "--max-runs", "3", "--json", "--out", "o-" + name)

        self.assertEqual(0, outcome.status, outcome)
        self.assertEqual("o-failing?.yaml", json.loads(outcome.out)["file"])

    def start_on_wild(self):
        """A search that has had a success; the process."""
        process = self.program.start(
            *("shrink", "wild.yaml", "--out", "s.yaml", "--tries", "50", "--jobs", "1"),
            folder=self.folder,
        )
        end = time.monotonic() + PATIENCE_S
        for line in process.stdout:
            if "→" in line:
                return process
            self.assertLess(time.monotonic(), end)
        return self.fail("no success")

    def test_given_signals_when_shrinking_then_the_smallest_so_far_is_there(self):
        for number in signal.SIGINT, signal.SIGTERM:
            with self.subTest(signal=number):
                process = self.start_on_wild()

                process.send_signal(number)
                _, err = process.communicate(timeout=PATIENCE_S)

                self.assertEqual(1, process.returncode)
                self.assertIn("interrupted; the smallest so far is in s.yaml", err)
                summary = self.run_small("delivery_ratio{topic=blocks} == 1")
                self.assertFalse(summary["expect"][0]["ok"])
                os.remove(self.path("s.yaml"))

    def test_given_a_kill_when_shrinking_then_the_last_success_is_there_whole(self):
        process = self.start_on_wild()

        process.kill()
        process.communicate(timeout=PATIENCE_S)

        summary = json.loads(self.call("run", "s.yaml", "--json", "--no-figures").out)
        self.assertFalse(summary["expect"][-1]["ok"])


if __name__ == "__main__":
    unittest.main()
