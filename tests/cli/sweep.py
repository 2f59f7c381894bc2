#!/usr/bin/env python3
"""Sweeps: which runs there are, what is kept of them, what ends them, and what they say.

Usage: sweep.py GOSSIM
"""

import csv
import fcntl
import io
import json
import os
import pty
import shlex
import signal
import sqlite3
import statistics
import sys
import time
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import SMALL, FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
PATIENCE_S = 60
SWEEP = """\
sweep:
  router.D: [4, 6]
  links.loss: {from: 0%, to: 10%, step: 10%}
  repeat: 3
"""
GRAPH = "topology: {kind: random-regular, degree: 8}\n"
TINY = SMALL.replace("name: small", "name: tiny").replace(
    "topology: {kind: random-regular, degree: 4}\n", GRAPH
)
# Some tenths of a second each.
SLOWER = """\
name: slower
duration: 30s
nodes: {count: 300, start: 0s}
publish: [{start: 1s, every: 50ms, count: 400}]
"""
# The same records at every seed.
FIXED = """\
name: fixed
duration: 3s
router: {profile: floodsub}
nodes: {count: 3, start: 0s}
topology: line
links: {delay: 20ms}
publish: [{from: 0, start: 1s}]
sweep: {links.delay: [10ms, 20ms], repeat: 2}
"""
COLUMNS = "replicate, seed, scenario_hash, digest, delivery_ratio, latency_p99_ns, control_share"


