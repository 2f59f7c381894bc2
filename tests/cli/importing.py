#!/usr/bin/env python3
"""What `gossim import` makes of experiments of gossipsub-interop.

Usage: importing.py GOSSIM
"""

import json
import random
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

PROGRAM = program_of_arguments()


def only(node, instruction):
    return {"type": "ifNodeIDEquals", "nodeID": node, "instruction": instruction}


def init(**params):
    return {"type": "initGossipSub", "gossipSubParams": params}


def connect(*nodes):
    return {"type": "connect", "connectTo": list(nodes)}


def wait(seconds):
    return {"type": "waitUntil", "elapsedSeconds": seconds}


def subscribe(topic, **more):
    return {"type": "subscribeToTopic", "topicID": topic, **more}


def publish(topic, number, size):
    return {
        "type": "publish",
        "messageID": number,
        "messageSizeBytes": size,
        "topicID": topic,
    }


def validate(topic, seconds):
    return {"type": "setTopicValidationDelay", "topicID": topic, "delaySeconds": seconds}


SMALL = [
    init(D=3, Dlo=2, Dhi=4, Dlazy=0, GossipFactor=0, HeartbeatInterval=700000000),
    validate("blobs", 0.005),
    only(0, connect(1, 2)),
    only(1, connect(2)),
    only(3, connect(0)),
    subscribe("blobs"),
    wait(5),
    only(2, publish("blobs", 0, 98304)),
    wait(10),
    publish("blobs", 1, 500),
    wait(15),
]


def like_theirs(node_count, topics, seed=1):
    """An experiment as gossipsub-interop's own script makes it: first heartbeats apart, each node
    connected to 20 at random, a message of a random node every 12 s."""
    draw = random.Random(seed)
    script = []
    for node in range(node_count):
        script.append(only(node, init(HeartbeatInitialDelay=100000000 + 100000 * (node + 1))))
    peers = {node: set() for node in range(node_count)}
    for node in range(node_count):
        called = []
        while len(peers[node]) < min(20, node_count - 1):
            peer = draw.randrange(node_count)
            if peer != node and peer not in peers[node]:
                peers[node].add(peer)
                peers[peer].add(node)
                called.append(peer)
        if called:
            script.append(only(node, connect(*called)))
    for node in range(node_count):
        script.append(only(node, subscribe(topics[node % len(topics)])))
    script.append(wait(120))
    for number in range(16):
        script.append(
            only(draw.randrange(node_count), publish(draw.choice(topics), number, 1024))
        )
        script.append(wait(120 + 12 * (number + 1)))
    script.append(wait(120 + 12 * 16 + 30))
    return script, sum(len(each) for each in peers.values()) // 2


