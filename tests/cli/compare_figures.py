#!/usr/bin/env python3
"""Figures of comparisons: in each format, and the tables beside them.

Usage: compare_figures.py GOSSIM
"""

import csv
import json
import os
import re
import statistics
import sys
import unittest
import zlib

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

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
SETTINGS = ("mesh.yaml", "--set-b", "router.Dhi=8", "--seeds", "6")


LONG = (
    *("router.Dhi=8", "router.D=5", "router.Dlo=4", "router.heartbeat_interval=700ms"),
    *("router.history_length=6", "router.history_gossip=4", "links.delay=30ms"),
)


def letters_of_pdf(pdf):
    """Sizes of letters as shares of the width of the page."""
    (wide,) = re.findall(rb"/MediaBox *\[ *0 0 ([0-9.]+)", pdf)
    sizes = set()
    for start in re.finditer(rb"stream\r?\n", pdf):
        try:
            text = zlib.decompressobj().decompress(pdf[start.end() :])
        except zlib.error:
            continue
        found = re.findall(rb"([0-9.]+) 0 0 \S+ \S+ \S+ Tm", text)
        sizes |= {float(size) / float(wide) for size in found}
    return sizes


def letters_of_svg(svg):
    wide = re.search(r'width="([0-9.]+)"', svg).group(1)
    return {float(size) / float(wide) for size in re.findall(r'font-size="([0-9.]+)"', svg)}


