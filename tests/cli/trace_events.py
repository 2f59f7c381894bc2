#!/usr/bin/env python3
"""TraceEvents, as routers of go-libp2p-pubsub write them, are read by `trace` and `plot`.

Usage: trace_events.py GOSSIM

The events of three nodes that never were are put together by hand, field by field, as
pb/trace.proto of go-libp2p-pubsub numbers them.
"""

import csv
import gzip
import json
import os
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
BEGIN_NS = 1_700_000_000_000_000_000
MS = 1_000_000
PUBLISH, REJECT, DUPLICATE, DELIVER, ADD, REMOVE, RECV = range(7)
SEND, DROP, JOIN, LEAVE, GRAFT, PRUNE = range(7, 13)


def varint(number):
    low = number & 0x7F
    return bytes([low]) if number < 0x80 else bytes([low | 0x80]) + varint(number >> 7)


def field(number, value):
    """A field of a number, or of bytes, a text or a message; nothing for None."""
    if value is None:
        return b""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def event(kind, node, at_ms, part):
    """An event behind its length; the part for its type has the number after the type's."""
    at_ns = BEGIN_NS + int(at_ms * MS)
    body = field(1, kind) + field(2, node) + field(3, at_ns) + field(kind + 4, part)
    return varint(len(body)) + body


def message(identity, *others):
    """A part of an event whose fields are numbered from 1 on."""
    return b"".join(field(number + 1, part) for number, part in enumerate((identity, *others)))


def rpc(peer, meta):
    return field(1, peer) + field(2, meta)


def messages(identity, topic):
    return field(1, message(identity, topic))


def control(number, part):
    return field(3, field(number, part))


A, B, C, OTHER = b"\x12\x20" + b"a" * 32, b"\x12\x20" + b"b" * 32, b"\x12\x20" + b"c" * 32, b"other"
FIRST, SECOND, THIRD = b"first", b"second", b"third"

# Node A publishes the first message and knows nothing of C.
FILE_A = b"".join(
    (
        event(JOIN, A, 0, field(1, "blocks")),
        event(ADD, A, 10, message(B, "/meshsub/1.1.0")),
        event(GRAFT, A, 20, message(B, "blocks")),
        event(PUBLISH, A, 1000, message(FIRST, "blocks")),
        event(DELIVER, A, 1000.1, message(FIRST, "blocks", A)),
        event(SEND, A, 1001, rpc(B, messages(FIRST, "blocks"))),
        event(RECV, A, 1030, rpc(B, control(3, field(1, "blocks")))),
        event(DUPLICATE, A, 1040, message(FIRST, B, "blocks")),
        event(PRUNE, A, 2000, message(B, "blocks")),
        event(LEAVE, A, 2001, field(2, "blocks")),  # go-libp2p-pubsub numbers it 2
        event(REMOVE, A, 3000, field(1, B)),
    )
)
# B was in the topic before its tracer began; its clock is behind, and it drops an RPC.
FILE_B = b"".join(
    (
        event(GRAFT, B, 21, message(A, "blocks")),
        event(GRAFT, B, 22, message(C, "blocks")),
        event(DELIVER, B, 990, message(FIRST, "blocks", A)),
        event(SEND, B, 1002, rpc(C, messages(FIRST, "blocks"))),
        event(DROP, B, 1003, rpc(OTHER, messages(FIRST, "blocks"))),
        event(DELIVER, B, 1500, message(SECOND, "blocks", OTHER)),
        event(REJECT, B, 1600, message(THIRD, OTHER, "invalid signature", "blocks")),
    )
)
# C has an older router: no topics and senders at deliveries; it asks for what it missed.
FILE_C = b"".join(
    (
        event(JOIN, C, 5, field(1, "blocks")),
        event(RECV, C, 1040, rpc(B, control(1, message("blocks", FIRST)))),
        event(SEND, C, 1041, rpc(B, control(2, field(1, FIRST)))),
        event(DELIVER, C, 1060, field(1, FIRST) + field(3, B)),
        event(DELIVER, C, 1700, field(1, SECOND) + field(3, B)),
    )
)

