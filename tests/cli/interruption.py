#!/usr/bin/env python3
"""Runs that are ended from outside, by signals, a full disk, too little memory: they leave nothing.

Usage: interruption.py GOSSIM
"""

import contextlib
import os
import resource
import shlex
import shutil
import signal
import subprocess
import time
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
# Each way to run leaves other things to be removed.
WAYS = ((), ("--json", "--trace", "full"), ("--trace", "none"), ("--metrics", "m.txt"))
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# A program that does not react to a signal within this time hangs.
PATIENCE_S = 60

# One that can take its time to look up ends within this time, on a busy machine too.
SOON_S = 10
# A world whose keys alone take most of a minute to make.
LARGE = """\
router: {sign: true}
nodes: {count: 3000000, start: 0s}
topology: ring
"""

# Interrupts who called it to draw, as a person does who sees that the figures take long.
INTERRUPTING_GNUPLOT = """#!/bin/sh
case "$*" in *--version*) ;; *) kill -{signal} $PPID ;; esac
exec {gnuplot} "$@"
"""
# Runs the rest of its command line in a file system of its own, and lists what is left there.
SMALL_DISK = """
mkdir disk && mount -t tmpfs -o {options} none disk && cd disk || exit
{command}
status=$?
find . -mindepth 1 | sort >../paths
mv ../paths ../left
exit $status
"""


def handles(process_id, number):
    """Whether a process has a handler for a signal."""
    with open(f"/proc/{process_id}/status", encoding="utf-8") as file:
        mask = next(line for line in file if line.startswith("SigCgt:")).split()[1]
    return int(mask, 16) >> (number - 1) & 1 == 1


