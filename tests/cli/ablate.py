#!/usr/bin/env python3
"""What quirks cost, as `gossim ablate` tells it: runs, differences, what is left, and what ends it.

Usage: ablate.py GOSSIM
"""

import csv
import json
import os
import shlex
import signal
import sys
import time
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
PATIENCE_S = 60
FIGURES = (
    "bytes_sent delivery_ratio duplicates_per_delivery latency_p50 latency_p95 latency_p99 "
    "one_sided_mesh_links"
).split()
LONG_NAMES = (
    "flood_own_message_unseen flood_forwards_whole_rpc flood_empty_unpublished "
    "aborted_link_stays_down unbounded_submessages"
).split()
QUICK = ("--quirks", "echo,Q37", "--seeds", "3", "--no-figures")


class AblateTest(FolderTest):
    program = PROGRAM

    def ablate(self, *arguments, **options):
        outcome = self.call("ablate", "small.yaml", *arguments, **options)
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return outcome

    def rows(self, *names):
        with open(self.path(*names), encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter="\t"))

    def start_long(self, *arguments):
        """A long ablation and the ids of its processes."""
        process = self.program.start(
            *("ablate", "long.yaml", "--out", "place", "--jobs", "3", *arguments),
            folder=self.folder,
        )
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        children = []
        deadline = time.monotonic() + PATIENCE_S
        while len(children) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
            path = f"/proc/{process.pid}/task/{process.pid}/children"
            with open(path, encoding="ascii") as file:
                children = [int(word) for word in file.read().split()]
        self.assertEqual(3, len(children))
        return process, children

    def assert_gone(self, children):
        deadline = time.monotonic() + PATIENCE_S
        while any(os.path.exists(f"/proc/{child}") for child in children):
            self.assertLess(time.monotonic(), deadline, children)
            time.sleep(0.02)

    def test_given_a_scenario_when_ablated_then_the_files_of_a_result(self):
        self.ablate("--quirks", "echo", "--seeds", "2")

        found = {
            os.path.relpath(name, "out/small-ablation")
            for name in self.contents()
            if name.startswith("out/small-ablation/")
        }
        expected = {"scenario.yaml", "summary.json", "tables", "figures", "figures/scripts"}
        expected |= {"tables/runs.tsv", "tables/differences.tsv"}
        expected |= {f"figures/{name}.{kind}" for name in FIGURES for kind in ("png", "svg")}
        expected |= {f"figures/scripts/{name}.gp" for name in FIGURES}
        self.assertEqual(expected, found)

    def test_given_an_older_result_when_ablated_again_then_replaced_but_no_other_folder(self):
        self.ablate(*QUICK)
        self.write("notes/letter.txt", "dear")

        self.ablate(*QUICK)
        outcome = self.call("ablate", "small.yaml", *QUICK, "--out", "notes")

        self.assert_refused(outcome, "not empty")
        self.assertEqual(["letter.txt"], os.listdir(self.path("notes")))

    def test_given_an_ablation_when_its_runs_are_repeated_then_same_digests(self):
        self.ablate(*QUICK, "--seed", "7", "--set", "router.D=5")

        rows = self.rows("out/small-ablation-router.D=5/tables/runs.tsv")
        self.assertEqual(6 * 3, len(rows))
        changes = {
            ("nim-2020", "none"): "{}",
            ("gossipsub-v1.0", "none"): "{}",
            ("nim-2020", "repaired"): "{NAME: false}",
            ("gossipsub-v1.0", "added"): "{NAME: true}",
        }
        for row in rows:
            with self.subTest(row):
                quirks = changes[row["profile"], row["change"]].replace("NAME", row["quirk"])
                summary = json.loads(
                    self.call(
                        *("run", "small.yaml", "--json", "--trace", "none", "--out", "run"),
                        *("--seed", row["seed"], "--set", "router.D=5"),
                        *("--set", f"router.profile={row['profile']}"),
                        *("--set", f"router.quirks={quirks}"),
                    ).out
                )

                self.assertEqual(summary["digest"], row["digest"])
                self.assertEqual(summary["bytes_sent"]["total"], int(row["bytes_sent_bytes"]))
                self.assertEqual(summary["latency_ns"]["p99"], int(row["latency_p99_ns"]))
                self.assertEqual(summary["delivery_ratio"], float(row["delivery_ratio"]))

    def test_given_quirks_together_when_ablated_then_changed_together(self):
        quirks = "echo+forwarded_not_cached,echo,forwarded_not_cached"
        wide = ("--set", "topology.degree=10")  # more candidates than a mesh takes
        self.ablate("--quirks", quirks, "--seeds", "2", "--no-figures", *wide, "--out", "a")

        rows = self.rows("a/tables/runs.tsv")
        second = [row for row in rows if row["seed"] == "2"]
        digests = {(row["change"], row["quirk"]): row["digest"] for row in second}
        for change, profile, on in (
            ("repaired", "nim-2020", "false"),
            ("added", "gossipsub-v1.0", "true"),
        ):
            found = self.program.digest(
                *(self.path("small.yaml"), "--seed", "2", *wide),
                *("--set", f"router.profile={profile}"),
                *("--set", f"router.quirks={{echo: {on}, forwarded_not_cached: {on}}}"),
            )
            self.assertEqual(found, digests[change, "echo+forwarded_not_cached"])
            for alone in ("echo", "forwarded_not_cached"):
                self.assertNotEqual(found, digests[change, alone])

    def test_given_runs_when_compared_then_differences_are_those_of_their_means(self):
        outcome = self.ablate(*QUICK, "--json")

        summary = json.loads(outcome.out)
        self.assertEqual(
            outcome.out, self.read("out", "small-ablation", "summary.json").decode()
        )
        runs = self.rows("out/small-ablation/tables/runs.tsv")

        def mean(profile, change, quirk):
            values = [
                int(row["bytes_sent_bytes"])
                for row in runs
                if (row["profile"], row["change"], row["quirk"]) == (profile, change, quirk)
            ]
            self.assertEqual(3, len(values))
            return sum(values) / 3

        echo = [item for item in summary["differences"] if item.get("quirk") == "echo"]
        self.assertEqual(["repaired", "added"], [item["change"] for item in echo])
        for item in echo:
            found = item["bytes_sent_bytes"]["mean"]
            base = mean(item["base"], "none", "NA")
            changed = mean(item["base"], item["change"], "echo")
            self.assertAlmostEqual(changed - base, found, places=3)
        self.assertLess(echo[0]["bytes_sent_bytes"]["mean"], 0)

    def test_given_any_number_of_processes_when_ablated_then_same_result(self):
        texts = []
        for jobs in ("1", "2", "7"):
            self.ablate(*QUICK, "--jobs", jobs, "--out", "a")
            texts.append(self.read("a", "tables", "runs.tsv"))

        self.assertEqual(1, len(set(texts)))

    def test_given_a_quirk_without_effect_when_printed_then_named_or_a_row(self):
        short = self.ablate("--quirks", "echo,flood_empty_unpublished", "--seeds", "2").out
        whole = self.ablate("--quirks", "echo,flood_empty_unpublished", "--seeds", "2", "--all").out

        self.assertEqual(2, short.count("No effect on this scenario: flood_empty_unpublished\n"))
        self.assertRegex(whole, "(?m)^flood_empty_unpublished +no effect on this scenario$")
        for line in (short + whole).splitlines():
            self.assertLessEqual(len(line), 120)
            self.assertEqual(line.rstrip(), line)
        self.assertIn("Student's t on the 2 paired", short.replace("\n", " "))

    def test_given_figures_that_are_undefined_when_ablated_then_null_and_said(self):
        nobody = ("--set", "publish=[]")

        text = self.ablate(*QUICK, *nobody).out
        summary = json.loads(self.ablate(*QUICK, *nobody, "--json").out)

        self.assertRegex(text, "(?m)^gossipsub-v1.0 +undefined")
        self.assertIsNone(summary["profiles"][0]["delivery_ratio"]["mean"])
        self.assertEqual(0, summary["profiles"][0]["delivery_ratio"]["count"])

    def test_given_mistakes_when_called_then_refused_and_nothing_left(self):
        self.write("wrong.yaml", "nodes: {count: 0}\n")
        before = self.contents()
        rows = (
            (("small.yaml", "--seeds", "1"), "from 2 to"),
            (("small.yaml", "--seeds", "x"), "from 2 to"),
            (("small.yaml", "--jobs", "0"), "from 1 to"),
            (("small.yaml", "--quirks", "echo,ecko"), '"ecko" is no quirk'),
            (("small.yaml", "--quirks", ""), '"" is no quirk'),
            (("small.yaml", "--quirks", "echo,"), '"" is no quirk'),
            (("small.yaml", "--quirks", "echo+Q64"), '"Q64" is no quirk'),
            (("small.yaml", "--quirks", "echo+"), '"" is no quirk'),
            (("small.yaml", "--quirks", "+".join(LONG_NAMES)), "at most 100 bytes"),
            (("small.yaml", "--quirks", "Q3"), '"Q3" is no quirk with a switch .only in the metr'),
            (("small.yaml", "--quirks", "Q64"), '"Q64" is no quirk with a switch .no effect: '),
            (("small.yaml", "--quirks", "Q15+Q15"), "Q15 is sent_cache, which stands twice"),
            (("small.yaml", "--quirks", "Q15+echo+sent_cache"), "sent_cache, which stands twice"),
            (("small.yaml", "--quirks", "Q15,Q15"), "Q15 is the same as sent_cache, which stands"),
            (("small.yaml", "--quirks", "echo+Q15,sent_cache+echo"), "is the same as echo.Q15"),
            (("small.yaml", "--set", "router.profile=nim-2020"), "changes itself"),
            (("small.yaml", "--set", "router.quirks.echo=true"), "changes itself"),
            (("small.yaml", "--set", "router.E=1"), "router"),
            (("small.yaml", "--seed", "18446744073709551615"), "fewer seeds"),
            (("wrong.yaml",), "wrong.yaml:1:"),
            ((), "name a scenario"),
        )
        for arguments, message in rows:
            with self.subTest(arguments):
                self.assert_refused(self.call("ablate", *arguments), message)
                self.assertEqual(before, self.contents())

    def test_given_a_scenario_that_cannot_be_built_when_ablated_then_refused(self):
        self.write(
            "apart.yaml",
            "nodes: {count: 4}\ntopology: line\n"
            "events: [{at: 1s, inject: {from: 0, to: 3, rpc: 0a}}]\n",
        )
        before = self.contents()

        outcome = self.call("ablate", "apart.yaml", *QUICK)

        message = "gossim: apart.yaml:3:27: events.0.inject: nodes 0 and 3 are not linked"
        self.assert_refused(outcome, message)
        self.assertEqual(before, self.contents())

    def test_given_a_run_that_is_killed_when_ablated_then_it_is_named_with_its_command(self):
        before = self.contents()
        process, children = self.start_long("--seeds", "2", "--set", "topics=[{name: it's}]")

        os.kill(children[1], signal.SIGKILL)
        out, err = process.communicate(timeout=PATIENCE_S)

        self.assertEqual((1, ""), (process.returncode, out), err)
        said, command, reason = err.splitlines()
        self.assertRegex(said, "^gossim: the run of gossipsub-v1.0 at seed 2 failed")
        self.assertRegex(reason, r"^gossim: it was ended by signal 9")
        words = shlex.split(command)
        self.assertEqual(["gossim", "run", "long.yaml"], words[:3])
        checked = self.call("check", *words[2:])
        self.assertEqual("", checked.err)
        self.assertRegex(checked.out, "name: .*it")
        self.assertRegex(checked.out, "(?m)^seed: 2$")
        self.assert_gone(children)
        self.assertEqual(before, self.contents())

    def test_given_a_long_ablation_when_signalled_then_all_end_and_nothing_is_left(self):
        before = self.contents()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name):
                process, children = self.start_long()

                process.send_signal(number)
                out, err = process.communicate(timeout=PATIENCE_S)

                self.assertEqual((1, "", "gossim: interrupted\n"), (process.returncode, out, err))
                self.assert_gone(children)
                self.assertEqual(before, self.contents())

    def test_given_a_long_ablation_when_it_is_killed_then_its_processes_end_too(self):
        process, children = self.start_long()

        process.kill()
        process.communicate(timeout=PATIENCE_S)

        self.assert_gone(children)


if __name__ == "__main__":
    unittest.main()
