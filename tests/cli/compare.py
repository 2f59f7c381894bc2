#!/usr/bin/env python3
"""Comparisons of two scenarios, or of two points of a sweep: verdicts that are known beforehand.

Usage: compare.py GOSSIM
"""

import contextlib
import json
import os
import shlex
import sqlite3
import statistics
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import SMALL, FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
MESH = """\
name: mesh
duration: 15s
router: {D: 6, Dlo: 4, Dhi: 12}
nodes: {count: 60, start: 0s}
topology: {kind: random-regular, degree: 20}
links: {delay: {uniform: [50ms, 150ms]}}
publish: [{start: 8s, every: 500ms, count: 8, size: 1KiB}]
"""
FIXED = """\
name: fixed
duration: 3s
router: {profile: floodsub}
nodes: {count: 3, start: 0s}
topology: line
links: {delay: 20ms}
publish: [{from: 0, start: 1s}]
"""
SWEEP = "sweep: {router.Dhi: [8, 12], links.loss: [0%, 5%], repeat: 5}\n"


class CompareTest(FolderTest):
    program = PROGRAM

    def setUp(self):
        super().setUp()
        self.write("mesh.yaml", MESH)

    def compare(self, *arguments, status=0):
        outcome = self.call("compare", *arguments)
        self.assertEqual((status, ""), (outcome.status, outcome.err), outcome)
        return outcome.out

    def result(self, *arguments, status=0):
        return json.loads(self.compare(*arguments, "--json", status=status))

    def test_given_some_milliseconds_when_told_anywhere_then_in_one_unit(self):
        near = MESH.replace("[50ms, 150ms]", "[1ms, 3ms]")
        self.write("near.yaml", near + "sweep: {router.D: [5, 6], repeat: 2}\n")
        self.write("one.yaml", near)
        swept = self.call("sweep", "near.yaml", "--out", "swept").out
        compared = self.compare(
            *("one.yaml", "--set-b", "router.D=5", "--seeds", "2", "--out", "compared")
        )
        for folder in ("swept", "compared"):
            self.assertEqual(0, self.call("report", folder).status)
        self.assertIn("latency.p50, ms\n", swept)
        self.assertIn("latency.p50, ms ", compared)
        for folder in ("swept", "compared"):
            self.assertIn("latency.p50, ms<", self.read(folder, "report.html").decode())

    def test_given_dhi_12_and_8_when_compared_then_a_difference(self):
        out = self.result("mesh.yaml", "--set-b", "router.Dhi=8")
        text = self.compare("mesh.yaml", "--set-b", "router.Dhi=8")

        self.assertEqual("difference", out["outcome"])
        mesh = out["figures"]["mesh_degree.mean"]
        self.assertEqual(("differs", 10), (mesh["verdict"], mesh["pairs"]))
        self.assertLess(mesh["interval_together"][1], -1)
        self.assertLess(mesh["interval_together"][0], mesh["interval"][0])
        self.assertLess(mesh["relative_interval"][1], 0)
        self.assertIn("B differs from A in ", text)
        self.assertIn("B  mesh.yaml router.Dhi=8\n", text)
        self.assertRegex(text, r"- mesh_degree\.mean is [0-9.]+ ± [0-9.]+ \([0-9.]+ %\) lower in B")

    def test_given_a_comparison_when_worked_out_again_then_the_same_numbers(self):
        student = 2.5705818356363155  # R: qt(0.975, 5)
        out = self.result("mesh.yaml", "--set-b", "router.Dhi=8", "--seeds", "6")
        for name, figure in out["figures"].items():
            with self.subTest(name):
                pairs = zip(figure["a_values"], figure["b_values"])
                differences = [b - a for a, b in pairs]
                half = student * statistics.stdev(differences) / 6**0.5
                mean = statistics.fmean(differences)
                self.assertAlmostEqual(mean, figure["difference"], delta=1e-9 * abs(mean) + 1e-9)
                if figure["interval"] is not None:
                    self.assertAlmostEqual(mean - half, figure["interval"][0], delta=1e-6 * half)
                    self.assertAlmostEqual(mean + half, figure["interval"][1], delta=1e-6 * half)

    def test_given_a_side_and_seed_when_run_alone_then_the_value_that_was_compared(self):
        out = self.result("mesh.yaml", "--set-b", "router.Dhi=8", "--seeds", "2", "--seed", "40")
        self.assertEqual(40, out["first_seed"])
        for side, setting in (("a_values", "router.Dhi=12"), ("b_values", "router.Dhi=8")):
            for index, seed in enumerate(("40", "41")):
                run = self.call(
                    *("run", "mesh.yaml", "--set", setting, "--seed", seed, "--json"),
                    *("--trace", "none", "--out", "run"),
                )
                summary = json.loads(run.out)
                found = out["figures"]["latency.p99"][side][index]
                self.assertEqual(summary["latency_ns"]["p99"], found)

    def test_given_identical_scenarios_when_compared_then_the_same_runs(self):
        self.write("copy.yaml", MESH)

        text = self.compare("mesh.yaml", "copy.yaml")
        out = self.result("mesh.yaml", "copy.yaml")

        self.assertIn(
            "A and B are the same runs: at each of 10 seeds they have the same digest.\n", text
        )
        self.assertEqual(("identical", 10), (out["outcome"], out["same_runs"]))

    def test_given_few_replicates_when_compared_then_nobody_can_tell(self):
        arguments = ("mesh.yaml", "--set-b", "router.Dhi=11", "--seeds", "3")
        arguments += ("--figure", "latency.p99")

        out = self.result(*arguments)
        text = self.compare(*arguments)

        figure = out["figures"]["latency.p99"]
        self.assertEqual("cannot tell", out["outcome"])
        self.assertGreater(figure["detectable"], abs(figure["difference"]))
        self.assertGreaterEqual(figure["more_replicates"], 1)
        self.assertIn("Cannot tell whether B differs from A", text)
        words = " ".join(text.split())
        self.assertRegex(
            words, r"a difference of [0-9.]+ ms would have been detected with power 80 %"
        )
        self.assertRegex(words, r"about [0-9]+ more replicates? would detect [0-9.]+ ms so")

    def test_given_one_figure_or_several_when_compared_then_in_the_number_of_each(self):
        arguments = ("mesh.yaml", "--set-b", "router.Dhi=11", "--seeds", "3")

        one = " ".join(self.compare(*arguments, "--figure", "latency.p99").split())
        two = " ".join(
            self.compare(*arguments, "--figure", "latency.p99", "--figure", "latency.p50").split()
        )

        self.assertRegex(one, "1 of 1 figure none")
        self.assertRegex(two, "[12] of 2 figures")

    def test_given_margins_when_differences_are_small_then_no_difference(self):
        arguments = ("mesh.yaml", "--set-b", "links.loss=0.1%")
        arguments += ("--figure", "latency.p50,bytes_sent.total")

        margins = ("--margin", "latency.p50=20ms", "--margin", "bytes_sent.total=5%")
        out = self.result(*arguments, *margins)
        tight = self.result(*arguments, "--margin", "latency.p50=1us")

        self.assertEqual("no difference", out["outcome"])
        self.assertEqual("equivalent", out["figures"]["latency.p50"]["verdict"])
        self.assertEqual(2e7, out["figures"]["latency.p50"]["margin"])
        size = out["figures"]["bytes_sent.total"]
        self.assertAlmostEqual(0.05 * size["a"], size["margin"], delta=1)
        self.assertNotEqual("equivalent", tight["figures"]["latency.p50"]["verdict"])

    def test_given_expectations_that_fail_in_one_when_compared_then_seeds_are_counted(self):
        self.write("strict.yaml", MESH + "expect: [mesh_degree.max > 8]\n")

        out = self.result("strict.yaml", "--set-b", "router.Dhi=8", status=3)
        text = self.compare("strict.yaml", "--set-b", "router.Dhi=8", status=3)

        self.assertEqual((0, 10), (out["failed_in_a_alone"], out["failed_in_b_alone"]))
        self.assertAlmostEqual(2 / 2**10, out["failure_p_value"])
        self.assertIn("at 0 seeds in A alone, at 10 in B alone, at 0 in both", text)

    def test_given_no_deliveries_in_one_when_compared_then_undefined(self):
        # A publisher whom nobody hears.
        out = self.result("mesh.yaml", "--set-b", "links.loss=100%", "--seeds", "3")

        latency = out["figures"]["latency.p99"]
        self.assertEqual(("undefined", 0), (latency["verdict"], latency["pairs"]))
        self.assertIsNone(latency["difference"])
        self.assertEqual([None] * 3, latency["b_values"])
        self.assertEqual("difference", out["outcome"])

    def test_given_any_number_of_processes_when_compared_then_the_same(self):
        arguments = ("mesh.yaml", "--set-b", "router.D=5", "--seeds", "4", "--json")

        self.assertEqual(
            self.compare(*arguments, "--jobs", "1"), self.compare(*arguments, "--jobs", "3")
        )

    def test_given_two_points_of_a_sweep_when_compared_then_as_their_scenarios(self):
        self.write("mesh.yaml", MESH + SWEEP)
        self.call("sweep", "mesh.yaml")
        points = ("--at", "router.Dhi=12,links.loss=5%", "--at", "links.loss=5%,router.Dhi=8")

        swept = self.result("out/mesh-sweep", *points)
        file = self.result("out/mesh-sweep/sweep.db", *points, "--seeds", "3")
        alone = self.result(
            *("mesh.yaml", "--set", "links.loss=5%", "--set-b", "router.Dhi=8", "--seeds", "5")
        )

        short = self.result(
            "out/mesh-sweep", "--at", "Dhi=12,loss=5%", "--at", "links.loss=5%,Dhi=8"
        )
        self.assertEqual(short["figures"], swept["figures"])
        self.assertEqual(5, swept["pairs"])
        self.assertEqual(3, file["pairs"])
        self.assertEqual(alone["figures"], swept["figures"])
        self.assertEqual(points[1], swept["a"])

    def test_given_points_of_a_sweep_with_until_when_compared_then_at_97(self):
        points = ("--at", "D=5", "--at", "D=6", "--figure", "latency.p50")
        sweep = "sweep: {router.D: [5, 6], repeat: 6"
        remark = "of 97 %, 95 % of about normally scattered replicates"
        rule = ", until: ci(latency.p50) < 50%, max_repeat: 8"
        for until, confidence in ((rule, 0.97), ("", 0.95)):
            with self.subTest(until):
                place = f"swept-{confidence}"
                self.write("mesh.yaml", MESH + sweep + until + "}\n")
                self.call("sweep", "mesh.yaml", "--out", place)

                out = self.result(place, *points)
                asked = self.result(place, *points, "--confidence", "90%")

                self.assertEqual(confidence, out["confidence"])
                self.assertEqual(confidence == 0.97, remark in out["method"])
                self.assertEqual(0.9, asked["confidence"])

    def test_given_more_in_the_database_when_compared_then_what_until_takes(self):
        points = ("--at", "D=5", "--at", "D=6", "--figure", "latency.p50")
        for limit, pairs in (("0.1%", 12), ("50%", 6)):
            rule = f"repeat: 6, max_repeat: 12, until: ci(latency.p50) < {limit}"
            self.write("mesh.yaml", MESH + f"sweep: {{router.D: [5, 6], {rule}}}\n")
            self.call("sweep", "mesh.yaml", "--out", "swept")

            self.assertEqual(pairs, self.result("swept", *points)["pairs"])

    def test_given_points_with_paths_of_one_end_when_asked_then_which_is_refused(self):
        self.write("mesh.yaml", MESH + "sweep: {router.D: [5, 6], nodes.count: [50], repeat: 2}\n")
        self.call("sweep", "mesh.yaml")
        with contextlib.closing(sqlite3.connect(self.path("out/mesh-sweep/sweep.db"))) as database:
            database.execute(
                "UPDATE sweep SET value = replace(value, 'nodes.count', 'other.D') "
                "WHERE key = 'parameters'"
            )
            database.commit()

        outcome = self.call("compare", "out/mesh-sweep", "--at", "D=5", "--at", "D=6")

        self.assert_refused(outcome, '"D" is the end of several paths that vary')

    def test_given_a_damaged_database_when_compared_then_refused_and_not_taken_for_shorter(self):
        points = ("--at", "D=5", "--at", "D=6")
        self.write("mesh.yaml", MESH + "sweep: {router.D: [5, 6], repeat: 24}\n")
        self.call("sweep", "mesh.yaml", "--out", "swept", "--set", "nodes.count=30")
        self.assertEqual(24, self.result("swept", *points)["pairs"])
        place = self.path("swept/sweep.db")
        with contextlib.closing(sqlite3.connect(place)) as database:
            size = database.execute("PRAGMA page_size").fetchone()[0]
            last = "SELECT digest FROM runs WHERE point = 2 AND replicate = 24"
            digest = database.execute(last).fetchone()[0]
        content = bytearray(self.read("swept/sweep.db"))
        page = content.index(digest.encode()) // size * size
        content[page : page + 64] = bytes(64)
        self.write("swept/sweep.db", bytes(content))

        outcome = self.call("compare", "swept", *points)

        self.assert_refused(outcome, "sweep.db: database disk image is malformed")

    def test_given_two_points_of_a_sweep_when_drawn_then_as_their_scenarios(self):
        self.write("mesh.yaml", MESH + SWEEP)
        self.call("sweep", "mesh.yaml")
        points = ("--at", "router.Dhi=12,links.loss=5%", "--at", "links.loss=5%,router.Dhi=8")
        settings = ("--set", "links.loss=5%", "--set-b", "router.Dhi=8", "--seeds", "5")

        self.compare("out/mesh-sweep", *points, "--out", "swept")
        self.compare("mesh.yaml", *settings, "--out", "alone")

        tables = [f"figures/{name}.tsv" for name in ("differences", "latency_cdf")]
        for table in tables:
            swept, alone = (
                [line for line in self.read(side, table).splitlines() if line[:1] != b"#"]
                for side in ("swept", "alone")
            )
            self.assertEqual(alone, swept, table)
            self.assertGreater(len(swept), 1)
        self.assertTrue(os.path.exists(self.path("swept", "figures", "latency_cdf.png")))

    def test_given_a_row_that_is_not_the_runs_when_drawn_then_refused(self):
        self.write("mesh.yaml", MESH + SWEEP)
        self.call("sweep", "mesh.yaml", "--seeds", "2")
        with contextlib.closing(sqlite3.connect(self.path("out/mesh-sweep/sweep.db"))) as database:
            database.execute("UPDATE runs SET digest = '0' WHERE replicate = 2")
            database.commit()
        points = ("--at", "router.Dhi=12,links.loss=0%", "--at", "links.loss=0%,router.Dhi=8")
        before = self.contents()

        outcome = self.call("compare", "out/mesh-sweep", *points, "--out", "swept")

        self.assertEqual((1, ""), (outcome.status, outcome.out), outcome)
        self.assertRegex(outcome.err, "the run of [AB] at seed [0-9]+ comes to another digest")
        self.assertEqual(before, self.contents())

    def test_given_points_that_are_none_when_asked_then_refused(self):
        self.write("mesh.yaml", MESH + SWEEP)
        self.call("sweep", "mesh.yaml", "--seeds", "1")
        one = ("--at", "router.Dhi=12,links.loss=0%")
        other = ("--at", "router.Dhi=8,links.loss=0%")
        folder = "out/mesh-sweep"
        rows = (
            ((folder, *one, "--at", "router.Dhi=8"), "2 points of out/mesh-sweep/sweep.db are "),
            ((folder, *one, "--at", "router.Dhi=9,links.loss=0%"), ": 0 points of"),
            ((folder, *one, "--at", "router.D=9"), '"router.D" is none of the paths that vary in'),
            ((folder, *one, "--at", "Dhi"), '"Dhi" is none of .* of router.Dhi links.loss'),
            ((folder, *one), "--at stands once"),
            ((folder, *one, *other, *other), "--at stands more than twice"),
            ((folder, *one, *other, "--set", "router.D=5"), "--at is for the results of one sweep"),
            ((folder, *one, *other), "the points have 1 and 1 replicates"),
            (("mesh.yaml", *one, *other), "mesh.yaml: file is not a database|is no database of"),
            (("none.db", *one, *other), "none.db: unable to open"),
        )
        for arguments, message in rows:
            with self.subTest(arguments):
                self.assert_refused(self.call("compare", *arguments), message)

    def test_given_mistakes_when_called_then_refused(self):
        self.write("fixed.yaml", FIXED)
        self.write("small.yaml", SMALL)
        twice = ("mesh.yaml", "mesh.yaml")
        rows = (
            ((), "nothing to compare"),
            (("mesh.yaml", "small.yaml", "fixed.yaml"), 'two files before "fixed.yaml"'),
            (("mesh.yaml", "none.yaml"), "none.yaml"),
            (("mesh.yaml",), "nothing to compare mesh.yaml with"),
            (("mesh.yaml", "--set", "router.D=5", "--seed", "3"), "nothing to compare mesh.yaml"),
            (("mesh.yaml", "--set-b", "seed=5"), "--set-b seed=5: both sides are run at the same"),
            (("mesh.yaml", "--set-a", "seed=5"), "allowed: --seed N, the first of them"),
            (("mesh.yaml", "--set-b", "router.E=8"), "unknown key `E`"),
            (("mesh.yaml", "--set-b", "router.D"), "router.D"),
            (("mesh.yaml", "--seeds", "1"), "--seeds"),
            (("mesh.yaml", "--confidence", "95"), "a share from 60% to 99.99%, such as 95%"),
            (("mesh.yaml", "--power", "x"), "a share from 50%"),
            (("mesh.yaml", "--margin", "latency.p99"), "allowed: a figure and a size"),
            (("mesh.yaml", "--margin", "latency.p99=5"), "5 is no size of latency.p99 above 0"),
            ((*twice, "--margin", "latency.p90=5ms"), "latency.p90 is not compared"),
            (("mesh.yaml", "--figure", "latency.p98"), '"latency.p98" is no figure'),
            (("fixed.yaml", "fixed.yaml", "--jobs", "1"), "two replicates are one run: seeds 1"),
        )
        for arguments, message in rows:
            with self.subTest(arguments):
                self.assert_refused(self.call("compare", *arguments), message)

    def test_given_a_run_that_fails_when_compared_then_how_to_repeat_it(self):
        outcome = self.call(
            *("compare", "mesh.yaml", "--set-b", "limits.events_per_instant=1", "--seeds", "2")
        )

        self.assertEqual((1, ""), (outcome.status, outcome.out), outcome)
        # Both seeds fail, side by side, and either one may be the first to say so.
        self.assertRegex(
            outcome.err, r"gossim: the run of B at seed [12] failed; it is repeated by\n"
        )
        words = shlex.split(outcome.err.splitlines()[1])
        self.assertEqual(1, self.call(*words[1:], "--out", "again").status)


if __name__ == "__main__":
    unittest.main()
