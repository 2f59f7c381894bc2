#!/usr/bin/env python3
"""Hunts: which seeds fail, that others go on, what is kept, what ends a hunt and how it goes on.

Usage: hunt.py GOSSIM
"""

import json
import os
import pty
import re
import shlex
import shutil
import signal
import sys
import time
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import ROOT, SMALL, FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
PATIENCE_S = 60
CANARY = os.path.join(ROOT, "scenarios/catalog/hunt/canary.yaml")
CANARY_FAILS = [35, 110, 122, 167, 258, 321]  # of the first 350 seeds
SWARM = os.path.join(ROOT, "scenarios/catalog/hunt/swarm.yaml")
REPAIRED = ("--set", "router.quirks.left_topic_broken=false")
# Half a second each.
SLOWER = """\
name: slower
duration: 60s
nodes: {count: 300, start: 0s}
publish: [{start: 1s, every: 50ms, count: 1000}]
expect: [published == 1000]
"""


class HuntTest(FolderTest):
    program = PROGRAM

    def setUp(self):
        super().setUp()
        shutil.copy(CANARY, self.path("canary.yaml"))
        self.write("slower.yaml", SLOWER)
        self.write("failing.yaml", SMALL + "expect: [published == 4, deliveries == 1]\n")

    def hunt(self, *arguments, status=0):
        outcome = self.call("hunt", *arguments, "--json")
        self.assertEqual((status, ""), (outcome.status, outcome.err), outcome)
        return json.loads(outcome.out)

    def seeds(self, found):
        return [finding["seed"] for finding in found["failed"]]

    def journal(self, place):
        """The seeds that are done, by what hunt.log says."""
        done = set()
        for line in self.read(place, "hunt.log").decode().splitlines()[2:]:
            word, *rest = line.split()
            for part in rest if word == "met" else rest[:1]:
                first, last = (part.split("..") + [part])[:2]
                done |= set(range(int(first), int(last) + 1))
        return done

    def children(self, process):
        with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]

    def wait_for(self, condition, what):
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            found = condition()
            if found:
                return found
            time.sleep(0.01)
        self.fail(f"after {PATIENCE_S} s still not {what}")

    # What is found.

    def test_given_the_canary_when_hunted_then_the_lowest_seed_with_any_number_of_jobs(self):
        for jobs in 1, 2, 5:
            with self.subTest(jobs=jobs):
                found = self.hunt(
                    "canary.yaml", "--jobs", str(jobs), "--out", f"o{jobs}", status=3
                )

                self.assertEqual(CANARY_FAILS[:1], self.seeds(found))
                self.assertEqual("expectation", found["failed"][0]["kind"])
                self.assertIn("links_aborted == 0", found["failed"][0]["text"])
                self.assertFalse(found["exhausted"])

    def test_given_all_seeds_when_hunted_on_then_the_same_findings_with_any_number_of_jobs(self):
        results = []
        for jobs in 1, 3:
            found = self.hunt(
                *("canary.yaml", "--seeds", "1..350", "--keep-going"),
                *("--jobs", str(jobs), "--out", f"o{jobs}"),
                status=3,
            )
            self.assertEqual(CANARY_FAILS, self.seeds(found))
            self.assertTrue(found["exhausted"])
            self.assertEqual(min(f["events"] for f in found["failed"]), found["least"]["events"])
            self.assertEqual(set(range(1, 351)), self.journal(f"o{jobs}"))
            del found["least"]["file"], found["least"]["command"]
            results.append((found["failed"], found["least"]))
        self.assertEqual(results[0], results[1])

    def test_given_a_higher_seed_that_failed_when_hunted_then_lower_ones_are_tried_first(self):
        found = self.hunt("canary.yaml", "--seeds", "110..120", "--out", "o", status=3)
        self.assertEqual([110], self.seeds(found))
        self.assertNotIn(120, self.journal("o"))

        found = self.hunt("canary.yaml", "--seeds", "1..120", "--out", "o", status=3)

        self.assertEqual([35], self.seeds(found))
        self.assertTrue(set(range(1, 36)) <= self.journal("o"))

    def test_given_a_finding_when_it_is_to_be_shrunk_then_a_smaller_one_is_beside_it(self):
        found = self.hunt("canary.yaml", "--shrink", "--out", "o", status=3)["shrunk"]

        self.assertEqual("o/shrunk.yaml", found["file"])
        self.assertEqual(16, found["before"]["nodes"])
        self.assertLessEqual(found["after"]["nodes"], 5)
        outcome = self.call("run", "o/shrunk.yaml", "--json", "--no-figures")
        self.assertEqual(3, outcome.status, outcome)
        self.assertEqual(found["digest"], json.loads(outcome.out)["digest"])
        # The same as by itself, and as the next call says, which has nothing left to hunt.
        alone = self.call("shrink", "o/failing.yaml", "--json", "--quiet", "--out", "s.yaml")
        self.assertEqual(found["digest"], json.loads(alone.out)["digest"])
        again = self.call("hunt", "canary.yaml", "--shrink", "--out", "o")
        self.assertEqual(3, again.status, again)
        self.assertRegex(again.out, r"(?s)least  .*  smallest +nodes \d, .*run o/shrunk.yaml")

    def test_given_a_swarm_with_a_quirk_when_shrunk_then_few_nodes(self):
        found = self.hunt(
            *(SWARM, "--swarm", "--set", "router.quirks.mover_forgets=true", "--shrink"),
            *("--seeds", "86", "--out", "o"),
            status=3,
        )["shrunk"]

        self.assertLessEqual(found["after"]["nodes"], 5)
        self.assertLessEqual(found["after"]["events"], 2)
        self.assertEqual(["--set router.quirks.mover_forgets=false (Q6)"], found["cures"])

    def test_given_no_finding_when_it_is_to_be_shrunk_then_nothing(self):
        found = self.hunt("canary.yaml", "--seeds", "1..20", "--shrink", "--out", "o")

        self.assertIsNone(found["shrunk"])

    def test_given_the_bug_repaired_when_hunted_then_nothing(self):
        found = self.hunt("canary.yaml", "--seeds", "1..350", *REPAIRED)

        self.assertEqual(([], 350, True), (found["failed"], found["done"], found["exhausted"]))
        self.assertIsNone(found["least"])
        self.assertFalse(os.path.exists(self.path("out/canary-hunt/failing.yaml")))

    def test_given_a_list_of_seeds_when_hunted_then_these_alone(self):
        found = self.hunt(
            "canary.yaml", "--seeds", "122,30..40,7", "--keep-going", "--out", "o", status=3
        )

        self.assertEqual([35, 122], self.seeds(found))
        self.assertEqual({7, 122} | set(range(30, 41)), self.journal("o"))

    def test_given_a_long_expectation_when_it_fails_then_told_up_to_a_whole_letter(self):
        for name in ("a" + "é" * 120, "ab" + "é" * 120):
            with self.subTest(name):
                self.write(
                    "long.yaml",
                    SMALL.replace("publish: [{", f"publish: [{{topic: {name}, ")
                    + f"topics: [{{name: {name}}}]\n"
                    + f"expect: ['delivery_ratio{{topic={name}}} > 2']\n",
                )

                found = self.hunt("long.yaml", "--seeds", "1", "--out", f"o{len(name)}", status=3)

                text = found["failed"][0]["text"]
                self.assertRegex(text, r'delivery_ratio\{topic="ab?é+ \(found 1\)$')
                self.assertIn(text, self.read(f"o{len(name)}", "failing.yaml").decode())

    def test_given_the_last_seeds_when_hunted_then_told_as_they_are(self):
        last = 2**64 - 1
        found = self.hunt("failing.yaml", "--seeds", f"{last - 1}..", "--keep-going", status=3)
        self.assertEqual([str(last - 1), str(last)], self.seeds(found))
        self.assertIn(f"--seed {last - 1}", found["least"]["command"])

    def test_given_a_finding_when_its_command_is_called_then_the_same_run_fails(self):
        text = self.call("hunt", "canary.yaml", "--seeds", "100..130")
        self.assertEqual(3, text.status, text)
        command = re.search(r"gossim run .*", text.out).group()
        digest = re.search(r"digest (\w{32})", text.out).group(1)
        events = re.search(r"(\d+) events", text.out).group(1)
        os.unlink(self.path("canary.yaml"))  # what was kept stands alone

        outcome = self.call(*shlex.split(command)[1:], "--json", "--no-figures")

        self.assertEqual(3, outcome.status, outcome)
        run = json.loads(outcome.out)
        self.assertEqual((digest, 110), (run["digest"], run["seed"]))
        self.assertEqual(int(events), run["events"])
        self.assertEqual([False], [expectation["ok"] for expectation in run["expect"]])
        self.assertIn(command, self.read("out/canary-hunt/failing.yaml").decode())

    def test_given_overrides_when_hunted_then_the_kept_scenario_has_them(self):
        found = self.hunt(
            *("failing.yaml", "--seeds", "4", "--set", "nodes.count=10"),
            *("--set", "topology=ring", "--out", "a folder"),
            status=3,
        )
        command = shlex.split(found["least"]["command"])
        self.assertEqual(["gossim", "run", "a folder/failing.yaml", "--seed", "4"], command)

        run = json.loads(self.call(*command[1:], "--json", "--no-figures").out)

        self.assertEqual((10, 10), (run["nodes"], run["links"]))
        self.assertEqual(found["least"]["digest"], run["digest"])
        self.assertIn("expectation 1 failed: published == 4 (found 3), and 1 more",
                      found["failed"][0]["text"])

    def test_given_time_that_stands_still_when_hunted_then_that_is_found(self):
        found = self.hunt(
            "small.yaml", "--seeds", "1..3", "--set", "limits.events_per_instant=1",
            "--set", "expect=[published == 3]", status=3,
        )

        self.assertEqual([(1, "standstill")], [(f["seed"], f["kind"]) for f in found["failed"]])

    def test_given_limits_when_runs_take_more_then_they_have_failed(self):
        for option, value, kind in ("time", "1ms", "time"), ("memory", "1MiB", "memory"):
            with self.subTest(option):
                found = self.hunt(
                    "slower.yaml", "--seeds", "1..2", f"--{option}-limit", value, "--keep-going",
                    "--out", option, status=3,
                )

                self.assertEqual([(1, kind), (2, kind)],
                                 [(f["seed"], f["kind"]) for f in found["failed"]])
                self.assertIsNone(found["least"]["digest"])
                # The limit is part of what repeats it.
                self.assertIn(f"--{option}-limit", found["least"]["command"])
                again = self.call(*shlex.split(found["least"]["command"])[1:], "--json")
                self.assertEqual(3, again.status, again)
                self.assertEqual(kind, json.loads(again.out)["least"]["kind"])

    def test_given_a_run_that_dies_when_hunted_then_its_seed_is_found_and_others_go_on(self):
        process = self.program.start(
            "hunt", "slower.yaml", "--seeds", "1..8", "--jobs", "2", "--keep-going", "--json",
            "--out", "o", folder=self.folder,
        )
        workers = self.wait_for(lambda: self.children(process), "at work")
        time.sleep(0.1)
        os.kill(workers[0], signal.SIGABRT)

        out, err = process.communicate(timeout=PATIENCE_S)

        self.assertEqual((3, ""), (process.returncode, err))
        found = json.loads(out)
        self.assertEqual(["crash"], [finding["kind"] for finding in found["failed"]])
        self.assertIn("Aborted", found["failed"][0]["text"])
        self.assertIn("did not come to its end", self.read("o/failing.yaml").decode())
        self.assertEqual((8, True), (found["done"], found["exhausted"]))

    # Swarms.

    def test_given_the_specification_when_a_swarm_is_hunted_then_it_gets_over_all(self):
        found = self.hunt(SWARM, "--swarm", "--seeds", "1..400")

        self.assertEqual(([], 400, True), (found["failed"], found["done"], found["swarm"]))

    def test_given_a_quirk_planted_when_a_swarm_is_hunted_then_it_is_found(self):
        results = []
        for jobs in "1", "3":
            found = self.hunt(
                *(SWARM, "--swarm", "--set", "router.quirks.mover_forgets=true"),
                *("--seeds", "1..400", "--jobs", jobs, "--out", f"o{jobs}"),
                status=3,
            )
            self.assertEqual(1, len(found["failed"]))
            self.assertEqual("invariant", found["failed"][0]["kind"])
            results.append(found["failed"])
        self.assertEqual(results[0], results[1])

        command = shlex.split(found["least"]["command"])
        run = self.call(*command[1:], "--json", "--no-figures")
        printed = self.call("hunt", SWARM, "--swarm", "--set", "router.quirks.mover_forgets=true",
                            "--print", str(found["least"]["seed"]))
        self.write("printed.yaml", printed.out)
        self.assertRegex(printed.out, r"^# In force: [a-z ]+\.\n# All faults are over at 20s;")
        again = self.call("run", "printed.yaml", "--json", "--no-figures")

        self.assertEqual((3, 3), (run.status, again.status), again)
        self.assertEqual(
            [found["least"]["digest"]] * 2,
            [json.loads(run.out)["digest"], json.loads(again.out)["digest"]],
        )

    def test_given_the_2020_router_when_a_swarm_is_hunted_then_it_fails_in_several_ways(self):
        outcome = self.call(
            *("hunt", SWARM, "--swarm", "--set", "router.profile=nim-2020"),
            *("--seeds", "1..400", "--keep-going"),
        )

        self.assertEqual(3, outcome.status, outcome)
        self.assertIn("swarm (swarm), seeds 1..400: 400 done", outcome.out)
        self.assertIn("delivered_within{topic=blocks}", outcome.out)
        self.assertIn("mesh_within_bounds after", outcome.out)
        # Times differ from seed to seed; that makes no other way to fail of it.
        self.assertEqual(1, outcome.out.count(": mesh_within_bounds after"), outcome.out)

    def test_given_one_seed_or_several_when_hunted_then_in_the_number_of_each(self):
        wrong = ("--set", "expect=[links == 0]", "--keep-going")

        one = self.call("hunt", "canary.yaml", "--seeds", "7", *wrong, "--out", "one").out
        two = self.call("hunt", "canary.yaml", "--seeds", "7,8", *wrong, "--out", "two").out

        self.assertRegex(one, "  hunt         canary, seed 7: 1 done\n")
        self.assertRegex(one, "\n  failed       1 seed\n.*\n                 seed 7\n")
        self.assertRegex(two, "  hunt         canary, seeds 7..8: 2 done\n|, seeds 7,8: 2 done\n")
        self.assertRegex(two, "\n  failed       2 seeds\n.*\n                 seeds 7, 8\n")

    def test_given_a_file_that_promises_nothing_when_a_swarm_is_hunted_then_a_note(self):
        outcome = self.call("hunt", "canary.yaml", "--swarm", "--seeds", "1..3")

        self.assertEqual(0, outcome.status, outcome)
        self.assertIn("nothing is expected of the time after the faults", outcome.err)

    def test_given_a_hunt_when_its_folder_is_given_to_a_swarm_then_refused(self):
        self.hunt("small.yaml", "--seeds", "1", "--out", "o", "--set", "expect=[published == 3]")

        outcome = self.call("hunt", "small.yaml", "--seeds", "1", "--out", "o", "--swarm",
                            "--set", "expect=[published == 3]")

        self.assert_refused(outcome, "journal of another hunt")

    # What ends a hunt, and how it goes on.

    def test_given_a_hunt_that_was_killed_when_called_again_then_it_goes_on(self):
        whole = self.hunt("canary.yaml", "--seeds", "1..350", "--keep-going", "--out", "whole",
                          status=3)
        before = 0
        for number in signal.SIGKILL, signal.SIGINT, signal.SIGKILL:
            process = self.program.start(
                "hunt", "canary.yaml", "--seeds", "1..1000000", "--keep-going", "--out", "o",
                folder=self.folder,
            )
            self.wait_for(
                lambda: os.path.exists(self.path("o/hunt.log"))
                and self.read("o", "hunt.log").count(b"\n") > 2
                and len(self.journal("o")) > before,  # pylint: disable=cell-var-from-loop
                "going on",
            )
            workers = self.children(process)
            process.send_signal(number)
            _, err = process.communicate(timeout=PATIENCE_S)
            self.assertEqual(1 if number == signal.SIGINT else -number, process.returncode)
            self.assertIn("the same command goes on" if number == signal.SIGINT else "", err)
            for worker in workers:
                self.wait_for(lambda w=worker: not os.path.exists(f"/proc/{w}"), "ended")
            self.assertGreater(len(self.journal("o")), before)
            before = len(self.journal("o"))
        with open(self.path("o/hunt.log"), "ab") as file:
            file.write(b"met 7..")  # the last word of a call that was killed

        found = self.hunt("canary.yaml", "--seeds", "1..350", "--keep-going", "--out", "o",
                          status=3)

        self.assertEqual(whole["failed"], found["failed"])
        self.assertGreater(found["done_before"], 0)
        self.assertTrue(found["exhausted"])

        # What was cut off is gone from the file.
        with open(self.path("o/hunt.log"), "ab") as file:
            file.write(b"failed 8")
        self.hunt("canary.yaml", "--seeds", "2000000", "--out", "o")
        self.assertNotIn(b"failed 8met", self.read("o", "hunt.log"))
        self.hunt("canary.yaml", "--seeds", "2000001", "--out", "o")

    def test_given_findings_when_interrupted_then_they_are_told(self):
        process = self.program.start(
            "hunt", "canary.yaml", "--keep-going", "--out", "o", folder=self.folder
        )
        self.wait_for(
            lambda: os.path.exists(self.path("o/hunt.log"))
            and b"failed 35 " in self.read("o", "hunt.log"),
            "found",
        )

        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_S)

        self.assertEqual(1, process.returncode)
        self.assertIn("interrupted", err)
        self.assertRegex(out, "seed 35\n|seeds 35,")
        command = re.search(r"gossim run .*", out).group()
        self.assertEqual(3, self.call(*shlex.split(command)[1:], "--no-figures").status)

    def test_given_a_finished_hunt_when_called_again_then_nothing_is_run(self):
        first = self.hunt("canary.yaml", "--out", "o", status=3)
        journal = self.read("o", "hunt.log")

        again = self.hunt("canary.yaml", "--out", "o", status=3)

        self.assertEqual(first["failed"], again["failed"])
        self.assertEqual(first["done"], again["done_before"])
        self.assertEqual(journal, self.read("o", "hunt.log"))

    def test_given_a_journal_of_something_else_when_hunted_then_refused(self):
        self.hunt("canary.yaml", "--seeds", "1..5", "--out", "o")
        self.write("used/notes.txt", "mine")
        self.write("odd/hunt.log", "shopping list\n")
        self.write("old/hunt.log", "gossim-hunt 1\nof 0.0.9 scenario 00 limits 0.000 0\n")
        before = self.contents()

        for arguments, message in (
            (("canary.yaml", *REPAIRED, "--out", "o"), "journal of another hunt"),
            (("canary.yaml", "--time-limit", "1s", "--out", "o"), "journal of another hunt"),
            (("canary.yaml", "--out", "used"), "is not empty and holds no hunt"),
            (("canary.yaml", "--out", "odd"), "is no journal of a hunt"),
            (("canary.yaml", "--out", "old"), "journal of another hunt.*0.0.9"),
            (("canary.yaml", "--seeds", "5..1"), "the lower one of two"),
            (("canary.yaml", "--seeds", "x"), "give numbers and ranges"),
            (("canary.yaml", "--jobs", "0"), "jobs"),
            (("missing.yaml",), "missing.yaml"),
        ):
            with self.subTest(arguments):
                self.assert_refused(self.call("hunt", *arguments), message)
        self.assertEqual(before, self.contents())

    def test_given_a_damaged_journal_when_hunted_then_its_line_is_named(self):
        self.hunt("canary.yaml", "--seeds", "1..5", "--out", "o")
        sound = self.read("o/hunt.log")

        for damage in (b"mett 3\n", b"met 3\0 4\n", b"\0\0\0\nmet 7\n"):
            with self.subTest(damage):
                self.write("o/hunt.log", sound + damage)
                outcome = self.call("hunt", "canary.yaml", "--out", "o")
                self.assert_refused(outcome, "o/hunt.log:4: this is no line")

    def test_given_a_short_file_of_somebody_when_hunted_then_it_stays(self):
        for content in ("ab\n", "no line ends here", "gossim-hint"):
            with self.subTest(content):
                self.write("odd/hunt.log", content)
                outcome = self.call("hunt", "canary.yaml", "--seeds", "1..5", "--out", "odd")
                self.assert_refused(outcome, "is no journal of a hunt")
                self.assertEqual(content.encode(), self.read("odd/hunt.log"))

    def test_given_a_journal_that_had_just_begun_when_hunted_then_it_begins_again(self):
        for content in ("", "gossim-hu", "gossim-hunt 1\n", "gossim-hunt 1\nof 0."):
            with self.subTest(content):
                self.write("o/hunt.log", content)
                self.hunt("canary.yaml", "--seeds", "1..5", "--out", "o")
                self.assertEqual(set(range(1, 6)), self.journal("o"))

    def test_given_no_standard_output_when_hunted_then_nothing_is_said_into_the_journal(self):
        for stream in (1, 2):
            with self.subTest(stream):
                options = {"preexec_fn": lambda stream=stream: os.close(stream)}
                arguments = ("hunt", "canary.yaml", "--seeds", "1..5", "--out", "o")
                outcome = self.call(*arguments, **options)
                self.assertEqual(1 if stream == 1 else 0, outcome.status, outcome)
                lines = self.read("o/hunt.log").decode().splitlines()[2:]
                self.assertEqual({"met"}, {line.split()[0] for line in lines})

    def test_given_a_hunt_at_work_when_another_begins_there_then_it_is_refused(self):
        process = self.program.start(
            "hunt", "canary.yaml", *REPAIRED, "--out", "o", folder=self.folder
        )
        self.wait_for(lambda: self.children(process), "at work")

        outcome = self.call("hunt", "canary.yaml", *REPAIRED, "--out", "o")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_S)

        self.assert_refused(outcome, "in use: another gossim hunt")
        self.assertEqual(1, process.returncode)

    def test_given_a_network_that_cannot_be_when_hunted_then_refused(self):
        outcome = self.call(
            "hunt", "small.yaml", "--set", "events=[{at: 1s, connect: {from: 0, to: 0}}]"
        )

        self.assert_refused(outcome, "small.yaml")

    def test_given_no_expectation_when_hunted_then_a_note(self):
        outcome = self.call("hunt", "small.yaml", "--seeds", "1..3")

        self.assertEqual(0, outcome.status, outcome)
        self.assertIn("has no `expect`", outcome.err)

    def test_given_a_seed_when_printed_then_a_scenario_that_can_be_checked(self):
        outcome = self.call("hunt", "canary.yaml", "--print", "77")
        self.write("printed.yaml", outcome.out)

        checked = self.call("check", "canary.yaml", "--seed", "77")

        self.assertEqual((0, checked.out), (outcome.status, outcome.out))
        self.assertEqual(checked.out, self.call("check", "printed.yaml").out)

    def test_given_a_terminal_when_hunted_then_it_shows_how_far_it_is(self):
        main, other = pty.openpty()
        process = self.program.start(
            "hunt", "slower.yaml", "--seeds", "1..4", folder=self.folder, stderr=other
        )
        os.close(other)
        shown = b""
        while True:
            try:
                part = os.read(main, 4096)
            except OSError:
                break
            if not part:
                break
            shown += part
        out, _ = process.communicate(timeout=PATIENCE_S)
        os.close(main)

        self.assertEqual(0, process.returncode)
        self.assertRegex(shown.decode(), r"\d of 4 seeds done, \d+\.\d a second, 0 failed")
        self.assertIn("seeds 1..4: 4 done", out)


if __name__ == "__main__":
    unittest.main()