class SweepTest(FolderTest):
    program = PROGRAM

    def setUp(self):
        super().setUp()
        self.write("tiny.yaml", TINY + SWEEP)

    def sweep(self, *arguments, status=0):
        outcome = self.call("sweep", *arguments)
        self.assertEqual((status, ""), (outcome.status, outcome.err), outcome)
        return outcome.out

    def query(self, sql, *values, place="out/tiny-sweep"):
        connection = sqlite3.connect(self.path(place, "sweep.db"), timeout=30)
        try:
            rows = connection.execute(sql, values).fetchall()
            connection.commit()
            return rows
        finally:
            connection.close()

    def rows(self, place="out/tiny-sweep"):
        """What does not depend on the machine, by the scenario of the point."""
        sql = f"SELECT hash, {COLUMNS} FROM runs JOIN points USING (point) ORDER BY 1, 2"
        return self.query(sql, place=place)

    def test_given_a_sweep_when_listed_then_all_runs_and_nothing_is_run(self):
        before = self.contents()

        text = self.sweep("tiny.yaml", "--list")
        runs = json.loads(self.sweep("tiny.yaml", "--list", "--json"))["runs"]

        self.assertEqual(before, self.contents())
        self.assertIn("4 of 4 points, 3 seeds: 12 runs, of which 0 are done\n", text)
        self.assertEqual(12, len(runs))
        self.assertEqual({"router.D": 4, "links.loss": "0%"}, runs[0]["values"])
        self.assertEqual([1] * 4 + [2] * 4 + [3] * 4, [run["seed"] for run in runs])
        self.assertEqual([1, 2, 3, 4] * 3, [run["point"] for run in runs])

    def test_given_one_of_each_when_listed_and_run_then_in_the_singular(self):
        one = ("--set", "sweep={router.D: [4], repeat: 1}", "--out", "one")

        listed = self.sweep("tiny.yaml", "--list", *one)
        text = self.sweep("tiny.yaml", *one)
        again = self.sweep("tiny.yaml", "--list", *one)

        self.assertIn("1 of 1 point, 1 seed: 1 run, of which 0 are done\n", listed)
        self.assertTrue(text.startswith("tiny  1 point, seed 1, 1 run\n"), text)
        self.assertIn("\nOver 1 replicate, a run each: ", text)
        self.assertIn("1 of 1 point, 1 seed: 1 run, of which 1 is done\n", again)

    def test_given_a_range_whose_steps_pass_its_end_by_when_listed_and_run_then_it_is_said(self):
        note = "note: the steps of router.D lead to 7, so that 8 is not among its values\n"
        sweep = "sweep={{router.D: {{from: 4, to: {}, step: 3}}, repeat: 1}}"
        passed = ("--set", sweep.format(8), "--out", "passed")
        reached = ("--set", sweep.format(7), "--out", "reached")

        listed = self.sweep("tiny.yaml", "--list", *passed)
        text = self.sweep("tiny.yaml", *passed)
        said = json.loads(self.sweep("tiny.yaml", "--json", *passed))
        whole = self.sweep("tiny.yaml", *reached)
        nothing = json.loads(self.sweep("tiny.yaml", "--list", "--json", *reached))

        self.assertTrue(listed.endswith(note), listed)
        self.assertIn(note, text)
        self.assertEqual({"router.D": 8}, said["unreached"])
        self.assertNotIn("note:", whole)
        self.assertEqual({}, nothing["unreached"])

    def test_given_a_sweep_when_done_then_each_row_is_what_its_command_gives(self):
        out = json.loads(self.sweep("tiny.yaml", "--json"))
        self.assertEqual((12, 0, 4), (out["runs"], out["runs_before"], len(out["points"])))

        runs = json.loads(self.sweep("tiny.yaml", "--list", "--json"))["runs"]
        self.assertTrue(all(run["done"] for run in runs))
        for run in runs[::4] + runs[3::4]:
            with self.subTest(run["command"]):
                words = shlex.split(run["command"])
                self.assertEqual(["gossim", "run", "tiny.yaml"], words[:3])
                outcome = self.call(
                    *words[1:], "--json", "--trace", "none", "--out", "again"
                )
                self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
                summary = json.loads(outcome.out)
                checked = self.call("check", *words[2:])
                found = self.query(
                    "SELECT runs.digest, runs.latency_p99_ns, runs.delivery_ratio, "
                    "runs.bytes_sent_total, runs.bytes_sent_control, runs.control_share, "
                    'runs.one_sided_mesh_links, points."router.D", runs.scenario_hash '
                    "FROM runs JOIN points USING (point) WHERE point = ? AND seed = ?",
                    run["point"],
                    run["seed"],
                )[0]
                sent = summary["bytes_sent"]
                self.assertEqual(
                    (
                        summary["digest"],
                        summary["latency_ns"]["p99"],
                        summary["delivery_ratio"],
                        sent["total"],
                        sent["control"],
                        sent["control"] / sent["total"],
                        summary["one_sided_mesh_links"],
                        run["values"]["router.D"],
                    ),
                    found[:8],
                )
                self.assertEqual("", checked.err)
                self.assertEqual(32, len(found[8]))

    def test_given_a_finished_sweep_when_called_again_then_nothing_is_run(self):
        first = json.loads(self.sweep("tiny.yaml", "--json"))
        rows = self.rows()

        again = json.loads(self.sweep("tiny.yaml", "--json"))

        self.assertEqual((12, 12), (again["runs"], again["runs_before"]))
        self.assertEqual(first["points"], again["points"])
        self.assertEqual(rows, self.rows())

    def test_given_more_seeds_or_values_when_called_again_then_only_what_is_missing(self):
        self.sweep("tiny.yaml")
        rows = self.rows()

        more = json.loads(self.sweep("tiny.yaml", "--seeds", "4", "--json"))
        self.write("tiny.yaml", TINY + SWEEP.replace("[4, 6]", "[4, 6, 8]"))
        wider = json.loads(self.sweep("tiny.yaml", "--json"))

        self.assertEqual((16, 12), (more["runs"], more["runs_before"]))
        self.assertEqual((18, 12), (wider["runs"], wider["runs_before"]))
        self.assertLess(set(rows), set(self.rows()))

    def test_given_any_number_of_processes_when_done_then_the_same_rows(self):
        found = []
        for jobs in ("1", "2", "5"):
            self.sweep("tiny.yaml", "--jobs", jobs, "--out", f"place-{jobs}")
            found.append(self.rows(f"place-{jobs}"))

        self.assertEqual(found[0], found[1])
        self.assertEqual(found[0], found[2])
        self.assertEqual(12, len({row[3] for row in found[0]}))

    def test_given_a_kill_at_any_moment_when_called_again_then_only_what_is_missing(self):
        self.write("slower.yaml", SLOWER + SWEEP)
        self.sweep("slower.yaml", "--out", "whole")
        for wanted in (0, 1, 5):
            with self.subTest(wanted):
                place = f"killed-{wanted}"
                process = self.program.start(
                    *("sweep", "slower.yaml", "--jobs", "2", "--out", place), folder=self.folder
                )
                self.addCleanup(process.communicate)
                deadline = time.monotonic() + PATIENCE_S
                count = -1
                while count < wanted and time.monotonic() < deadline:
                    time.sleep(0.01)
                    try:
                        count = self.query("SELECT count(*) FROM runs", place=place)[0][0]
                    except sqlite3.OperationalError:
                        pass  # not there yet
                process.kill()
                process.wait()

                kept = self.rows(place)
                again = json.loads(self.sweep("slower.yaml", "--json", "--out", place))

                self.assertGreaterEqual(len(kept), wanted)
                self.assertLess(len(kept), 12)
                self.assertEqual((12, len(kept)), (again["runs"], again["runs_before"]))
                self.assertEqual(self.rows("whole"), self.rows(place))

    def test_given_an_interruption_when_seen_then_what_is_done_stays(self):
        self.write("slower.yaml", SLOWER + SWEEP)
        process = self.program.start("sweep", "slower.yaml", "--out", "place", folder=self.folder)
        self.addCleanup(process.kill)
        deadline = time.monotonic() + PATIENCE_S
        count = 0
        while count < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
            try:
                count = self.query("SELECT count(*) FROM runs", place="place")[0][0]
            except sqlite3.OperationalError:
                pass

        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_S)

        kept = self.query("SELECT count(*) FROM runs", place="place")[0][0]
        self.assertEqual((1, ""), (process.returncode, out), err)
        self.assertEqual(
            f"gossim: interrupted; {kept} of 12 runs are in place/sweep.db, and the same command "
            "does the others\n",
            err,
        )

    def test_given_a_database_of_something_else_when_called_then_refused(self):
        self.sweep("tiny.yaml")
        self.write("notes/letter.txt", "dear")
        self.write("broken/sweep.db", b"no database at all" * 100)
        self.write("file", "")
        sqlite3.connect(self.path("broken", "x.db")).close()
        os.makedirs(self.path("foreign"))
        self.query("CREATE TABLE runs (x)", place="foreign")
        place = ("--out", "out/tiny-sweep")
        rows = (
            ((*place, "--set", "links.delay=30ms"), "results of another scenario"),
            ((*place, "--seed", "2"), "results of another scenario"),
            ((*place, "--set", "sweep={router.D: [4]}"), "results of a sweep of other paths"),
            (("--out", "notes"), "notes is not empty and holds no sweep"),
            (("--out", "broken"), "broken/sweep.db: file is not a database"),
            (("--out", "foreign"), "foreign/sweep.db is no database of gossim sweep"),
            (("--out", "file"), "file is in the way"),
            (("--out", ""), "the name of the folder is empty"),
        )
        before = self.contents()
        for arguments, message in rows:
            with self.subTest(arguments):
                outcome = self.call("sweep", "tiny.yaml", *arguments)

                self.assert_refused(outcome, message)
                self.assertEqual(before, self.contents())

        self.query("UPDATE sweep SET value = '0.0.9' WHERE key = 'gossim'")
        for option in ((), ("--list",)):
            outcome = self.call("sweep", "tiny.yaml", *option)
            self.assert_refused(outcome, r"results of another version of gossim \(0.0.9, and this")

    def test_given_a_folder_in_use_when_called_then_refused(self):
        self.sweep("tiny.yaml")
        folder = os.open(self.path("out", "tiny-sweep"), os.O_RDONLY)
        fcntl.flock(folder, fcntl.LOCK_EX)

        outcome = self.call("sweep", "tiny.yaml")

        os.close(folder)
        self.assert_refused(outcome, "out/tiny-sweep is in use: another gossim sweep")

    def test_given_replicates_that_are_one_run_when_done_then_an_error_says_so(self):
        self.write("fixed.yaml", FIXED)

        outcome = self.call("sweep", "fixed.yaml", "--jobs", "1")

        self.assertEqual((1, ""), (outcome.status, outcome.out), outcome)
        self.assertIn("two replicates are one run: seeds 1 and 2 gave the same records at point 1",
                      outcome.err)
        self.assertIn("(links.delay=10ms)", outcome.err)
        # One replicate each is no such thing.
        self.sweep("fixed.yaml", "--seeds", "1")

    def test_given_a_run_with_two_digests_when_repeated_then_an_error_says_so(self):
        self.sweep("tiny.yaml")
        self.sweep("tiny.yaml", "--again", "12")
        self.query("UPDATE runs SET digest = '00' WHERE point = 2 AND replicate = 3")

        outcome = self.call("sweep", "tiny.yaml", "--again", "12")

        self.assertEqual((1, ""), (outcome.status, outcome.out), outcome)
        self.assertRegex(
            outcome.err,
            r"one run has two digests: point 2 \(.*\) at seed 3 gave 00, and now [0-9a-f]{32}",
        )

    def test_given_rows_of_no_replicate_when_resumed_then_left_out(self):
        text = self.sweep("tiny.yaml")
        self.query(
            "UPDATE runs SET replicate = -5000000, digest = '0', digest_without_seed = '0', "
            "scenario_hash = '0' WHERE point = 2 AND replicate = 1"
        )

        again = self.sweep("tiny.yaml")

        self.assertEqual(again.partition("\n\n")[2], text.partition("\n\n")[2])

    def test_given_one_replicate_when_points_are_compared_then_all_they_can_share(self):
        self.write(
            "common.yaml",
            TINY.replace("delay: 20ms", "delay: {uniform: [10ms, 90ms]}, loss: 5%").replace(
                "count: 3", "count: 20"
            )
            + "sweep: {router.D: [4, 6], repeat: 2}\n",
        )
        runs = json.loads(self.sweep("common.yaml", "--list", "--json"))["runs"]
        found = {}
        for run in runs:
            words = shlex.split(run["command"])
            self.call(*words[1:], "--trace", "full", "--no-figures", "--out", "run")
            self.call("topology", *words[2:], "--export", "graph.csv")
            records = self.call("trace", "run", "--format", "csv").out
            found[run["point"], run["seed"]] = (
                self.read("graph.csv"),
                self.publications(records),
                self.copies(records),
            )
        for seed in (1, 2):
            few, many = found[1, seed], found[2, seed]
            self.assertEqual(few[0], many[0])
            self.assertEqual(few[1], many[1])
            self.assertEqual(20, len(few[1]))
            shared = few[2].keys() & many[2].keys()
            self.assertGreater(len(shared), 100)
            self.assertEqual(
                {key: few[2][key] for key in shared}, {key: many[2][key] for key in shared}
            )
            self.assertNotEqual(few[2], many[2])
        self.assertNotEqual(found[1, 1][0], found[1, 2][0])
        self.assertNotEqual(found[1, 1][1], found[1, 2][1])

    @staticmethod
    def publications(records):
        return [
            (row["at_ns"], row["node"], row["message"])
            for row in csv.DictReader(io.StringIO(records))
            if row["kind"] == "publish"
        ]

    @staticmethod
    def copies(records):
        """How long the first copy of a message took over a directed link; lost ones are None."""
        sent, took = {}, {}
        for row in csv.DictReader(io.StringIO(records)):
            if row["message"] == "":
                continue
            ends = (row["message"], row["node"], row["peer"])
            back = (row["message"], row["peer"], row["node"])
            if row["kind"] == "send" and row["rpc"] == "messages":
                sent.setdefault(ends, int(row["at_ns"]))
                took.setdefault(ends, None)
            elif row["kind"] in ("deliver", "duplicate") and back in sent and took[back] is None:
                took[back] = int(row["at_ns"]) - sent[back]
        return took

    def test_given_replicates_when_summed_up_then_as_an_independent_program_does(self):
        figures = ("latency.p99", "duplicates_per_delivery", "bytes_sent.total")
        columns = ("latency_p99_ns", "duplicates_per_delivery", "bytes_sent_total")
        student = 2.3646242515927849  # R: qt(0.975, 7)

        points = json.loads(
            self.sweep("tiny.yaml", "--seeds", "8", "--json", "--figure", ",".join(figures))
        )["points"]

        for point in points:
            self.assertEqual(list(columns), list(point["figures"]))
            for column in columns:
                values = [
                    row[0]
                    for row in self.query(
                        f"SELECT {column} FROM results WHERE point = ?", point["point"]
                    )
                ]
                found = point["figures"][column]
                mean = statistics.mean(values)
                half = student * statistics.stdev(values) / 8**0.5
                self.assertEqual(8, found["count"])
                self.assertAlmostEqual(mean, found["mean"], delta=1e-9 * mean)
                self.assertEqual(half == 0, found["same"])
                if found["same"]:
                    self.assertEqual((None, None), (found["low"], found["high"]))
                else:
                    self.assertAlmostEqual(mean - half, found["low"], delta=1e-9 * mean)
                    self.assertAlmostEqual(mean + half, found["high"], delta=1e-9 * mean)
                self.assertAlmostEqual(
                    statistics.median(values), found["median"], delta=1e-9 * mean
                )
                self.assertEqual(min(values), found["median_low"])
                self.assertEqual(max(values), found["median_high"])

    def test_given_bytes_per_delivery_when_swept_then_of_two_columns(self):
        figure = ("--figure", "bytes_per_delivery")

        points = json.loads(self.sweep("tiny.yaml", "--json", *figure))["points"]
        compared = self.call(
            *("compare", "out/tiny-sweep", "--at", "D=4,loss=0%", "--at", "D=6,loss=0%", *figure),
            *("--margin", "bytes_per_delivery=1B", "--json"),
        )
        alone = self.call(
            *("compare", "tiny.yaml", "--set", "links.loss=0%", "--set-a", "router.D=4"),
            *("--set-b", "router.D=6", "--seeds", "3", *figure, "--json"),
        )

        means = []
        for point in points:
            rows = self.query(
                "SELECT bytes_sent_total, deliveries FROM runs WHERE point = ?", point["point"]
            )
            means.append(statistics.fmean(sent / deliveries for sent, deliveries in rows))
            self.assertAlmostEqual(
                means[-1], point["figures"]["bytes_per_delivery"]["mean"], delta=1e-6
            )
        found = json.loads(compared.out)["figures"]["bytes_per_delivery"]
        self.assertAlmostEqual(means[0], found["a"], delta=1e-6)
        self.assertAlmostEqual(means[2], found["b"], delta=1e-6)
        again = json.loads(alone.out)["figures"]["bytes_per_delivery"]
        self.assertEqual(found["a_values"], again["a_values"])
        self.assertEqual(found["b_values"], again["b_values"])

    def test_given_a_sweep_when_printed_then_a_table_for_each_figure(self):
        text = self.sweep("tiny.yaml")
        chosen = self.sweep("tiny.yaml", "--figure", "hops.mean", "--figure", "control_share")

        self.assertTrue(text.startswith("tiny  4 points, seeds 1 to 3, 12 runs\n"), text)
        self.assertIn("12 of them from before", chosen)
        for name in (
            *("delivery_ratio", "latency.p50, ms", "latency.p99, ms", "duplicates_per_delivery"),
            *("bytes_sent.total, KiB", "control_share"),
        ):
            self.assertEqual(1, text.split("\n").count(name), name)
        self.assertEqual(2, chosen.count(" mean  "))
        self.assertRegex(text, r"(?m)^  4 +10% +[0-9.]+ ± [0-9.]+ ")
        for line in (text + chosen).splitlines():
            self.assertEqual(line.rstrip(), line)

    def test_given_expectations_when_some_fail_then_counted_and_exit_status_3(self):
        text = self.sweep("tiny.yaml", "--set", "expect=[bytes_sent.total <= 1B]", status=3)

        self.assertIn("An expectation failed in 12 of 12 runs.\n", text)
        place = [name for name in os.listdir(self.path("out")) if name.startswith("tiny-sweep")]
        self.assertEqual(
            [(1, 1)],
            self.query(
                "SELECT DISTINCT expectations, expectations_failed FROM runs",
                place=os.path.join("out", place[0]),
            ),
        )

    def test_given_mistakes_when_called_then_refused_and_nothing_left(self):
        self.write("wrong.yaml", "nodes: {count: 20}\nsweep:\n  router.D: [4, 99]\n")
        self.write("typo.yaml", "nodes: {count: 20}\nsweep: {router.DD: [4]}\n")
        self.write("order.yaml", "nodes: {count: 20}\nsweep: {router.D: [3, 14]}\n")
        self.write("apart.yaml", "nodes: {count: 20}\nsweep: {topology.degree: [4, 30]}\n")
        before = self.contents()
        rows = (
            (("small.yaml",), "small.yaml has no sweep"),
            (("wrong.yaml",), r"wrong.yaml:3:17: router.D: found `99`"),
            (("wrong.yaml",), r"at point 2 of the sweep: router.D=99"),
            (("typo.yaml",), r"typo.yaml:2:21: router.DD: unknown key `DD`"),
            (("order.yaml",), r"order.yaml:2:20: router.D: found `3`"),
            (("apart.yaml",), r"apart.yaml:2:30: topology.degree: found `30`"),
            (("tiny.yaml", "--set", "sweep.where=[D > 6]"), "of 4 points the conditions leave 0"),
            (("tiny.yaml", "--set", "sweep={links.loss: [1%, 0.01]}"), "are the same scenario"),
            (("tiny.yaml", "--seed", "18446744073709551615"), "fewer seeds"),
            (("tiny.yaml", "--seeds", "0"), "from 1 to"),
            (("tiny.yaml", "--jobs", "0"), "from 1 to"),
            (("tiny.yaml", "--again", "x"), "from 1 to"),
            (("tiny.yaml", "--figure", "latency.p98"), "is no figure .did you mean latency.p9"),
            (("tiny.yaml", "--figure", "controlshare"), "did you mean control_share"),
            (("tiny.yaml", "--figure", "nodes,"), '"" is no figure'),
            (("tiny.yaml", "--figure", "nodes,nodes"), "nodes stands twice"),
            ((), "name a scenario"),
        )
        for arguments, message in rows:
            with self.subTest(arguments):
                self.assert_refused(self.call("sweep", *arguments), message)
                self.assertEqual(before, self.contents())
        for name in ("wrong.yaml", "typo.yaml"):
            self.assert_refused(self.call("check", name), f"{name}:[23]:")

    def test_given_a_scenario_with_a_sweep_when_run_then_it_is_said_what_is_left_out(self):
        outcome = self.call("run", "tiny.yaml", "--json", "--out", "a", "--no-figures")
        plain = self.call("run", "tiny.yaml", "--json", "--out", "b", "--set", "sweep={}")

        self.assertEqual(0, outcome.status)
        self.assertRegex(outcome.err, "^gossim: tiny.yaml has a sweep, .* runs its points\n$")
        self.assertEqual("", plain.err)
        self.assertEqual(json.loads(plain.out)["digest"], json.loads(outcome.out)["digest"])

    def test_given_a_run_that_fails_when_swept_then_named_with_its_command(self):
        self.write("long2.yaml", self.read("long.yaml").decode() + "sweep: {router.D: [6]}\n")
        process = self.program.start(
            *("sweep", "long2.yaml", "--jobs", "2", "--out", "place"), folder=self.folder
        )
        self.addCleanup(process.kill)
        children = []
        deadline = time.monotonic() + PATIENCE_S
        while len(children) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
            path = f"/proc/{process.pid}/task/{process.pid}/children"
            with open(path, encoding="ascii") as file:
                children = [int(word) for word in file.read().split()]

        os.kill(children[1], signal.SIGKILL)
        out, err = process.communicate(timeout=PATIENCE_S)

        self.assertEqual((1, ""), (process.returncode, out), err)
        said, command, reason = err.splitlines()
        self.assertEqual(
            "gossim: the run of point 1 (router.D=6) at seed 2 failed; it is repeated by", said
        )
        self.assertEqual(["gossim", "run", "long2.yaml"], shlex.split(command)[:3])
        self.assertRegex(reason, r"^gossim: it was ended by signal 9")

    def test_given_a_terminal_when_swept_then_rate_and_time_left(self):
        self.write("slower.yaml", SLOWER + SWEEP)
        master, terminal = pty.openpty()
        process = self.program.start(
            "sweep", "slower.yaml", "--out", "place", folder=self.folder, stderr=terminal
        )
        os.close(terminal)
        shown = b""
        try:
            while piece := os.read(master, 4096):
                shown += piece
        except OSError:
            pass  # nobody is there any more
        process.communicate(timeout=PATIENCE_S)
        os.close(master)

        self.assertRegex(
            shown.decode(), r"[0-9]+ of 12 runs, [0-9.]+ s, [0-9.]+ runs/s, [0-9]+ s left"
        )


if __name__ == "__main__":
    unittest.main()
