#!/usr/bin/env python3
"""Whether the studies of the catalog come out as what is kept of them says, and as their page does.

Usage: studies.py GOSSIM SEEDS

With all seeds the kept tables have to be the same to the byte; with fewer, the rows of these.
"""

import csv
import os
import re
import shlex
import statistics
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments
from program import CATALOG, ROOT

PROGRAM = program_of_arguments()
SEEDS = int(sys.argv.pop(1))
STUDIES = os.path.join(CATALOG, "studies")
KEPT = os.path.join(ROOT, "docs", "studies")
PAGE = os.path.join(ROOT, "docs", "studies.md")
STUDENT = 2.093024054408263  # R: qt(0.975, 19)


def read(*names):
    with open(os.path.join(*names), encoding="utf-8") as file:
        return file.read()


def rows_of(*names):
    lines = [line for line in read(*names).splitlines() if line != ""]
    return list(csv.DictReader(lines, delimiter="\t"))


def tables():
    """Every kept table that a figure shows."""
    for place in sorted(os.listdir(KEPT)):
        folder = os.path.join(KEPT, place, "figures")
        for name in sorted(os.listdir(folder)):
            if name.endswith(".tsv"):
                yield place, os.path.join(folder, name)


def intervals():
    """Means with half of their intervals, as the kept tables have them."""
    for _, path in tables():
        for row in rows_of(path):
            for middle, low, high in (
                ("mean", "low", "high"),
                ("latency", "latency_low", "latency_high"),
                ("bytes_per_delivery", "bytes_low", "bytes_high"),
            ):
                if row.get(low, "NA") != "NA":
                    half = (float(row[high]) - float(row[low])) / 2
                    yield float(row[middle]), half


def difference(study, key, few, many, figure, **held):
    """What a figure is more at one value than at another, at the same seeds: a mean with half of
    its interval."""
    values = {
        (row[key], row["seed"]): float(row[figure])
        for row in rows_of(KEPT, study, "tables", "runs.tsv")
        if all(row[f"links.{name}"] == value for name, value in held.items())
    }
    seeds = sorted({seed for _, seed in values})
    pairs = [values[many, seed] - values[few, seed] for seed in seeds]
    assert len(pairs) == 20
    return statistics.mean(pairs), STUDENT * statistics.stdev(pairs) / len(pairs) ** 0.5


def gossip_difference(figure, few, many):
    """The same between two pairs of Dlazy and history_gossip."""
    values = {
        (row["router.Dlazy"], row["router.history_gossip"], row["seed"]): float(row[figure])
        for row in rows_of(KEPT, "gossip", "tables", "runs.tsv")
    }
    seeds = sorted({seed for _, _, seed in values})
    pairs = [values[*many, seed] - values[*few, seed] for seed in seeds]
    assert len(pairs) == 20
    return statistics.mean(pairs), STUDENT * statistics.stdev(pairs) / len(pairs) ** 0.5


def differences():
    """Those that the page tells."""
    dhi, beat = "router.Dhi", "router.heartbeat_interval"
    yield difference("dhi", dhi, "12", "8", "mesh_degree_mean")
    yield difference("dhi", dhi, "12", "8", "latency_mean_ns")
    yield difference("dhi", dhi, "14", "16", "mesh_degree_mean")
    yield difference("heal", beat, "125ms", "250ms", "time_to_heal_ns")
    yield difference("d-loss", "router.D", "3", "4", "delivery_ratio", loss="30%")
    for few, many in (
        (("6", "1"), ("3", "2")),
        (("6", "1"), ("2", "3")),
        (("12", "1"), ("6", "2")),
    ):
        yield gossip_difference("delivery_ratio", few, many)
        yield gossip_difference("latency_p99_ns", few, many)


class StudiesTest(FolderTest):
    program = PROGRAM

    def commands(self):
        """The commands of the page that make what is kept, by study."""
        found = re.findall(r"^\./x (sweep|plot) (.*)$", read(PAGE), re.MULTILINE)
        sweeps = [words for kind, words in found if kind == "sweep"]
        plots = [shlex.split(words) for kind, words in found if kind == "plot"]
        names = [os.path.basename(words)[: -len(".yaml")] for words in sweeps]
        return {name: [plot for plot in plots if plot[0] == f"out/{name}-sweep"] for name in names}

    def test_given_the_catalog_when_listed_then_each_study_is_on_the_page(self):
        names = sorted(name[: -len(".yaml")] for name in os.listdir(STUDIES))
        commands = self.commands()

        self.assertEqual(names, sorted(commands))
        self.assertGreaterEqual(len(names), 5)
        places = [
            os.path.basename(plot[plot.index("--out") + 1])
            for plots in commands.values()
            for plot in plots
        ]
        self.assertEqual(sorted(os.listdir(KEPT)), sorted(places))
        for picture in re.findall(r"\]\((studies/[^)]*)\)", read(PAGE)):
            self.assertTrue(os.path.exists(os.path.join(ROOT, "docs", picture)), picture)

    def test_given_studies_when_run_again_then_the_kept_tables(self):
        for name, plots in self.commands().items():
            with self.subTest(name):
                file = os.path.join(STUDIES, f"{name}.yaml")
                sweep = ("sweep", file, "--seeds", str(SEEDS), "--out", f"out/{name}-sweep")
                outcome = self.call(*sweep)
                self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
                for plot in plots:
                    outcome = self.call("plot", *plot)
                    self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
                    self.compare(plot[plot.index("--out") + 1])

    def compare(self, place):
        kept = os.path.join(ROOT, place)
        old, new = (rows_of(root, "tables", "runs.tsv") for root in (kept, self.path(place)))
        self.assertEqual(20, len({row["seed"] for row in old}))
        self.assertEqual([row for row in old if int(row["replicate"]) <= SEEDS], new)
        if SEEDS < 20:
            return
        for folder in ("figures", "tables"):
            for name in os.listdir(os.path.join(kept, folder)):
                if name.endswith(".tsv"):
                    self.assertEqual(
                        read(kept, folder, name), read(self.path(place), folder, name), name
                    )

    def test_given_the_page_when_read_then_its_numbers_are_those_of_the_tables(self):
        known = [*intervals(), *differences()]
        scales = (1, 1e-2, 1e3, 1e6, 1e9)
        found = re.findall(r"(-?[0-9][0-9,.]*) ± ([0-9.]+)", read(PAGE))

        self.assertGreater(len(found), 20)
        for mean, half in found:
            with self.subTest(f"{mean} ± {half}"):
                decimals = [len(text.partition(".")[2]) for text in (mean, half)]
                self.assertEqual(decimals[0], decimals[1])
                self.assertTrue(
                    any(
                        f"{m / scale:.{decimals[0]}f}" == mean.replace(",", "")
                        and f"{h / scale:.{decimals[1]}f}" == half
                        for m, h in known
                        for scale in scales
                    )
                )


if __name__ == "__main__":
    unittest.main()
