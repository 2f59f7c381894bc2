#!/usr/bin/env python3
"""`gossim trace` prints, filters and exports the records of a run.

Usage: trace.py GOSSIM
"""

import csv
import io
import json
import os
import re
import sqlite3
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import ROOT, SMALL, FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
LOSSY = SMALL + "links: {delay: 20ms, loss: 10%}\n"
LOSSY = LOSSY.replace("links: {delay: 20ms}\n", "")


def split(events):
    """The messages of a file of TraceEvents: each behind its length."""
    place = 0
    while place < len(events):
        length = shift = 0
        while True:
            byte = events[place]
            length |= (byte & 0x7F) << shift
            place += 1
            shift += 7
            if byte < 0x80:
                break
        yield events[place : place + length]
        place += length


def varint(number):
    low = bytes([number & 0x7F | (0x80 if number >= 0x80 else 0)])
    return low if number < 0x80 else low + varint(number >> 7)


def decode(events):
    """What protoc prints of a file of events: they are the repeated field 1 of a batch."""
    batch = b"".join(b"\x0a" + varint(len(event)) + event for event in split(events))
    done = subprocess.run(
        [
            "protoc",
            "--decode=pubsub.pb.TraceEventBatch",
            "--proto_path=" + os.path.join(ROOT, "trace"),
            "trace_event.proto",
        ],
        input=batch,
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout.decode()


class TraceTest(FolderTest):
    program = PROGRAM

    def setUp(self):
        super().setUp()
        self.write("lossy.yaml", LOSSY)
        ran = self.call(
            "run", "lossy.yaml", "--trace", "full", "--no-figures", "--json", "--out", "out"
        )
        self.assertEqual(0, ran.status, ran)
        self.summary = json.loads(ran.out)

    def trace(self, *arguments):
        """What the command prints, which must end well and be silent about it."""
        outcome = self.call("trace", *arguments)
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return outcome.out

    def lines(self, *arguments):
        """The records that are printed, in words; the title is left out."""
        printed = self.trace("out", *arguments).splitlines()
        self.assertEqual("#", printed[0][0])
        return [line.split() for line in printed[1:]]

    def count(self, *arguments):
        return len(self.lines(*arguments))

    def test_given_a_run_when_printed_then_its_records_are_those_of_the_summary(self):
        sent = self.summary["rpcs_sent"]

        self.assertEqual(self.summary["published"], self.count("--kind", "publish"))
        self.assertEqual(self.summary["duplicates"], self.count("--kind", "duplicate"))
        self.assertEqual(self.summary["packets_lost"], self.count("--kind", "lost,dropped"))
        self.assertEqual(sent["total"], self.count("--kind", "send"))
        self.assertEqual(sent["ihave"], self.count("--kind", "send:ihave"))
        self.assertEqual(sent["graft"], self.count("--kind", "send:graft"))
        delivered = self.lines("--kind", "deliver")
        self.assertEqual(
            self.summary["deliveries"], sum("expected=1" in line for line in delivered)
        )
        self.assertEqual(
            sum(self.count("--kind", kind) for kind in ("deliver", "send")),
            self.count("--kind", "deliver,send"),
        )

    def test_given_filters_when_printed_then_they_part_the_records(self):
        everything = self.count()
        for option, parts in (
            ("--node", ("0..9", "10,11..18", "19")),
            ("--message", ("0", "1..2")),
            ("--until", ("5.1s",)),
            ("--from", ("5.1s",)),
            ("--topic", ("blocks",)),
        ):
            with self.subTest(option):
                counts = [self.count(option, part) for part in parts]
                self.assertTrue(all(0 < count < everything for count in counts), counts)
        nodes = ("0..9", "10..18", "19")
        self.assertEqual(everything, sum(self.count("--node", part) for part in nodes))
        times = self.count("--until", "5.1s") + self.count("--from", "5.1s")
        self.assertEqual(everything, times)
        self.assertTrue(all(line[3] == "7" for line in self.lines("--peer", "7")))

    def test_given_a_run_when_printed_then_columns_stay_where_they_are(self):
        printed = self.trace("out").splitlines()
        places = [match.start() for match in re.finditer(r"\S+", printed[0])][2:]

        for line in printed[1:]:
            self.assertEqual(line, line.rstrip())
            # What stands at the left of its column begins below its title.
            for title in ("what", "topic", "mesh", "reason"):
                place = printed[0].index(title)
                self.assertEqual(" ", line[place - 1], line)
                self.assertNotEqual(" ", line[place], line)
        self.assertTrue(places)

    def test_given_a_mesh_when_printed_then_it_stands_against_its_bounds(self):
        grafts = self.lines("--kind", "graft")

        self.assertTrue(grafts)
        for line in grafts:
            size, sign, low, high = re.fullmatch(r"(\d+)([<=>])(\d+)/6/(\d+)", line[6]).groups()
            self.assertEqual(("4", "12"), (low, high))
            self.assertEqual("<" if int(size) < 4 else "=", sign)

    def test_given_a_group_of_its_own_when_printed_then_its_bounds_are_the_groups(self):
        grouped = SMALL.replace(
            "start: 0s",
            "start: 0s, groups: [{name: g, nodes: [3], router: {D: 3, Dlo: 2, Dhi: 5}}]",
        )
        self.write("grouped.yaml", grouped)
        self.call("run", "grouped.yaml", "--trace", "full", "--no-figures", "--out", "grouped")

        printed = self.trace("grouped", "--kind", "graft")

        for line in printed.splitlines()[1:]:
            words = line.split()
            self.assertTrue(words[6].endswith("2/3/5" if words[1] == "3" else "4/6/12"), line)

    def test_given_deliveries_alone_when_printed_then_there_are_no_meshes(self):
        self.call("run", "small.yaml", "--no-figures", "--out", "few")

        printed = self.trace("few").splitlines()[1:]

        self.assertEqual(20 * 2 + 3 + 57, len(printed))
        self.assertEqual({"-"}, {line.split()[6] for line in printed})

    def test_given_formats_when_exported_then_they_say_the_same(self):
        objects = [json.loads(line) for line in self.trace("out", "--format", "jsonl").splitlines()]
        rows = list(csv.DictReader(io.StringIO(self.trace("out", "--format", "csv"))))

        self.assertEqual(self.count(), len(objects))
        self.assertEqual(len(objects), len(rows))
        for thing, row in zip(objects, rows):
            self.assertEqual(
                {key: str(value) for key, value in thing.items()},
                {key: value for key, value in row.items() if value != ""},
            )

    def test_given_a_database_when_exported_then_it_says_the_same(self):
        self.trace("out", "--format", "sqlite", "--out", "run.db")
        objects = [json.loads(line) for line in self.trace("out", "--format", "jsonl").splitlines()]

        database = sqlite3.connect(self.path("run.db"))
        self.addCleanup(database.close)
        database.row_factory = sqlite3.Row

        rows = database.execute("SELECT * FROM records ORDER BY rowid").fetchall()
        self.assertEqual(
            objects,
            [{key: row[key] for key in row.keys() if row[key] is not None} for row in rows],
        )
        run = database.execute("SELECT * FROM run").fetchall()
        self.assertEqual(1, len(run))
        self.assertEqual(
            (self.summary["digest"], str(self.summary["seed"]), 0, "full"),
            tuple(run[0][key] for key in ("digest", "seed", "truncated", "level")),
        )
        self.assertIn("profile: gossipsub-v1.0", run[0]["scenario"])
        messages = database.execute("SELECT sum(deliveries), sum(duplicates) FROM messages")
        self.assertEqual(
            (self.summary["deliveries"], self.summary["duplicates"]), tuple(messages.fetchone())
        )
        nodes = database.execute("SELECT count(*), sum(degree), max(d_high) FROM nodes").fetchone()
        self.assertEqual((20, 2 * self.summary["links"], 12), tuple(nodes))
        links = database.execute("SELECT count(*) FROM links").fetchone()
        self.assertEqual((self.summary["links"],), tuple(links))

    def test_given_events_when_exported_then_protoc_reads_them(self):
        self.trace("out", "--format", "trace-event", "--out", "run.pb")

        text = decode(self.read("run.pb"))

        names = re.findall(r"^  type: (\w+)$", text, re.MULTILINE)
        sent = self.summary["rpcs_sent"]
        self.assertEqual(self.summary["published"], names.count("PUBLISH_MESSAGE"))
        self.assertEqual(self.summary["duplicates"], names.count("DUPLICATE_MESSAGE"))
        self.assertEqual(self.count("--kind", "deliver"), names.count("DELIVER_MESSAGE"))
        self.assertEqual(sent["total"], names.count("SEND_RPC"))
        self.assertEqual(self.summary["packets_lost"], names.count("DROP_RPC"))
        self.assertEqual(self.count("--kind", "graft"), names.count("GRAFT"))
        self.assertEqual(self.count("--kind", "prune"), names.count("PRUNE"))
        self.assertEqual(20, names.count("JOIN"))
        self.assertEqual(2 * self.summary["links"], names.count("ADD_PEER"))
        self.assertEqual(20, len(set(re.findall(r'^  peerID: (".*")$', text, re.MULTILINE))))
        # No field is there that the description does not have: protoc names those by number.
        self.assertNotRegex(text, r"(?m)^ *\d+[: ]")
        # An Ed25519 peer id, as it stands on the wire.
        self.assertIn(r'peerID: "\000$\010\001\022 ', text)

    def test_given_a_place_when_exported_then_the_file_is_there_whole(self):
        self.assertEqual("", self.trace("out", "--format", "csv", "--out", "records.csv"))

        self.assertEqual(self.trace("out", "--format", "csv").encode(), self.read("records.csv"))
        self.assertEqual(
            sorted(["long.yaml", "lossy.yaml", "out", "records.csv", "small.yaml"]),
            sorted(os.listdir(self.folder)),
        )

    def test_given_a_file_when_printed_then_as_its_folder(self):
        self.assertEqual(self.trace("out"), self.trace("out/trace.gst"))

    def test_given_a_cut_file_when_printed_then_what_is_left_and_a_word_about_it(self):
        whole = self.trace("out")
        content = self.read("out", "trace.gst")
        lengths = set()
        for part in range(1, 40):
            self.write("cut.gst", content[: len(content) * part // 40])

            outcome = self.call("trace", "cut.gst")

            if outcome.status != 0:
                self.assert_refused(outcome, "cut short before it began")
                continue
            self.assertTrue(whole.startswith(outcome.out) or outcome.out.count("\n") == 1)
            self.assertRegex(outcome.err, r"^gossim: cut.gst was cut short: (no|\d+) records? ")
            lengths.add(len(outcome.out))
        self.assertEqual(2, len(lengths))
        self.assertEqual(len(whole), max(lengths))

    def export(self, file, *options):
        """The status, and what comes out, with what is said of it."""
        done = subprocess.run(
            [*PROGRAM.command, "trace", file, *options],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr.decode()

    def write_damaged(self):
        """A trace of several sections in `larger`, and the same with a wrong bit."""
        larger = SMALL.replace("count: 20", "count: 400").replace("count: 3", "count: 10")
        self.write("larger.yaml", larger)
        ran = self.call("run", "larger.yaml", "--trace", "full", "--no-figures", "--out", "larger")
        self.assertEqual(0, ran.status, ran)
        content = bytearray(self.read("larger", "trace.gst"))
        content[len(content) * 2 // 3] ^= 0x40
        self.write("damaged.gst", bytes(content))

    def test_given_a_damaged_file_when_exported_then_what_is_before_in_every_form(self):
        self.write_damaged()
        counts = set()
        for form in ("text", "jsonl", "csv", "trace-event"):
            with self.subTest(form=form):
                _, whole, _ = self.export("larger", "--format", form)

                status, out, err = self.export("damaged.gst", "--format", form)

                self.assertEqual(2, status)
                self.assertTrue(whole.startswith(out))
                self.assertLess(len(whole) // 4, len(out))
                self.assertLess(len(out), len(whole))
                said = re.fullmatch(
                    r"gossim: damaged.gst: damaged trace: .*\n"
                    r"gossim: the (\d+) records before the damage, up to (\S+) s, are good\n",
                    err,
                )
                counts.add(said.groups())
                if form in ("text", "csv"):
                    self.assertEqual(int(said.group(1)) + 1, out.count(b"\n"))
        self.assertEqual(1, len(counts))

    def test_given_a_damaged_file_when_exported_to_a_file_then_whole_or_not_at_all(self):
        self.write_damaged()
        self.write("there.csv", "older\n")
        said = {}
        for form in ("csv", "sqlite"):
            arguments = ("--format", form, "--out", "there.csv")
            status, out, err = self.export("damaged.gst", *arguments)
            self.assertEqual((2, b""), (status, out))
            self.assertEqual(b"older\n", self.read("there.csv"))
            said[form] = err
        # What comes behind the records goes into a database, too.
        self.assertNotIn("--until", said["sqlite"])
        until = re.search(r"are good; --until (\S+) leaves it at", said["csv"]).group(1)

        status, out, err = self.export("damaged.gst", "--out", "there.csv", "--until", until)

        self.assertEqual((0, b"", ""), (status, out, err))
        self.assertTrue(self.export("larger")[1].startswith(self.read("there.csv")))
        self.assertGreater(self.read("there.csv").count(b"\n"), 100)

    def test_given_no_trace_when_printed_then_said_so(self):
        self.write("text", "hello\n")
        for arguments, message in (
            ((), "name the folder"),
            (("nowhere",), "no such file|No such file"),
            (("text",), "text: neither a gossim trace nor TraceEvents"),
            ((".",), "long.yaml: neither a gossim trace nor TraceEvents"),
            (("out", "out"), "not two"),
            (("out", "--node", "x"), "--node x: give numbers"),
            (("out", "--peer", "5..3"), "--peer 5..3: give numbers"),
            (("out", "--message", ""), "--message : give numbers"),
            (("out", "--kind", "grafts"), r"(?s)--kind grafts: give kinds.*kinds are .* graft .*"),
            (("out", "--node", "3,100..200"), r"there is no node 100: the run has the nodes 0 to"),
            (("out", "--peer", "4294967294"), "there is no node 4294967294"),
            (("out", "--topic", "blocks,nope"), "--topic nope: the run has no such topic"),
            (("out", "--from", "5s", "--until", "5s"), "nothing is between them"),
            (("out", "--from", "5"), "--from 5: .*unit"),
            (("out", "--until", "-1s"), "--until -1s: "),
            (("out", "--format", "xml"), "--format xml: give text"),
            (("out", "--format", "sqlite"), "--format sqlite: name the file with --out"),
            (("out", "--out", "nowhere/a"), "nowhere/a"),
            (("out", "--out", "out"), "out is in the way"),
        ):
            with self.subTest(arguments):
                before = self.contents()

                self.assert_refused(self.call("trace", *arguments), message)

                self.assertEqual(before, self.contents())

    def test_given_a_run_without_a_trace_when_asked_then_said_so(self):
        self.call("run", "small.yaml", "--trace", "none", "--no-figures", "--out", "none")
        for arguments in (("trace", "none"), ("why", "none", "--message", "0", "--node", "1")):
            self.assert_refused(self.call(*arguments), "none holds a run without a trace: run it")

    def test_given_a_reader_that_has_had_enough_when_printed_then_nothing_is_said(self):
        for options in ((), ("--format", "csv"), ("--format", "jsonl")):
            reader, writer = os.pipe()
            os.close(reader)
            outcome = self.call("trace", "out", *options, stdout=writer)
            os.close(writer)
            self.assertEqual((1, ""), (outcome.status, outcome.err))

    def test_given_the_example_of_the_readme_when_run_then_it_prints_that(self):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            readme = file.read()
        mark = "<!-- What follows is printed by `gossim trace`"
        example = readme.partition(mark)[2].partition("```\n")[2].partition("```")[0]
        scenario = os.path.join(ROOT, "scenarios", "catalog", "quickstart.yaml")
        self.call("run", scenario, "--trace", "full", "--no-figures", "--out", "quick")

        printed = self.trace("quick", "--node", "7", "--kind", "graft,prune", "--until", "2s")

        self.assertEqual(example, printed)

    def test_given_a_full_disk_when_printed_then_said_so(self):
        for few in ((), ("--kind", "publish")):
            with self.subTest(few), open("/dev/full", "w", encoding="utf-8") as full:
                outcome = self.call("trace", "out", *few, stdout=full)

                self.assertEqual(1, outcome.status)
                self.assertIn("cannot write the records: No space left", outcome.err)


if __name__ == "__main__":
    unittest.main()