class CompareFiguresTest(FolderTest):
    program = PROGRAM

    def setUp(self):
        super().setUp()
        self.write("mesh.yaml", MESH)

    def compare(self, *arguments):
        outcome = self.call("compare", *arguments)
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return outcome.out

    def rows(self, name):
        lines = self.read("place", "figures", name).decode().splitlines()
        return list(csv.DictReader(lines, delimiter="\t"))

    def test_given_two_settings_when_drawn_then_each_figure_in_each_format(self):
        plain = self.compare(*SETTINGS)

        drawn = self.compare(*SETTINGS, "--out", "place", "--format", "png,svg,pdf")

        self.assertEqual(plain, drawn)
        self.assertEqual(
            ["a.yaml", "b.yaml", "figures", "summary.json"],
            sorted(os.listdir(self.path("place"))),
        )
        for name in ("differences", "latency_cdf"):
            for kind, least in (("png", 40000), ("svg", 10000), ("pdf", 10000)):
                self.assertGreater(len(self.read("place", "figures", f"{name}.{kind}")), least)
            svg = self.read("place", "figures", f"{name}.svg").decode()
            self.assertIn("6 seeds, 1 to 6", svg)
            self.assertIn("B: mesh.yaml router.Dhi=8", svg)
            # Of one size on all sheets, so that what has room on one has room on the others.
            pdf = letters_of_pdf(self.read("place", "figures", f"{name}.pdf"))
            for find in (min, max):
                expected = find(letters_of_svg(svg))
                self.assertAlmostEqual(expected, find(pdf), delta=0.05 * expected)

    def test_given_long_settings_when_drawn_then_whole_or_with_a_sign_that_they_are_not(self):
        options = [word for setting in LONG for word in ("--set-b", setting)]
        self.compare("mesh.yaml", "--seeds", "2", *options, "--out", "place", "--format", "svg")
        for name in ("differences", "latency_cdf"):
            svg = self.read("place", "figures", f"{name}.svg").decode()
            for setting in LONG:
                self.assertIn(setting, svg)
            self.assertNotIn("…", svg)

        self.write("m" * 200 + ".yaml", MESH)
        os.makedirs(self.path("n" * 200))
        os.rename(self.path("m" * 200 + ".yaml"), self.path("n" * 200, "m" * 200 + ".yaml"))
        name = os.path.join("n" * 200, "m" * 200 + ".yaml")
        self.compare(name, "--seeds", "2", *options, "--out", "place", "--format", "svg")
        for name in ("differences", "latency_cdf"):
            svg = self.read("place", "figures", f"{name}.svg").decode()
            self.assertIn("…", svg)

    def test_given_two_settings_when_drawn_then_the_differences_are_those_that_are_told(self):
        told = json.loads(self.compare(*SETTINGS, "--out", "place", "--json"))["figures"]

        rows = self.rows("differences.tsv")
        seeds = self.rows("differences_by_seed.tsv")

        self.assertEqual(list(told), [row["figure"] for row in rows])
        self.assertIn("differs", {row["verdict"] for row in rows})
        for row in rows:
            own = [seed for seed in seeds if seed["figure"] == row["figure"]]
            self.assertEqual(6, len(own))
            mean = statistics.mean(float(seed["difference"]) for seed in own)
            self.assertAlmostEqual(mean, float(row["difference"]), delta=1e-6 * abs(mean) + 1e-9)
            differs = told[row["figure"]]["verdict"].startswith("differs")
            self.assertEqual("1" if differs else "0", row["clear"])

    def test_given_two_settings_when_drawn_then_distributions_as_runs_have_them(self):
        self.compare(*SETTINGS, "--out", "place")

        rows = self.rows("latency_cdf.tsv")

        for side in "ab":
            curve = [float(row[side]) for row in rows]
            self.assertEqual(sorted(curve), curve)
            self.assertEqual((0, 1), (curve[0], curve[-1]))
            for row in rows:
                if row[f"{side}_low"] == "NA":  # where all runs agree
                    self.assertIn(float(row[side]), (0, 1))
                    continue
                low, high = float(row[f"{side}_low"]), float(row[f"{side}_high"])
                self.assertTrue(0 <= low <= float(row[side]) + 1e-9 <= high + 2e-9 <= 1.1)
        # By the median of all runs half are reached, within a step.
        medians = []
        for seed in range(1, 7):
            summary = self.call(
                *("run", "mesh.yaml", "--seed", str(seed), "--json", "--trace", "none"),
                *("--out", f"run-{seed}"),
            )
            medians.append(json.loads(summary.out)["latency_ns"]["p50"])
        before = [row for row in rows if float(row["latency_ns"]) < min(medians)]
        after = [row for row in rows if float(row["latency_ns"]) > 1.03 * max(medians)]
        self.assertTrue(all(float(row["a"]) < 0.5 for row in before))
        self.assertTrue(all(float(row["a"]) > 0.5 for row in after))

    def test_given_points_of_a_sweep_when_drawn_then_both_figures(self):
        self.write("swept.yaml", MESH + "sweep: {router.Dhi: [8, 12], repeat: 4}\n")
        self.call("sweep", "swept.yaml", "--out", "swept")

        self.compare("swept", "--at", "router.Dhi=8", "--at", "router.Dhi=12", "--out", "place")

        self.assertEqual(
            [
                *("differences.png", "differences.svg", "differences.tsv"),
                *("differences_by_seed.tsv", "latency_cdf.png", "latency_cdf.svg"),
                "latency_cdf.tsv",
            ],
            [name for name in sorted(os.listdir(self.path("place", "figures"))) if "." in name],
        )

    def test_given_seeds_without_values_when_drawn_then_each_figure_says_how_many(self):
        self.write(
            "lossy.yaml",
            """\
name: lossy
router: {Dlazy: 0}
nodes: {count: 3}
topology: complete
links: {delay: {uniform: [10ms, 90ms]}, loss: 80%}
publish: [{from: 0, start: 10s}]
""",
        )
        settings = ("lossy.yaml", "--set-b", "links.loss=95%", "--seeds", "12")
        settings += ("--figure", "latency.p99,delivery_ratio")

        text = self.compare(*settings, "--out", "place", "--format", "svg")
        self.compare(
            *("lossy.yaml", "--set-b", "links.loss=80%", "--seeds", "12"),
            *("--figure", "latency.p99,delivery_ratio", "--out", "same", "--format", "svg"),
        )

        latency, ratio = self.rows("differences.tsv")
        self.assertEqual(("2", "cannot tell"), (latency["pairs"], latency["verdict"]))
        self.assertEqual(("12", "differs"), (ratio["pairs"], ratio["verdict"]))
        svg = self.read("place", "figures", "differences.svg").decode()
        for words in ("at each, n = 2<", "n = 12<", "cannot tell (2 of 12 seeds)", ">differs<"):
            self.assertIn(words, svg)
        self.assertNotIn("every seed", svg)
        self.assertRegex(text, r"latency\.p99, ms .*  cannot tell \(2 of 12\)\n")
        self.assertRegex(text, r"delivery_ratio .*  differs\n")
        svg = self.read("same", "figures", "differences.svg").decode()
        for words in ("+0 ms at each, n = 8<", ">same (8 of 12 seeds)<", ">same<"):
            self.assertIn(words, svg)

    def test_given_mistakes_when_drawn_then_refused(self):
        self.write("notes/letter.txt", "dear")
        rows = (
            (("--format", "png"), "the figures that --out DIR draws"),
            (("--out", "place", "--format", "gif"), "found `gif`; allowed: png, svg, pdf"),
            (("--out", "notes"), "notes is not empty"),
        )
        for arguments, message in rows:
            with self.subTest(arguments):
                self.assert_refused(self.call("compare", *SETTINGS, *arguments), message)
                self.assertFalse(os.path.exists(self.path("place")))

    def test_given_a_place_that_is_refused_when_drawn_then_that_is_said_before_any_run(self):
        self.write("notes/letter.txt", "dear")
        self.write("broken.yaml", "name: [")
        before = self.contents()
        rows = (
            (("--out", "notes"), None, "notes is not empty"),
            (("--out", "place"), {"PATH": self.folder}, "gnuplot"),
            (("--out", "deep/place"), None, "not valid YAML"),
        )
        for arguments, environment, message in rows:
            with self.subTest(arguments):
                outcome = self.call(
                    "compare", "mesh.yaml", "broken.yaml", *arguments, environment=environment
                )
                self.assertEqual((outcome.out, before), ("", self.contents()))
                self.assertRegex(outcome.err, message)


if __name__ == "__main__":
    unittest.main()