EXPECTED = """\
0.000000000 0 node_start - - - - -
0.000000000 0 subscribe - blocks - 0 -
0.005000000 1 node_start - - - - -
0.005000000 1 subscribe - blocks - 0 -
0.010000000 0 peer_up 2 - - - -
0.020000000 0 graft 2 blocks - 1 -
0.021000000 2 node_start - - - - -
0.021000000 2 graft 0 blocks - 1 -
0.022000000 2 graft 1 blocks - 2 -
1.000000000 0 publish - blocks 0 1 - bytes=0 expected=2
1.000000000 2 deliver 0 blocks 0 2 pushed hops=1 expected=1
1.000100000 0 own 0 blocks 0 1 self
1.001000000 0 send 2 blocks 0 1 messages bytes=0 entries=1
1.002000000 2 send 1 blocks 0 2 messages bytes=0 entries=1
1.003000000 2 dropped 3 blocks 0 2 messages cause=uplink_full bytes=0
1.030000000 0 receive 2 blocks - 1 graft bytes=0 entries=1
1.040000000 0 duplicate 2 blocks 0 1 - hops=2
1.040000000 1 receive 2 blocks 0 0 ihave bytes=0 entries=1
1.041000000 1 send 2 blocks 0 0 iwant bytes=0 entries=1
1.060000000 1 deliver 2 blocks 0 0 requested hops=2 expected=1
1.500000000 3 publish - blocks 1 0 - bytes=0 expected=3
1.500000000 2 deliver 3 blocks 1 2 pushed hops=1 expected=1
1.600000000 3 publish - blocks 2 0 - bytes=0 expected=3
1.600000000 2 ignore 3 blocks 2 2 bad_signature hops=1
1.700000000 1 deliver 2 blocks 1 0 pushed hops=2 expected=1
2.000000000 0 prune 2 blocks - 0 -
2.001000000 0 unsubscribe - blocks - 0 -
3.000000000 0 peer_down 2 - - - -
"""


