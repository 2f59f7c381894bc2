#!/usr/bin/env python3
"""The folder that a run leaves: what is in it, when it is replaced, and when the place is refused.

Usage: results.py GOSSIM
"""

import json
import os
import shutil
import threading
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
NOBODY = 65534
# A program that has not ended within this time simulates.
PATIENCE_S = 30

FIGURES = ("duplicates", "hops", "latency_cdf", "mesh_degree", "propagation", "traffic")
# By trace level and figures: what a result folder holds beside scenario.yaml and summary.json.
TABLES = {"tables"} | {
    f"tables/{name}.tsv"
    for name in "depth gauges hops latency_cdf mesh_degree messages nodes traffic".split()
}
DELIVERIES = "tables/delivery.tsv"
DRAWN = (
    {"figures", "figures/scripts"}
    | {f"figures/{name}.{kind}" for name in FIGURES for kind in ("png", "svg")}
    | {f"figures/scripts/{name}.gp" for name in FIGURES}
    | {"tables/propagation.tsv", "tables/propagation_links.tsv", "tables/traffic_bins.tsv"}
)

# Notes what is in the folder a, as its caller sees it, before it draws.
WATCHING_GNUPLOT = """#!/bin/sh
ls -R "$FOLDER/a" >"$FOLDER/seen"
exec {gnuplot} "$@"
"""


