#!/usr/bin/env python3
"""Bad input ends in a message with its place, exit status 2 and nothing written.

Usage: bad_input.py GOSSIM
"""

import os
import re
import resource
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
BASE = "nodes: {count: 20}\ntopology: {degree: 4}\n"

# Name, text of the file from its third line on, its place, what the message says.
MISTAKES = (
    ("wrong type: text for a number", "router: {D: many}", "3:13", "many"),
    ("wrong type: list for a mapping", "router: [6]", "3:9", "mapping"),
    ("wrong type: mapping for a duration", "duration: {s: 5}", "3:11", "duration"),
    ("wrong type: number for a switch", "router: {sign: 1}", "3:16", "true or false"),
    ("wrong type: text for a list", "topics: blocks", "3:9", "list"),
    ("a number in quotes", "router: {D: '6'}", "3:13", "6"),
    ("a fraction for a count", "router: {D: 6.5}", "3:13", "whole number"),
    ("unknown key at the top", "durration: 5s", "3:1", "duration"),
    ("unknown key below", "router: {Dhigh: 12}", "3:10", "Dhi"),
    ("unknown key in a list", "publish: [{sizes: 1B}]", "3:12", "size"),
    ("duplicate key", "seed: 1\nname: a\nseed: 2", "5:1", "seed"),
    ("duplicate key below", "router: {D: 6, D: 6}", "3:16", "D"),
    ("duplicate key by its other name", "router: {Dlo: 4, D_low: 4}", "3:18", "D_low"),
    ("a negative duration", "duration: -1s", "3:11", "negative"),
    ("an overflowing duration", "duration: 99999999999h", "3:11", "at most"),
    ("a duration that overflows by its digits", f"duration: {'9' * 400}s", "3:11", "at most"),
    ("a duration without unit", "duration: 60", "3:11", "unit"),
    ("a duration with an unknown unit", "duration: 5d", "3:11", "5d"),
    ("a duration of zero", "duration: 0s", "3:11", "0s"),
    ("NaN as a share", "links: {loss: .nan}", "3:15", "nan"),
    ("NaN as a number", "router: {D: NaN}", "3:13", "NaN"),
    ("NaN as a duration", "duration: nans", "3:11", "nans"),
    ("infinity as a duration", "duration: .inf", "3:11", "inf"),
    ("D above Dhi", "router: {D: 20}", "3:13", "Dhi"),
    ("D below Dlo", "router: {D: 3}", "3:", "Dlo"),
    ("D of zero", "router: {D: 0, Dlo: 0}", "3:13", "from 1"),
    ("a negative Dlazy", "router: {Dlazy: -1}", "3:17", "-1"),
    ("gossip from longer than history", "router: {history_gossip: 9}", "3:26", "history_length"),
    ("loss above 1", "links: {loss: 1.01}", "3:15", "from 0 to 1"),
    ("loss above 100 %", "links: {loss: 101%}", "3:15", "101%"),
    ("negative loss", "links: {loss: -0.1}", "3:15", "-0.1"),
    ("an unknown region preset", "regions: world-9", "3:10", "world-8"),
    ("an unknown topology", "topology: hexagon", "3:1", ""),
    ("an unknown profile", "router: {profile: gossipsub-v9}", "3:19", "gossipsub-v1.0"),
    ("an unknown topic", "publish: [{topic: block}]", "3:19", "block"),
    ("a node outside the network", "publish: [{from: 20}]", "3:18", "19"),
    ("a negative size", "publish: [{size: -1B}]", "3:18", "-1B"),
    ("an overflowing size", "publish: [{size: 99999999999MiB}]", "3:18", "64MiB"),
    ("an overflowing seed", "seed: 18446744073709551616", "3:7", "18446744073709551615"),
    ("an expectation of nothing known", "expect: [latency.p98 <= 1s]", "3:10", "latency.p98"),
    ("an expectation without value", "expect: ['latency.p99 <=']", "3:10", "latency"),
    ("an event of nothing", "events: [{at: 1s}]", "3:10", "subscribe"),
    ("a sweep of one value", "sweep: {router.D: 6}", "3:19", "found `6`; allowed: a list of"),
)
TOPOLOGIES = (
    ("a degree not below the nodes", "{degree: 20}", "20"),
    ("nodes times degree odd", "{degree: 3}\nnodes: {count: 5}", "even"),
    ("a link to an unknown node", "{kind: edges, edges: [[0, 1], [3, 99]]}", "99"),
    ("a link to itself", "{kind: edges, edges: [[0, 1], [2, 2]]}", "itself"),
    ("a link given twice", "{kind: edges, edges: [[0, 1], [1, 0]]}", "twice|already|again"),
    ("a link of three", "{kind: edges, edges: [[0, 1, 2]]}", "two|node|duration"),
    ("a negative node", "{kind: edges, edges: [[0, -1]]}", "-1"),
    ("edges of another kind", "{kind: ring, edges: [[0, 1]]}", "edges"),
    ("no edges", "{kind: edges}", "edges"),
)
# Name, text, the whole first line of what is said: found in the graph and in what is to happen.
BUILT = (
    (
        "links to connect that are not there",
        "nodes: {count: 20}\ntopology: ring\nevents:\n  - {at: 1s, connect: {between: [0, 5]}}\n",
        "a.yaml:4:23: events.0.connect: no link between such nodes is in the graph; allowed: links "
        "of the topology, which may be disconnected at 0s",
    ),
    (
        "an RPC between nodes that are not linked",
        "nodes: {count: 20}\ntopology: ring\n"
        "events:\n  - at: 1s\n    inject: {from: 0, to: 5, rpc: 1a022a00}\n",
        "a.yaml:5:13: events.0.inject: nodes 0 and 5 are not linked; allowed: neighbours",
    ),
    (
        "more messages than may be, drawn",
        BASE + "duration: 1h\npublish:\n  - {count: 5}\n"
        "  - {every: {exponential: {mean: 100us}}, until: 1h}\n",
        "a.yaml:6:5: publish.1: more than 10000000 messages in all; allowed: at most that many",
    ),
    (
        "more deliveries than may be",
        "nodes: {count: 100000, start: 0s}\ntopology: ring\n"
        "publish: [{from: 0, every: 1ms, count: 30000}]\n",
        "a.yaml:3:10: publish: 2999970000 deliveries in all; allowed: at most 2147483647",
    ),
    (
        "more churn than may be",
        "nodes: {count: 20000}\nduration: 1000s\nchurn: [{up: 1ms, down: 1ms}]\n",
        "a.yaml:3:9: churn.0: nodes go down more than 10000000 times in all; allowed: longer times "
        "up or down, fewer nodes, or an earlier `until`",
    ),
    (
        "more links than may be",
        "nodes: {count: 16777216}\ntopology: {kind: erdos-renyi, probability: 50%}\n",
        "a.yaml:2:11: topology: more than 2147483647 links, the most that are allowed",
    ),
)
NOT_SCENARIOS = (
    ("an empty file", b"", ":1:1: .*empty"),
    ("only a comment", b"# nothing\n", "nodes"),
    ("a scalar", b"hello\n", ":1:1: "),
    ("a list", b"- a\n- b\n", ":1:1: "),
    ("not YAML: an open quote", b"name: 'a\n", r":\d+:\d+: .*YAML"),
    ("not YAML: an open bracket", b"topics: [a\n", r":\d+:\d+: .*YAML"),
    ("not YAML: a tab", b"nodes:\n\tcount: 5\n", r":2:\d+: "),
    ("a picture", b"\x89PNG\r\n\x1a\n\x00\x00", r":1:\d+: "),
    ("not UTF-8", b"name: \xff\xfe\n", r":1:7: .*UTF-8"),
    ("two documents", BASE.encode() + b"---\n" + BASE.encode(), r":\d+:\d+: .*document"),
    ("an anchor that is not there", b"nodes: *there\n", r":1:\d+: "),
    ("an alias in itself", b"nodes: &a [*a]\n", r":1:\d+: "),
    ("brackets 65 deep", b"[" * 65, r":1:65: .*64"),
    ("braces 10000 deep", b"{a: " * 10000, r":1:\d+: .*64"),
)
BILLION_LAUGHS = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
)


