#!/usr/bin/env python3
"""What the loader makes of files that nobody would write: those of corpus/, and large ones made
here.

Usage: corpus.py PROGRAM…

`gossim check` says what it is, or what is wrong with it: it never dies, and takes time and memory
in proportion to the file.
"""

import os
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from program import program_of_arguments

PROGRAM = program_of_arguments()
SANITIZED = "ASAN_OPTIONS" in os.environ  # then memory says nothing
CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corpus")
# libfyaml 0.7 leaks what it takes a long text in quotes apart with: some 32 bytes for each.
LEAKS = {
    "LSAN_OPTIONS": "print_suppressions=0:suppressions="
    + os.path.join(os.path.dirname(CORPUS), "leaks.txt")
}
CPU_S_MAX = 20
# Peak memory: a fixed sum, and so much per byte of the file.
MEMORY_BYTES = 64 << 20
MEMORY_BYTES_PER_BYTE = 600

NODES = "nodes: {count: 4}\n"
LINKED = "nodes: {count: 100000}\n"
# name: (what stands before, a piece that is repeated with its number, what stands behind)
REPEATED = {
    "unknown keys": (NODES, "k%d: 1\n", ""),
    "one key again and again": (NODES, "seed: 1\n", ""),
    "wrong keys far down": (NODES + "topics:\n", "- {nome: x}\n", ""),
    "topics": (NODES + "topics:\n", "- {name: t%d}\n", ""),
    "topics of one name": (NODES + "topics:\n", "- {name: t}\n", ""),
    "unknown topics": (NODES + "publish:\n", "- {topic: t%d}\n", ""),
    "groups": ("nodes:\n  count: 4\n  groups:\n", "  - {name: g%d, nodes: none}\n", ""),
    "links": (LINKED + "topology:\n  kind: edges\n  edges:\n", "  - [%d, 99999]\n", ""),
    "links in one line": (LINKED + "topology: {kind: edges, edges: [", "[%d, 99999],", "]}\n"),
    "a line of links": (
        "{nodes: {count: 100000}, topology: {kind: edges, edges: [",
        "[%d, 99999],",
        "]}}\n",
    ),
    "wrong links": (NODES + "topology:\n  kind: edges\n  edges:\n", "  - [%d]\n", ""),
    "publications": (NODES + "publish:\n", "- {from: 1, count: 0}\n", ""),
    "events": (NODES + "events:\n", "- {at: %ds, subscribe: {nodes: 1}}\n", ""),
    "expectations": (NODES + "expect:\n", "- latency.p99 <= 2s\n", ""),
    "wrong expectations": (NODES + "expect:\n", "- latencies.%d <= 2s\n", ""),
    "ranges": (NODES + "topics: [{name: t, subscribers: [", "0..3,", "]}]\n"),
    "nodes of a range again": (NODES + "publish: [{from: [", "1,", "]}]\n"),
    "anchors": (NODES + "publish:\n", "- &a%d {from: 1}\n", ""),
    "aliases": (NODES + "x: &a {from: 1}\npublish:\n", "- *a\n", ""),
    "open brackets": ("", "[", ""),
    "open braces": ("", "{a: ", ""),
    "closed brackets": ("", "]", ""),
    "dashes": ("", "- ", ""),
    "dashes deeper and deeper": ("", "-\n", ""),
    "question marks": ("", "? ", ""),
    "colons": ("", "a: ", ""),
    "quotes": (NODES, '"', ""),
    "apostrophes": (NODES + "name: '", "''", "'\n"),
    "escapes": (NODES + 'name: "', "\\x41", '"\n'),
    "one word": (NODES + "name: ", "a", "\n"),
    "digits": ("nodes: {count: ", "1", "}\n"),
    "zeros": (NODES + "duration: ", "0", "s\n"),
    "decimals": (NODES + "duration: 1.", "0", "s\n"),
    "hexadecimal": (NODES + "events: [{at: 1s, inject: {from: 0, to: 1, rpc: '", "1a", "'}}]\n"),
    "comments": (NODES, "# %d\n", ""),
    "one comment": (NODES + "#", "x", "\n"),
    "empty lines": (NODES, "\n", ""),
    "blanks": (NODES, " ", "\n"),
    "tabs": (NODES, "\t", "\n"),
    "carriage returns": (NODES, "\r", ""),
    "block scalar": (NODES + "name: |\n", "  a\n", ""),
    "folded scalar": (NODES + "name: >\n", "  a\n", ""),
    "plain scalar of many lines": (NODES + "name: a\n", "  a\n", ""),
    "documents": ("", "--- a\n", ""),
    "directives": ("", "%%YAML 1.%d\n", ""),
    "tags": (NODES + "name: ", "!a ", "\n"),
    "anchors of nothing": (NODES + "name: ", "&a%d ", "\n"),
    "commas": (NODES + "topics: [", ",", "]\n"),
    "marks of order": ("", "\ufeff", ""),
    "region names": (NODES + "regions: {names: [", "r%d,", "], latency: [[1ms]]}\n"),
    "sweeps": (NODES + "sweep: {", "a%d: 1,", "}\n"),
}


def made(name, size):
    """The text of a row of REPEATED, of about that many bytes."""
    before, piece, behind = REPEATED[name]
    pieces = []
    number = 0
    length = 0
    while length < size:
        pieces.append(piece % number if "%" in piece else piece)
        length += len(pieces[-1])
        number += 1
    return before + "".join(pieces) + behind


class CorpusTest(unittest.TestCase):
    def check(self, path):
        """Has a file checked; the processor time that it took, in seconds."""
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as err:
            process = PROGRAM.start(
                "check", path, environment=LEAKS, stdout=subprocess.DEVNULL, stderr=err
            )
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            err.seek(0)
            said = err.read(2000)
        self.assertIn(process.returncode, (0, 2), said)
        self.assertEqual(process.returncode == 0, said == "", said)
        cpu_s = usage.ru_utime + usage.ru_stime
        self.assertLess(cpu_s, CPU_S_MAX)
        if not SANITIZED:
            peak_bytes = usage.ru_maxrss << 10
            allowed = MEMORY_BYTES + MEMORY_BYTES_PER_BYTE * os.path.getsize(path)
            self.assertLess(peak_bytes, allowed)
        return cpu_s

    def test_given_the_corpus_when_checked_then_every_file_is_answered(self):
        for name in sorted(os.listdir(CORPUS)):
            with self.subTest(name):
                self.check(os.path.join(CORPUS, name))

    def test_given_much_of_one_thing_when_checked_then_time_grows_with_it(self):
        # Eight times as much takes eight times as long, with room for what the machine does too;
        # a square would be 64.
        for name in REPEATED:
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "large.yaml")
                times = []
                for size in (1 << 17, 1 << 20):
                    with open(path, "w", encoding="utf-8") as file:
                        file.write(made(name, size))
                    times.append(self.check(path))

                self.assertLess(times[1], 20 * times[0] + 0.3, name)


if __name__ == "__main__":
    unittest.main()
