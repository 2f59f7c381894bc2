#!/usr/bin/env python3
"""Sweeps by several ranks of Open MPI on one machine: the same rows, whoever dies.

Usage: sweep_mpi.py GOSSIM BUILT      BUILT: yes or no, whether it was built with Open MPI
"""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import SMALL, FolderTest, program_of_arguments

PROGRAM = program_of_arguments()
BUILT = sys.argv.pop(1) == "yes"
PATIENCE_S = 100
SKIPPED = 77
TINY = SMALL.replace("name: small", "name: tiny").replace(
    "topology: {kind: random-regular, degree: 4}\n",
    "topology: {kind: random-regular, degree: 8}\n",
)
SWEEP = """\
sweep:
  router.D: [4, 6]
  links.loss: {from: 0%, to: 10%, step: 10%}
  repeat: 3
"""
# A run takes most of a second.
SLOWER = """\
name: slower
duration: 60s
nodes: {count: 300, start: 0s}
publish: [{start: 1s, every: 10ms, count: 3000}]
sweep: {router.D: [4, 6], repeat: 4}
"""
# Containers and the superuser are what tests run in, and more ranks than processors.
MPIRUN = ["mpirun", "--allow-run-as-root", "--oversubscribe"]
RECOVER = ["--enable-recovery"]


def is_open_mpi():
    if shutil.which("mpirun") is None:
        return False
    told = subprocess.run(["mpirun", "--version"], stdout=subprocess.PIPE, check=False)
    return b"Open MPI" in told.stdout


def read_process(number):
    """Parent, command line and environment of a process; None if it is none of ours."""
    try:
        with open(f"/proc/{number}/stat", encoding="utf-8") as file:
            parent = int(file.read().rpartition(")")[2].split()[1])
        with open(f"/proc/{number}/cmdline", "rb") as file:
            words = file.read().decode(errors="replace").split("\0")
        with open(f"/proc/{number}/environ", "rb") as file:
            settings = dict(
                line.partition("=")[::2]
                for line in file.read().decode(errors="replace").split("\0")
            )
        return parent, words, settings
    except OSError:
        return None


