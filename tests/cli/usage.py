#!/usr/bin/env python3
"""What the program says of itself, the exit statuses, and the JSON summary.

Usage: usage.py GOSSIM
"""

import concurrent.futures
import fcntl
import json
import os
import pty
import struct
import sys
import termios
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import SMALL, FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
COMMANDS = ("run", "check", "plot", "rpc", "quirks")

# The keys of the JSON summary in their order; a figure that is 0/0 is null.
COUNT, SHARE, TEXT = int, float, str
KEYS = {
    "gossim": TEXT,
    "scenario": TEXT,
    "seed": COUNT,
    "digest": TEXT,
    "nodes": COUNT,
    "links": COUNT,
    "virtual_ns": COUNT,
    "wall_s": SHARE,
    "events": COUNT,
    "events_per_s": SHARE,
    "peak_rss_bytes": COUNT,
    "published": COUNT,
    "publish_skipped": COUNT,
    "expected_deliveries": COUNT,
    "deliveries": COUNT,
    "deliveries_unexpected": COUNT,
    "delivery_ratio": SHARE,
    "duplicates": COUNT,
    "duplicates_per_delivery": SHARE,
    "ties": TEXT,
    "threads_used": COUNT,
    "windows": COUNT,
    "windows_apart": COUNT,
    "lookahead_ns": COUNT,
    "latency_ns": dict.fromkeys(("min", "mean", "p50", "p90", "p95", "p99", "max"), COUNT),
    "hops": {"mean": SHARE, "max": COUNT},
    "mesh_degree": {"min": COUNT, "mean": SHARE, "max": COUNT},
    "rpcs_sent": dict.fromkeys(
        ("total", "with_messages", "ihave", "iwant", "graft", "prune", "subscriptions"), COUNT
    ),
    "packets_lost": COUNT,
    "bytes_sent": dict.fromkeys(("total", "payload", "control"), COUNT),
    "expect": list,
    "rpcs_suppressed": COUNT,
    "rpcs_skipped": COUNT,
    "links_aborted": COUNT,
    "one_sided_mesh_links": COUNT,
    "packets_dropped": dict.fromkeys(
        (
            "total",
            "burst_loss",
            "given_up",
            "uplink_full",
            "downlink_full",
            "node_down",
            "partition",
            "clogged",
            "degraded",
            "flapping",
        ),
        COUNT,
    ),
    "retransmissions": COUNT,
    "faults": dict.fromkeys(("crashes", "restarts", "pauses"), COUNT),
    "time_to_heal_ns": type(None),  # nothing heals
}


def verdict_of(expectation):
    """An expectation of the summary without what explains a failure."""
    return {key: expectation[key] for key in ("text", "value", "ok")}


# Nobody publishes, and nobody would hear it.
SILENCE = """\
nodes: {count: 3}
topics: [{name: a, subscribers: none}]
publish: []
expect: [delivery_ratio >= 0, latency.p99 <= 1h, published == 0]
"""
# One link, one message, which is lost; one node alone does nothing but publish.
ONE_OF_EACH = """\
duration: 2s
router: {profile: floodsub}
nodes: {count: 2, start: 0s}
topology: line
links: {loss: 100%}
publish: [{from: 0, start: 1s}]
"""


def types_of(value):
    if isinstance(value, dict):
        return {key: types_of(item) for key, item in value.items()}
    return type(value)


def read_terminal(terminal):
    """All that is written to a terminal until its other side is closed."""
    with os.fdopen(terminal, "rb", buffering=0) as file:
        shown = b""
        try:
            while piece := file.read(4096):
                shown += piece
        except OSError:
            pass  # how Linux says that nobody is there any more
        return shown.decode()


