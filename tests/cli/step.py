#!/usr/bin/env python3
"""`gossim step` goes through a run, forward and back, from scripts and at a terminal.

Usage: step.py GOSSIM
"""

import json
import os
import pty
import re
import select
import signal
import sys
import time
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import ROOT, SMALL, FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
QUICKSTART = os.path.join(ROOT, "scenarios", "catalog", "quickstart.yaml")
SECONDS_MAX = 60


class ScriptTest(FolderTest):
    program = PROGRAM

    def step(self, commands, *options, scenario=QUICKSTART):
        outcome = self.call("step", scenario, "-e", commands, *options)
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return outcome.out

    def test_given_a_run_when_gone_through_then_its_figures_and_records_are_those_of_the_run(self):
        full = ("--trace", "full", "--no-figures", "--json", "--out", "r")
        ran = self.call("run", "small.yaml", *full)
        summary = json.loads(ran.out)
        out = self.step("continue; figures", scenario="small.yaml")
        self.assertIn("the run is over\n", out)
        deliveries = f"deliveries     {summary['deliveries']} of {summary['expected_deliveries']}\n"
        self.assertIn(deliveries, out)
        for kind in ("ihave", "graft", "prune"):
            self.assertRegex(out, rf"sent {kind} +{summary['rpcs_sent'][kind]}\n")

        # Event by event it leaves the records of the trace, in their order.
        trace = self.call("trace", "r").out.splitlines()
        stepped = self.step("next 20; " * 400, scenario="small.yaml").splitlines()
        lines = [line for line in stepped if re.match(r" +\d+\.\d+ ", line)]
        wanted = [line for line in trace if not line.startswith("#")]
        self.assertGreater(len(lines), 500)
        self.assertEqual(wanted[: len(lines)], lines)
        self.assertIn(" 4=4/6/12 ", stepped_sizes := "\n".join(lines))
        self.assertIn(" 0<4/6/12 ", stepped_sizes)

    def test_given_places_to_go_to_when_gone_then_there(self):
        out = self.step("until 2.5s; where")
        self.assertRegex(out, r"event \d+ at 2\.4\d+ s: .*")
        out = self.step("until event 35550; event")
        self.assertIn("event 35550 at 1.102064331 s: heartbeat at node 858\n", out)
        # A time may be given as it is printed.
        ways = ("1.102064331 s", "1102064331ns")
        printed, usual = (self.step(f"until {at}; where") for at in ways)
        self.assertEqual(usual, printed)
        out = self.step("until send graft node 5")
        self.assertRegex(out, r"(?m)^ +\d+\.\d+ +5 send +\d+ blocks .* graft ")
        out = self.step("until message 0 at node 5; message 0")
        self.assertRegex(out, r"(?m)^ +\d+\.\d+ +5 deliver ")
        self.assertRegex(out, r"seen by .*\b5\b.*: \d+ nodes\n")
        self.assertRegex(self.step("until publish; message 0"), r"seen by \d+: 1 node\n")
        out = self.step("until deliveries >= 2000; figures")
        self.assertIn("deliveries     2000 of ", out)

    def test_given_a_predicate_when_gone_then_it_begins_to_hold_there(self):
        out = self.step("until node 17 mesh blocks >= 6; node 17; back; node 17")
        sizes = [int(size) for size in re.findall(r"mesh of blocks +(\d+)", out)]
        self.assertEqual(2, len(sizes))
        self.assertGreaterEqual(sizes[0], 6)
        self.assertLess(sizes[1], 6)
        again = self.step("until node 17 mesh blocks >= 6; until node 17 mesh blocks >= 6")
        self.assertIn("it holds already\n", again)

    def test_given_steps_back_when_gone_then_all_is_as_it_was(self):
        look = "where; event; node 858; streams 858; pending 858 50; figures"
        for there, back in (
            ("until event 35550", "next 3000; back 3000"),
            ("until event 35550", "until 3s; back event 35550"),
            ("until 1.5s", "until 4s; back 1.5s"),
            ("until event 1024; next", "next 2048; back 2048"),
            ("until event 1024", "next; back"),
        ):
            with self.subTest(back):
                first = self.step(f"{there}; draws; {look}").split("\n", 1)[1]
                again = self.step(f"{there}; {back}; draws; {look}")
                # What was printed on the way stands before it.
                tail = first[first.index("event ") :]
                self.assertTrue(again.endswith(tail[tail.index("\n") :]), back)

    def test_given_a_way_there_and_back_when_gone_on_then_the_run_is_the_same(self):
        straight = self.step("continue; figures; streams 3")
        bent = self.step("until 2s; back 500; until 30s; back 10s; continue; figures; streams 3")
        self.assertTrue(bent.endswith(straight[straight.index("the run is over") :]))

    def test_given_a_beginning_when_gone_back_then_it_stays_there(self):
        out = self.step("back; next 2; back 5; where")
        self.assertEqual(3, out.count(", before the first event\n"))

    def test_given_breaks_when_gone_on_then_stopped_where_they_begin_to_hold(self):
        out = self.step(
            "break above_d_high node 858; break deliveries >= 999; breaks; continue; continue;"
            " delete 1; breaks; continue",
            *("--set", "router.Dhi=8"),
        )
        self.assertIn("break 1: above_d_high node 858\nevent 35550 at 1.102064331 s", out)
        self.assertIn("break 2: deliveries >= 999\nevent ", out)
        self.assertTrue(out.endswith(out[out.index("the run is over") :]))

    def test_given_lines_on_standard_input_when_called_then_done(self):
        self.write("commands", "until 5s\n\nwhere; figures\nquit\nnext\n")
        with open(self.path("commands"), "rb") as commands:
            outcome = self.call("step", "small.yaml", stdin=commands)
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        self.assertIn("published      0\n", outcome.out)

    def test_given_an_input_that_cannot_be_read_when_called_then_said_and_status_1(self):
        folder = os.open(self.folder, os.O_RDONLY)
        self.addCleanup(os.close, folder)

        outcome = self.call("step", "small.yaml", stdin=folder)

        self.assertEqual((1, ""), (outcome.status, outcome.out), outcome)
        self.assertIn("cannot read standard input: Is a directory", outcome.err)

    def test_given_what_cannot_be_done_when_called_then_said_and_status_2(self):
        for commands, message in (
            ("nxt", "there is no command `nxt`"),
            ("next x", "how many events: found `x`"),
            ("until", "say until what"),
            ("until graf", "nothing is called `graf`: did you mean `graft`?"),
            ("until node 20 mesh blocks > 1", "the node: found 20; there are 0 to 19"),
            ("until node 5 mesh foo > 1", "no topic is called `foo`"),
            ("until node 5 mess > 1", "what of the node"),
            ("until deliveries", "a comparison is missing"),
            ("until deliveries => 3", "compare by"),
            ("until message 3 at node 1", "the message: found 3; there are 0 to 2"),
            ("until 5s; until 1s", "that time has been"),
            ("until event 50; until event 7", "that event has been"),
            ("break graft node 1 foo", "found `foo`"),
            ("delete 4", "there is no break 4"),
            ("break", "break: say where to stop"),
            ("until", "until: say until what"),
            ("until 2s; back 5s", "that time is still to come: `until` it"),
            ("node", "the node is missing"),
            ("where now", "nothing more was expected"),
        ):
            with self.subTest(commands):
                outcome = self.call("step", "small.yaml", "-e", commands)
                self.assertEqual(2, outcome.status, outcome)
                self.assertIn(message, outcome.err)
        self.write("quiet.yaml", SMALL.replace("publish:", "publish: [] #"))
        quiet = self.call("step", "quiet.yaml", "-e", "message 0")
        self.assertEqual(2, quiet.status, quiet)
        self.assertIn("the message: found 0; there is none", quiet.err)
        self.write("bad.yaml", "nodes: {count: none}\n")
        self.assert_refused(self.call("step", "bad.yaml", "-e", "next"), "bad.yaml:1:16")
        self.write("commands", "until 1s\n\nnodee 3\n")
        with open(self.path("commands"), encoding="utf-8") as commands:
            piped = self.call("step", "small.yaml", stdin=commands)
        self.assertEqual(2, piped.status, piped)
        self.assertIn("gossim: line 3: nodee 3: there is no command `nodee`", piped.err)

    def test_given_ties_the_other_way_when_gone_through_then_as_that_run(self):
        digests = set()
        for ties in ("first", "last"):
            full = ("--ties", ties, "--trace", "full", "--no-figures", "--json", "--out", ties)
            digests.add(json.loads(self.call("run", "small.yaml", *full).out)["digest"])
            trace = self.call("trace", ties).out.splitlines()
            out = self.step("next 20; " * 100, "--ties", ties, scenario="small.yaml")
            came = [line.split()[:2] for line in out.splitlines() if re.match(r" +\d+\.\d+ ", line)]
            wanted = [line.split()[:2] for line in trace if not line.startswith("#")]
            self.assertGreater(len(came), 500)
            self.assertEqual(wanted[: len(came)], came)
        self.assertEqual(2, len(digests))

    def test_given_a_script_when_interrupted_then_the_rest_is_not_done(self):
        process = self.program.start(
            "step", "long.yaml", "-e", "until 1s; where", "-e", "continue; figures",
            folder=self.folder,
        )
        self.assertIn("event ", process.stdout.readline())
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SECONDS_MAX)
        self.assertEqual((1, ""), (process.returncode, err))
        self.assertIn("interrupted\nevent ", out)
        self.assertNotIn("published", out)