def read_state(number):
    """R, S, D, T, Z …; X for one that is not there."""
    try:
        with open(f"/proc/{number}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0]
    except OSError:
        return "X"


class MpiTest(FolderTest):
    program = PROGRAM

    def setUp(self):
        super().setUp()
        self.write("tiny.yaml", TINY + SWEEP)
        self.write("slower.yaml", SLOWER)

    def start(self, ranks, *arguments, options=(), environment=None, program=None):
        """mpirun in a group of its own; `ranks` may also be a list of words of its own."""
        count = ranks if isinstance(ranks, list) else ["-n", str(ranks), *self.command(program)]
        process = subprocess.Popen(
            [*MPIRUN, *options, *count, "sweep", *arguments],
            cwd=self.folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def command(program=None):
        return (program or PROGRAM).command

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.terminate()
            try:
                process.communicate(timeout=PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
        process.stdout.close()
        process.stderr.close()

    def finish(self, process, status=0):
        out, err = process.communicate(timeout=PATIENCE_S)
        self.assertEqual(status, process.returncode, out + err)
        return out, err

    def sweep(self, ranks, *arguments, status=0, **options):
        return self.finish(self.start(ranks, *arguments, **options), status)

    def query(self, place, sql):
        connection = sqlite3.connect(self.path(place, "sweep.db"), timeout=30)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def database(self, place):
        """All that a database holds, but for how long runs took."""
        self.assertEqual([("ok",)], self.query(place, "PRAGMA integrity_check"))
        found = {}
        for (table,) in self.query(place, "SELECT name FROM sqlite_master WHERE type = 'table'"):
            columns = [row[1] for row in self.query(place, f"PRAGMA table_info({table})")]
            kept = ", ".join(f'"{name}"' for name in columns if name != "wall_s")
            found[table] = self.query(place, f"SELECT {kept} FROM {table} ORDER BY 1, 2")
        return found

    def count(self, place):
        try:
            return self.query(place, "SELECT count(*) FROM runs")[0][0]
        except sqlite3.OperationalError:
            return 0  # not there yet

    def wait_for(self, what):
        """The first thing other than nothing that `what` gives."""
        deadline = time.monotonic() + PATIENCE_S
        found = what()
        while not found and time.monotonic() < deadline:
            time.sleep(0.01)
            found = what()
        self.assertTrue(found, "waited in vain")
        return found

    def processes(self, rank):
        """Those of a rank of a sweep in our folder: itself, its hand, the run it does."""
        parents = {}
        for number in filter(str.isdigit, os.listdir("/proc")):
            known = read_process(number)
            if (
                known
                and known[1][0] == self.program.command[-1]
                and known[2].get("OMPI_COMM_WORLD_RANK") == str(rank)
                and known[2].get("PWD") == self.folder
            ):
                parents[int(number)] = known[0]
        chain = [number for number, parent in parents.items() if parent not in parents]
        while chain and [number for number in parents if parents[number] == chain[-1]]:
            chain += [number for number in parents if parents[number] == chain[-1]][:1]
        return dict(zip(("rank", "hand", "run"), chain))

    def hold_run(self, rank):
        """The processes of a rank, with its run stopped; None if there is none."""
        found = self.processes(rank)
        if "run" not in found:
            return None
        try:
            os.kill(found["run"], signal.SIGSTOP)
        except ProcessLookupError:
            return None
        while read_state(found["run"]) in "RSD":
            time.sleep(0.001)
        return found if read_state(found["run"]) == "T" else None

    def kill_when_there(self, rank, what, number=signal.SIGKILL):
        """Signals a process of a rank in the middle of a run."""
        found = self.wait_for(lambda: self.hold_run(rank))
        os.kill(found[what], number)
        if number != signal.SIGKILL and what != "run":
            os.kill(found["run"], signal.SIGCONT)
        return found[what]

    local_databases = {}  # of scenarios: each is swept once

    def local(self, scenario):
        text = self.read(scenario)
        if text not in self.local_databases:
            outcome = self.call("sweep", scenario, "--out", "local")
            self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
            self.local_databases[text] = self.database("local")
        return self.local_databases[text]

    def test_given_any_number_of_ranks_when_done_then_the_same_rows_as_by_one_process(self):
        local = self.local("tiny.yaml")
        self.assertEqual(12, len(local["runs"]))
        for ranks, more in ((1, ()), (2, ()), (3, ()), (5, ()), (2, ("--jobs", "3"))):
            with self.subTest(ranks=ranks, more=more):
                place = f"place-{ranks}{len(more)}"

                out, err = self.sweep(ranks, "tiny.yaml", "--json", "--out", place, *more)

                self.assertEqual("", err)
                told = json.loads(out)
                self.assertEqual((12, 0), (told["runs"], told["runs_before"]))
                self.assertEqual(local, self.database(place))

    def test_given_a_limit_when_done_by_ranks_then_the_same_replicates(self):
        self.write(
            "until.yaml",
            TINY.replace("delay: 20ms", "delay: {uniform: [10ms, 90ms]}")
            + "sweep: {router.D: [4, 6], repeat: 6, until: ci(latency.p99) < 9%, "
            "max_repeat: 200}\n",
        )
        local = self.local("until.yaml")

        _, err = self.sweep(3, "until.yaml", "--out", "place")

        self.assertEqual("", err)
        self.assertEqual(local, self.database("place"))
        self.assertGreater(len(local["runs"]), 12)  # more than one round

    def test_given_a_finished_sweep_when_called_again_then_runs_are_compared(self):
        self.sweep(2, "tiny.yaml", "--out", "local")

        out, err = self.sweep(2, "tiny.yaml", "--out", "local", "--again", "12", "--json")
        self.assertEqual("", err)
        self.assertEqual(12, json.loads(out)["runs_before"])

        connection = sqlite3.connect(self.path("local", "sweep.db"))
        connection.execute("UPDATE runs SET digest = '00' WHERE point = 2 AND replicate = 3")
        connection.commit()
        connection.close()
        _, err = self.sweep(2, "tiny.yaml", "--out", "local", "--again", "12", status=1)
        self.assertIn("gossim: one run has two digests: point 2 (", err)

    def test_given_runs_and_hands_that_are_killed_when_done_then_told_and_done_again(self):
        local = self.local("slower.yaml")
        process = self.start(3, "slower.yaml", "--out", "place")
        killed = [(rank, self.kill_when_there(rank, "run")) for rank in (0, 1)]
        killed.append((2, self.kill_when_there(2, "hand")))

        _, err = self.finish(process)

        for rank, number in killed:
            self.assertRegex(
                err,
                rf"gossim: rank {rank} \(process \d+ on \S+\) lost the run of point \d \(router.D="
                rf"\d\) at seed \d: [a-z ]+ ended by signal 9 \(Killed\); it is done again\n",
                number,
            )
        self.assertEqual(3, err.count("it is done again"), err)
        self.assertEqual(local, self.database("place"))

    def test_given_a_run_that_always_dies_when_begun_thrice_then_it_is_named(self):
        process = self.start(2, "slower.yaml", "--out", "place")
        deaths = 0
        while process.poll() is None:
            for rank in (0, 1):
                run = self.processes(rank).get("run")
                if run:
                    try:
                        os.kill(run, signal.SIGKILL)
                        deaths += 1
                    except ProcessLookupError:
                        pass

        _, err = self.finish(process, status=1)

        self.assertGreaterEqual(deaths, 3)
        named = re.search(
            r"gossim: (the run of point \d \([^)]*\) at seed \d+) failed; it is repeated by\n"
            r"  gossim run slower.yaml .*\n"
            r"gossim: it was begun 3 times, and each time its process died\n",
            err,
        )
        self.assertTrue(named, err)
        lost = re.findall(rf"gossim: (rank \d) .* lost {re.escape(named[1])}: .*", err)
        self.assertEqual(3, len(lost), err)
        self.assertNotEqual(lost[0], lost[1])  # another rank tries, as it may be the machine

    def test_given_a_killed_rank_when_it_is_survived_then_others_do_its_runs(self):
        local = self.local("slower.yaml")
        for options in (RECOVER, [*RECOVER, "--mca", "btl", "tcp,self"]):
            with self.subTest(options):
                place = f"place-{len(options)}"
                process = self.start(3, "slower.yaml", "--out", place, options=options)
                self.wait_for(lambda place=place: self.count(place))
                number = self.kill_when_there(1, "rank")

                out, err = self.finish(process)

                self.assertRegex(
                    err,
                    rf"gossim: rank 1 \(process {number} on \S+\) has not been heard of for 10 s; "
                    r"its runs in hand, [12], are done by others\n",
                )
                self.assertIn("8 runs", out)
                self.assertEqual(local, self.database(place))

    def test_given_a_killed_rank_when_mpirun_ends_all_then_another_call_does_the_rest(self):
        local = self.local("slower.yaml")
        process = self.start(3, "slower.yaml", "--out", "place")
        self.wait_for(lambda: self.count("place"))
        self.kill_when_there(1, "rank")
        _, err = self.finish(process, status=137)
        self.assertIn("on signal 9 (Killed)", err)
        kept = self.database("place")["runs"]
        self.assertTrue(set(kept) < set(local["runs"]))

        out, err = self.sweep(2, "slower.yaml", "--out", "place", "--json")

        self.assertEqual("", err)
        # What rank 0 was about to write when it was ended may have come after our look.
        self.assertIn(json.loads(out)["runs_before"], range(len(kept), 8))
        self.assertEqual(local, self.database("place"))

    def test_given_a_rank_that_stands_still_when_it_goes_on_then_it_is_taken_back(self):
        local = self.local("slower.yaml")
        process = self.start(2, "slower.yaml", "--out", "place")
        self.wait_for(lambda: self.count("place"))
        # The other one stays busy meanwhile, so that there is something left to do.
        stopped = [
            self.kill_when_there(1, "rank", signal.SIGSTOP),
            self.kill_when_there(0, "run", signal.SIGSTOP),
        ]
        time.sleep(11)
        for number in stopped:
            os.kill(number, signal.SIGCONT)

        _, err = self.finish(process)

        who = rf"gossim: rank 1 \(process {stopped[0]} on \S+\)"
        self.assertRegex(
            err, rf"^{who} has not been heard of for 10 s; its runs.*\n{who} is back\n$"
        )
        self.assertEqual(local, self.database("place"))

    def test_given_an_interruption_when_seen_then_what_is_done_stays(self):
        local = self.local("slower.yaml")
        process = self.start(2, "slower.yaml", "--out", "place", options=RECOVER)
        self.wait_for(lambda: self.count("place"))

        self.kill_when_there(0, "rank", signal.SIGTERM)

        _, err = self.finish(process)  # what rank 0 says is lost: see docs/clusters.md
        kept = self.database("place")["runs"]
        self.assertTrue(set(kept) < set(local["runs"]))
        self.assertIn(
            f"gossim: interrupted; {len(kept)} of 8 runs are in place/sweep.db, and the same "
            "command does the others\n",
            err,
        )
        self.assertEqual(1, err.count("gossim: "), err)

    def test_given_an_mpirun_that_is_ended_when_called_again_then_the_rest_is_done(self):
        local = self.local("slower.yaml")
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                place = f"place-{number}"
                process = self.start(2, "slower.yaml", "--out", place)
                self.wait_for(lambda place=place: self.count(place))
                process.send_signal(number)
                _, err = process.communicate(timeout=PATIENCE_S)
                self.assertNotIn("lost", err)
                kept = len(self.database(place)["runs"])

                out, _ = self.sweep(2, "slower.yaml", "--out", place, "--json")

                self.assertLessEqual(kept, json.loads(out)["runs_before"])
                self.assertEqual(local, self.database(place))

    def test_given_mistakes_when_started_by_many_then_each_is_told_once(self):
        self.write("bad.yaml", TINY.replace("links: {", "links: {dellay: 3, ") + SWEEP)
        rows = (
            (("bad.yaml",), r"bad.yaml:5:9: .*dellay"),
            (("none.yaml",), r"none.yaml"),
            (("tiny.yaml", "--figure", "nonsense"), r"nonsense"),
            (("tiny.yaml", "--set", "router.D=x"), r"router\.D"),
            (("bad.yaml", "--list"), r"bad.yaml:5:9: .*dellay"),
        )
        before = self.contents()
        for arguments, words in rows:
            with self.subTest(arguments):
                out, err = self.sweep(3, *arguments, status=2)

                self.assertEqual("", re.sub(r"-{20,}\n(.*\n)*?-{20,}\n", "", out))
                self.assertEqual(1, len(re.findall(words, err)), err)
                self.assertNotIn("exiting improperly", err)
        self.assertEqual(before, self.contents())

    def test_given_another_file_when_ranks_meet_then_it_is_told_and_nothing_is_done(self):
        self.write("other/tiny.yaml", TINY + SWEEP.replace("repeat: 3", "repeat: 4"))
        self.write("bad/tiny.yaml", TINY.replace("count: 20", "count: none") + SWEEP)
        os.mkdir(self.path("empty"))
        rows = (
            ("other", r"gossim: tiny.yaml is another one for rank 2 on \S+ than for rank 0 on "),
            ("bad", r"gossim: rank 2 on \S+: tiny.yaml:3:\d+: "),
            ("empty", r"gossim: rank 2 on \S+: .*tiny.yaml: "),
        )
        for folder, words in rows:
            with self.subTest(folder):
                words_of_rank = [*self.command(), "sweep", "tiny.yaml", "--out", "place"]
                process = self.start(
                    ["-n", "2", *words_of_rank, ":"]
                    + ["-wdir", self.path(folder), "-n", "1", *self.command()],
                    "tiny.yaml",
                    "--out",
                    "place",
                )

                _, err = self.finish(process, status=2)

                self.assertRegex(err, words)
                self.assertEqual(1, err.count("gossim: "), err)
                self.assertNotIn("exiting improperly", err)
                self.assertEqual([], self.query("place", "SELECT * FROM runs"))

    def test_given_no_mpi_when_started_by_many_then_all_but_one_are_refused(self):
        self.write("slower.yaml", SLOWER)
        process = self.start(
            3, "slower.yaml", "--no-mpi", "--out", "place", "--jobs", "1", options=RECOVER
        )

        out, err = process.communicate(timeout=PATIENCE_S)

        self.assertEqual(2, err.count("place is in use: another gossim sweep works there"), err)
        self.assertEqual(1, out.count("8 runs"))

    def test_given_processes_that_nothing_connects_when_started_then_told_once(self):
        rows = (
            {"SLURM_PROCID": "{}", "SLURM_STEP_NUM_TASKS": "4"},
            {"PMI_RANK": "{}", "PMI_SIZE": "4"},
        )
        for row in rows:
            for index in range(2):
                with self.subTest(row, index=index):
                    told = {name: text.format(index) for name, text in row.items()}
                    outcome = self.call("sweep", "tiny.yaml", environment=told)

                    self.assertEqual((2, ""), (outcome.status, outcome.out))
                    words = "gossim: 4 processes were started that Open MPI does not connect"
                    self.assertEqual(index == 0, outcome.err.startswith(words), outcome.err)
                    self.assertEqual(index != 0, outcome.err == "", outcome.err)
        # A task that is alone needs nobody; nor does one that was told so.
        for told, more in (
            ({"SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "1"}, ()),
            ({"SLURM_PROCID": "0", "SLURM_NTASKS": "8"}, ()),
            ({"SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "4"}, ("--no-mpi",)),
        ):
            outcome = self.call("sweep", "tiny.yaml", *more, environment=told)
            self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)

    def test_given_a_list_when_started_by_many_then_it_is_printed_once(self):
        alone = self.call("sweep", "tiny.yaml", "--list").out

        out, err = self.sweep(3, "tiny.yaml", "--list")

        self.assertEqual((alone, ""), (out, err))

    def test_given_a_failed_expectation_when_done_then_the_exit_status_tells(self):
        self.write("tiny.yaml", TINY + "expect: [delivery_ratio > 1]\n" + SWEEP)

        self.sweep(2, "tiny.yaml", "--out", "place", status=3)

        self.assertEqual(12, self.count("place"))

    def test_given_the_program_when_its_libraries_are_listed_then_no_mpi(self):
        listed = subprocess.run(
            ["ldd", self.program.command[-1]], stdout=subprocess.PIPE, check=True
        )

        self.assertIn(b"libsqlite3", listed.stdout)
        self.assertNotIn(b"libmpi", listed.stdout)


class WithoutTest(FolderTest):
    """A gossim that was built without Open MPI."""

    program = PROGRAM

    def test_given_ranks_when_swept_then_told_once(self):
        self.write("tiny.yaml", TINY + SWEEP)
        for index in range(2):
            told = {"OMPI_COMM_WORLD_RANK": str(index), "OMPI_COMM_WORLD_SIZE": "2"}
            outcome = self.call("sweep", "tiny.yaml", environment=told)

            self.assertEqual((2, ""), (outcome.status, outcome.out))
            self.assertEqual(index == 0, "built without Open MPI" in outcome.err)
        outcome = self.call("sweep", "tiny.yaml", "--mpi")
        self.assert_refused(outcome, "built without Open MPI")
        outcome = self.call("sweep", "tiny.yaml", "--no-mpi", environment=told)
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)


if __name__ == "__main__":
    if BUILT and not is_open_mpi():
        print("skipped: there is no mpirun of Open MPI here (Debian's openmpi-bin)")
        sys.exit(SKIPPED)
    if BUILT:
        del WithoutTest
    else:
        del MpiTest
    unittest.main()