class UsageTest(FolderTest):
    program = PROGRAM

    def summary(self, *arguments, status=0):
        """What --json prints: one JSON object, nothing before it and a line's end behind it."""
        outcome = self.call("run", *arguments, "--json", "--no-figures")
        self.assertEqual((status, ""), (outcome.status, outcome.err), outcome)
        summary, end = json.JSONDecoder().raw_decode(outcome.out)
        self.assertEqual("\n", outcome.out[end:])
        return summary

    def test_given_help_or_version_when_asked_for_then_printed(self):
        rows = [("--help",), ("--version",)]
        rows += [(command, option) for command in COMMANDS for option in ("--help", "--version")]
        for arguments in rows:
            with self.subTest(arguments):
                outcome = self.call(*arguments)

                self.assertEqual((0, ""), (outcome.status, outcome.err))
                words = r"^Usage: gossim " if "--help" in arguments else r"^gossim \d+\.\d+\.\d+\n$"
                self.assertRegex(outcome.out, words)

    def test_given_no_such_word_when_called_then_bad_usage(self):
        rows = (
            ((), "Usage: gossim"),
            (("walk",), "unknown command 'walk'.*run check .* trace why diff .* rpc"),
            (("--walk",), "--walk"),
            (("",), "unknown command"),
            (("run",), "gossim run: .*scenario file"),
            (("check",), "gossim check: .*scenario file"),
            (("plot",), "gossim plot: .*folder"),
            (("rpc",), "gossim rpc: say decode or encode"),
            (("rpc", "recode"), "gossim rpc: say decode or encode"),
            (("rpc", "decode", "00", "00"), "gossim rpc: one RPC at a time"),
            (("rpc", "decode", "--form", "nim"), "standard or nim-2020, not 'nim'"),
            (("rpc", "decode", "--seed", "1"), "gossim rpc: .*--seed"),
            (("quirks", "echo"), "gossim quirks: .*options alone, not 'echo'"),
            (("quirks", "--profile", "nim"), "'nim'; there are: gossipsub-v1.0 nim-2020 floodsub"),
            (("run", "small.yaml", "--walk"), "gossim run: .*--walk"),
            (("check", "small.yaml", "--json"), "gossim check: .*--json"),
            (("plot", "out", "--seed", "1"), "gossim plot: .*--seed"),
            (("run", "small.yaml", "small.yaml"), "one scenario file"),
            (("run", "small.yaml", "--trace", "all"), "none, deliveries or full"),
            (("run", "small.yaml", "--wire", "copper"), "size or encode"),
            (("run", "small.yaml", "--seed"), "--seed"),
            (("run", "small.yaml", "--json=yes"), "--json"),
            (("run", "small.yaml", "--set", "a"), "PATH=VALUE"),
        )
        before = self.contents()
        for arguments, message in rows:
            with self.subTest(arguments):
                self.assert_refused(self.call(*arguments), message)
                self.assertEqual(before, self.contents())

    def test_given_expectations_when_run_then_status_says_whether_all_were_met(self):
        rows = (
            ("all met", "expect: [delivery_ratio == 1, latency.p99 <= 1s]", 0),
            ("one not met", "expect: [delivery_ratio == 1, latency.p99 <= 20ms]", 3),
        )
        for name, text, status in rows:
            with self.subTest(name):
                self.write("a.yaml", SMALL + text)

                outcome = self.call("run", "a.yaml", "--no-figures")

                self.assertEqual((status, ""), (outcome.status, outcome.err), outcome)
                self.assertEqual(status == 3, "FAILED" in outcome.out)
                self.assertIn("summary.json", os.listdir(self.path("out", "small-1")))

    def test_given_a_run_when_json_is_wanted_then_every_key_with_its_type(self):
        self.write("a.yaml", SMALL + "expect: [latency.p99 <= 1s, latency.max <= 1ms]")

        summary = self.summary("a.yaml", status=3)

        expected = {**KEYS, "expect": list}
        self.assertEqual(expected, types_of(summary))
        self.assertEqual(list(KEYS), list(summary))
        self.assertEqual(
            [
                {"text": "latency.p99 <= 1s", "value": summary["latency_ns"]["p99"], "ok": True},
                {"text": "latency.max <= 1ms", "value": summary["latency_ns"]["max"], "ok": False},
            ],
            [verdict_of(item) for item in summary["expect"]],
        )

    def test_given_silence_when_json_is_wanted_then_null_for_what_is_undefined(self):
        self.write("a.yaml", SILENCE)

        summary = self.summary("a.yaml", status=3)

        undefined = [key for key, value in summary.items() if value is None]
        self.assertEqual(
            ["delivery_ratio", "duplicates_per_delivery", "time_to_heal_ns"], undefined
        )
        for group in ("latency_ns", "hops", "mesh_degree"):
            self.assertEqual(dict.fromkeys(KEYS[group]), summary[group])
        self.assertEqual(
            [(None, False), (None, False), (0, True)],
            [(item["value"], item["ok"]) for item in summary["expect"]],
        )

    def test_given_silence_when_run_then_the_summary_shows_no_figure_that_is_undefined(self):
        self.write("a.yaml", SILENCE)

        outcome = self.call("run", "a.yaml", "--no-figures")

        self.assertRegex(outcome.out, "(?m)^  delivery     nothing was expected: ")
        self.assertRegex(outcome.out, "(?m)^  latency      no delivery$")
        self.assertRegex(outcome.out, "(?m)^  duplicates   no delivery   0 in all$")

    def test_given_tables_larger_than_the_model_when_run_then_the_peak_is_of_both(self):
        arguments = ("--json", "--no-figures", "--set", "publish.0.count=12000")
        arguments += ("--set", "publish.0.every=125us")
        peaks = []
        for level in ("none", "full"):
            process = self.program.start(
                *("run", "small.yaml", "--trace", level, *arguments), folder=self.folder
            )
            self.addCleanup(process.communicate)
            out = process.stdout.read()
            _, process.returncode, usage = os.wait4(process.pid, 0)
            peaks.append(json.loads(out)["peak_rss_bytes"])
            # What is left of the calling program may be more than a small run takes.
            self.assertLessEqual(peaks[-1], 1.1 * usage.ru_maxrss * 1024)
        self.assertAlmostEqual(1, usage.ru_maxrss * 1024 / peaks[1], delta=0.1)
        self.assertGreater(peaks[1], 1.2 * peaks[0])

    def test_given_no_mesh_in_the_protocol_when_run_then_its_degree_is_undefined(self):
        self.write("a.yaml", SMALL + "router: {profile: floodsub}\nexpect: [mesh_degree.min >= 0]")

        summary = self.summary("a.yaml", status=3)
        outcome = self.call("run", "a.yaml", "--no-figures")

        self.assertEqual(dict.fromkeys(KEYS["mesh_degree"]), summary["mesh_degree"])
        self.assertEqual(
            [{"text": "mesh_degree.min >= 0", "value": None, "ok": False}],
            [verdict_of(item) for item in summary["expect"]],
        )
        self.assertNotIn("mesh degree", outcome.out)
        self.assertIn("FAILED mesh_degree.min >= 0: undefined\n", outcome.out)

    def test_given_options_when_run_then_they_are_in_the_summary(self):
        summary = self.summary(
            "small.yaml", "--seed", "7", "--set", "name=b", "--set=nodes.count=9"
        )

        self.assertEqual((7, "b", 9), (summary["seed"], summary["scenario"], summary["nodes"]))
        self.assertEqual(32, len(summary["digest"]))
        self.assertEqual(8_000_000_000, summary["virtual_ns"])

    def test_given_any_seed_when_json_is_wanted_then_it_is_an_integer_in_full(self):
        for seed in (0, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1):
            with self.subTest(seed):
                summary = self.summary("small.yaml", "--seed", str(seed))

                self.assertEqual((int, seed), (type(summary["seed"]), summary["seed"]))
                self.assertEqual(list(KEYS), list(summary))

    def test_given_no_terminal_when_run_then_a_short_summary_and_silence_beside_it(self):
        outcome = self.call("run", "small.yaml")

        self.assertEqual((0, ""), (outcome.status, outcome.err))
        self.assertLessEqual(len(outcome.out.splitlines()), 15)
        self.assertLessEqual(max(map(len, outcome.out.splitlines())), 120)
        for word in (
            "delivery",
            "latency",
            "hops",
            "duplicates",
            "bytes",
            "mesh",
            "digest",
            "out/",
        ):
            self.assertIn(word, outcome.out)

    def test_given_one_of_a_thing_when_run_then_the_summary_counts_it_as_one(self):
        self.write("a.yaml", ONE_OF_EACH)

        outcome = self.call("run", "a.yaml", "--no-figures")
        alone = self.call("run", "a.yaml", "--no-figures", "--set", "nodes.count=1")

        words = (" 2 nodes, 1 link ", "of 1 expected, 1 message$", "lost +1 RPC, ")
        words_alone = (" 1 node, 0 links ", "expected: 1 message published", "speed +1 event in")
        for shown, wanted in ((outcome, words), (alone, words_alone)):
            for word in wanted:
                with self.subTest(word):
                    self.assertRegex(shown.out, f"(?m){word}")

    def quirks(self, *arguments):
        """The table of quirks as JSON."""
        outcome = self.call("quirks", "--json", *arguments)
        self.assertEqual((0, ""), (outcome.status, outcome.err))
        return json.loads(outcome.out)

    def test_given_quirks_when_json_is_wanted_then_every_row_with_its_keys(self):
        rows = self.quirks()

        keys = ["number", "name", "major", "profiles", "sentence", "reason"]
        for row in rows:
            with self.subTest(row["number"]):
                self.assertEqual(keys, list(row))
                self.assertNotEqual(row["name"] is None, row["reason"] is None)
        numbers = {row["number"]: row for row in rows}
        self.assertEqual(len(rows), len(numbers))
        self.assertEqual(
            ("echo", True, ["nim-2020"]),
            tuple(numbers["Q33"][key] for key in ("name", "major", "profiles")),
        )
        self.assertIsNone(numbers["Q64"]["name"])
        self.assertEqual([], numbers["§2.17"]["profiles"])

    def test_given_a_profile_when_quirks_are_listed_then_only_its_own(self):
        wanted = [row for row in self.quirks() if "nim-2020" in row["profiles"]]

        self.assertEqual(wanted, self.quirks("--profile", "nim-2020"))
        for name in ("gossipsub-v1.0", "floodsub"):
            self.assertEqual([], self.quirks("--profile", name))
            text = self.call("quirks", "--profile", name).out
            self.assertEqual(f"The profile {name} does as the specification says.\n", text)

    def test_given_a_width_when_quirks_are_listed_then_aligned_within_it(self):
        rows = self.quirks()
        for columns in (None, 80, 120):
            with self.subTest(columns):
                lines = self.quirks_on(columns)

                self.assertLessEqual(max(map(len, lines)), columns or 100)
                self.assertFalse([line for line in lines if line != line.rstrip()])
                column = lines[0].index("what the router does")
                table = lines[1 : lines.index("")]
                for line in table:
                    self.assertEqual(" ", line[column - 1], line)
                    self.assertNotEqual(" ", line[column], line)
                said = " ".join(line[column:] for line in table)
                words = [(row["sentence"], row["reason"]) for row in rows]
                wanted = (a if b is None else f"{a} ({b})" for a, b in words)
                self.assertEqual(" ".join(wanted), said)
                starred = [line.split()[0] for line in table if "★" in line]
                self.assertEqual([row["number"] for row in rows if row["major"]], starred)

    def quirks_on(self, columns):
        """The lines of the table on a terminal so wide, or in a file."""
        if columns is None:
            return self.call("quirks").out.splitlines()
        outside, inside = pty.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        with concurrent.futures.ThreadPoolExecutor() as threads:
            reader = threads.submit(read_terminal, outside)
            self.call("quirks", stdout=inside)
            os.close(inside)
            return reader.result().splitlines()

    def test_given_a_terminal_when_run_then_progress_on_it_alone(self):
        outside, inside = pty.openpty()
        with concurrent.futures.ThreadPoolExecutor() as threads:
            reader = threads.submit(read_terminal, outside)

            outcome = self.call(*"run long.yaml --set duration=30s --json".split(), stderr=inside)

            os.close(inside)
            shown = reader.result()
        self.assertEqual(0, outcome.status)
        json.loads(outcome.out)
        self.assertIn("virtual time", shown)
        self.assertTrue(shown.endswith("\r\033[K"), "the line is removed in the end")
        self.assertNotIn("\n", shown)


if __name__ == "__main__":
    unittest.main()