class EventsTest(FolderTest):
    program = PROGRAM

    def setUp(self):
        super().setUp()
        for name, content in (("a.pb", FILE_A), ("b.pb", FILE_B), ("c.pb", FILE_C)):
            self.write(os.path.join("nodes", name), content)

    def trace(self, *arguments):
        outcome = self.call("trace", *arguments)
        self.assertEqual(0, outcome.status, outcome)
        return outcome

    def rows(self, *place):
        with open(self.path(*place), encoding="utf-8") as file:
            return list(csv.DictReader(file, delimiter="\t"))

    def test_given_three_nodes_when_printed_then_their_events_are_one_trace(self):
        outcome = self.trace("nodes")

        lines = outcome.out.splitlines()
        printed = [" ".join(line.split()) for line in lines if not line.startswith("#")]
        self.assertEqual(EXPECTED.splitlines(), printed)
        self.assertIn("# node 3 is DaKamLD", lines)  # "other" in Base58
        self.assertIn(f"# message 0 is {FIRST.hex()}", lines)
        self.assertRegex(
            outcome.err,
            "23 TraceEvents of 3 nodes, which name 1 others; they do not tell bytes(.|\n)*"
            "2 messages were published by nodes without events(.|\n)*"
            "1 copies are older than their message",
        )

    def test_given_one_node_when_printed_then_its_peers_have_no_events(self):
        outcome = self.trace(os.path.join("nodes", "a.pb"), "--kind", "publish")

        self.assertIn("expected=0", outcome.out)
        self.assertIn("11 TraceEvents of 1 nodes, which name 1 others", outcome.err)

    def test_given_filters_when_printed_then_as_for_runs(self):
        outcome = self.trace("nodes", "--node", "2", "--kind", "deliver", "--from", "1.2s")

        lines = [line for line in outcome.out.splitlines() if not line.startswith("#")]
        self.assertEqual(1, len(lines))

    def test_given_events_when_written_again_then_ids_are_theirs(self):
        self.trace("nodes", "--format", "trace-event", "--out", "all.pb")

        again = self.trace("all.pb").out
        self.assertEqual(self.trace("nodes").out, again)

    def test_given_three_nodes_when_plotted_then_tables_and_figures(self):
        outcome = self.call("plot", "nodes", "--out", "result")

        self.assertEqual((0, "results      result\n"), (outcome.status, outcome.out), outcome)
        self.assertIn("23 TraceEvents of 3 nodes", outcome.err)
        found = self.rows("result", "tables", "messages.tsv")
        self.assertEqual(
            [("0", "1000000000", "2", "2", "1"), ("3", "1500000000", "3", "2", "0")],
            [
                tuple(
                    row[key]
                    for key in ("publisher", "published_ns", "expected", "deliveries", "duplicates")
                )
                for row in found[:2]
            ],
        )
        self.assertEqual("60000000", found[0]["latency_max_ns"])
        self.assertEqual(
            sorted(["trace.gst", "tables", "figures", "summary.json"]),
            sorted(os.listdir(self.path("result"))),
        )
        drawn = os.listdir(self.path("result", "figures"))
        for figure in ("latency_cdf", "propagation", "mesh_degree", "duplicates", "hops"):
            self.assertIn(figure + ".png", drawn)
        with open(self.path("result", "tables", "ids.tsv"), encoding="utf-8") as file:
            ids = file.read().splitlines()
        self.assertEqual("node\t3\tDaKamLD", ids[3])
        self.assertEqual(f"message\t2\t{THIRD.hex()}", ids[-1])
        self.assertEqual(23, json.loads(self.read("result", "summary.json"))["trace_events"])

    def test_given_a_plotted_folder_when_used_again_then_it_is_a_result(self):
        self.call("plot", "nodes", "--out", "result")

        self.assertEqual(0, self.call("plot", "nodes", "--out", "result").status)
        self.assertEqual((0, ""), (self.call("plot", "result").status, self.trace("result").err))

    def test_given_a_run_when_its_events_are_read_then_meshes_and_hops_are_those_of_the_run(self):
        self.call("run", "small.yaml", "--trace", "full", "--no-figures", "--out", "run")
        self.trace("run", "--format", "trace-event", "--out", "run.pb")
        kinds = ("--kind", "deliver,duplicate,graft,prune,publish", "--format", "csv")

        def tell(path):
            rows = list(csv.DictReader(self.trace(path, *kinds).out.splitlines()))
            keys = ("at_ns", "kind", "topic", "message", "hops", "expected", "size")
            return [[row[key] for key in keys] for row in rows]

        self.assertEqual(sorted(tell("run")), sorted(tell("run.pb")))
        self.trace("run.pb", "--format", "trace-event", "--out", "again.pb")
        self.assertEqual(self.read("run.pb"), self.read("again.pb"))

    def test_given_a_cut_file_when_printed_then_read_up_to_the_cut(self):
        whole = len(self.trace("nodes/a.pb").out.splitlines())
        counts = set()
        for size in range(1, len(FILE_A), 5):
            self.write("cut.pb", FILE_A[:size])
            outcome = self.call("trace", "cut.pb")
            if outcome.status == 2:
                self.assertIn("neither a gossim trace nor TraceEvents", outcome.err)
                continue
            self.assertEqual(0, outcome.status, outcome)
            counts.add(len(outcome.out.splitlines()))
        self.assertLess(max(counts), whole)
        self.assertGreaterEqual(len(counts), 9)

    def test_given_what_is_none_when_read_then_refused(self):
        self.write("packed.pb.gz", gzip.compress(FILE_A))
        self.write("bad.pb", FILE_A + b"\x03\x08\x63\x00")
        self.write("odd.pb", event(DELIVER, A, 5, field(2, "blocks")))
        self.write("void.pb", b"")
        os.mkdir(self.path("empty"))
        before = self.contents()
        for path, message in (
            ("packed.pb.gz", "packed.pb.gz is compressed; allowed: what gunzip makes of it"),
            ("bad.pb", "bad.pb: event 12 is no TraceEvent: "),
            ("odd.pb", "odd.pb: an event of a message has no message id"),
            ("void.pb", "void.pb: not a gossim trace"),
            ("empty", "empty holds neither a trace.gst nor files of TraceEvents"),
        ):
            for command in (("trace", path), ("plot", path, "--out", "result")):
                with self.subTest(command):
                    if path == "void.pb" and command[0] == "plot":
                        continue

                    self.assert_refused(self.call(*command), message)

                    self.assertEqual(before, self.contents())


if __name__ == "__main__":
    unittest.main()