class InterruptionTest(FolderTest):
    program = PROGRAM

    def assert_failed(self, outcome, message):
        self.assertEqual((1, ""), (outcome.status, outcome.out), outcome)
        self.assertRegex(outcome.err, message)
        self.assertEqual(1, len(outcome.err.splitlines()), outcome)

    def signal_when(self, is_time, process, number, patience_s=PATIENCE_S):
        """What a process says that gets a signal soon after it is time for that."""
        try:
            deadline = time.monotonic() + PATIENCE_S
            while not is_time() and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(0.2)
            self.assertIsNone(process.poll())
            process.send_signal(number)
            out, err = process.communicate(timeout=patience_s)
        finally:
            process.kill()
            process.wait()
        return process.returncode, out, err

    def interrupt(self, number, *arguments):
        """What a long run says that gets a signal as soon as it has begun."""
        before = set(os.listdir(self.folder))
        process = self.program.start(
            *("run", "long.yaml", "--out", "place", *arguments), folder=self.folder
        )
        return self.signal_when(lambda: set(os.listdir(self.folder)) != before, process, number)

    def interrupt_early(self, number, *arguments, pipe=None):
        """What a call says that gets a signal as soon as it handles signals, and reads the pipe."""
        process = self.program.start(*arguments, folder=self.folder)
        with contextlib.ExitStack() as stack:
            if pipe is not None:
                stack.enter_context(open(self.path(pipe), "wb"))
            return self.signal_when(
                lambda: handles(process.pid, number), process, number, patience_s=SOON_S
            )

    def put_gnuplot(self, text):
        """An environment with another gnuplot."""
        self.write("bin/gnuplot", text)
        os.chmod(self.path("bin/gnuplot"), 0o755)
        return {"PATH": self.path("bin") + ":" + os.environ["PATH"]}

    def test_given_a_long_run_when_signalled_then_ends_and_leaves_nothing(self):
        before = self.contents()
        for number in SIGNALS:
            for arguments in WAYS:
                with self.subTest(number.name, arguments=arguments):
                    found = self.interrupt(number, *arguments)

                    self.assertEqual((1, "", "gossim: interrupted\n"), found)
                    self.assertEqual(before, self.contents())

    def test_given_a_scenario_that_is_being_read_when_signalled_then_ends_at_once(self):
        os.mkfifo(self.path("pipe.yaml"))
        before = sorted(os.listdir(self.folder))
        for command in ("run", "check"):
            for number in SIGNALS:
                with self.subTest(command, number=number.name):
                    found = self.interrupt_early(number, command, "pipe.yaml", pipe="pipe.yaml")

                    self.assertEqual((1, "", "gossim: interrupted\n"), found)
                    self.assertEqual(before, sorted(os.listdir(self.folder)))

    def test_given_a_world_that_is_being_built_when_signalled_then_ends_at_once(self):
        self.write("large.yaml", LARGE)
        before = self.contents()
        for arguments in ((), ("--out", "a/b/c", "--no-figures")):
            for number in SIGNALS:
                with self.subTest(number.name, arguments=arguments):
                    found = self.interrupt_early(number, "run", "large.yaml", *arguments)

                    self.assertEqual((1, "", "gossim: interrupted\n"), found)
                    self.assertEqual(before, self.contents())

    def begin_export(self, out):
        """An export that takes its time, once it has begun to write."""
        process = self.program.start(
            *("trace", "full", "--format", "csv", "--out", out), folder=self.folder
        )
        deadline = time.monotonic() + PATIENCE_S
        while not self.hidden(out) and time.monotonic() < deadline:
            time.sleep(0.005)
        self.assertIsNone(process.poll())
        return process

    def hidden(self, out):
        names = os.listdir(self.folder)
        return [name for name in names if name.startswith(f".{out}.unfinished-")]

    def run_full(self):
        """A trace that takes most of a second to export."""
        larger = self.read("small.yaml").replace(b"count: 20,", b"count: 2000,")
        self.write("larger.yaml", larger.replace(b"count: 3,", b"count: 20,"))
        ran = self.call(
            "run", "larger.yaml", "--trace", "full", "--no-figures", "--out", "full"
        )
        self.assertEqual(0, ran.status, ran)

    def test_given_an_export_when_signalled_then_ends_and_leaves_nothing(self):
        self.run_full()
        before = sorted(os.listdir(self.folder))
        for number in SIGNALS:
            with self.subTest(number.name):
                process = self.begin_export("t.csv")
                process.send_signal(number)
                out, err = process.communicate(timeout=PATIENCE_S)

                self.assertEqual((1, "", "gossim: interrupted\n"), (process.returncode, out, err))
                self.assertEqual(before, sorted(os.listdir(self.folder)))

    def test_given_an_export_that_was_killed_when_made_again_then_what_it_left_is_gone(self):
        self.run_full()
        killed = self.begin_export("t.csv")
        killed.kill()
        killed.communicate()
        # None of these is what it left: of other names, of another file, and a pipe.
        others = {".t.csv.unfinished-1234567", ".x.csv.unfinished-123456", "t.csv.unfinished-1"}
        for name in others:
            self.write(name, "")
        os.mkfifo(self.path(".t.csv.unfinished-a_pipe"))
        self.assertEqual(3, len(self.hidden("t.csv")))

        again = self.call("trace", "full", "--format", "csv", "--out", "t.csv", "--until", "5s")

        self.assertEqual(0, again.status, again)
        left = {".t.csv.unfinished-1234567", ".t.csv.unfinished-a_pipe"}
        self.assertEqual(left, set(self.hidden("t.csv")))
        self.assertTrue(others <= set(os.listdir(self.folder)))

    def test_given_an_export_at_work_when_made_again_then_both_end_well(self):
        self.run_full()
        first = self.begin_export("t.csv")
        first.send_signal(signal.SIGSTOP)
        hidden = self.hidden("t.csv")

        second = self.call("trace", "full", "--format", "csv", "--out", "t.csv", "--until", "1s")

        self.assertEqual(0, second.status, second)
        self.assertEqual(hidden, self.hidden("t.csv"))
        short = self.read("t.csv")
        first.send_signal(signal.SIGCONT)
        self.assertEqual(("", ""), first.communicate(timeout=PATIENCE_S))
        self.assertEqual(0, first.returncode)
        self.assertEqual([], self.hidden("t.csv"))
        self.assertTrue(self.read("t.csv").startswith(short))
        self.assertGreater(len(self.read("t.csv")), len(short))

    def test_given_an_older_result_when_signalled_then_it_stays(self):
        self.call("run", "small.yaml", "--out", "place")
        before = self.contents()

        found = self.interrupt(signal.SIGINT)

        self.assertEqual((1, "", "gossim: interrupted\n"), found)
        self.assertEqual(before, self.contents())

    def test_given_folders_made_on_the_way_when_signalled_then_they_are_removed(self):
        before = self.contents()

        found = self.interrupt(signal.SIGINT, "--out", "a/b/c")

        self.assertEqual(1, found[0])
        self.assertEqual(before, self.contents())

    def test_given_figures_in_the_making_when_signalled_then_ends_and_leaves_nothing(self):
        text = INTERRUPTING_GNUPLOT.format(signal="INT", gnuplot=shutil.which("gnuplot"))
        environment = self.put_gnuplot(text)
        before = self.contents()

        outcome = self.call("run", "small.yaml", environment=environment)

        self.assert_failed(outcome, "^gossim: interrupted$")
        self.assertEqual(before, self.contents())

    def test_given_a_result_when_plotting_is_signalled_then_it_stays_as_it_was(self):
        self.call("run", "small.yaml", "--out", "a")
        text = INTERRUPTING_GNUPLOT.format(signal="TERM", gnuplot=shutil.which("gnuplot"))
        environment = self.put_gnuplot(text)
        before = self.contents()

        outcome = self.call("plot", "a", environment=environment)

        self.assert_failed(outcome, "^gossim: interrupted$")
        self.assertEqual(before, self.contents())

    def test_given_a_gnuplot_that_fails_when_run_then_its_words_and_nothing_left(self):
        environment = self.put_gnuplot("#!/bin/sh\necho no ink >&2\nexit 1\n")
        before = self.contents()

        outcome = self.call("run", "small.yaml", environment=environment)

        self.assert_failed(outcome, "no ink")
        self.assertEqual(before, self.contents())

    def test_given_a_limit_on_files_when_run_then_fails_and_leaves_nothing(self):
        before = self.contents()
        for limit_bytes in (0, 100, 1000, 3000):
            with self.subTest(limit_bytes):
                outcome = self.call(
                    *("run", "small.yaml", "--no-figures", "--set", "publish.0.count=30"),
                    preexec_fn=lambda: resource.setrlimit(
                        resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes)
                    ),
                )

                self.assert_failed(outcome, "File too large")
                self.assertEqual(before, self.contents())

    def on_small_disk(self, options, *arguments):
        """Calls the program on a disk of its own; what is left on the disk is then in `left`."""
        command = shlex.join([*self.program.command, *arguments])
        script = SMALL_DISK.format(options=options, command=command)
        done = subprocess.run(
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if not os.path.exists(self.path("left")):
            self.skipTest(f"no file system can be mounted here: {done.stderr}")
        os.rmdir(self.path("disk"))
        return done, self.read("left").decode().splitlines()

    def test_given_a_full_disk_when_run_then_whole_result_or_none(self):
        # Skips all of it where nothing can be mounted, as in a chroot.
        self.on_small_disk("size=4k", "--version")
        os.remove(self.path("left"))
        whole, none = 0, 0
        rows = [f"size={size}k" for size in (4, 32, 64, 256, 2048)]
        rows += [f"nr_inodes={count}" for count in (1, 2, 3, 9)]
        for options in rows:
            with self.subTest(options):
                done, left = self.on_small_disk(options, "run", "../small.yaml", "--json")
                os.remove(self.path("left"))

                if done.returncode == 0:
                    self.assertIn("./out/small-1/summary.json", left)
                    self.assertEqual([], [path for path in left if "unfinished" in path])
                    whole += 1
                else:
                    self.assertEqual((1, "", []), (done.returncode, done.stdout, left), done)
                    none += 1
        self.assertGreater(whole, 0)
        self.assertGreater(none, 4)

    def test_given_a_disk_that_cannot_be_written_when_run_then_refused(self):
        done, left = self.on_small_disk("ro", "run", "../small.yaml")

        self.assertEqual((2, "", []), (done.returncode, done.stdout, left), done)
        self.assertRegex(done.stderr, "out: Read-only file system")

    def test_given_standard_output_that_takes_nothing_when_called_then_fails(self):
        rows = [("run", "small.yaml"), ("run", "small.yaml", "--json"), ("check", "small.yaml")]
        rows += [("quirks",), ("quirks", "--json")]
        for option in ("--help", "--usage", "--version"):
            rows += [(command, option) for command in ("run", "check", "plot")]
        rows += [("--help",), ("--version",), ("help",)]
        for arguments in rows:
            with self.subTest(arguments), open("/dev/full", "w", encoding="utf-8") as full:
                outcome = self.call(*arguments, stdout=full)

                self.assertEqual(1, outcome.status)
                self.assertRegex(
                    outcome.err,
                    "^gossim: cannot write to standard output: No space left on device\n$",
                )

    def test_given_too_little_memory_when_run_then_said_so_and_nothing_left(self):
        limit_bytes = 200 << 20

        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))

        if self.call("--version", preexec_fn=limit).status != 0:
            self.skipTest("a program with sanitizers needs more memory than there is")
        before = self.contents()

        outcome = self.call(*("run", "small.yaml", "--set", "nodes.count=400000"), preexec_fn=limit)

        self.assert_failed(outcome, "^gossim: out of memory: [0-9]+ bytes in use")
        self.assertEqual(before, self.contents())


if __name__ == "__main__":
    unittest.main()