class Terminal:
    """The program at a terminal of its own."""

    def __init__(self, folder, *arguments):
        self.pid, self.end = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ["TERM"] = "xterm"
            os.execv(PROGRAM.command[-1], [*PROGRAM.command, "step", *arguments])
        self.text = ""

    def expect(self, pattern):
        """Reads until the pattern comes, and returns what came up to its end."""
        limit = time.monotonic() + SECONDS_MAX
        while not (found := re.search(pattern, self.text)):
            if not select.select([self.end], [], [], max(0, limit - time.monotonic()))[0]:
                raise AssertionError(f"{pattern!r} did not come in: {self.text!r}")
            try:
                part = os.read(self.end, 65536)
            except OSError:
                part = b""
            if not part:
                raise AssertionError(f"the end came before {pattern!r}: {self.text!r}")
            self.text += part.decode().replace("\r", "")
        came, self.text = self.text[: found.end()], self.text[found.end() :]
        return came

    def press(self, key, pattern):
        """Types a key until the pattern comes: a signal that comes between prompt and reading is
        not heard by the library that reads. Its echo, which comes at once, is no answer."""
        for _ in range(SECONDS_MAX):
            self.type(key)
            until = time.monotonic() + 1
            while not re.search(pattern, self.text) and time.monotonic() < until:
                if select.select([self.end], [], [], 0.1)[0]:
                    self.text += os.read(self.end, 65536).decode().replace("\r", "")
            if re.search(pattern, self.text):
                break
        self.expect(pattern)

    def type(self, text):
        os.write(self.end, text.encode())

    def finish(self, typed=""):
        """The exit status, once all has been read. An end of input that is typed while the terminal
        is between two modes gets into the line as a NUL, which is why Ctrl-U comes before it; and
        it is typed until the program ends."""
        limit = time.monotonic() + SECONDS_MAX
        while time.monotonic() < limit:
            try:
                self.type(typed)
                if select.select([self.end], [], [], 0.2)[0] and not os.read(self.end, 65536):
                    break
            except OSError:
                break
        while (ended := os.waitpid(self.pid, os.WNOHANG))[0] == 0:
            if time.monotonic() > limit:
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(0.01)
        _, status = ended
        os.close(self.end)
        return os.waitstatus_to_exitcode(status)


