#!/usr/bin/env python3
"""What `gossim topology` says of graphs, and what it writes.

Usage: topology.py GOSSIM
"""

import json
import os
import re
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
# Two triangles with a link between them, and a node alone.
BRIDGE = "# nodes: 7\na,b\n0,1\n1,2\n0,2\n2,3\n3,4\n4,5\n3,5\n"
VALUES = "a,b,latency,loss\n0,1,10ms,1%\n1,2,,0.5\n0,2,20us,\n"
DIALLED = "nodes: {count: 60, inbound: 9}\ntopology: {kind: dial, dials: 5}\n"
CLUSTERED = "nodes: {count: 200}\nregions: world-8\ntopology: {kind: clustered, degree: 9}\n"


class Topology(FolderTest):
    program = PROGRAM

    def say(self, *arguments):
        outcome = self.call("topology", *arguments)
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return outcome.out

    def tell(self, *arguments):
        return json.loads(self.say(*arguments, "--json"))

    def has_igraph(self):
        self.write("bridge.csv", BRIDGE)
        return self.tell("bridge.csv")["clustering"] is not None

    def test_igraph_that_cannot_be_loaded_is_told_of_by_those_who_need_it(self):
        if not self.has_igraph():
            self.skipTest("built without igraph")
        self.say("bridge.csv", "--export", "bridge.gml")
        with open(self.program.command[-1], "rb") as file:
            name = re.search(rb"libigraph\.so[.0-9]*", file.read())[0].decode()
        self.write(f"broken/{name}", "no library")
        broken = {"environment": {"LD_LIBRARY_PATH": self.path("broken")}}
        run = self.call("run", "small.yaml", "--trace", "none", **broken)
        self.assertEqual((0, ""), (run.status, run.err), run)
        told = self.call("topology", "bridge.csv", **broken)
        self.assertEqual((0, ""), (told.status, told.err), told)
        self.assertRegex(told.out, f"(?m)^clustering +not known: cannot load igraph: .*{name}")
        read = self.call("topology", "bridge.gml", **broken)
        self.assert_refused(read, f"bridge.gml: cannot load igraph: .*{name}")
        drawn = self.call("topology", "bridge.csv", "--picture", "a.png", **broken)
        self.assertEqual(1, drawn.status, drawn)
        self.assertRegex(drawn.err, f"cannot load igraph: .*{name}")
        self.assertFalse(os.path.exists(self.path("a.png")))

    def test_figures_of_a_known_graph(self):
        self.write("bridge.csv", BRIDGE)
        found = self.tell("bridge.csv")
        self.assertEqual(("file", 7, 7, 0), tuple(found[key] for key in (
            "kind", "nodes", "links", "missing_links")))
        self.assertEqual({"count": 2, "largest": 6, "isolated": 1}, found["components"])
        self.assertEqual(3, found["distances"]["diameter"])
        self.assertTrue(found["distances"]["exact"])
        self.assertAlmostEqual(27 / 15, found["distances"]["mean"])
        self.assertEqual(
            [(0, 1), (2, 4), (3, 2)],
            [(item["degree"], item["nodes"]) for item in found["degree"]["counts"]],
        )
        if found["clustering"] is not None:
            self.assertAlmostEqual(6 / 10, found["clustering"]["of_pairs"])
            self.assertAlmostEqual((4 * 1 + 2 / 3) / 6, found["clustering"]["of_nodes"])

    def test_text_names_what_matters(self):
        self.write("dialled.yaml", DIALLED)
        self.write("clustered.yaml", CLUSTERED)
        dialled = self.say("dialled.yaml")
        self.assertRegex(dialled, r"(?m)^graph +dial, 60 nodes, 300 links$")
        self.assertRegex(dialled, r"(?m)^dialled +5 to 5 others by each node, which \d to 9 others")
        clustered = self.say("clustered.yaml")
        self.assertRegex(clustered, r"(?m)^regions +australia +\d+ nodes ")
        self.assertRegex(clustered, r"(?m)^local links +\d+ % stay inside a region$")

    def test_links_without_place_are_counted(self):
        self.write("dialled.yaml", DIALLED)
        found = self.tell("dialled.yaml", "--set", "nodes.inbound=2")
        self.assertEqual((120, 180), (found["links"], found["missing_links"]))
        self.assertEqual(2, found["calls"]["inbound_max"])
        text = self.say("dialled.yaml", "--set", "nodes.inbound=2")
        self.assertRegex(text, r"(?m)^missing +180 links found no place$")

    def test_exports_load_back_to_the_same_graph(self):
        self.write("dialled.yaml", DIALLED)
        self.write("clustered.yaml", CLUSTERED)
        self.write("values.csv", VALUES)
        self.write("bridge.csv", BRIDGE)
        endings = ("csv", "gml", "graphml") if self.has_igraph() else ("csv",)
        for source in ("small.yaml", "dialled.yaml", "clustered.yaml", "values.csv", "bridge.csv"):
            for ending in endings:
                with self.subTest(source=source, ending=ending):
                    self.say(source, "--export", f"first.{ending}")
                    self.say(f"first.{ending}", "--export", "back.csv")
                    self.say(source, "--export", "straight.csv")
                    back = self.read("back.csv").decode().splitlines()
                    straight = self.read("straight.csv").decode().splitlines()
                    if "# a dialled b" in straight:  # a file of links does not know
                        straight.remove("# a dialled b")
                        back = [self.in_order(line) for line in back]
                        straight = [self.in_order(line) for line in straight]
                    self.assertEqual(straight, back)

    @staticmethod
    def in_order(line):
        return ",".join(sorted(line.split(","))) if line[0].isdigit() else line

    def test_export_of_who_dialled_names_the_dialler(self):
        self.write("dialled.yaml", DIALLED)
        self.say("dialled.yaml", "--export", "dialled.csv", "--set", "nodes.inbound=all")
        lines = self.read("dialled.csv").decode().splitlines()
        self.assertEqual(["# nodes: 60", "# a dialled b", "a,b"], lines[:3])
        diallers = [line.split(",")[0] for line in lines[3:]]
        self.assertEqual({5}, {diallers.count(str(node)) for node in range(60)})

    def test_a_scenario_from_a_file_runs_as_its_canonical_form_does(self):
        self.write("graphs/ring.csv", "0,1\n1,2\n2,3\n3,4\n4,0\n")
        self.write("ring.yaml", "duration: 5s\ntopology: {kind: file, path: graphs/ring.csv}\n")
        first = self.call("run", "ring.yaml", "--trace", "none", "--json", "--out", "first")
        self.assertEqual(0, first.status, first)
        form = self.call("check", "ring.yaml").out
        self.write("elsewhere/form.yaml", form)
        second = self.call("run", "elsewhere/form.yaml", "--trace", "none", "--json", "--out", "b")
        third = self.call("run", "first/scenario.yaml", "--trace", "none", "--json", "--out", "c")
        digests = {json.loads(outcome.out)["digest"] for outcome in (first, second, third)}
        self.assertEqual(1, len(digests), (first, second, third))

    def test_pictures(self):
        for name, start in (("a.png", b"\x89PNG"), ("a.svg", b"<?xml")):
            self.say("small.yaml", "--picture", name)
            self.assertTrue(self.read(name).startswith(start), name)
        self.assertEqual(
            ["a.png", "a.svg", "long.yaml", "small.yaml"], sorted(os.listdir(self.folder))
        )

    def test_bad_input(self):
        self.write("bad.csv", "0,1\n1,x\n")
        self.write("bad.yaml", "nodes: {count: 5}\ntopology: {degree: 9}\n")
        self.write("good.csv", "0,1\n")
        for message, *arguments in (
            (r"bad\.csv:2:3: found `x`", "bad.csv"),
            (r"bad\.yaml:2:20: ", "bad.yaml"),
            (r"there is no such file", "nobody.csv"),
            (r"--export a\.txt: allowed: a file", "good.csv", "--export", "a.txt"),
            (r"--picture a\.jpg: allowed", "good.csv", "--picture", "a.jpg"),
            (r"this file is a graph", "good.csv", "--seed", "3"),
            (r"20001 nodes; allowed: at most 20000", "small.yaml", "--set", "nodes.count=20001",
             "--set", "topology=line", "--picture", "a.png"),
            (r"name a scenario file",),
        ):
            with self.subTest(message):
                self.assert_refused(self.call("topology", *arguments), message)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
