#!/usr/bin/env python3
"""What a run costs grows with what happens in it, and not with a square of that.

Usage: growth.py GOSSIM
"""

import resource
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments

PROGRAM = program_of_arguments()

STAR = """\
duration: 2s
nodes: {count: 100000, start: 0s}
topology: star
publish: []
"""

LINKED_NODES = 100000
LINKS = 1000000
# What reading them may take; a square would be hours.
LINKS_CPU_S_MAX = 20


class GrowthTest(FolderTest):
    program = PROGRAM

    def cpu_s(self, *arguments):
        """The least processor time of three calls, which other programs hardly change."""
        found = []
        for _ in range(3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            outcome = self.call(*arguments)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            self.assertEqual(0, outcome.status, outcome)
            found.append(after.ru_utime - before.ru_utime)
        return min(found)

    def test_given_a_hub_when_its_peers_start_apart_then_it_costs_little_more(self):
        self.write("a.yaml", STAR)
        arguments = ("run", "a.yaml", "--trace", "none", "--set")
        together_s = self.cpu_s(*arguments, "nodes.start=0s")

        apart_s = self.cpu_s(*arguments, "nodes.start={uniform: [0s, 1s]}")

        self.assertLess(apart_s, 5 * together_s)

    def test_given_a_million_links_when_checked_then_it_takes_seconds(self):
        links = "".join(
            f"    - [{i % LINKED_NODES}, {(i + 1 + i // LINKED_NODES) % LINKED_NODES}]\n"
            for i in range(LINKS)
        )
        head = f"nodes: {{count: {LINKED_NODES}}}\ntopology:\n  kind: edges\n  edges:\n"
        self.write("a.yaml", head + links)

        self.assertLess(self.cpu_s("check", "a.yaml"), LINKS_CPU_S_MAX)


if __name__ == "__main__":
    unittest.main()