class ImportTest(FolderTest):
    program = PROGRAM

    def write_script(self, script, name="params.json"):
        self.write(name, json.dumps({"script": script}))

    def imported(self, script, *options):
        """The text of the scenario, which checks; and what was said."""
        self.write_script(script)
        outcome = self.call("import", "params.json", "--out", "made.yaml", *options)
        self.assertEqual((0, ""), (outcome.status, outcome.out), outcome)
        checked = self.call("check", "made.yaml")
        self.assertEqual((0, ""), (checked.status, checked.err), checked)
        return self.read("made.yaml").decode(), checked.out, outcome.err

    def summary(self, *options):
        outcome = self.call("run", "made.yaml", "--json", "--trace", "none", "--out", "a", *options)
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return json.loads(outcome.out)

    def test_given_a_script_that_ends_with_a_message_when_run_then_it_arrives(self):
        self.imported(
            [
                {"type": "subscribeToTopic", "topicID": "a"},
                {"type": "connect", "connectTo": [1]},
                {"type": "waitUntil", "elapsedSeconds": 5},
                {
                    "type": "ifNodeIDEquals",
                    "nodeID": 0,
                    "instruction": {
                        "type": "publish",
                        "messageID": 1,
                        "topicID": "a",
                        "messageSizeBytes": 100,
                    },
                },
            ],
            "--nodes",
            "2",
        )

        summary = self.summary()

        self.assertEqual((1, 25 * 10**9), (summary["deliveries"], summary["virtual_ns"]))

    def test_given_a_script_when_imported_then_each_instruction_is_there(self):
        _, form, _ = self.imported(SMALL)

        for line in (
            "duration: 15s",
            "  D: 3",
            "  Dlo: 2",
            "  Dhi: 4",
            "  Dlazy: 0",
            "  heartbeat_interval: 700ms",
            "  history_length: 5",
            "  fanout_ttl: 60s",
            "  count: 4",
            "  kind: edges",
        ):
            self.assertIn(line + "\n", form)
        for link in ("[0, 1]", "[0, 2]", "[0, 3]", "[1, 2]"):
            self.assertIn(link, form)
        self.assertRegex(form, r"5ms")
        self.assertRegex(form, r"from: 2\b")
        self.assertRegex(form, r"(?s)start: 5s.*size: 96KiB.*start: 10s.*size: 500B")

    def test_given_a_script_when_imported_and_run_then_all_is_delivered(self):
        self.imported(SMALL)

        summary = self.summary()

        self.assertEqual(5, summary["published"])
        self.assertEqual(4, summary["links"])
        self.assertEqual(1, summary["delivery_ratio"])

    def test_given_an_experiment_like_theirs_when_imported_then_it_runs(self):
        for topics in (["a-subnet"], ["topic-a", "topic-b"]):
            with self.subTest(topics):
                script, links = like_theirs(60, topics)
                _, form, said = self.imported(script)

                summary = self.summary()

                self.assertIn("duration: 342s\n", form)
                self.assertEqual((60, links), (summary["nodes"], summary["links"]))
                self.assertEqual((16, 0), (summary["published"], summary["publish_skipped"]))
                self.assertEqual(1, summary["delivery_ratio"])
                self.assertEqual(
                    16 * 59 if len(topics) == 1 else summary["deliveries"], summary["deliveries"]
                )
                self.assertRegex(said, "HeartbeatInitialDelay")

    def test_given_no_place_when_imported_then_the_same_on_standard_output(self):
        text, _, said = self.imported(SMALL)

        outcome = self.call("import", "params.json")

        self.assertEqual((0, text, said), (outcome.status, outcome.out, outcome.err))

    def test_given_the_network_when_imported_then_regions_and_classes(self):
        script, _ = like_theirs(60, ["blobs"])
        _, form, _ = self.imported(script, "--network")

        self.assertIn("regions: world-8\n", form)
        self.assertRegex(form, "1024Mbit/s")
        self.assertRegex(form, "50Mbit/s")
        self.assertEqual(1, self.summary()["delivery_ratio"])

    def test_given_more_nodes_when_imported_then_they_are_there(self):
        _, form, _ = self.imported(SMALL, "--nodes", "9")

        self.assertIn("  count: 9\n", form)

    def test_given_parameters_of_some_nodes_when_imported_then_a_group_has_them(self):
        script = [init(), only(1, init(D=8)), only(2, init(D=8)), only(5, connect(0)), wait(1)]

        text, form, _ = self.imported(script)

        self.assertIn("params-1, nodes: [1..2], router: {D: 8, Dlo: 5", text)
        self.assertIn("D: 8", form)

    def test_given_clocks_of_their_own_when_imported_then_each_node_has_its_times(self):
        script = [
            init(),
            only(1, connect(0)),
            only(1, wait(3)),
            subscribe("late"),
            only(0, wait(4)),
            publish("late", 1, 8),
            wait(6),
        ]

        text, _, _ = self.imported(script)

        self.assertIn('- {name: "late", subscribers: [0]}', text)
        self.assertIn('{at: 3s, subscribe: {topic: "late", nodes: [1]}}', text)
        self.assertIn('from: 0, start: 4s', text)
        self.assertIn('from: 1, start: 3s', text)

    def test_given_what_has_no_counterpart_when_imported_then_it_is_told_twice(self):
        script = [
            init(Dscore=4, PruneBackoff=60000000000, Odd=1, D=None),
            only(1, connect(0, 1)),
            subscribe("a", partial=True),
            {"type": "addPartialMessage", "topicID": "a", "groupID": 1, "parts": 3},
            only(0, only(1, publish("a", 1, 8))),
            wait(2),
            only(1, connect(0)),
            only(1, validate("a", 0.1)),
        ]

        text, _, said = self.imported(script)

        for words in (
            "gossipSubParams.Dscore",
            "gossipSubParams.PruneBackoff",
            "gossipSubParams.Odd",
            "a node to itself",
            "partial messages",
            "addPartialMessage",
            "connect after a wait",
            "setTopicValidationDelay of one node",
        ):
            with self.subTest(words):
                self.assertRegex(said, "not carried over: .*" + words)
                self.assertRegex(text, "(?m)^# - .*" + words)
        self.assertIn("publish: []", text)

    def test_given_odd_names_of_topics_when_imported_then_they_are_kept(self):
        for name in ('a"b', "a\\b", "a: #b", "/eth2/0x1/beacon_block/ssz_snappy", "%d", "ü", "~"):
            with self.subTest(name):
                script = [init(), only(1, connect(0)), subscribe(name), wait(2)]

                self.imported(script)

    def test_given_bad_json_when_imported_then_its_place_is_told_and_nothing_written(self):
        rows = (
            (b"", r"^params\.json:1:\d+: not valid JSON"),
            (b'{"script": [\n  {"type": }\n]}', r"^params\.json:2:\d+: not valid JSON"),
            (b'{"script": [], "script": []}', r"^params\.json:1:\d+: .*duplicate"),
            (b"\xff", r"^params\.json:1:\d+: "),
            (b"[" * 100000, r"^params\.json:1:\d+: "),
            (b"[]", r"^params\.json: .*allowed: an object"),
            (b'{"script": 5}', r"^params\.json: .*`script`"),
        )
        for content, message in rows:
            with self.subTest(content[:40]):
                self.write("params.json", content)
                before = self.contents()

                outcome = self.call("import", "params.json", "--out", "made.yaml")

                self.assert_refused(outcome, message)
                self.assertEqual(before, self.contents())

    def test_given_wrong_instructions_when_imported_then_their_place_in_the_script_is_told(self):
        rows = (
            (5, r"script\[1\]: allowed: an object"),
            ({}, r"script\[1\]: allowed: an object"),
            ({"type": 5}, r"script\[1\]: allowed: an object"),
            (only(-1, wait(1)), r"script\[1\]\.nodeID: allowed: a node"),
            (only("0", wait(1)), r"script\[1\]\.nodeID: allowed: a node"),
            (only(16777216, wait(1)), r"script\[1\]\.nodeID: allowed: a node from 0 to 0$"),
            (only(0, None), r"script\[1\]\.instruction: allowed: an object"),
            (wait(-1), r"script\[1\]\.elapsedSeconds: allowed: a number"),
            (wait("1"), r"script\[1\]\.elapsedSeconds: allowed: a number"),
            (wait(1e300), r"script\[1\]\.elapsedSeconds: allowed: a number"),
            ({"type": "connect"}, r"script\[1\]\.connectTo: allowed: a list"),
            (connect(1.5), r"script\[1\]\.connectTo: allowed: a node"),
            (subscribe(5), r"script\[1\]\.topicID: allowed: the name"),
            (publish("a", 1, -1), r"script\[1\]\.messageSizeBytes: allowed: a whole number"),
            (validate("a", None), r"script\[1\]\.delaySeconds: allowed: a number"),
            (init(D="8"), r"script\[1\]\.D: allowed: a whole number"),
            ({"type": "initGossipSub"}, r"script\[1\]\.gossipSubParams: allowed: an object"),
            (init(D=20), r"router.*`20`; allowed: at most `Dhi`"),
        )
        for instruction, message in rows:
            with self.subTest(instruction):
                self.write_script([wait(1), instruction])

                outcome = self.call("import", "params.json", "--out", "made.yaml")

                self.assert_refused(outcome, "(?m)" + message)
                self.assertNotIn("made.yaml", self.contents())

    def test_given_wrong_usage_when_called_then_refused(self):
        self.write_script(SMALL)
        rows = (
            ((), "name the params.json"),
            (("params.json", "b"), "not two"),
            (("params.json", "--nodes", "0"), "give a whole number from 1 to"),
            (("params.json", "--nodes", "3"), r"connectTo: allowed|nodeID: allowed"),
            (("missing.json",), r"missing\.json"),
            (("params.json", "--out", "."), "in the way"),
        )
        for arguments, message in rows:
            with self.subTest(arguments):
                self.assert_refused(self.call("import", *arguments), message)


if __name__ == "__main__":
    unittest.main()
