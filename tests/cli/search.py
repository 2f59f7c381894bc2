#!/usr/bin/env python3
"""Searches: the answer that an exhaustive sweep has, and what is said where there is none.

Usage: search.py GOSSIM
"""

import json
import math
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

    def rows(self, place="out/mesh-search"):
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
        everywhere = ("--set", "links.loss=0%")
        nowhere = ("--set", "expect=[latency.p99 <= 1ms]")

        least = self.search(*RANGE, *everywhere, "--out", "a")
        most = self.search(*RANGE, *everywhere, "--find", "max", "--out", "b")
        none = self.search(*RANGE, *nowhere, "--out", "c", status=3)
        neither = self.result(*RANGE, *nowhere, "--find", "max", "--out", "d", status=3)

        all_meet = "All of the range meet the expectations, from the "
        self.assertIn(all_meet + "smallest on: 2 (", least)
        self.assertIn(all_meet + "largest on: 12 (", most)
        self.assertIn("No router.D of the range meets the expectations: the largest fails,", none)
        self.assertEqual(("none", None), (neither["outcome"], neither["answer"]))
        self.assertEqual([2, 12], [step["values"]["router.D"] for step in neither["steps"]])

    def test_given_the_other_direction_when_searched_then_the_largest_value(self):
        out = self.result(
            *("links.loss", "--range", "0%..80%", "--step", "10%", "--find", "max"),
            *("--set", "router.D=8", "--share", "75%"),
        )

        answer = out["answer"]["links.loss"]
        self.assertIn(out["outcome"], ("found", "undecided"))
        self.assertLess(int(answer.rstrip("%")), int(out["known_fails"]["links.loss"].rstrip("%")))
        self.assertEqual(["0%", "80%"], [s["values"]["links.loss"] for s in out["steps"][:2]])

    def test_given_the_wrong_direction_when_searched_then_it_is_not_monotone(self):
        out = self.result(*RANGE, "--find", "max", status=3)

        self.assertTrue(out["not_monotone"])
        self.assertEqual("contrary", out["outcome"])
        self.assertRegex(
            out["sentence"],
            r"^The largest router.D of the range meets the expectations, 12 \(.*, and the smallest "
            r"fails, 2 \(.*: try --find min\.$",
        )

    def test_given_a_noisy_boundary_when_runs_are_few_then_undecided(self):
        out = self.result(*RANGE, "--max-repeat", "5", status=3)
        text = self.search(*RANGE, "--max-repeat", "5", status=3)

        self.assertEqual("undecided", out["outcome"])
        self.assertIn("undecided", {step["verdict"] for step in out["steps"]})
        self.assertLessEqual(max(step["runs"] for step in out["steps"]), 5)
        self.assertIn("Undecided: ", text)
        self.assertIn("to be told by 5 runs of a value.", text)

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
