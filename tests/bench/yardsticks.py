#!/usr/bin/env python3
"""Whether the yardsticks do what they did when they were first measured.

Usage: yardsticks.py GENERATE FLOOR
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import unittest

GENERATE, FLOOR = (os.path.abspath(sys.argv.pop(1)) for _ in range(2))

# Of the workload's text, then of the run.
KNOWN = {
    "100": (
        "7a2f7f26dbc15be29f16658daf0d180e",
        "events=139273 deliveries=9900 dups=53465 check=7bef4be4e31cae34 sub=2000 graft=366 "
        "prune=0 ihave=61206 iwant=336 msg=63365 hb=12000",
    ),
    "1000": (
        "0959dfb2d01c995d77d8f8302d4a5258",
        "events=1372532 deliveries=99900 dups=514890 check=1c9ecf49c979e0da sub=20000 graft=3649 "
        "prune=16 ihave=611390 iwant=2687 msg=614790 hb=120000",
    ),
}


def output_of(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout


class YardsticksTest(unittest.TestCase):
    def test_given_a_size_when_generated_and_run_then_events_and_check_sum_are_known(self):
        for size, (text_sum, result) in KNOWN.items():
            with self.subTest(size), tempfile.TemporaryDirectory() as folder:
                text = output_of(GENERATE, size)
                path = os.path.join(folder, "workload.txt")
                with open(path, "wb") as file:
                    file.write(text)

                found = output_of(FLOOR, path).decode()

                self.assertEqual(text_sum, hashlib.md5(text).hexdigest())
                self.assertIn(f" {result} ", found)

    def test_given_a_file_that_is_no_workload_when_run_then_refused(self):
        for text in ("nodes 3\nlinks 1\nlink 0 3 10\n", "nodes 3 links 2 link 0 1 10", "nodes x"):
            with self.subTest(text), tempfile.NamedTemporaryFile("w") as file:
                file.write(text)
                file.flush()

                done = subprocess.run([FLOOR, file.name], stderr=subprocess.PIPE, check=False)

                self.assertEqual(2, done.returncode)
                self.assertIn(b"workload: ", done.stderr)


if __name__ == "__main__":
    unittest.main()
