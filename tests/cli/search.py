#!/usr/bin/env python3
"""Searches: the answer that an exhaustive sweep has, and what is said where there is none.

Usage: search.py GOSSIM
"""

import json
import math
import os
import sqlite3
import sys
import time
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
# No gossip, so that what the mesh loses stays lost.
MESH = """\
name: mesh
duration: 10s
router: {D: 4, Dlo: 1, Dhi: 12, Dlazy: 0}
nodes: {count: 30, start: 0s}
topology: {kind: random-regular, degree: 14}
links: {delay: 20ms, loss: 30%}
publish: [{start: 5s, every: 500ms, count: 6, size: 100B}]
expect: [delivery_ratio == 1]
"""
# Without gossip a message that is published while the two are parted is lost.
DIP = """\
name: dip
router: {profile: gossipsub-v1.0, Dlazy: 0}
nodes: {count: 2}
topology: {kind: complete}
links: {delay: 20ms}
publish: [{from: 0, start: 10s, every: 1s, count: 1, size: 1KiB}]
expect: [delivery_ratio >= 1]
"""
RANGE = ("router.D", "--range", "2..12")


class SearchTest(FolderTest):
    program = PROGRAM

    def setUp(self):
        super().setUp()
        self.write("mesh.yaml", MESH)

    def search(self, *arguments, status=0):
        outcome = self.call("search", "mesh.yaml", *arguments)
        self.assertEqual((status, ""), (outcome.status, outcome.err), outcome)
        return outcome.out

    def result(self, *arguments, status=0):
        return json.loads(self.search(*arguments, "--json", status=status))

    def rows(self, place="out/mesh-search-router.D"):
        connection = sqlite3.connect(self.path(place, "sweep.db"), timeout=30)
        try:
            return connection.execute(
                'SELECT "router.D", replicate, digest, expectations_failed FROM results '
                "ORDER BY 1, 2"
            ).fetchall()
        finally:
            connection.close()

    def test_given_a_boundary_when_searched_then_that_of_an_exhaustive_sweep(self):
        self.write(
            "all.yaml", MESH + "sweep: {router.D: {from: 2, to: 12, step: 1}, repeat: 60}\n"
        )
        self.call("sweep", "all.yaml", "--out", "all")
        met = {}
        for value, _, _, failed in self.rows("all"):
            met.setdefault(value, []).append(failed == 0)
        shares = {value: sum(runs) / len(runs) for value, runs in met.items()}
        for share in (0.2, 0.7):
            with self.subTest(share):
                clear = [v for v in shares if abs(shares[v] - share) > 0.1]
                holds = [v for v in clear if shares[v] > share]
                fails = [v for v in clear if shares[v] < share]

                out = self.result(*RANGE, "--share", str(share), "--out", f"at-{share}")

                self.assertIn(out["outcome"], ("found", "undecided"), out)
                self.assertGreater(len(holds) * len(fails), 0, shares)
                answer = out["answer"]["router.D"]
                below = out["known_fails"]["router.D"]
                # What is clear in the sweep is clear in the search, on the same side.
                self.assertLessEqual(answer, min(holds), shares)
                self.assertGreaterEqual(below, max(fails), shares)
                self.assertGreater(shares[answer], share, shares)
                self.assertLess(shares[below], share, shares)
                if out["outcome"] == "found":
                    self.assertEqual(answer, below + 1)
                for step in out["steps"]:
                    value = step["values"]["router.D"]
                    runs = met[value][: step["runs"]]
                    if len(runs) == step["runs"]:
                        self.assertEqual(sum(runs), step["met"], "the same runs, seed by seed")

    def test_given_a_search_when_each_step_is_worked_out_again_then_the_same_verdict(self):
        out = self.result(*RANGE, "--share", "60%", "--confidence", "90%")
        tries = min(11, 2 * math.ceil(math.log2(11)) + 4)
        wanted = tries / 0.1
        share = 0.6

        def worth(met, runs):
            below = sum(
                math.comb(runs + 1, k) * share**k * (1 - share) ** (runs + 1 - k)
                for k in range(met + 1)
            )
            chance = math.comb(runs, met) * share**met * (1 - share) ** (runs - met)
            return (
                below / ((runs + 1) * (1 - share) * chance),
                (1 - below) / ((runs + 1) * share * chance),
            )

        met = {}
        for value, _, _, failed in self.rows():
            met.setdefault(value, []).append(failed == 0)
        self.assertGreaterEqual(len(out["steps"]), 4)
        for step in out["steps"]:
            runs = met[step["values"]["router.D"]]
            verdict = None
            for count in range(1, len(runs) + 1):
                above, below = worth(sum(runs[:count]), count)
                verdict = "meets" if above >= wanted else "fails" if below >= wanted else None
                if verdict is not None:
                    break
            self.assertEqual(step["verdict"], verdict or "undecided")
            # No run was made that did not matter.
            self.assertEqual(step["runs"], len(runs))

    def test_given_values_that_all_meet_or_none_when_searched_then_that_is_said(self):
        everywhere = ("--set", "links.loss=0%", "--share", "50%")
        nowhere = ("--set", "expect=[latency.p99 <= 1ms]")

        least = self.search(*RANGE, *everywhere, "--out", "a")
        most = self.search(*RANGE, *everywhere, "--find", "max", "--out", "b")
        none = self.search(*RANGE, *nowhere, "--out", "c", status=3)
        neither = self.result(*RANGE, *nowhere, "--find", "max", "--out", "d", status=3)

        whole = [" ".join(text.split()) for text in (least, most, none)]
        self.assertIn("All 9 values of router.D that were tried meet the expectations", whole[0])
        self.assertIn("the smallest with them, 2 (", whole[0])
        self.assertIn("the largest with them, 12 (", whole[1])
        self.assertIn("No router.D of the range that was tried meets the expectations", whole[2])
        for text in whole:
            # The assumption is always told, and how to do without.
            self.assertIn("Tried: 9 of 11 values. What is said of the whole range is inf", text)
            self.assertIn("--all", text)
        self.assertEqual(("none", None), (neither["outcome"], neither["answer"]))
        self.assertEqual([2, 12, 7], [step["values"]["router.D"] for step in neither["steps"]][:3])
        self.assertEqual(
            (11, 9, True), (neither["values"], neither["tried"], neither["assumes_monotone"])
        )

    def test_given_few_values_when_all_are_tried_then_nothing_is_inferred(self):
        easy = ("--set", "links.loss=0%", "--share", "50%")
        few = self.result("router.D", "--range", "8..10", *easy, "--out", "few")
        one = self.search("router.D", "--range", "8..8", *easy, "--out", "one")

        self.assertEqual((3, 3, False), (few["values"], few["tried"], few["assumes_monotone"]))
        self.assertTrue(few["sentence"].startswith("All 3 values of router.D in the range meet"))
        self.assertEqual("Tried: all 3 values of the range; nothing is inferred.", few["basis"])
        self.assertIn("of 1 value from 8 to 8", one)
        self.assertIn("The only router.D of the range meets the expectations, 8 (", one)
        self.assertIn("at most 1 try,", one)

    def dip(self, *arguments, parts=((14.5, 5),)):
        """A search for the start of a message that is lost while two nodes are parted."""
        events = ", ".join(
            f"{{at: {at}s, for: {time}s, partition: {{groups: [0, 1]}}}}" for at, time in parts
        )
        self.write("dip.yaml", DIP + f"events: [{events}]\n")
        outcome = self.call(
            *("search", "dip.yaml", "publish.0.start", *arguments),
            *("--step", "1s", "--share", "50%", "--json"),
        )
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        out = json.loads(outcome.out)
        for key in ("answer", "known_fails", "last_fails", "meets_again"):
            out[key] = None if out[key] is None else out[key]["publish.0.start"]
        out["steps"] = [step["values"]["publish.0.start"] for step in out["steps"]]
        return out

    def test_given_a_dip_when_both_ends_meet_then_it_is_found(self):
        out = self.dip("--range", "10s..30s")

        self.assertEqual(("first", "10s"), (out["outcome"], out["answer"]))
        self.assertEqual((True, False), (out["not_monotone"], out["assumes_monotone"]))
        self.assertEqual(("19s", "20s"), (out["last_fails"], out["meets_again"]))
        self.assertIn("But it is not monotone: 19s (0 of ", out["sentence"])
        self.assertIn("and from 20s (", out["sentence"])
        self.assertIn(f"Tried: {len(out['steps'])} of 21 values.", out["basis"])
        self.assertIn("of which nothing is known", out["basis"])

    def test_given_a_dip_between_the_probes_when_all_are_tried_then_it_is_found(self):
        narrow = ((18.5, 1),)

        probed = self.dip("--range", "10s..50s", "--out", "a", parts=narrow)
        every = self.dip("--range", "10s..50s", "--all", "--out", "b", parts=narrow)

        # 10s to 50s in eighths of 5s: 19s is between. So much is said, and no more.
        self.assertEqual(
            ("all", 9, True), (probed["outcome"], probed["tried"], probed["assumes_monotone"])
        )
        self.assertIn("All 9 values of publish.0.start that were tried", probed["sentence"])
        self.assertIn("Tried: 9 of 41 values. What is said of the whole range is", probed["basis"])
        self.assertEqual(
            ("first", 41, False), (every["outcome"], every["tried"], every["assumes_monotone"])
        )
        self.assertIn("In order: 10s to 18s meet, 19s fails, 20s to 50s meet.", every["basis"])
        self.assertEqual([f"{time}s" for time in range(10, 51)], every["steps"])

    def test_given_a_hump_when_both_ends_fail_then_what_meets_is_found(self):
        out = self.dip("--range", "10s..22s", parts=((9.5, 4), (17.5, 5)))

        self.assertEqual(
            ("found", "14s", "13s", True),
            (out["outcome"], out["answer"], out["known_fails"], out["not_monotone"]),
        )
        self.assertIn(" that was found to meet the expectations is 14s (", out["sentence"])
        self.assertIn("also a smaller one may meet the expectations", out["basis"])

    def test_given_a_pattern_that_turns_again_and_again_when_searched_then_it_ends(self):
        rows = (
            ((9.5, 2), (15.5, 1), (18.5, 1), (20.5, 1)),
            ((9.5, 1), (11.5, 1), (13.5, 1), (15.5, 1), (17.5, 1), (19.5, 1)),
        )
        for number, parts in enumerate(rows):
            with self.subTest(number):
                out = self.dip("--range", "10s..22s", "--out", str(number), parts=parts)

                self.assertEqual("found", out["outcome"])
                self.assertLessEqual(len(out["steps"]), out["tries_max"])

    def test_given_the_other_direction_when_searched_then_the_largest_value(self):
        out = self.result(
            *("links.loss", "--range", "0%..80%", "--step", "10%", "--find", "max"),
            *("--set", "router.D=8", "--share", "75%"),
        )

        answer = out["answer"]["links.loss"]
        self.assertIn(out["outcome"], ("found", "undecided"))
        self.assertLess(int(answer.rstrip("%")), int(out["known_fails"]["links.loss"].rstrip("%")))
        self.assertEqual(["0%", "80%"], [s["values"]["links.loss"] for s in out["steps"][:2]])

    def test_given_the_unusual_direction_when_searched_then_the_end_is_the_answer(self):
        out = self.result(*RANGE, "--find", "max")

        self.assertTrue(out["not_monotone"])
        self.assertEqual("first", out["outcome"])
        self.assertEqual(12, out["answer"]["router.D"])
        self.assertRegex(
            out["sentence"],
            r"^The largest router.D of the range meets the expectations, 12 \(.*, and the smallest "
            r"fails, 2 \(.*\. Usually the question is .* --find min\.$",
        )
        self.assertEqual(2, len(out["steps"]))

    @staticmethod
    def least_runs(share, tries):
        runs = 1
        # The worth of runs that all meet it: (1 - q^(n+1)) / ((n+1) (1-q) q^n).
        while (1 - share ** (runs + 1)) / ((runs + 1) * (1 - share) * share**runs) < tries / 0.05:
            runs += 1
        return runs

    def test_given_a_noisy_boundary_when_runs_are_few_then_undecided(self):
        out = self.result(*RANGE, "--max-repeat", "5", "--out", "a", status=3)
        text = self.search(*RANGE, "--max-repeat", "5", "--out", "a", status=3)
        least = self.result(*RANGE, "--max-repeat", "1", "--out", "b", status=3)

        self.assertEqual("undecided", out["outcome"])
        self.assertIn("undecided", {step["verdict"] for step in out["steps"]})
        self.assertLessEqual(max(step["runs"] for step in out["steps"]), 5)
        self.assertIn("Undecided: ", text)
        said = f"even if all do: at least {self.least_runs(0.9, 11)} are needed (--max-repeat)."
        self.assertIn(
            "5 runs of a value cannot show that it meets the expectations, " + said,
            out["sentence"],
        )
        self.assertIn("1 run of a value cannot tell anything: at least", least["sentence"])

    def test_given_values_near_the_share_when_undecided_then_those_that_were_tried(self):
        out = self.result(*RANGE, "--max-repeat", "72", status=3)

        self.assertGreaterEqual(72, self.least_runs(0.9, 11))
        self.assertEqual("undecided", out["outcome"])
        between = out["sentence"].split("Of the values in doubt, ")[1]
        self.assertIn("72 runs of a value did not tell on which side of 90 % its share is", between)
        for step in out["steps"]:
            if step["verdict"] == "undecided":
                self.assertIn(f"{step['values']['router.D']} ({step['met']} of 72 runs)", between)

    def test_given_a_step_that_does_not_reach_the_end_when_searched_then_that_is_said(self):
        arguments = ("router.D", "--set", "links.loss=0%", "--range", "4..12", "--share", "50%")

        out = self.search(*arguments, "--step", "5", "--out", "a")
        said = self.result(*arguments, "--step", "5", "--out", "a")
        whole = self.search(*arguments, "--step", "4", "--out", "b")

        self.assertIn("note: the steps lead to 9, so that 12 is not among the values\n", out)
        self.assertEqual("12", said["unreached"])
        self.assertNotIn("note:", whole)

    def test_given_two_paths_when_searched_then_each_has_a_folder(self):
        easy = ("--share", "50%", "--set", "router.Dhi=11")
        self.search("router.D", "--range", "8..9", *easy)
        self.search("router.Dlo", "--range", "1..2", *easy)

        self.assertEqual(
            [f"mesh-search-router.{key}-router.Dhi=11" for key in ("D", "Dlo")],
            sorted(os.listdir(self.path("out"))),
        )

    def test_given_any_number_of_processes_when_searched_then_the_same_runs(self):
        found = []
        for jobs in ("1", "3"):
            out = self.result(*RANGE, "--share", "60%", "--jobs", jobs, "--out", f"by-{jobs}")
            del out["database"]
            found.append((out, self.rows(f"by-{jobs}")))

        self.assertEqual(found[0], found[1])

    def test_given_a_search_that_was_killed_when_called_again_then_it_goes_on(self):
        arguments = (*RANGE, "--share", "60%")
        whole = self.result(*arguments, "--out", "whole")
        process = self.program.start(
            *("search", "mesh.yaml", *arguments, "--jobs", "1", "--out", "place"),
            folder=self.folder,
        )
        self.addCleanup(process.communicate)
        deadline = time.monotonic() + 60
        count = 0
        while count < 5 and time.monotonic() < deadline:
            time.sleep(0.01)
            try:
                count = len(self.rows("place"))
            except sqlite3.OperationalError:
                pass  # not there yet
        process.kill()
        process.wait()

        again = self.result(*arguments, "--out", "place")

        for out in (whole, again):
            del out["database"]
        self.assertEqual(whole, again)
        self.assertEqual(self.rows("whole"), self.rows("place"))

    def test_given_a_sweep_of_one_axis_when_searched_then_its_values(self):
        self.write(
            "mesh.yaml",
            MESH + "sweep: {zip: {router.D: [12, 2, 6], router.Dlo: [2, 1, 1]}, repeat: 3}\n",
        )

        out = self.result("--set", "links.loss=0%")

        self.assertEqual({"router.D": 2, "router.Dlo": 1}, out["answer"])
        self.assertEqual(12, out["steps"][0]["values"]["router.D"])

    def test_given_mistakes_when_called_then_refused(self):
        rows = (
            ((), "mesh.yaml has no sweep|sweep"),
            (("router.D",), "--range: found"),
            (("router.D", "--range", "2"), "allowed: LOW..HIGH"),
            (("router.D", "--range", "4..2"), "a range of no values"),
            (("router.E", "--range", "2..4"), "router.E|unknown key"),
            (("links.delay", "--range", "1ms..9ms"), "--step is missing"),
            (("--range", "2..4"), "--range and --step are of a PATH, which is missing"),
            ((*RANGE, "--find", "best"), "allowed: min or max"),
            ((*RANGE, "--share", "1.5"), "a share from 1% to 99.99%"),
            ((*RANGE, "--confidence", "x"), "a share from 1% to 99.99%"),
            ((*RANGE, "--max-repeat", "0"), "--max-repeat"),
            ((*RANGE, "more"), 'found "more" behind FILE and PATH'),
            ((*RANGE, "--set", "expect=[]"), "mesh.yaml expects nothing"),
            (("--set", "sweep={router.D: [2, 3], links.loss: [1%]}"), "2 axes; allowed: one"),
            (("--set", "sweep={topology: [ring, star]}"), "ring and star have no order|no order"),
            (
                ("--set", "sweep={router.D: [2, 3], until: ci(hops.mean) < 1}"),
                "a search decides itself",
            ),
        )
        before = self.contents()
        for arguments, message in rows:
            with self.subTest(arguments):
                self.assert_refused(self.call("search", "mesh.yaml", *arguments), message)
                self.assertEqual(before, self.contents())


if __name__ == "__main__":
    unittest.main()
