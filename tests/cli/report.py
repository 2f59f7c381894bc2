#!/usr/bin/env python3
"""gossim report: what is on the page, that it is the same for the same folder, and what is refused.

Usage: report.py GOSSIM
"""

import csv
import json
import os
import re
import shlex
import shutil
import sqlite3
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import SMALL, FolderTest, program_of_arguments
from report_page import Page

PROGRAM = program_of_arguments()
SWEPT = SMALL.replace("name: small", "name: swept") + (
    "expect: [latency.p99 <= 85ms]\n"
    "sweep:\n  links.delay: [20ms, {uniform: [10ms, 90ms]}]\n  router.D: [4, 6]\n  repeat: 2\n"
)
NASTY = "</script><img src=x onerror=alert(1)>"
ALL_LOST = "links: {delay: 20ms, loss: 100%}"


def rows_of(path):
    with open(path, encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


class ReportTest(FolderTest):
    program = PROGRAM

    def run_it(self, text, *options, out="run", figures=False):
        """A finished run; figures take their time, and only some tests are about them."""
        self.write(f"{out}.yaml", text)
        shutil.rmtree(self.path(out), ignore_errors=True)
        plain = [] if figures else ["--no-figures"]
        plain += [] if "none" in options else ["--delivery-table"]
        outcome = self.call("run", f"{out}.yaml", "--out", out, "--json", *plain, *options)
        self.assertIn(outcome.status, (0, 3), outcome)
        if not figures:
            os.mkdir(self.path(out, "figures"))
        return json.loads(outcome.out)

    def report(self, folder, *options):
        outcome = self.call("report", folder, *options)
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return Page(self.path(folder, "report.html"))

    # --- a run ---------------------------------------------------------------------------------

    def test_given_a_run_when_reported_then_the_page_has_what_was_asked_and_found(self):
        found = self.run_it(SMALL + "expect: [delivery_ratio >= 0.9, latency.p99 <= 1ms]\n")

        page = self.report("run")

        self.assertIn("Do delivery_ratio >= 0.9 and latency.p99 <= 1ms hold", page.text)
        self.assertIn("1 of 2 expectations failed", page.text)
        self.assertIn(found["digest"], page.text)
        self.assertIn(["✓ met", "delivery_ratio >= 0.9", "1"], page.rows)
        self.assertIn(["✗ failed", "latency.p99 <= 1ms", "80.0 ms"], page.rows)
        for section in ("result", "spread", "figures", "tables", "rerun", "scenario", "caveats"):
            self.assertIn(("section", {"id": section}), page.elements)

    def test_given_expectations_that_hold_when_reported_then_it_says_yes(self):
        self.run_it(SMALL + "expect: [delivery_ratio >= 0.9]\n")
        self.assertIn("Yes. The expectation is met.", self.report("run").text)

    def test_given_no_expectation_when_reported_then_nothing_is_judged(self):
        self.run_it(SMALL)
        page = self.report("run", "--question", "Is it <b>fast</b>?")
        self.assertIn("states no expectation", page.text)
        self.assertIn("Is it <b>fast</b>?", page.text)
        self.assertNotIn("<b>fast", page.raw)

    def test_given_the_page_when_its_command_is_given_then_the_digest_is_the_same(self):
        found = self.run_it(SMALL, "--seed", "7", "--set", "router.D=5", "--ties", "last")

        page = self.report("run")

        row = next(row for row in page.rows if found["digest"] in row)
        command = shlex.split(row[3].strip().removesuffix("Copy").strip())
        self.assertEqual(["gossim", "run", "scenario.yaml", "--ties", "last"], command)
        self.write("again/scenario.yaml", page.texts["scenario-text"])
        outcome = self.program.call(
            *command[1:], "--json", "--out", "out", folder=self.path("again")
        )
        self.assertEqual(found["digest"], json.loads(outcome.out)["digest"])
        self.assertEqual(self.read("run", "scenario.yaml").decode(), page.texts["scenario-text"])

    def test_given_a_scenario_when_reported_then_defaults_and_they_alone_are_marked(self):
        self.run_it(
            "name: marked\nduration: 6s\nrouter: {profile: nim-2020, D: 8}\nnodes: {count: 30}\n"
            "links: {delay: 20ms, loss: 2%}\npublish: [{start: 5s, count: 2, size: 100B}]\n"
        )

        raw = self.report("run").raw

        raw = raw[raw.index('id="scenario-text"') : raw.index('id="caveats"')]
        for usual in ("  Dlo: 4", "seed: 1", "  spare_senders: false", "churn: []"):
            self.assertIn(f'<span class="default">{usual}</span>', raw)
        for given in ("  D: 8", "  profile: nim-2020", "  loss: 2%", "  count: 30", "name: marked"):
            self.assertIn(f'<span class="line">{given}\n</span>', raw)
        publish = next(line for line in raw.splitlines() if "count: 2" in line)
        self.assertRegex(publish, r'\{<span class="default part">topic: [^<]*</span>, ')
        self.assertRegex(publish, r"</span>, count: 2, size: 100B\}")

    def test_given_quirks_when_reported_then_those_in_force_are_named(self):
        self.run_it(SMALL + "router: {profile: nim-2020, quirks: {sent_cache: false}}\n")
        page = self.report("run")
        self.assertIn("Quirks are in force", page.text)
        self.assertIn("Q14 ", page.text.replace("\n", " ") + "Q14 ")
        self.assertIn("received_cache", page.text)
        self.assertNotIn("<code>sent_cache", page.raw)
        self.run_it(SMALL, out="plain")
        self.assertNotIn("Quirks are in force", self.report("plain").text)

    def test_given_what_a_scenario_has_when_reported_then_only_its_caveats_are_told(self):
        self.run_it(SMALL)
        bare = self.report("run").text
        self.run_it(
            SMALL.replace(
                "links: {delay: 20ms}",
                "links: {delay: 20ms, jitter: {uniform: [0ms, 5ms]}, loss: 1%, transport: stream, "
                "bandwidth: {up: 10Mbit/s}}",
            ).replace("start: 0s", "processing: 1ms"),
            out="rich",
        )
        rich = self.report("rich").text
        for caveat, in_bare, in_rich in (
            ("No bandwidth is set.", True, False),
            ("Bandwidth is that of nodes.", False, True),
            ("Nothing is lost at random.", True, False),
            ("Losses are keyed.", False, True),
            ("A lost RPC stays lost.", False, False),
            ("Delays do not vary in time.", True, False),
            ("Handling an RPC takes no time.", True, False),
            ("Heartbeats are in phase.", True, False),
            ("Nothing fails.", True, True),
            ("This is one run.", True, True),
        ):
            self.assertEqual((in_bare, in_rich), (caveat in bare, caveat in rich), caveat)

    # --- the page as such ----------------------------------------------------------------------

    def test_given_a_page_when_read_then_it_needs_nothing_beside_itself(self):
        self.run_it(SMALL, "--trace", "full")
        page = self.report("run")
        for tag, attributes in page.elements:
            for name in ("src", "href", "srcset", "data", "action"):
                value = attributes.get(name, "#")
                self.assertTrue(value.startswith(("#", "data:")), (tag, name, value[:80]))
            self.assertEqual([], [name for name in attributes if name.startswith("on")])
            self.assertNotIn("style", attributes)
        self.assertNotRegex(page.raw, r"@import|url\(|fetch\(|XMLHttpRequest|WebSocket|\beval\(")
        policy = page.policy()
        self.assertIn("default-src 'none'", policy)
        for tag in ("script", "style"):
            hashes = page.inline_hashes(tag)
            self.assertEqual(1, len(hashes))
            self.assertIn(f"{tag}-src '{hashes[0]}'", policy)

    def test_given_one_folder_when_reported_twice_then_the_bytes_are_the_same(self):
        self.run_it(SMALL, "--trace", "full", figures=True)
        page = self.report("run")
        self.assertEqual(6, sum(1 for tag, _ in page.elements if tag == "img"))
        first = self.read("run", "report.html")
        self.report("run")
        self.assertEqual(first, self.read("run", "report.html"))
        shutil.copytree(self.path("run"), self.path("elsewhere", "copy"))
        self.report("elsewhere/copy")
        self.assertEqual(first, self.read("elsewhere", "copy", "report.html"))
        self.assertNotIn(self.folder.encode(), first)

    def test_given_names_that_are_markup_when_reported_then_they_stay_text(self):
        topics = f"topics: [{{name: '{NASTY}', subscribers: all}}]\n"
        self.run_it(SMALL + topics, "--trace", "full")
        page = self.report("run", "--question", NASTY)
        self.assertNotIn("<img src=x", page.raw)
        self.assertIn(NASTY, page.text)
        self.assertEqual([], [tag for tag, given in page.elements if "onerror" in given])
        self.assertEqual(NASTY, json.loads(page.texts["view-info"])["messages"][0]["topic"])

    # --- what is played back -------------------------------------------------------------------

    def events_of(self, folder, page, number):
        info = json.loads(page.texts["view-info"])
        message = next(item for item in info["messages"] if item["number"] == number)
        return message, page.columns(message["block"])

    def test_given_a_run_when_reported_then_arrivals_are_those_of_the_table(self):
        for level in ("deliveries", "full"):
            self.run_it(SMALL.replace("20ms}", "{uniform: [1ms, 90ms]}}"), "--trace", level)
            page = self.report("run")
            for number in range(3):
                message, columns = self.events_of("run", page, number)
                unit = message["unit_ns"]
                arrivals = sorted(
                    (round(time * unit), node, sender, hops, flags & 1, flags & 2)
                    for node, time, sender, hops, flags in zip(
                        *(columns[name] for name in ("node", "time", "from", "hops", "flags"))
                    )
                )
                expected = sorted(
                    (
                        *(int(row[name]) for name in ("latency_ns", "node", "sender", "hops")),
                        int(row["expected"]),
                        2 if row["copy"] == "requested" else 0,
                    )
                    for row in rows_of(self.path("run", "tables", "delivery.tsv"))
                    if int(row["message"]) == number
                )
                self.assertEqual(expected, arrivals)
                self.assertEqual(level == "full", "dtime" in columns)

    def test_given_a_full_trace_when_reported_then_copies_and_control_are_those_of_the_trace(self):
        self.run_it(SMALL.replace("20ms}", "20ms, loss: 10%}"), "--trace", "full")
        page = self.report("run")
        for number in range(3):
            message, columns = self.events_of("run", page, number)
            start, end = message["published_ns"], message["published_ns"] + message["end_ns"]

            def records(*kinds, since=start, until=end):
                outcome = self.call("trace", "run", "--format", "jsonl", "--kind", ",".join(kinds))
                found = [json.loads(line) for line in outcome.out.splitlines()]
                return [item for item in found if since <= item["at_ns"] <= until]

            def times(name):
                return [start + round(time * message["unit_ns"]) for time in columns[name]]

            copies = [item for item in records("duplicate") if item["message"] == number]
            self.assertEqual(
                [(item["at_ns"], item["node"], item["peer"]) for item in copies],
                list(zip(times("dtime"), columns["dnode"], columns["dfrom"])),
            )
            kinds = ("ihave", "iwant", "graft", "prune")
            control = records(*(f"receive:{kind}" for kind in kinds))
            self.assertEqual(
                [(i["at_ns"], i["node"], i["peer"], kinds.index(i["rpc"]) + 2) for i in control],
                list(zip(times("ctime"), columns["cnode"], columns["cfrom"], columns["ckind"])),
            )
            lost = [i for i in records("lost:messages", until=1 << 62) if i["message"] == number]
            self.assertEqual(
                [(item["at_ns"], item["node"], item["peer"]) for item in lost],
                list(zip(times("ltime"), columns["lfrom"], columns["lnode"])),
            )
            self.check_mesh(columns, records("graft", "prune", since=0, until=start))

    def test_given_copies_lost_long_after_arrivals_when_reported_then_when_they_were(self):
        # Only messages are lost, all of them: again when they are asked for, a heartbeat later.
        self.run_it(
            SMALL.replace("20ms}", "{uniform: [1ms, 90ms]}, loss: {rates: {messages: 100%}}}")
            .replace("degree: 4", "degree: 12"),
            *("--set", "router={D: 4, Dlo: 3, Dhi: 5, heartbeat_interval: 5s}"),
            *("--set", "duration=30s"),
            *("--trace", "full"),
        )
        page = self.report("run")
        message, columns = self.events_of("run", page, 0)
        outcome = self.call("trace", "run", "--format", "jsonl", "--kind", "lost:messages")
        found = [json.loads(line) for line in outcome.out.splitlines()]
        lost = [item["at_ns"] for item in found if item["message"] == 0]
        times = [message["published_ns"] + round(t * message["unit_ns"]) for t in columns["ltime"]]
        self.assertGreater(lost[-1] - message["published_ns"], message["unit_ns"] << 32)
        self.assertEqual(lost, times)

    def check_mesh(self, columns, changes):
        """The meshes at the publication are what all changes before came to."""
        mesh = set()
        for change in changes:
            (mesh.add if change["kind"] == "graft" else mesh.discard)(
                (change["node"], change["peer"])
            )
        found = set()
        for a, b, owners in zip(columns["ma"], columns["mb"], columns["mboth"]):
            found.update([(a, b)] if owners & 1 else [])
            found.update([(b, a)] if owners & 2 else [])
        self.assertEqual(mesh, found)

    def test_given_too_little_room_when_reported_then_what_is_left_out_is_told(self):
        many = SMALL.replace("every: 100ms, count: 3", "every: 20ms, count: 60")
        self.run_it(many, "--trace", "full")
        whole = self.report("run")
        self.assertEqual(60, len(json.loads(whole.texts["view-info"])["messages"]))
        self.assertNotIn("view-left-out", whole.raw)
        limit = len(whole.raw.encode()) - 20000
        page = self.report("run", "--max-size", f"{limit}B", "--message", "57")
        numbers = [item["number"] for item in json.loads(page.texts["view-info"])["messages"]]
        self.assertLess(len(numbers), 60)
        self.assertGreater(len(numbers), 1)
        self.assertEqual(57, numbers[0])
        self.assertIn(f"{len(numbers)} of 60 messages are in this picture", page.text)
        self.assertLessEqual(len(page.raw.encode()), limit)

    def test_given_deliveries_alone_when_reported_then_it_says_what_is_not_in_them(self):
        self.run_it(SMALL)
        page = self.report("run")
        self.assertIn("duplicates, losses, control messages and meshes are not in it", page.text)
        self.run_it(SMALL, "--trace", "full", out="full")
        self.assertNotIn("are not in it", self.report("full").text)

    def test_given_nothing_delivered_when_reported_then_figures_are_undefined(self):
        self.run_it(SMALL.replace("links: {delay: 20ms}", ALL_LOST), "--trace", "full")
        page = self.report("run")
        self.assertIn("nothing was delivered", page.text)
        _, columns = self.events_of("run", page, 0)
        self.assertEqual(((), ()), (columns["time"], columns["dtime"]))

    # --- what is not whole ---------------------------------------------------------------------

    def test_given_a_trace_cut_short_when_reported_then_the_page_says_so(self):
        many = SMALL.replace("duration: 8s", "duration: 60s").replace("count: 3", "count: 500")
        self.run_it(many)
        whole = self.read("run", "trace.gst")
        self.write("cut/trace.gst", whole[: len(whole) // 2])
        page = self.report("cut")
        self.assertIn("The trace was cut short.", page.text)
        self.assertIn("There is no summary of this run", page.text)

    def test_given_a_run_without_trace_or_figures_when_reported_then_the_rest_is_there(self):
        self.run_it(SMALL, "--trace", "none", out="bare")
        page = self.report("bare")
        self.assertIn("The run kept no trace", page.text)
        self.assertNotIn("view-info", page.texts)
        self.run_it(SMALL)
        os.rmdir(self.path("run", "figures"))
        before = set(os.listdir(self.path("run")))
        page = self.report("run")
        self.assertEqual(6, sum(1 for tag, _ in page.elements if tag == "img"))
        self.assertEqual(before | {"report.html"}, set(os.listdir(self.path("run"))))

    def test_given_events_of_other_programs_when_reported_then_nothing_is_to_be_run_again(self):
        self.run_it(SMALL, "--trace", "full")
        os.mkdir(self.path("events"))
        self.call("trace", "run", "--format", "trace-event", "--out", "events/all.pb")
        outcome = self.call("plot", "events", "--out", "imported")
        self.assertEqual(0, outcome.status, outcome)
        page = self.report("imported")
        self.assertIn("These are events of other programs", page.text)
        self.assertIn("There is nothing to run.", page.text)
        self.assertNotIn("cannot be read", page.text)
        own = self.report("run")
        for number in range(3):
            ours, theirs = (self.events_of("", item, number)[1] for item in (own, page))
            self.assertEqual(sorted(ours["node"]), sorted(theirs["node"]))
            self.assertEqual(len(ours["dnode"]), len(theirs["dnode"]))

    def test_given_a_reported_run_when_run_again_then_its_folder_is_replaced(self):
        self.run_it(SMALL)
        self.report("run")
        outcome = self.call("run", "run.yaml", "--out", "run", "--no-figures")
        self.assertEqual(0, outcome.status, outcome)
        self.assertFalse(os.path.exists(self.path("run", "report.html")))

    def test_given_bad_input_when_reported_then_it_is_refused_and_nothing_written(self):
        self.run_it(SMALL)
        self.write("empty/readme.txt", "nothing")
        self.write("odd/summary.json", "[1, 2")
        self.write("odd/trace.gst", "no trace")
        self.write("garbled/trace.gst", "no trace")
        shutil.copytree(self.path("run"), self.path("mixed"))
        other = json.loads(self.read("run", "summary.json"))
        self.write("mixed/summary.json", json.dumps({**other, "digest": "0" * 32}))
        self.call("sweep", "small.yaml", "--out", "swept", "--set", "sweep.router.D=[4]")
        self.call("run", "small.yaml", "--out", "quiet", "--no-figures", "--set", "publish=[]")
        before = self.contents()
        for arguments, message in (
            (["nowhere"], "cannot open nowhere"),
            (["empty"], "empty is no result of gossim run, sweep or compare"),
            (["odd"], "odd/summary.json is not the summary of a run"),
            (["garbled"], "garbled/trace.gst"),
            (["mixed"], "summary.json is of a run with the digest 0{32}, trace.gst of one with"),
            (["run", "--message", "3"], "--message 3: the trace has messages 0 to 2"),
            (["quiet", "--message", "0"], "--message 0: the trace has no messages"),
            (["run", "--message", "x"], "--message x"),
            (["run", "--max-size", "10kB"], "--max-size 10000B"),
            (["run", "--max-size", "10"], "--max-size 10: "),
            (["run", "-o", "run"], "run is in the way: it is not a file"),
            (["run", "-o", "nowhere/at/all.html"], "cannot write"),
            (["run", "small.yaml"], "one result folder, not two"),
            ([], "name the folder"),
        ):
            with self.subTest(arguments):
                self.assert_refused(self.call("report", *arguments), message)
        self.assertEqual(before, self.contents())

    # --- a sweep -------------------------------------------------------------------------------

    def sweep(self, text=SWEPT):
        self.write("swept.yaml", text)
        outcome = self.call("sweep", "swept.yaml", "--out", "swept", "--jobs", "2")
        self.assertIn(outcome.status, (0, 3), outcome)
        with sqlite3.connect(self.path("swept", "sweep.db")) as database:
            return database.execute(
                "SELECT seed, digest, expectations_failed FROM runs ORDER BY point, replicate"
            ).fetchall()

    def test_given_a_sweep_when_reported_then_each_run_can_be_made_again(self):
        runs = self.sweep()
        page = self.report("swept")
        rows = [row for row in page.rows if row[4:5] and row[4].strip().endswith("Copy")]
        self.assertEqual([[str(run[0]), run[1]] for run in runs], [row[2:4] for row in rows])
        self.write("scenario.yaml", page.texts["scenario-text"])
        for row in rows:
            command = shlex.split(row[4].strip().removesuffix("Copy").strip())
            outcome = self.call(*command[1:], "--json", "--out", "again")
            self.assertEqual(row[3], json.loads(outcome.out)["digest"], row)

    def test_given_a_sweep_when_reported_then_means_and_verdicts_are_those_of_its_runs(self):
        runs = self.sweep()
        page = self.report("swept")
        failed = sum(1 for run in runs if run[2] > 0)
        self.assertGreater(failed, 0)
        self.assertLess(failed, len(runs))
        self.assertIn(f"{failed} of 8 runs failed an expectation", page.text)
        self.assertRegex(page.text, r"How do .* depend on delay and D\?")
        self.assertEqual(7, sum(1 for tag, _ in page.elements if tag == "img"))
        outcome = self.call("sweep", "swept.yaml", "--out", "swept", "--json")
        points = json.loads(outcome.out)["points"]
        rows = [row for row in page.rows if row[2:3] == ["2"] and len(row) == 11]
        self.assertEqual(4, len(rows))
        for row, point in zip(rows, points):
            mean = point["figures"]["latency_p50_ns"]["mean"] / 1e6
            self.assertAlmostEqual(mean, float(row[5].split()[0]), delta=0.01 * mean)

    def test_given_one_run_or_several_when_reported_then_in_the_number_of_each(self):
        met = SWEPT[: SWEPT.index("expect:")] + "expect: [delivery_ratio > 0]\n"
        for sweep, runs, verdict in (
            ("sweep: {router.D: [4], repeat: 1}\n",
             "sweep of 1 point · 1 run · seed 1 · scenario", "The run met its expectations."),
            ("sweep: {router.D: [4, 5], repeat: 2}\n",
             "sweep of 2 points · 4 runs · seeds 1 to 2 · scenario",
             "All 4 runs met their expectations."),
        ):
            self.sweep(met + sweep)
            text = self.report("swept").text
            self.assertIn(runs, text)
            self.assertIn(verdict, text)

    def test_given_enough_runs_when_reported_then_medians_and_bootstrap_have_intervals(self):
        few, many = SWEPT, SWEPT.replace("repeat: 2", "repeat: 8")
        for text, intervals in ((few, False), (many, True)):
            self.sweep(text)
            page = self.report("swept")
            medians = [row for row in page.rows if len(row) == 10 and row[2] in ("2", "8")]
            self.assertEqual(4, len(medians))
            said = json.loads(self.call("sweep", "swept.yaml", "--out", "swept", "--json").out)
            if not intervals:
                self.assertEqual(["80 =", "80 ="], [row[5] for row in medians[:2]])
            for row, point in zip(medians, said["points"]):
                figure = point["figures"]["latency_p99_ns"]
                self.assertEqual(intervals, "mean [" in row[5], row)
                numbers = [float(number) for number in re.findall(r"[\d.]+", row[5])]
                names = ["median"]
                if intervals:
                    names += ["median_low", "median_high", "bootstrap_low", "bootstrap_high"]
                self.assertEqual(len(names), len(numbers), row)
                for name, number in zip(names, numbers):
                    self.assertAlmostEqual(figure[name] / 1e6, number, delta=0.01 * number)

    def test_given_a_database_when_reported_then_the_page_goes_beside_it(self):
        self.sweep()
        outcome = self.call("report", "swept/sweep.db")
        self.assertEqual(0, outcome.status, outcome)
        self.assertTrue(os.path.exists(self.path("swept", "report.html")))
        self.assert_refused(self.call("report", "swept", "--message", "1"), "keeps no messages")

    def test_given_many_runs_and_little_room_when_reported_then_rows_left_out_are_told(self):
        self.sweep(SWEPT.replace("repeat: 2", "repeat: 25"))
        whole = self.report("swept")
        page = self.report("swept", "--max-size", f"{len(whole.raw.encode()) * 95 // 100}B")
        left_out = re.search(r"(\d+) further runs are left out", page.text)
        self.assertIsNotNone(left_out)
        rows = [row for row in page.rows if row[4:5] and row[4].strip().endswith("Copy")]
        self.assertEqual(100, len(rows) + int(left_out.group(1)))

    # --- a comparison --------------------------------------------------------------------------

    def compare(self, *options, status=0):
        outcome = self.call("compare", "small.yaml", "small.yaml", "--out", "both", *options)
        self.assertEqual((status, ""), (outcome.status, outcome.err), outcome)
        return outcome.out

    def test_given_a_comparison_when_reported_then_each_run_can_be_made_again(self):
        self.compare("--set-b", "links.delay=25ms", "--seeds", "3", "--seed", "5")
        page = self.report("both")
        rows = [row for row in page.rows if len(row) == 5 and "gossim run" in row[2]]
        self.assertEqual(["5", "6", "7"], [row[0] for row in rows])
        self.write("a.yaml", page.texts["scenario-text"])
        self.write("b.yaml", page.texts["scenario-b-text"])
        for row in rows:
            for digest, command in (row[1:3], row[3:5]):
                words = shlex.split(command.strip().removesuffix("Copy").strip())
                outcome = self.call(*words[1:], "--json", "--out", "again")
                self.assertEqual(digest.strip(), json.loads(outcome.out)["digest"], row)
        self.assertIn('<span class="other">  delay: 25ms</span>', page.raw)
        self.assertEqual(1, page.raw.count('<span class="other">  '))

    def test_given_a_difference_or_none_when_reported_then_that_is_the_verdict(self):
        for side, words in (
            ("links.delay=30ms", "B differs from A"),
            ("router.D=6", "are the same runs"),
        ):
            said = " ".join(self.compare("--set-b", side, "--seeds", "6").split())
            page = self.report("both")
            text = " ".join(page.text.split())
            self.assertIn(words, text)
            verdict = re.search(r'<p class="verdict">(.*?)</p>', page.raw, re.DOTALL).group(1)
            self.assertIn(" ".join(verdict.split()), said)
            self.assertEqual(2, sum(1 for tag, _ in page.elements if tag == "img"))
        self.assert_refused(self.call("report", "both", "--message", "1"), "keeps no messages")

    def test_given_the_largest_seeds_when_reported_then_they_are_whole(self):
        self.compare("--set-b", "router.D=4", "--seeds", "2", "--seed", str(2**64 - 2))
        self.assertIn(str(2**64 - 1), [row[0] for row in self.report("both").rows if row])
        for level in ("none", "deliveries"):
            self.run_it(SMALL, "--seed", str(2**64 - 1), "--trace", level)
            self.assertIn(f"seed {2**64 - 1}", self.report("run").text)


if __name__ == "__main__":
    unittest.main()