def take_no_more_than_256_mib():
    """The graph of sixteen million nodes would take gigabytes."""
    resource.setrlimit(resource.RLIMIT_AS, (256 << 20, 256 << 20))


class BadInputTest(FolderTest):
    program = PROGRAM

    def assert_all_refuse(self, name, message):
        """`run` and `check` refuse the file, and leave the folder as it was."""
        before = sorted(os.listdir(self.folder))
        for command in ("run", "check"):
            outcome = self.call(command, name)

            self.assert_refused(outcome, message)
            self.assertEqual(before, sorted(os.listdir(self.folder)))

    def test_given_a_mistake_when_run_then_place_and_reason(self):
        for name, text, place, words in MISTAKES:
            with self.subTest(name):
                self.write("a.yaml", f"{BASE}{text}\n")

                self.assert_all_refuse("a.yaml", rf"(?m)^a\.yaml:{place}.*{words}")

    def test_given_a_wrong_topology_when_run_then_place_and_reason(self):
        for name, text, words in TOPOLOGIES:
            with self.subTest(name):
                nodes = "" if "nodes" in text else "nodes: {count: 20}\n"
                self.write("a.yaml", f"{nodes}topology: {text}\n")

                self.assert_all_refuse("a.yaml", rf"(?m)^a\.yaml:\d+:\d+: .*({words})")

    def test_given_a_mistake_of_the_network_when_run_then_place_and_reason(self):
        for name, text, message in BUILT:
            with self.subTest(name):
                self.write("a.yaml", text)

                self.assert_all_refuse("a.yaml", rf"^{re.escape(message)}\n")

    def test_given_sixteen_million_nodes_when_checked_then_no_graph_is_made(self):
        self.write("a.yaml", "nodes: {count: 16777216}\nevents: [{at: 1s, connect: {of: 0}}]\n")

        if self.call("--version", preexec_fn=take_no_more_than_256_mib).status != 0:
            self.skipTest("a program with sanitizers needs more memory than there is")

        outcome = self.call("check", "a.yaml", preexec_fn=take_no_more_than_256_mib)

        self.assertEqual((0, ""), (outcome.status, outcome.err))

    def test_given_no_scenario_when_run_then_place_and_reason(self):
        for name, content, message in (*NOT_SCENARIOS, ("a bomb", BILLION_LAUGHS, "alias")):
            with self.subTest(name):
                self.write("a.yaml", content)

                self.assert_all_refuse("a.yaml", message)

    def test_given_no_file_when_run_then_said_so(self):
        for name, message in (
            ("nowhere.yaml", "no such file"),
            (".", "directory"),
            ("", "no such file"),
        ):
            with self.subTest(name):
                self.assert_all_refuse(name, message)

    def test_given_a_hundred_megabytes_of_brackets_when_run_then_refused_at_once(self):
        with open(self.path("a.yaml"), "wb") as file:
            for _ in range(100):
                file.write(b"[" * 1_000_000)

        self.assert_all_refuse("a.yaml", r"^a\.yaml:1:1: .*64 MiB")

    def test_given_brackets_within_the_size_when_run_then_refused_by_depth(self):
        self.write("a.yaml", b"[" * 60_000_000)

        self.assert_all_refuse("a.yaml", r"^a\.yaml:1:65: .*64 levels")

    def test_given_many_mistakes_when_run_then_fifty_and_a_count(self):
        self.write("a.yaml", BASE + "".join(f"key{i}: 1\n" for i in range(60)))

        outcome = self.call("run", "a.yaml")

        self.assert_refused(outcome, r"(?m)^a\.yaml:3:1: ")
        self.assertEqual(50, outcome.err.count("a.yaml:"))
        self.assertRegex(outcome.err.splitlines()[-2], r"\b10\b")

    def test_given_a_wrong_override_when_run_then_named_as_it_was_given(self):
        rows = (
            ("unknown path", "router.Dx=1", r"--set router\.Dx: .*D"),
            ("unknown path at the top", "foo.bar=1", r"--set foo\.bar: .*foo"),
            ("an item that is not there", "topics.7.name=a", r"--set topics\.7\.name: "),
            ("below a value", "seed.x=1", r"--set seed\.x: "),
            ("wrong value", "router.D=100", r"--set router\.D: .*100.*Dhi"),
            ("no value", "router.D=", r"--set router\.D: "),
            ("not YAML", "links.delay={uniform: [5ms", r"--set links\.delay: "),
            ("no path", "=5", "--set =5: .*PATH=VALUE"),
            ("no sign", "router.D", "--set router.D: .*PATH=VALUE"),
        )
        for name, override, message in rows:
            with self.subTest(name):
                before = self.contents()

                outcome = self.call("run", "small.yaml", "--set", override)

                self.assert_refused(outcome, message)
                self.assertEqual(before, self.contents())

    def test_given_a_wrong_seed_when_run_then_refused(self):
        for seed in ("", "a", "-1", "1.5", "18446744073709551616", "0x10"):
            for command in ("run", "check"):
                with self.subTest(seed, command=command):
                    outcome = self.call(command, "small.yaml", "--seed", seed)

                    self.assert_refused(outcome, "^--seed: (?!seed)")

    def test_given_more_overrides_than_allowed_when_run_then_the_one_too_many_is_named(self):
        most = ["--set", "seed=1"] * 256
        for option, value in (("--set", "router.D=6"), ("--seed", "1")):
            with self.subTest(option):
                outcome = self.call("run", "small.yaml", *most, option, value)

                self.assert_refused(outcome, f"^gossim: {option}: at most 256")
        profiles = ("diff", "--routers", "nim-2020", "gossipsub-v1.0", "small.yaml")
        self.assert_refused(self.call(*profiles, *most), "^gossim: --routers: at most 256")


if __name__ == "__main__":
    unittest.main()
