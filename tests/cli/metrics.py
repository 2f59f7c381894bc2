#!/usr/bin/env python3
"""The metrics that a run writes with --metrics: their text, their numbers, and their file.

Usage: metrics.py GOSSIM
"""

import os
import resource
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

from open_metrics import Malformed, read_open_metrics

PROGRAM = program_of_arguments()
TOPIC = 'a "quoted"\\ topic, {ä}'
# Node 0 publishes once to node 1, which has nobody to send it on to.
PAIR = """\
name: pair
duration: 5s
nodes: {count: 2, start: 0s}
topology: {kind: complete}
links: {delay: 20ms}
topics: [{name: "a \\"quoted\\"\\\\ topic, {ä}"}]
publish: [{from: 0, start: 3s, count: 1, size: 100B}]
"""
# Somebody who is not subscribed publishes, and so has a fanout.
OUTSIDE = """\
duration: 8500ms
nodes: {count: 20, start: 0s}
topology: {kind: random-regular, degree: 4}
topics: [{name: blocks, subscribers: 50%}]
publish: [{topic: blocks, from: {outside: true}, start: 5s, every: 1s, count: 3}]
"""
MESH, FANOUT, GOSSIPSUB = (
    f"libp2p_gossipsub_peers_per_topic_{kind}" for kind in ("mesh", "fanout", "gossipsub")
)
# Family -> its values by (node, peer, topic), as far as a series of it has these labels.
IN_A_PAIR = {
    MESH: {(0, TOPIC): 1, (1, TOPIC): 1},
    FANOUT: {(0, TOPIC): 0, (1, TOPIC): 0},
    GOSSIPSUB: {(0, TOPIC): 1, (1, TOPIC): 1},
    "libp2p_pubsub_peers": {(0,): 1, (1,): 1},
    "libp2p_pubsub_topics": {(0,): 1, (1,): 1},
    "libp2p_pubsub_validation_success": {(0,): 0, (1,): 1},
    "libp2p_pubsub_validation_failure": {(0,): 0, (1,): 0},
    "libp2p_pubsub_sig_verify_success": {(0,): 0, (1,): 1},
    "libp2p_pubsub_sig_verify_failure": {(0,): 0, (1,): 0},
    "libp2p_pubsub_messages_published": {(0, TOPIC): 1},
    "libp2p_pubsub_sent_messages": {(0, 1, TOPIC): 1},
    "libp2p_pubsub_received_messages": {(1, 0, TOPIC): 1},
    "libp2p_pubsub_skipped_sent_messages": {},
    "libp2p_pubsub_skipped_received_messages": {},
}
# Routers of 2020 take each other out of the table of subscribers, send a message back to whom it
# came from, who does not know it as their own, and say hello twice, once suppressed.
IN_A_PAIR_OF_2020 = {
    **IN_A_PAIR,
    GOSSIPSUB: {(0, TOPIC): 0, (1, TOPIC): 0},
    "libp2p_pubsub_validation_success": {(0,): 1, (1,): 1},
    "libp2p_pubsub_sig_verify_success": {(0,): 1, (1,): 1},
    "libp2p_pubsub_sent_messages": {(0, 1, TOPIC): 1, (1, 0, TOPIC): 1},
    "libp2p_pubsub_received_messages": {(0, 1, TOPIC): 1, (1, 0, TOPIC): 1},
    "libp2p_pubsub_skipped_sent_messages": {(0, 1): 1, (1, 0): 1},
}
NOT_OPEN_METRICS = (
    "",
    "# EOF",
    "# EOF\n\n",
    "a 1\n# EOF\n",
    "# TYPE a counter\na 1\n# EOF\n",
    "# TYPE a counter\na_total -1\n# EOF\n",
    "# TYPE a gauge\na 1\na 2\n# EOF\n",
    "# TYPE a gauge\n# TYPE b gauge\n# TYPE a gauge\n# EOF\n",
    '# TYPE a gauge\na{b="\n"} 1\n# EOF\n',
    '# TYPE a gauge\na{b="\\x"} 1\n# EOF\n',
    '# TYPE a gauge\na{b="""} 1\n# EOF\n',
    '# TYPE a gauge\na{b="1",b="2"} 1\n# EOF\n',
    "# TYPE a gauge\na  1\n# EOF\n",
    "# TYPE a gauge\n\na 1\n# EOF\n",
)


