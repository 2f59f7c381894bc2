#!/usr/bin/env python3
"""Figures of sweeps: each in each format, the tables beside them, and what is refused.

Usage: sweep_figures.py GOSSIM
"""

import csv
import json
import os
import re
import sqlite3
import struct
import sys
import threading
import unittest
import zlib

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import SMALL, FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
GRAPH = "topology: {kind: random-regular, degree: 8}\n"
TINY = SMALL.replace("name: small", "name: tiny").replace(
    "topology: {kind: random-regular, degree: 4}\n", GRAPH
)
SWEEPS = {
    "one": "{router.D: [4, 6, 8]",
    "two": "{router.D: [4, 6], links.loss: [0%, 10%, 30%]",
    "three": "{router.D: [4, 6], links.loss: [0%, 30%], "
    "router.profile: [gossipsub-v1.0, floodsub, nim-2020]",
    "zipped": "{zip: {router.D: [4, 6, 8], router.Dlo: [3, 4, 6]}",
}
FIGURES = (
    *("delivery_ratio", "latency_p50", "latency_p99", "duplicates_per_delivery"),
    *("bytes_sent_total", "control_share", "pareto"),
)


def darkness(png):
    """How many pixels are not white, and how many colours there are."""
    at, data, size = 8, b"", None
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            size = struct.unpack(">IIBB", body[:10])
        if kind == b"IDAT":
            data += body
        at += 12 + length
    return size, len(zlib.decompress(data)), len(data)