class ResultsTest(FolderTest):
    program = PROGRAM

    def run_small(self, *arguments, **options):
        outcome = self.call("run", "small.yaml", *arguments, **options)
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return outcome

    def inside(self, folder):
        """The paths below a folder of ours."""
        names = {name for name in self.contents() if name.startswith(folder + "/")}
        return {os.path.relpath(name, folder) for name in names}

    def test_given_options_when_run_then_the_files_that_belong_to_them(self):
        rows = (
            (("--trace", "none"), set()),
            (("--no-figures",), {"trace.gst"} | TABLES),
            (("--no-figures", "--delivery-table"), {"trace.gst", DELIVERIES} | TABLES),
            (("--no-tables",), {"trace.gst"}),
            (("--trace", "full", "--no-figures"), {"trace.gst"} | TABLES),
            ((), {"trace.gst"} | TABLES | DRAWN),
        )
        for arguments, files in rows:
            with self.subTest(arguments):
                self.run_small(*arguments)

                found = self.inside("out/small-1")
                self.assertEqual(files | {"scenario.yaml", "summary.json"}, found)
                self.assertEqual({"long.yaml", "out", "small.yaml"}, set(os.listdir(self.folder)))
                self.assertEqual(["small-1"], os.listdir(self.path("out")))

    def test_given_a_result_when_plotted_then_its_tables_are_those_of_its_trace(self):
        # A run makes its tables while it writes its trace, and `plot` from the file.
        rows = (
            (),
            ("--trace", "full"),
            ("--threads", "2", "--keep-threads"),
            ("--set", "measure={after: 5050ms}"),
            ("--set", "events=[{at: 5100ms, crash: {nodes: [3, 4]}}]", "--set", "links.loss=5%"),
        )
        for arguments in rows:
            with self.subTest(arguments):
                self.run_small("--no-figures", "--delivery-table", "--out", "place", *arguments)
                names = sorted(TABLES - {"tables"} | {DELIVERIES})
                made = {name: self.read("place", name) for name in names}
                shutil.rmtree(self.path("place", "tables"))

                outcome = self.call("plot", "place", "--delivery-table")

                self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
                self.assertGreater(made[DELIVERIES].count(b"\n"), 20)
                for name in names:
                    self.assertEqual(made[name], self.read("place", name), name)

    def test_given_a_result_without_its_deliveries_when_plotted_then_they_come_if_wanted(self):
        self.run_small("--no-figures", "--out", "place")

        self.assertEqual(0, self.call("plot", "place").status)
        self.assertNotIn(DELIVERIES, self.inside("place"))
        self.assertEqual(0, self.call("plot", "place", "--delivery-table").status)
        self.assertIn(DELIVERIES, self.inside("place"))

    def test_given_deliveries_wanted_and_no_tables_when_run_then_refused(self):
        for option, told in (
            (("--no-tables",), "--no-tables"),
            (("--trace", "none"), "--trace none"),
        ):
            with self.subTest(option):
                before = self.contents()

                outcome = self.call("run", "small.yaml", "--delivery-table", *option)

                self.assertEqual((2, ""), (outcome.status, outcome.out), outcome)
                self.assertIn(f"--delivery-table: {told} leaves no table", outcome.err)
                self.assertEqual(before, self.contents())

    def test_given_a_result_when_looked_into_then_summary_and_scenario_repeat_the_run(self):
        outcome = self.run_small(
            "--json", "--no-figures", "--seed", "5", "--set", "router.D=3", "--set", "router.Dlo=2"
        )

        summary = json.loads(outcome.out)
        place = "out/small-5-router.D=3,router.Dlo=2"
        self.assertEqual(outcome.out, self.read(place, "summary.json").decode())
        again = self.call("run", f"{place}/scenario.yaml", "--json", "--out", "again")
        self.assertEqual(summary["digest"], json.loads(again.out)["digest"])
        canonical = self.call("check", f"{place}/scenario.yaml").out
        self.assertEqual(canonical, self.read(place, "scenario.yaml").decode())

    def test_given_overrides_when_run_then_they_are_in_the_name_of_the_folder(self):
        span = "links.delay={uniform: [5ms, 10ms]}"
        rows = (
            ((), "small-1"),
            (("router.D=5",), "small-1-router.D=5"),
            (("router.D=5", "links.loss=1%"), "small-1-router.D=5,links.loss=1%"),
            (("router.D=5", "router.D=6"), "small-1-router.D=6"),
            (("seed=3", "name=b", "nodes.count=21"), "b-3-nodes.count=21"),
            ((span,), "small-1-links.delay=uniform-5ms-10ms-[0-9a-f]{8}"),
            ((span.replace("5ms", "'5ms'"),), "small-1-links.delay=uniform-5ms-10ms-[0-9a-f]{8}"),
            (("expect=[]",), "small-1-expect=-[0-9a-f]{8}"),
            ((f"topics=[{{name: {'../' * 80}}}]",), "small-1-topics=name-[-.]+-[0-9a-f]{8}"),
            (("name=" + "n" * 64, "seed=" + "9" * 19, f"topics=[{{name: {'t' * 250}}}]"), None),
        )
        known = set()
        for overrides, name in rows:
            with self.subTest(overrides):
                sets = [word for override in overrides for word in ("--set", override)]
                for _ in range(2):
                    self.run_small("--trace", "none", *sets)

                    added = set(os.listdir(self.path("out"))) - known
                    self.assertEqual(1, len(added))
                    self.assertRegex(min(added), f"^{name or '[-=a-z0-9]{190,200}'}$")
                known |= added

    def test_given_a_place_when_run_then_the_result_is_there(self):
        os.mkdir(self.path("empty"))
        for place in ("a", "b/c/d", "e/", "./f", "b/../g", "empty", self.path("h")):
            with self.subTest(place):
                self.run_small("--trace", "none", "--out", place)

                self.assertTrue(os.path.exists(self.path(place, "summary.json")))

    def test_given_a_result_when_run_again_then_replaced_as_a_whole(self):
        self.run_small("--no-figures", "--out", "a")
        self.write("a/tables/stale.tsv", "old")
        self.write("bin/gnuplot", WATCHING_GNUPLOT.format(gnuplot=shutil.which("gnuplot")))
        os.chmod(self.path("bin/gnuplot"), 0o755)
        path = self.path("bin") + ":" + os.environ["PATH"]

        self.run_small("--out", "a", environment={"PATH": path, "FOLDER": self.folder})

        # The old one was whole as long as the new one was in the making.
        self.assertIn(b"stale.tsv", self.read("seen"))
        everything = {"scenario.yaml", "summary.json", "trace.gst"} | TABLES | DRAWN
        self.assertEqual(everything, self.inside("a"))
        self.assertEqual(
            {"a", "bin", "long.yaml", "seen", "small.yaml"}, set(os.listdir(self.folder))
        )

    def test_given_a_result_when_replaced_then_never_absent(self):
        self.run_small("--no-figures", "--out", "a")
        done, absent = threading.Event(), []

        def watch():
            while not done.is_set():
                if not os.path.exists(self.path("a", "summary.json")):
                    absent.append(os.listdir(self.folder))

        watcher = threading.Thread(target=watch)
        watcher.start()
        for seed in range(10):
            self.run_small("--trace", "none", "--out", "a", "--seed", str(seed))
        done.set()
        watcher.join()

        self.assertEqual([], absent)

    def test_given_something_else_at_the_place_when_run_then_refused_and_left_alone(self):
        self.write("notes/letter.txt", "dear")
        self.write("foreign/summary.json", '{"title": "not of ours"}')
        self.write("hidden/.git", "")
        self.write("file", "text")
        os.symlink("nowhere", self.path("dangling"))
        self.call("run", "small.yaml", "--no-figures", "--out", "used")
        self.write("used/thesis.txt", "chapter 1")
        rows = (
            ("used", "not a result of gossim alone"),
            ("notes", "not empty"),
            ("notes/", "not empty"),
            ("foreign", "not empty"),
            ("hidden", "not empty"),
            ("file", "not a folder"),
            ("dangling", "not a folder"),
            ("file/below", "Not a directory"),
            (".", "by its name"),
            ("notes/..", "by its name"),
            ("", "empty"),
            ("/", "empty"),
            ("/dev/null", "not a folder"),
            ("/dev/null/a", "Not a directory"),
            ("/proc", "not empty|file system"),
            ("/proc/a", "/proc"),
            ("/proc/a/b", "/proc"),
            ("n" * 300, "too long"),
            ("n" * 250, "too long"),
        )
        before = self.contents()
        for place, message in rows:
            with self.subTest(place):
                outcome = self.call("run", "small.yaml", "--out", place)

                self.assert_refused(outcome, message)
                self.assertEqual(before, self.contents())

    def test_given_a_folder_of_somebody_else_when_run_then_refused(self):
        os.chmod(self.folder, 0o755)
        os.makedirs(self.path("theirs"), 0o755)
        somebody = {"user": NOBODY} if os.geteuid() == 0 else {}
        if not somebody:
            os.chmod(self.path("theirs"), 0o555)
        try:
            self.call("--version", **somebody)
        except PermissionError:
            self.skipTest("nobody may run the program where it was built")
        for place in ("theirs/a", "theirs/a/b"):
            with self.subTest(place):
                outcome = self.call("run", "small.yaml", "--out", place, **somebody)

                self.assert_refused(outcome, "theirs.*Permission denied")
                self.assertEqual([], os.listdir(self.path("theirs")))

    def test_given_a_result_when_plotted_then_its_tables_and_figures_anew_and_others_stay(self):
        self.run_small("--out", "a")
        self.write("a/tables/mine.tsv", "mine")
        self.write("a/figures/mine.png", "mine")
        whole = self.contents()
        shutil.rmtree(self.path("a", "figures", "scripts"))
        os.remove(self.path("a", "figures", "hops.svg"))
        self.write("a/tables/depth.tsv", "to be written anew")

        outcome = self.call("plot", "a")

        self.assertEqual((0, "", ""), (outcome.status, outcome.out, outcome.err))
        self.assertEqual(set(whole), set(self.contents()))
        for name, content in whole.items():
            if name.endswith((".tsv", ".gp", ".yaml", ".json", ".gst", "mine.png")):
                self.assertEqual(content, self.contents()[name], name)

    def test_given_no_result_when_plotted_then_refused_and_left_alone(self):
        self.run_small("--no-figures", "--out", "a")
        trace = self.read("a", "trace.gst")
        self.write("cut/trace.gst", trace[:40])
        self.write("text/trace.gst", "hello")
        self.write("void/trace.gst", "")
        self.write("turned/trace.gst", trace[:50] + bytes([trace[50] ^ 0x55]) + trace[51:])
        os.mkdir(self.path("empty"))
        before = self.contents()
        for folder, message in (
            ("nowhere", "cannot open nowhere: No such file"),
            ("small.yaml", "small.yaml: neither a gossim trace nor TraceEvents"),
            ("empty", r"empty holds neither a trace\.gst nor files of TraceEvents"),
            *((folder, rf"{folder}/trace\.gst") for folder in ("cut", "text", "void", "turned")),
        ):
            with self.subTest(folder):
                self.assert_refused(self.call("plot", folder), message)
                self.assertEqual(before, self.contents())

    def test_given_a_trace_cut_short_when_plotted_then_figures_of_what_is_left(self):
        self.run_small("--no-figures", "--out", "a")
        trace = self.read("a", "trace.gst")
        self.write("cut/trace.gst", trace[: len(trace) - 20])

        outcome = self.call("plot", "cut")

        self.assertEqual((0, ""), (outcome.status, outcome.out))
        self.assertEqual(
            "gossim: cut/trace.gst was cut short: the figures show what is left\n", outcome.err
        )
        whole = self.read("a", "tables", "latency_cdf.tsv")
        self.assertEqual(whole, self.read("cut", "tables", "latency_cdf.tsv"))

    def test_given_no_gnuplot_when_run_then_said_so_at_once_and_nothing_left(self):
        before = self.contents()

        # Simulating this would take many minutes.
        outcome = self.call(
            "run", "long.yaml", environment={"PATH": self.path("bin")}, timeout=PATIENCE_S
        )

        self.assertEqual((1, ""), (outcome.status, outcome.out))
        self.assertRegex(outcome.err, "^gossim: cannot find gnuplot.*install.*gnuplot-nox")
        self.assertEqual(before, self.contents())

    def test_given_no_gnuplot_when_run_without_figures_then_it_is_not_missed(self):
        for arguments in (("--no-figures",), ("--trace", "none")):
            with self.subTest(arguments):
                self.run_small(*arguments, environment={"PATH": self.path("bin")})


if __name__ == "__main__":
    unittest.main()
