#!/usr/bin/env python3
"""What a run says of itself: figures of a part of it, expectations, and a run that cannot end.

Usage: expect.py GOSSIM
"""

import csv
import io
import json
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

PROGRAM = program_of_arguments()

TRAFFIC = """\
name: traffic
duration: 30s
nodes: {count: 40}
topology: {kind: random-regular, degree: 8}
links: {loss: 10%}
publish: [{start: 3s, every: 300ms, count: 80}]
measure: {after: 10s, until: 20500ms}
"""

LOSSY = """\
name: lossy
duration: 10s
nodes: {count: 3, start: 0s}
topology: line
links: {loss: 100%}
publish: [{from: 0, start: 5s}]
expect:
  - delivery_ratio >= 0.99
  - latency.p99 <= 1s
  - delivered_once
  - delivered_within: 1s
"""


class ExpectTest(FolderTest):
    program = PROGRAM

    def table(self, name):
        text = self.read("out", "tables", name).decode()
        return list(csv.DictReader(io.StringIO(text), delimiter="\t"))

    def test_given_a_window_when_run_then_tables_and_summary_are_about_it_alone(self):
        self.write("traffic.yaml", TRAFFIC)

        outcome = self.call(
            "run", "traffic.yaml", "--json", "--no-figures", "--delivery-table", "--out", "out"
        )

        self.assertEqual(0, outcome.status, outcome)
        summary = json.loads(outcome.out)
        messages = self.table("messages.tsv")
        traffic = self.table("traffic.tsv")
        self.assertEqual(35, summary["published"])  # 10.2, 10.5, … 20.4 s
        self.assertEqual(35, len(messages))
        self.assertEqual("10200000000", messages[0]["published_ns"])
        for key in ("deliveries", "duplicates"):
            self.assertEqual(summary[key], sum(int(row[key]) for row in messages), key)
        self.assertEqual(
            summary["deliveries"], sum(int(row["deliveries"]) for row in self.table("nodes.tsv"))
        )
        self.assertEqual(summary["deliveries"], len(self.table("delivery.tsv")))
        for key, column in (("ihave", "ihave_rpcs"), ("with_messages", "messages_rpcs")):
            sent = sum(int(row[column]) for row in traffic)
            self.assertEqual(summary["rpcs_sent"][key], sent, key)
        payload = sum(int(row["payload_bytes"]) for row in traffic)
        self.assertEqual(summary["bytes_sent"]["payload"], payload)
        self.assertEqual("10000000000", traffic[0]["from_ns"])
        self.assertEqual("20500000000", traffic[-1]["to_ns"])
        degrees = self.table("mesh_degree.tsv")
        self.assertEqual("20500000000", degrees[-1]["at_ns"])
        self.assertEqual(summary["mesh_degree"]["max"], int(degrees[-1]["degree_max"]))

    def test_given_failed_expectations_when_run_then_what_why_and_where_is_said(self):
        self.write("lossy.yaml", LOSSY)

        outcome = self.call("run", "lossy.yaml", "--no-figures", "--out", "out")
        summary = json.loads(self.read("out", "summary.json"))

        self.assertEqual(3, outcome.status, outcome)
        ratio, slow, once, mesh = summary["expect"]
        # The message of one of three: nobody got it; node 1 misses it as node 2 does.
        self.assertEqual((False, 0.99, 0), (ratio["ok"], ratio["wanted"], ratio["value"]))
        self.assertEqual((5000000000, 1, 0), (ratio["at_ns"], ratio["node"], ratio["message"]))
        self.assertIn("published at 5s by node 0, reached 0 of 2; node 1 missed 1", ratio["detail"])
        self.assertIn(": 0 (99 points short)\n", outcome.out)
        self.assertEqual((False, None, None), (slow["ok"], slow["value"], slow["difference"]))
        self.assertIn("latency.p99 <= 1s: undefined\n", outcome.out)
        self.assertEqual(True, once["ok"])
        self.assertNotIn("detail", once)
        self.assertEqual((False, 2), (mesh["ok"], mesh["value"]))
        self.assertEqual((6000000000, 1, 0), (mesh["at_ns"], mesh["node"], mesh["message"]))
        self.assertIn("broken 2 times", outcome.out)
        self.assertIn("first at 6s: message 0", mesh["detail"])
        self.assertIn("it never did", mesh["detail"])
        self.assertEqual("gossim trace --message 0 .", ratio["more"])
        self.assertIn("more: gossim trace --message 0 out\n", outcome.out)
        more = self.call("trace", "--message", "0", "out")
        self.assertEqual(["publish"], [line.split()[2] for line in more.out.splitlines()[1:]])

    def test_given_no_trace_when_an_expectation_fails_then_the_run_that_has_one_is_named(self):
        self.write("lossy.yaml", LOSSY)

        outcome = self.call("run", "lossy.yaml", "--seed", "7", "--trace", "none", "--out", "out")

        self.assertEqual(3, outcome.status, outcome)
        self.assertIn("more: gossim run lossy.yaml --set seed=7\n", outcome.out)

    def test_given_a_run_that_stands_still_when_it_ends_then_nothing_is_left(self):
        limit = "limits.events_per_instant=19"

        outcome = self.call("run", "small.yaml", "--set", limit, "--out", "out")

        self.assertEqual(1, outcome.status, outcome)
        self.assertEqual("", outcome.out)
        self.assertIn("time stands still at 0s: more than 19 events", outcome.err)
        self.assertEqual({"small.yaml", "long.yaml"}, set(self.contents()))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