class SweepFiguresTest(FolderTest):
    program = PROGRAM

    def make(self, name):
        self.write(f"{name}.yaml", f"{TINY}sweep: {SWEEPS[name]}, repeat: 3}}\n")
        outcome = self.call("sweep", f"{name}.yaml", "--out", name)
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return name

    def plot(self, *arguments):
        outcome = self.call("plot", *arguments)
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return outcome.out

    def rows(self, *names):
        lines = [line for line in self.read(*names).decode().splitlines() if line != ""]
        return list(csv.DictReader(lines, delimiter="\t"))

    def query(self, place, sql):
        connection = sqlite3.connect(self.path(place, "sweep.db"))
        try:
            rows = connection.execute(sql).fetchall()
            connection.commit()
            return rows
        finally:
            connection.close()

    def test_given_sweeps_when_plotted_then_each_figure_in_each_format(self):
        for name in SWEEPS:
            with self.subTest(name):
                self.make(name)
                out = self.plot(name, "--format", "png,svg,pdf")

                self.assertEqual(f"figures      {name}/figures\n", out)
                self.assertEqual(
                    ["figures", "sweep.db", "tables"], sorted(os.listdir(self.path(name)))
                )
                (scenario_hash,) = self.query(
                    name, "SELECT value FROM sweep WHERE key = 'scenario_hash'"
                )[0]
                for figure in FIGURES:
                    place = (name, "figures")
                    size, pixels, packed = darkness(self.read(*place, f"{figure}.png"))
                    self.assertGreaterEqual(size[0], 1500)
                    self.assertGreater(pixels, 1000000)
                    self.assertGreater(packed, 20000)  # an empty sheet packs into less
                    svg = self.read(*place, f"{figure}.svg").decode()
                    self.assertIn(scenario_hash, svg)
                    self.assertIn("3 replicates, seeds 1 to 3", svg)
                    self.assertGreater(len(self.read(*place, f"{figure}.pdf")), 8000)
                    self.assertTrue(self.read(*place, f"{figure}.pdf").startswith(b"%PDF"))
                    self.assertGreater(len(self.rows(*place, f"{figure}.tsv")), 2)

    def test_given_a_sweep_when_plotted_then_the_tables_are_what_the_sweep_says(self):
        self.make("two")
        self.plot("two", "--figure", "latency.p99", "--format", "svg")
        said = json.loads(
            self.call(
                *("sweep", "two.yaml", "--out", "two", "--json", "--figure", "latency.p99")
            ).out
        )["points"]

        rows = self.rows("two", "figures", "latency_p99.tsv")

        self.assertEqual(
            ["latency_p99.svg", "latency_p99.tsv", "scripts"],
            sorted(os.listdir(self.path("two", "figures"))),
        )
        self.assertEqual(len(said), len(rows))
        by_point = {int(row["point"]): row for row in rows}
        for point in said:
            row, figure = by_point[point["point"]], point["figures"]["latency_p99_ns"]
            # Equal values have no interval.
            for key in ("mean", "median") if figure["same"] else ("mean", "low", "high", "median"):
                self.assertAlmostEqual(figure[key], float(row[key]), delta=1e-7 * figure["mean"])

    def test_given_values_that_are_all_the_same_when_plotted_then_no_interval_as_the_sweep(self):
        figures = {
            "delivery_ratio": "delivery_ratio",
            "latency_p99": "latency_p99_ns",
            "duplicates_per_delivery": "duplicates_per_delivery",
        }
        names = ("--figure", "delivery_ratio,latency.p99,duplicates_per_delivery")
        seen = set()
        for name, form in (("two", "heat"), ("two", "lines"), ("one", "lines")):
            self.make(name)
            said = json.loads(
                self.call("sweep", f"{name}.yaml", "--out", name, "--json", *names).out
            )["points"]
            self.plot(name, names[0], names[1] + ",pareto", "--format", "svg", "--as", form)
            for figure, column in figures.items():
                with self.subTest(name=name, form=form, figure=figure):
                    told = {point["point"]: point["figures"][column] for point in said}
                    for row in self.rows(name, "figures", f"{figure}.tsv"):
                        same = told[int(row["point"])]["same"]
                        ends = [row["low"], row["high"]]
                        ends += [row["half_width"]] if form == "heat" else []
                        self.assertEqual([same] * len(ends), [end == "NA" for end in ends])
                        seen.add(same)
                    words = "=: the same in all" if form == "heat" else "none: all equal"
                    any_same = any(cell["same"] for cell in told.values())
                    self.assertEqual(any_same, words in self.svg(name, figure))
            for row in self.rows(name, "figures", "pareto.tsv"):
                figure = said[int(row["point"]) - 1]["figures"]["delivery_ratio"]
                self.assertEqual(figure["same"], row["delivery_low"] == "NA")
        self.assertEqual({True, False}, seen)

    def test_given_a_sweep_when_plotted_then_each_run_with_its_digest(self):
        self.make("two")
        self.plot("two", "--figure", "latency.p99,hops.mean", "--format", "svg", "--where", "D=6")

        rows = self.rows("two", "tables", "runs.tsv")

        self.assertEqual(9, len(rows))
        expected = self.query(
            "two",
            'SELECT "router.D", "links.loss", replicate, seed, digest, latency_p99_ns, hops_mean '
            'FROM results WHERE "router.D" = 6 ORDER BY point, replicate',
        )
        for row, known in zip(rows, expected):
            self.assertEqual([str(value) for value in known[:6]], list(row.values())[1:7])
            self.assertEqual(known[6], float(row["hops_mean"]))

    def test_given_a_sweep_when_the_front_is_drawn_then_nobody_beats_it(self):
        self.make("two")
        self.plot("two", "--figure", "pareto", "--format", "svg")

        rows = self.rows("two", "figures", "pareto.tsv")

        self.assertEqual(6, len(rows))
        costs = [(float(row["bytes_per_delivery"]), float(row["latency"])) for row in rows]
        for row, own in zip(rows, costs):
            beaten = any(a <= own[0] and b <= own[1] and (a, b) != own for a, b in costs)
            self.assertEqual("0" if beaten else "1", row["front"], row)
        expected = self.query(
            "two",
            "SELECT avg(bytes_sent_total * 1.0 / deliveries) FROM runs GROUP BY point "
            "ORDER BY point",
        )
        for (mean,), own in zip(expected, costs):
            self.assertAlmostEqual(mean, own[0], delta=1e-7 * mean)

    def test_given_runs_that_are_missing_when_plotted_then_marked(self):
        self.make("two")
        self.query("two", "DELETE FROM runs WHERE point = 2")
        self.query("two", "DELETE FROM runs WHERE point = 3 AND replicate > 1")

        self.plot("two", "--figure", "latency.p99")

        rows = self.rows("two", "figures", "latency_p99.tsv")
        self.assertEqual(6, len(rows))
        self.assertEqual(1, sum(row["point"] == "NA" and row["mean"] == "NA" for row in rows))
        alone = [row for row in rows if row["replicates"] == "1"]
        self.assertEqual([("NA", "NA")], [(row["low"], row["half_width"]) for row in alone])
        self.assertIn("1 to 3 replicates", self.read("two", "figures", "latency_p99.svg").decode())

    def test_given_figures_when_others_are_plotted_then_all_stay_but_those_made_anew(self):
        self.make("two")
        place = ("two", "figures")
        self.plot("two", "--figure", "latency.p99,hops.mean", "--format", "png,svg")
        self.write("two/figures/mine.txt", "mine")
        self.write("two/figures/scripts/mine.gp", "mine")
        self.write("two/tables/mine.tsv", "mine")
        self.write("two/figures/latency_p99.svg", "to be drawn anew")
        self.write("two/tables/runs.tsv", "to be written anew")
        before = {name: self.read(*place, name) for name in os.listdir(self.path(*place, ""))
                  if name != "scripts"}

        self.plot("two", "--figure", "latency.p99,pareto", "--format", "svg,pdf")

        after = set(os.listdir(self.path(*place)))
        added = {"pareto.svg", "pareto.pdf", "pareto.tsv", "latency_p99.pdf", "scripts"}
        self.assertEqual(set(before) | added, after)
        for name, content in before.items():
            same = content == self.read(*place, name)
            self.assertEqual(name != "latency_p99.svg", same, name)
        self.assertEqual(
            ["hops_mean.gp", "latency_p99.gp", "mine.gp", "pareto.gp"],
            sorted(os.listdir(self.path(*place, "scripts"))),
        )
        self.assertEqual(b"mine", self.read("two", "tables", "mine.tsv"))
        self.assertEqual(18, len(self.rows("two", "tables", "runs.tsv")))
        self.assertEqual(
            ["figures", "sweep.db", "tables"], sorted(os.listdir(self.path("two")))
        )

    def test_given_other_points_when_plotted_then_no_picture_beside_a_table_it_does_not_show(self):
        self.make("two")
        place = ("two", "figures")
        self.plot("two", "--figure", "latency.p99,hops.mean", "--format", "png,svg,pdf")
        self.write("two/figures/latency_p99.txt", "mine")

        self.plot("two", "--figure", "latency.p99", "--format", "svg", "--where", "D=6")

        self.assertEqual(
            ["hops_mean.pdf", "hops_mean.png", "hops_mean.svg", "hops_mean.tsv",
             "latency_p99.svg", "latency_p99.tsv", "latency_p99.txt", "scripts"],
            sorted(os.listdir(self.path(*place))),
        )
        self.assertEqual(3, len(self.rows(*place, "latency_p99.tsv")))

    def test_given_a_folder_where_a_figure_goes_when_plotted_then_nothing_changes(self):
        self.make("two")
        self.plot("two", "--figure", "hops.mean", "--format", "svg")
        self.write("two/figures/pareto.tsv/mine.txt", "mine")
        before = self.contents()

        outcome = self.call("plot", "two", "--figure", "latency.p99,pareto", "--format", "svg")

        self.assert_refused(outcome, "two/figures/pareto.tsv is in the way: it is a folder")
        self.assertEqual(before, self.contents())

    def svg(self, place, figure):
        return self.read(place, "figures", f"{figure}.svg").decode()

    def test_given_figures_without_values_when_plotted_then_of_how_many_runs(self):
        self.make("two")
        self.query("two", "UPDATE runs SET latency_p99_ns = NULL WHERE point = 3 AND replicate > 1")
        self.query("two", "UPDATE runs SET latency_p99_ns = NULL WHERE point = 4")
        self.plot("two", "--figure", "latency.p99,hops.mean", "--format", "svg")

        heat, whole = self.svg("two", "latency_p99"), self.svg("two", "hops_mean")
        self.assertIn("0 to 3 of 3 replicates defined, seeds 1 to 3", heat)
        self.assertIn("(n): of so few runs; hatched: no value", heat)
        self.assertIn("(1)", heat)
        self.assertIn("3 replicates, seeds 1 to 3", whole)
        self.assertNotIn("hatched", whole)
        self.assertNotIn("few", whole)

        self.plot("two", "--figure", "latency.p99,hops.mean", "--format", "svg", "--as", "lines")
        lines, whole = self.svg("two", "latency_p99"), self.svg("two", "hops_mean")
        self.assertIn("hollow: of fewer runs, n", lines)
        self.assertIn("n=1", lines)
        self.assertNotIn("hollow", whole)
        self.assertNotIn("n=3", whole)

        self.plot("two", "--figure", "pareto", "--format", "svg")
        front = self.svg("two", "pareto")
        self.assertIn("labels: D / loss; 1 point without a value", front)
        self.assertIn("  n=1", front)
        self.assertNotIn("n=3", front)

    def uses(self, place, figure):
        """The colours of marks in the order in which they are drawn, of red rings none."""
        pattern = r"<use xlink:href='#gpPt[0-9]+' [^>]*color='(rgb\([0-9, ]+\))'"
        found = [re.sub(" ", "", colour) for colour in re.findall(pattern, self.svg(place, figure))]
        return [colour for colour in found if colour != "rgb(213,94,0)"]

    def test_given_hollow_marks_when_plotted_then_their_white_covers_no_other(self):
        white = "rgb(255,255,255)"
        self.make("two")
        self.query("two", "DELETE FROM runs WHERE point = 1 AND replicate > 1")
        self.plot("two", "--figure", "latency.p99", "--format", "svg", "--as", "lines")
        lines = self.uses("two", "latency_p99")
        self.assertEqual(1, lines.count(white))
        # The mark that is hollow is the first line's; all of the others come later.
        self.assertEqual(lines[lines.index(white) - 1], "rgb(0,114,178)")
        self.assertGreaterEqual(len(set(lines[lines.index(white) + 1 :])), 1)

        self.query("two", "UPDATE runs SET delivery_ratio = 0.5 WHERE point = 2")
        self.plot("two", "--figure", "pareto", "--format", "svg")
        front = self.uses("two", "pareto")
        self.assertEqual(1, front.count(white))
        at = front.index(white)
        filled = [colour for colour in front[at + 1 :] if colour == front[at - 1]]
        self.assertGreaterEqual(len(filled), 2)  # the key has one

    def test_given_a_slice_when_plotted_then_its_figure_says_of_what(self):
        self.make("two")
        for figure in ("latency.p99", "pareto"):
            self.plot("two", "--figure", figure, "--where", "loss=10%", "--format", "svg")
            self.assertIn("At loss 10%", self.svg("two", figure.replace(".", "_")))
        self.plot("two", "--figure", "latency.p99", "--format", "svg")
        self.assertNotIn("At loss", self.svg("two", "latency_p99"))

    def test_given_many_lines_when_plotted_then_each_is_in_the_key(self):
        losses = [f"{4 * i}%" for i in range(20)]
        self.write(
            "many.yaml",
            f"{TINY}sweep: {{router.D: [4, 6], router.Dlazy: [0, 6], links.loss: "
            f"[{', '.join(losses)}], repeat: 1}}\n",
        )
        outcome = self.call("sweep", "many.yaml", "--out", "many")
        self.assertEqual(0, outcome.status, outcome)
        self.plot("many", "--figure", "latency.p99", "--format", "svg", "--y", "loss")

        svg = self.svg("many", "latency_p99")
        high = float(re.search(r'height="([0-9]+)"', svg).group(1))
        places = {}
        for x, y, text in re.findall(
            r"translate\(([0-9.]+),([0-9.]+)\)[^>]*>\s*<text[^>]*>(?:<tspan[^>]*>)?\s*([0-9]+%)",
            svg,
        ):
            places[text] = (float(x), float(y))
        self.assertEqual(set(losses), set(places))
        self.assertEqual(1, len({x for x, _ in places.values()}))
        self.assertEqual(20, len({y for _, y in places.values()}))
        self.assertLess(max(y for _, y in places.values()), high - 40)

    def test_given_colours_by_powers_when_plotted_then_the_bar_says_so(self):
        self.make("two")
        self.plot("two", "--figure", "latency.p99", "--format", "svg")
        self.assertNotIn("log scale", self.svg("two", "latency_p99"))
        self.query("two", "UPDATE runs SET latency_p99_ns = latency_p99_ns * 100 WHERE point = 1")
        self.plot("two", "--figure", "latency.p99", "--format", "svg")
        self.assertIn("log scale", self.svg("two", "latency_p99"))

    def test_given_a_front_when_plotted_then_its_words_are_of_what_there_is(self):
        self.make("one")
        self.plot("one", "--figure", "pareto", "--format", "svg")
        rows = self.rows("one", "figures", "pareto.tsv")
        svg = self.svg("one", "pareto")
        self.assertIn("Front by means; crosses: intervals", svg)
        self.assertEqual(any(row["delivers"] == "0" for row in rows), "hollow" in svg)
        self.assertEqual(any(row["front"] == "0" for row in rows), "beaten" in svg)
        # A point that costs both more and is sure to.
        self.query("one", "UPDATE runs SET latency_p99_ns = 9e9, bytes_sent_total = 9e9 "
                          "WHERE point = 1")
        self.plot("one", "--figure", "pareto", "--format", "svg")
        self.assertIn("beaten", self.svg("one", "pareto"))

    def test_given_choices_when_plotted_then_as_chosen(self):
        self.make("three")
        self.plot(
            *("three", "--figure", "hops.mean,bytes_per_delivery", "--x", "links.loss"),
            *("--y", "profile", "--where", "router.D=6", "--as", "lines", "--out", "place"),
        )

        rows = self.rows("place", "figures", "hops_mean.tsv")
        self.assertEqual(
            ["figures", "summary.json", "tables"], sorted(os.listdir(self.path("place")))
        )
        self.assertEqual({"0%", "30%"}, {row["x"] for row in rows})
        self.assertEqual(
            {"gossipsub-v1.0", "floodsub", "nim-2020"}, {row["series"] for row in rows}
        )
        self.assertEqual(["sweep.db"], os.listdir(self.path("three")))
        # Drawn again by hand, and again by us: the same pictures.
        before = self.read("place", "figures", "hops_mean.svg")
        self.plot(
            *("three", "--figure", "hops.mean,bytes_per_delivery", "--x", "loss"),
            *("--y", "router.profile", "--where", "D=6", "--as", "lines", "--out", "place"),
        )
        self.assertEqual(before, self.read("place", "figures", "hops_mean.svg"))

    def test_given_a_database_that_is_written_to_when_read_then_waited_for(self):
        self.make("one")
        calls = (
            ("plot", "one", "--figure", "latency.p99", "--format", "svg"),
            ("report", "one", "-o", "page.html"),
            ("compare", "one", "--at", "D=4", "--at", "D=6"),
        )
        for arguments in calls:
            with self.subTest(arguments[0]):
                writer = sqlite3.connect(
                    self.path("one", "sweep.db"), isolation_level=None, check_same_thread=False
                )
                writer.execute("BEGIN EXCLUSIVE")
                end = threading.Timer(0.5, writer.execute, ["COMMIT"])
                end.start()
                outcome = self.call(*arguments)
                end.join()
                writer.close()
                self.assertEqual("", outcome.err)
                self.assertIn(outcome.status, (0, 3))

    def test_given_mistakes_when_plotted_then_refused_and_nothing_changed(self):
        self.make("three")
        self.make("one")
        self.write("other/sweep.db", b"no database at all" * 100)
        os.makedirs(self.path("foreign"))
        self.query("foreign", "CREATE TABLE runs (x)")
        self.call("run", "small.yaml", "--out", "run", "--no-figures")
        self.write("notes/letter.txt", "dear")
        before = self.contents()
        rows = (
            (("other",), "other/sweep.db is no database of gossim sweep"),
            (("foreign",), "foreign/sweep.db is no database of gossim sweep"),
            (("run", "--figure", "latency.p99"), "run is no sweep"),
            (("one", "--figure", "latency.p98"), "is no figure .did you mean latency.p9"),
            (("one", "--figure", "paretto"), "did you mean pareto"),
            (("one", "--figure", "bytes_per_delivry"), "did you mean bytes_per_delivery"),
            (("one", "--figure", "pareto,pareto"), "pareto stands twice"),
            (("one", "--x", "router.DD"), "--x: `router.DD` does not vary .did you mean router.D"),
            (("one", "--where", "loss=1%"), "does not vary `loss` .did you mean router.D"),
            (("one", "--where", "D=5"), "no run that --where leaves"),
            (("one", "--where", "D=6"), "nothing varies"),
            (("one", "--where", "D"), "allowed: PATH=VALUE"),
            (("one", "--as", "heat"), "a heat map takes two axes, and 1 vary"),
            (("three", "--as", "heat"), "a heat map takes two axes, and 3 vary"),
            (("three", "--as", "pie"), "allowed: lines, heat"),
            (("three", "--x", "D", "--y", "D"), "the same axis, D"),
            (("three", "--format", "png,gif"), "found `gif`; allowed: png, svg, pdf"),
            (("three", "--out", "notes"), "notes is not empty"),
        )
        for arguments, message in rows:
            with self.subTest(arguments):
                self.assert_refused(self.call("plot", *arguments), message)
                self.assertEqual(before, self.contents())
        self.query("one", "UPDATE sweep SET value = '0.0.9' WHERE key = 'gossim'")
        self.assert_refused(self.call("plot", "one"), r"another version of gossim \(0.0.9, and")
        self.query("three", "DELETE FROM runs")
        self.assert_refused(self.call("plot", "three"), "holds no runs yet")


if __name__ == "__main__":
    unittest.main()