class TerminalTest(FolderTest):
    program = PROGRAM

    def test_given_a_terminal_when_typed_then_answered_and_mistakes_do_not_end_it(self):
        terminal = Terminal(self.folder, "small.yaml")
        terminal.expect(r"small, seed 1; `help` lists commands\n")
        terminal.expect(r"before the first event\n")
        terminal.expect(r"\(step\) ")
        terminal.type("nonsense\n")
        terminal.expect(r"there is no command `nonsense`")
        terminal.type("until 5s\n")
        terminal.expect(r"event \d+ at 4\.")
        terminal.type("quit\n")
        self.assertEqual(0, terminal.finish())

    def test_given_a_line_when_edited_completed_and_called_back_then_as_meant(self):
        terminal = Terminal(self.folder, "small.yaml")
        terminal.expect(r"\(step\) ")
        terminal.type("until evens\x7ft 5\n")  # rubbed out
        terminal.expect(r"event 5 at ")
        terminal.expect(r"\(step\) ")
        terminal.type("xwhere\x01\x1b[3~\n")  # to the beginning, delete there
        terminal.expect(r"\nevent 5 at ")
        terminal.expect(r"\(step\) ")
        terminal.type("fig\t\n")  # completed
        terminal.expect(r"\npublished +0\n")
        terminal.expect(r"\(step\) ")
        terminal.type("\x1b[A\x1b[A\n")  # two lines up: where
        terminal.expect(r"\nevent 5 at ")
        terminal.expect(r"\(step\) ")
        self.assertEqual(0, terminal.finish("\x15\x04"))  # end of input

    def test_given_a_long_way_when_interrupted_then_the_session_goes_on(self):
        terminal = Terminal(self.folder, "long.yaml")
        terminal.expect(r"\(step\) ")
        terminal.type("continue\n")
        terminal.expect(r"continue\n")
        time.sleep(0.5)
        terminal.type("\x03")
        terminal.expect(r"interrupted\nevent \d+ at ")
        terminal.expect(r"\(step\) ")
        terminal.type("figures\n")
        terminal.expect(r"\npublished +\d+\n")
        terminal.expect(r"\(step\) ")
        terminal.type("quit\n")
        self.assertEqual(0, terminal.finish())

    def test_given_half_a_line_when_interrupted_then_it_is_dropped(self):
        terminal = Terminal(self.folder, "small.yaml")
        terminal.expect(r"\(step\) ")
        terminal.type("until ev")
        terminal.expect("until ev")
        terminal.press("\x03", r"\(step\) ")
        terminal.type("until event 5\n")
        terminal.expect(r"\nevent 5 at ")
        terminal.expect(r"\(step\) ")
        terminal.type("quit\n")
        self.assertEqual(0, terminal.finish())

    def test_given_a_history_file_when_the_session_ends_then_the_next_one_has_its_lines(self):
        for line, then in (("until event 7\n", r"event 7 at"), ("\x1b[A\n", r"event 7 at")):
            terminal = Terminal(self.folder, "small.yaml", "--history", "lines")
            terminal.expect(r"\(step\) ")
            terminal.type(line)
            terminal.expect(then)
            terminal.expect(r"\(step\) ")
            self.assertEqual(0, terminal.finish("\x15\x04"))
        self.assertIn(b"event", self.read("lines"))

    def test_given_a_terminal_when_terminated_then_it_ends(self):
        terminal = Terminal(self.folder, "small.yaml")
        terminal.expect(r"\(step\) ")
        os.kill(terminal.pid, signal.SIGHUP)
        os.close(terminal.end)
        limit = time.monotonic() + SECONDS_MAX
        while os.waitpid(terminal.pid, os.WNOHANG)[0] == 0:
            self.assertLess(time.monotonic(), limit)
            time.sleep(0.05)


if __name__ == "__main__":
    unittest.main()