def numbers_of(family):
    """The values of a family by (node, peer, topic), without the ids."""
    found = {}
    for labels, value in family.series.items():
        labels = dict(labels)
        labels.pop("id", None)
        key = [int(labels.pop(name)) for name in ("node", "peer_node") if name in labels]
        found[(*key, *labels.values())] = value
    return found


class MetricsTest(FolderTest):
    program = PROGRAM

    def metrics_of(self, *arguments):
        outcome = self.call("run", *arguments, "--no-figures", "--metrics", "metrics.txt")
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return read_open_metrics(self.read("metrics.txt").decode())

    def test_given_other_texts_when_read_then_the_reader_of_these_tests_refuses_them(self):
        for text in NOT_OPEN_METRICS:
            with self.subTest(text), self.assertRaises(Malformed):
                read_open_metrics(text)

    def test_given_two_nodes_and_a_message_when_metered_then_the_numbers_worked_out_by_hand(self):
        self.write("pair.yaml", PAIR)

        families = self.metrics_of("pair.yaml", "--set", "router.sign=true")

        names = [name for name in families if name.startswith("libp2p_")]
        self.assertEqual(list(IN_A_PAIR), names)
        for name, values in IN_A_PAIR.items():
            with self.subTest(name):
                self.assertEqual(values, numbers_of(families[name]))
                self.assertEqual("gauge" if "_peers" in name or "topics" in name else "counter",
                                 families[name].type)
                self.assertTrue(families[name].help)
        totals = {name: families[name].value() for name in families if name.startswith("gossim_")
                  and name != "gossim_run"}
        self.assertEqual(
            {
                "gossim_published": 1,
                "gossim_expected_deliveries": 1,
                "gossim_deliveries": 1,
                "gossim_duplicates": 0,
                "gossim_packets_lost": 0,
            },
            totals,
        )

    def test_given_two_nodes_of_2020_when_metered_then_the_numbers_worked_out_by_hand(self):
        self.write("pair.yaml", PAIR)

        families = self.metrics_of(
            "pair.yaml", "--set", "router.sign=true", "--set", "router.profile=nim-2020"
        )

        for name, values in IN_A_PAIR_OF_2020.items():
            with self.subTest(name):
                self.assertEqual(values, numbers_of(families[name]))

    def test_given_a_network_when_metered_then_what_was_sent_was_received(self):
        families = self.metrics_of("small.yaml")

        sent = numbers_of(families["libp2p_pubsub_sent_messages"])
        received = numbers_of(families["libp2p_pubsub_received_messages"])
        self.assertGreater(len(sent), 19)
        self.assertEqual(sent, {(peer, node, *rest): value
                                for (node, peer, *rest), value in received.items()})
        self.assertEqual(sum(received.values()),
                         families["gossim_deliveries"].value()
                         + families["gossim_duplicates"].value())
        self.assertEqual({(node,): 4 for node in range(20)},
                         numbers_of(families["libp2p_pubsub_peers"]))

    def test_given_a_run_when_it_ends_then_the_last_gauges_of_its_table_are_those_metered(self):
        self.write("a.yaml", OUTSIDE)

        families = self.metrics_of("a.yaml", "--out", "a")

        head, *rows = self.read("a/tables/gauges.tsv").decode().splitlines()
        last = dict(zip(head.split("\t"), rows[-1].split("\t")))
        self.assertEqual(("8500000000", "blocks"), (last["at_ns"], last["topic"]))
        for name in (MESH, FANOUT, GOSSIPSUB):
            total = sum(families[name].series.values())
            column = name.rsplit("_", 1)[1]
            self.assertGreater(total, 0)
            self.assertEqual(total, int(last[f"{column}_sum"]), name)
            self.assertAlmostEqual(total / 20, float(last[f"{column}_mean"]), 5)

    def test_given_peers_when_named_then_each_id_is_that_of_one_node(self):
        families = self.metrics_of("small.yaml")

        pairs = set()
        for name in ("sent", "received"):
            for labels in families[f"libp2p_pubsub_{name}_messages"].series:
                labels = dict(labels)
                pairs.add((labels["peer_node"], labels["id"]))
        self.assertEqual(20, len(pairs))
        self.assertEqual(20, len({text for _, text in pairs}))
        for _, text in pairs:
            self.assertRegex(text, "^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$")

    def test_given_a_way_to_run_when_metered_then_same_text_and_digest(self):
        without = self.program.digest("small.yaml", folder=self.folder)
        texts = set()
        for arguments in (
            ("--trace", "none"),
            ("--trace", "full", "--no-figures"),
            ("--wire", "encode", "--no-figures"),
        ):
            found = self.program.digest(
                *("small.yaml", "--metrics", "metrics.txt", *arguments), folder=self.folder
            )

            self.assertEqual(without, found, arguments)
            self.assertIn(without, self.read("metrics.txt").decode())
            texts.add(self.read("metrics.txt"))
        self.assertEqual(1, len(texts))

    def test_given_the_client_of_prometheus_when_it_reads_the_text_then_as_the_reader_here(self):
        try:
            from prometheus_client.openmetrics import parser
        except ImportError:
            self.skipTest("there is no client of Prometheus here")
        self.write("pair.yaml", PAIR)

        ours = self.metrics_of("pair.yaml")

        text = self.read("metrics.txt").decode()
        theirs = {family.name: family for family in parser.text_string_to_metric_families(text)}
        self.assertEqual(list(ours), list(theirs))
        for name, family in theirs.items():
            found = {tuple(sorted(item.labels.items())): item.value for item in family.samples}
            self.assertEqual((ours[name].type, ours[name].series), (family.type, found))

    def test_given_a_place_that_cannot_take_it_when_metered_then_refused_before_the_run(self):
        self.write("kept", "")
        os.mkdir(self.path("folder"))
        os.symlink("nothing/at/all", self.path("lost"))
        self.call("run", "small.yaml", "--no-figures", "--out", "older")
        rows = (
            ("absent/metrics.txt", "absent/metrics.txt: No such file or directory"),
            ("kept/metrics.txt", "kept/metrics.txt: Not a directory"),
            ("folder", "folder is in the way: it is not a file"),
            ("folder/", "folder/ is in the way"),
            ("/dev/full", "/dev/full is in the way"),
            ("new/", "No such file or directory|is empty"),
            ("", "No such file or directory|is empty"),
            ("-", "--metrics -: give the path of a file"),
            ("older/metrics.txt", "--metrics older/metrics.txt: older is replaced as a whole"),
            ("older/tables/metrics.txt", "replaced as a whole"),
        )
        before = self.contents()
        for place, message in rows:
            with self.subTest(place):
                outcome = self.call("run", "long.yaml", "--out", "older", "--metrics", place)

                self.assert_refused(outcome, message)
                self.assertEqual(before, self.contents())

    def test_given_an_older_file_when_metered_then_replaced_where_a_link_leads_to(self):
        self.write("folder/older.txt", "older")
        os.symlink("folder/older.txt", self.path("metrics.txt"))

        self.metrics_of("small.yaml")

        self.assertTrue(os.path.islink(self.path("metrics.txt")))
        self.assertEqual(["older.txt"], os.listdir(self.path("folder")))
        self.assertTrue(self.read("folder/older.txt").startswith(b"# TYPE gossim_run info\n"))

    def test_given_a_disk_that_is_full_when_metered_then_fails_and_leaves_nothing(self):
        self.write("metrics.txt", "older")
        before = self.contents()
        for limit_bytes in (0, 1000, 9000):
            with self.subTest(limit_bytes):
                outcome = self.call(
                    *("run", "small.yaml", "--trace", "none", "--metrics", "metrics.txt"),
                    preexec_fn=lambda: resource.setrlimit(
                        resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes)
                    ),
                )

                self.assertEqual((1, ""), (outcome.status, outcome.out), outcome)
                self.assertIn("metrics.txt: File too large", outcome.err)
                self.assertEqual(before, self.contents())


if __name__ == "__main__":
    unittest.main()
