#!/usr/bin/env python3
"""What `gossim bench` measures, at small sizes: counts, ratios and tables, never times.

Usage: bench.py GOSSIM FLOOR
"""

import json
import os
import re
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from program import CATALOG, program_of_arguments

PROGRAM = program_of_arguments()
FLOOR = "floor=" + os.path.abspath(sys.argv.pop(1))
NODES = 200
SMALL = ("--sizes", str(NODES), "--rounds", "1")
# What is counted the same whatever is drawn.
CERTAIN = {"subscriptions": 20 * NODES, "heartbeats": 120 * NODES}


class BenchTest(unittest.TestCase):
    def bench(self, *arguments):
        outcome = PROGRAM.call("bench", *arguments)
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return outcome.out

    def json_of(self, *arguments):
        return json.loads(self.bench(*arguments, "--json"))

    def test_given_the_floor_when_measured_then_counts_and_ratios_of_both(self):
        found = self.json_of(*SMALL, "--peer", FLOOR)

        self.assertEqual("speed", found["table"])
        (case,) = found["cases"]
        self.assertEqual(100 * (NODES - 1), case["expected_deliveries"])
        self.assertEqual(["gossim", "floor"], [who["name"] for who in case["contestants"]])
        for who in case["contestants"]:
            kinds = who["kinds"]
            self.assertEqual(100 * (NODES - 1), who["deliveries"])
            self.assertEqual(CERTAIN, {kind: kinds[kind] for kind in CERTAIN})
            self.assertGreater(who["speed_ratio"]["floor"]["median"], 0)
            self.assertGreater(who["cpu_s"]["least"], 0)
            self.assertGreater(who["peak_rss_bytes"], 0)
        gossim, floor = case["contestants"]
        self.assertEqual(1, floor["speed_ratio"]["floor"]["median"])
        published = gossim["events"] - sum(gossim["kinds"].values())
        self.assertEqual(100, published)
        self.assertEqual(floor["events"], sum(floor["kinds"].values()))

    def test_given_seeds_when_counted_then_each_kind_agrees_with_the_floor(self):
        found = self.json_of("counts", "--sizes", str(NODES), "--seeds", "12", "--peer", FLOOR)

        self.assertEqual(12, len(found["cases"]))
        for kind, row in found["differences"]["floor"].items():
            with self.subTest(kind):
                # Seeds are fixed: this is no matter of chance, unless what is drawn changes.
                scatter = 0.01 + 3 * row["standard_error"]
                self.assertLessEqual(abs(row["share"]), scatter)
        for kind, count in CERTAIN.items():
            self.assertEqual(count, found["differences"]["floor"][kind]["mean"])

    def test_given_one_network_when_nothing_is_drawn_later_then_counts_are_the_same(self):
        """Meshes take all links, so no draw of a router decides anything. Messages come while they
        form, so that it matters who grafts when: graph, delays, phases and publishers are one."""
        settings = ("router.D=60", "router.Dlo=60", "router.Dhi=80", "router.Dlazy=0",
                    "publish.0.start=150ms", "publish.0.every=40ms", "duration=8s")

        found = self.json_of(*SMALL, "--peer", FLOOR,
                             *(part for setting in settings for part in ("--set", setting)))

        (case,) = found["cases"]
        gossim, floor = case["contestants"]
        self.assertEqual(floor["kinds"], gossim["kinds"])
        self.assertEqual(floor["deliveries"], gossim["deliveries"])
        self.assertLess(gossim["deliveries"], case["expected_deliveries"])

    def test_given_tables_when_printed_then_a_line_for_each_program_and_the_machine(self):
        for table, lines in (
            ("speed", ("gossim", "floor")),
            ("counts", ("messages", "iwant", "floor: every message")),
            ("growth", ("200", "gossim", "floor")),
            ("doubling", ("base", "messages × 2", "topics × 2", "history × 2")),
            ("idle", ("gossim", "floor")),
            ("traces", ("none", "deliveries", "full", "tables", "full tables costs ")),
        ):
            # An hour for a few nodes, and everything else for a few seconds.
            rounds = () if table == "counts" else ("--rounds", "1")
            cut = () if table == "idle" else ("--set", "duration=20s")
            if table == "counts":
                rounds = ("--seeds", "2")
            with self.subTest(table):
                out = self.bench(table, "--sizes", "60" if table == "idle" else "200", *rounds,
                                 *cut, "--peer", FLOOR).splitlines()

                for beginning in lines:
                    self.assertTrue(any(line.lstrip().startswith(beginning) for line in out), out)
                self.assertRegex(out[-1], r"^machine: \d+ processors \(.*\), load ")

    def test_given_one_round_when_printed_then_nothing_is_said_of_how_it_varies(self):
        for rounds, around, said in (
            ("1", "-", "one round says nothing of how CPU time varies"),
            ("2", r"\d+", r"CPU time of a program varies by up to \d+ % from round to round"),
        ):
            with self.subTest(rounds):
                out = self.bench("--sizes", "100", "--rounds", rounds).splitlines()

                self.assertRegex(out[2], rf"^gossim +\S+ +\S+ +{around} ")
                self.assertRegex(out[-1], rf"; {said}$")

    def test_given_doublings_when_measured_then_events_grow_with_messages_alone(self):
        cases = self.json_of("doubling", "--sizes", "200", "--rounds", "1")["cases"]

        events = {case["name"].split(" ×")[0]: case["contestants"][0]["events"] for case in cases}
        base = cases[0]["contestants"][0]["events"]
        self.assertLess(events["messages"], 2 * base)
        self.assertGreater(events["messages"], 1.2 * base)
        self.assertLess(events["history"], 1.5 * base)
        self.assertEqual(2 * cases[0]["nodes"], cases[-1]["nodes"])

    def test_given_variants_when_measured_then_told_beside_gossim_itself(self):
        found = self.json_of(*SMALL, "--variant", "encoded=--wire encode",
                             "--variant", "itself=" + PROGRAM.command[-1])

        who = found["cases"][0]["contestants"]
        self.assertEqual(["gossim", "encoded", "itself"], [one["name"] for one in who])
        self.assertEqual(1, len({one["digest"] for one in who}))
        self.assertEqual([["gossim"]] * 3, [list(one["speed_ratio"]) for one in who])

    def test_given_a_scenario_when_measured_then_it_and_no_peers(self):
        found = self.json_of("--scenario", os.path.join(CATALOG, "line.yaml"), "--rounds", "2",
                             "--peer", FLOOR)

        (case,) = found["cases"]
        self.assertIsNone(case["nodes"])
        self.assertEqual(1, len(case["contestants"]))
        self.assertEqual(2, len(case["contestants"][0]["cpu_s_of_rounds"]))

    def test_given_a_scenario_and_sizes_when_measured_then_its_name_and_so_many_nodes(self):
        path = os.path.join(CATALOG, "line.yaml")

        out = self.bench("--scenario", path, "--sizes", "60", "--rounds", "1")
        free = self.bench("--scenario", path, "--set", "nodes.count=60", "--rounds", "1")

        self.assertRegex(out, r"^60 nodes of line\.yaml, seed 1")
        self.assertRegex(free, r"^line\.yaml, seed 1")
        row = r"\ngossim +(\S+) .* (\S+)\n"
        self.assertEqual(re.search(row, free).groups(), re.search(row, out).groups())

    def test_given_a_folder_when_growth_is_measured_then_table_and_plot_are_left(self):
        with tempfile.TemporaryDirectory() as folder:
            place = os.path.join(folder, "growth")

            self.bench("growth", "--sizes", "100,200", "--rounds", "2", "--peer", FLOOR,
                       "--out", place)

            with open(os.path.join(place, "tables", "growth.tsv"), encoding="utf-8") as file:
                rows = [line.split("\t") for line in file.read().splitlines()]
            self.assertEqual(
                [("gossim", "100"), ("gossim", "200"), ("floor", "100"), ("floor", "200")],
                [tuple(row[:2]) for row in rows[1:]],
            )
            self.assertIn("growth.png", os.listdir(os.path.join(place, "figures")))
            with open(os.path.join(place, "summary.json"), encoding="utf-8") as file:
                self.assertEqual("growth", json.load(file)["table"])

    def test_given_wrong_words_when_called_then_bad_input(self):
        for words, said in (
            (("frobnicate",), "no table"),
            (("--sizes", "10"), "from 50"),
            (("--sizes", "100,"), "--sizes"),
            (("--rounds", "2,3"), "a whole number from 1 to 1000"),
            (("counts",), "give a --peer"),
            (("counts", "--sizes", "100,200", "--peer", FLOOR), "one size"),
            ((*SMALL, "--peer", "floor"), "NAME=WORDS"),
            ((*SMALL, "--peer", "ghost=/no/such/program"), "cannot be started"),
            ((*SMALL, "--set", "router.X=1"), "router.X"),
            ((*SMALL, "--set", "nodes.count=100"), "give --sizes"),
            ((*SMALL, "--set", "publish.0.every=100ms", "--set", "publish.0.count=300",
              "--peer", FLOOR), "at most 128 messages"),
        ):
            with self.subTest(words):
                outcome = PROGRAM.call("bench", *words)

                self.assertEqual((2, ""), (outcome.status, outcome.out), outcome)
                self.assertIn(said, outcome.err)

    def test_given_a_peer_that_fails_when_measured_then_its_command_and_nothing_is_left(self):
        outcome = PROGRAM.call("bench", *SMALL, "--peer", "false=false {}")

        self.assertEqual((1, ""), (outcome.status, outcome.out))
        self.assertRegex(
            outcome.err, r"repeated by\n  false \S+/w200-1\.txt\n  once --folder keeps its files\n"
        )
        folder = re.search(r"false (\S+)/w200-1", outcome.err)[1]
        self.assertTrue(os.path.basename(folder).startswith("gossim-bench-"))
        self.assertFalse(os.path.exists(folder))

    def test_given_a_folder_when_a_peer_fails_then_its_files_are_there(self):
        with tempfile.TemporaryDirectory() as folder:
            outcome = PROGRAM.call("bench", *SMALL, "--peer", "false=false {}", "--folder", folder)

            self.assertRegex(outcome.err, rf"repeated by\n  false {folder}/w200-1\.txt\ngossim: ")
            self.assertTrue(os.path.exists(os.path.join(folder, "w200-1.txt")))


if __name__ == "__main__":
    unittest.main()
