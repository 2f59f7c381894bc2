#!/usr/bin/env python3
"""Sweeps with `until`: how many replicates each point gets, and what is said of them.

Usage: sweep_until.py GOSSIM
"""

import json
import os
import sqlite3
import statistics
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import SMALL, FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
TINY = SMALL.replace("name: small", "name: tiny").replace(
    "topology: {kind: random-regular, degree: 4}\n",
    "topology: {kind: random-regular, degree: 8}\n",
)
COLUMNS = "replicate, seed, scenario_hash, digest, delivery_ratio, latency_p99_ns, control_share"


class SweepUntilTest(FolderTest):
    program = PROGRAM

    def sweep(self, *arguments, status=0):
        outcome = self.call("sweep", *arguments)
        self.assertEqual((status, ""), (outcome.status, outcome.err), outcome)
        return outcome.out

    def query(self, sql, *values, place):
        connection = sqlite3.connect(self.path(place, "sweep.db"), timeout=30)
        try:
            rows = connection.execute(sql, values).fetchall()
            connection.commit()
            return rows
        finally:
            connection.close()

    def rows(self, place):
        """What does not depend on the machine, by the scenario of the point."""
        sql = f"SELECT hash, {COLUMNS} FROM runs JOIN points USING (point) ORDER BY 1, 2"
        return self.query(sql, place=place)

    def until(self, *arguments, place="out"):
        out = json.loads(self.sweep("until.yaml", "--json", "--out", place, *arguments))
        points = out["points"]
        return [(point["replicates"], point["known"], point["figures"]) for point in points]

    def write_until(self, limit, most):
        self.write(
            "until.yaml",
            TINY.replace("delay: 20ms", "delay: {uniform: [10ms, 90ms]}")
            + f"sweep: {{router.D: [4, 6], repeat: 6, until: ci(latency.p99) < {limit}, "
            f"max_repeat: {most}}}\n",
        )

    def test_given_a_limit_when_swept_then_each_point_ends_when_it_is_known_so_well(self):
        # R: qt(0.985, n - 1)
        student = {6: 3.002875, 8: 2.714573, 10: 2.573804, 13: 2.4607002, 17: 2.3815454}
        student.update({22: 2.3277923, 28: 2.2909136, 35: 2.2650089, 44: 2.2444948})
        self.write_until("9%", 200)
        looks = sorted(student)

        points = self.until()

        for point, (count, known, _) in enumerate(points):
            values = [
                row[0]
                for row in self.query(
                    "SELECT latency_p99_ns FROM runs WHERE point = ? ORDER BY replicate",
                    point + 1,
                    place="out",
                )
            ]
            self.assertTrue(known)
            self.assertEqual(count, len(values))
            for look in looks[: looks.index(count) + 1]:
                half = student[look] * statistics.stdev(values[:look]) / look**0.5
                below = half < 0.09 * statistics.fmean(values[:look])
                self.assertEqual(look == count, below, (point, look))

    def test_given_a_limit_when_killed_or_done_by_many_then_the_same_replicates(self):
        self.write_until("9%", 200)
        whole = self.until("--jobs", "1", place="whole")
        for count in (3, 14, 25):
            with self.subTest(count):
                place = f"killed-{count}"
                self.sweep("until.yaml", "--jobs", "3", "--out", place)
                # As after a kill: what was written last is not there, in whatever order it came.
                self.query(
                    "DELETE FROM runs WHERE replicate > ? OR (point = 1 AND replicate % 2 = 1)",
                    count,
                    place=place,
                )

                self.assertEqual(whole, self.until("--jobs", "2", place=place))
                self.assertEqual(self.rows("whole"), self.rows(place))

    def test_given_equal_values_when_swept_then_as_many_as_others_would_take(self):
        # One message over one link: it arrives in 19 of 20 runs, and takes its time.
        self.write(
            "rare.yaml",
            """\
name: rare
duration: 12s
router: {Dlazy: 0}
nodes: {count: 2}
topology: complete
links: {delay: {uniform: [10ms, 90ms]}}
publish: [{from: 0, start: 10s}]
sweep: {links.loss: [0%, 5%], repeat: 6, until: ci(delivery_ratio) < 20%, max_repeat: 40}
""",
        )
        out = json.loads(self.sweep("rare.yaml", "--json", "--out", "rare"))
        text = self.sweep("rare.yaml", "--out", "rare")

        sure, lossy = out["points"]
        # Of 20 % they take 14, and there is a look at 17.
        self.assertEqual((17, True), (sure["replicates"], sure["known"]))
        self.assertAlmostEqual(1 - 0.05 ** (1 / 17), sure["others_at_most"])
        ratio = sure["figures"]["delivery_ratio"]
        found = tuple(ratio[key] for key in ("same", "mean", "low", "high"))
        self.assertEqual((True, 1, None, None), found)
        self.assertGreater(lossy["replicates"], 6)
        self.assertIn("17  all of 17 equal: others in at most 16 % of runs\n", text)
        self.assertIn("95 % of about\nnormally scattered replicates, and less of others", text)

        # As many as there may be are not enough for 2 %.
        name = self.path("rare.yaml")
        with open(name, encoding="utf-8") as file:
            scenario = file.read().replace("< 20%", "< 2%")
        self.write("rare.yaml", scenario)
        out = json.loads(self.sweep("rare.yaml", "--json", "--out", "tight"))
        self.assertEqual((40, False), (out["points"][0]["replicates"], out["points"][0]["known"]))

    def tables(self, place):
        return sorted(os.listdir(self.path(place, "tables")))

    def test_given_more_in_the_database_when_swept_then_only_what_the_rule_takes_counts(self):
        self.write_until("9%", 200)
        alone = self.until(place="alone")
        self.write_until("3%", 60)
        tight = self.until(place="both")
        self.write_until("9%", 200)

        after = self.until(place="both")

        self.assertEqual([60, 60], [point[0] for point in tight])
        self.assertEqual([False, False], [point[1] for point in tight])
        self.assertEqual(alone, after)
        text = self.sweep("until.yaml", "--out", "both")
        self.assertIn("until ci(latency.p99) < 9%.\nIntervals are of 97 %", text)
        facts = dict(self.query("SELECT key, value FROM sweep", place="both"))
        self.assertEqual("0.97", facts["confidence"])
        wanted = sorted(int(facts[key]) for key in facts if key.startswith("wanted."))
        self.assertEqual(sorted(point[0] for point in alone), wanted)
        # Figures are of the same replicates.
        self.call("plot", "both", "--figure", "latency.p99", "--format", "svg")
        tables = "".join(self.read("both", "tables", name).decode() for name in self.tables("both"))
        for count in wanted:
            self.assertRegex(tables, rf"\t{count}\t")
        self.assertNotRegex(tables, r"\t60\t")

    def test_given_a_limit_when_the_front_is_drawn_then_intervals_are_those_of_the_sweep(self):
        self.write_until("20%", 12)
        points = self.until("--figure", "latency.p99")

        outcome = self.call("plot", "out", "--figure", "pareto", "--format", "svg")

        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        rows = self.read("out", "figures", "pareto.tsv").decode().splitlines()
        names = rows[0].split("\t")
        for (_, _, figures), row in zip(points, rows[1:]):
            told, drawn = figures["latency_p99_ns"], dict(zip(names, row.split("\t")))
            for ours, theirs in (("low", "latency_low"), ("high", "latency_high")):
                self.assertAlmostEqual(told[ours], float(drawn[theirs]), delta=1e-7 * told["mean"])
        self.assertEqual(2, len(rows[1:]))

    def test_given_a_limit_when_listed_then_what_may_be_needed(self):
        self.write_until("9%", 60)

        text = self.sweep("until.yaml", "--list")

        self.assertIn("at most 120 runs, of which 0 are done\n", text)
        self.assertEqual((12, 108), (text.count("missing"), text.count("maybe")))


if __name__ == "__main__":
    unittest.main()
