#!/usr/bin/env python3
"""`gossim diff --routers` names the rule over which two kinds of routers part.

Usage: parting.py GOSSIM

Two routers that differ in one quirk send different RPCs because of it, or the same. The scenarios
of flips.tsv show every quirk; of some, no RPC tells.
"""

import json
import os
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from flip_table import read_rows

GOSSIM = os.path.abspath(sys.argv.pop(1))
# What these change in the scenarios of the table is in metrics, or in RPCs that are not sent.
SILENT = {
    "mover_forgets",
    "mover_forgets_unconnected",
    "topics_gauge_counts_calls",
    "resubscribe_announces",
    "own_message_unseen",
    "published_counts_unsent",
    "fanout_unconnected",
    "seen_before_validation",
    "unknown_field_aborts",
    "hello_twice",
}


def diff(*arguments):
    command = [GOSSIM, "diff", "--json", "--before", "0", *arguments]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    if outcome.returncode not in (0, 3) or outcome.stderr != "":
        raise AssertionError(f"{command}: {outcome}")
    return outcome.returncode, json.loads(outcome.stdout)


def cases():
    """Each quirk in each scenario where the base of the prediction is a profile as it is."""
    seen = set()
    for row in read_rows():
        key = (row.quirk, row.scenario, row.base)
        if row.base == row.profile() and key not in seen:
            seen.add(key)
            yield row


class PartingTest(unittest.TestCase):
    def flip(self, row):
        value = "false" if row.profile() == "nim-2020" else "true"
        flipped = f"router.quirks.{row.quirk}={value}"
        profile = row.profile()
        return diff("--routers", profile, profile, row.path(), "--set-b", flipped)

    def test_given_one_quirk_apart_when_compared_then_it_alone_is_named_or_nothing_differs(self):
        told = 0
        for row in cases():
            with self.subTest(quirk=row.quirk, scenario=row.scenario, base=row.base):
                status, found = self.flip(row)
                if row.quirk in SILENT and row.profile() == "nim-2020":
                    self.assertEqual((0, True), (status, found["same"]))
                    continue
                told += 1
                self.assertEqual((3, False), (status, found["same"]))
                self.assertEqual([row.quirk], [rule["name"] for rule in found["rules"]])
                self.assertEqual([], found["rules_together"])
        self.assertGreater(told, 45)

    def test_given_one_quirk_apart_when_it_does_not_matter_then_nothing_differs(self):
        row = next(row for row in read_rows() if row.scenario == "joining-hub")
        status, found = diff(
            *("--routers", "gossipsub-v1.0", "gossipsub-v1.0", row.path()),
            *("--set-b", "router.quirks.fanout_never_expires=true"),
        )
        self.assertEqual((0, True), (status, found["same"]))
        self.assertNotIn("rules", found)

    def test_given_two_quirks_that_hide_each_other_when_compared_then_named_together(self):
        # One does not answer the IWANT, the other answers in one RPC instead of three: repairing
        # either one alone does not bring the first of the three.
        status, found = diff(
            *("--routers", "gossipsub-v1.0", "gossipsub-v1.0"),
            os.path.join(os.path.dirname(os.path.abspath(__file__)), "answers.yaml"),
            *("--set-b", "router.quirks.iwant_unanswered=true"),
            *("--set-b", "router.quirks.one_reply=true"),
        )
        self.assertEqual((3, []), (status, found["rules"]))
        names = {rule["name"] for rule in found["rules_together"]}
        self.assertEqual({"iwant_unanswered", "one_reply"}, names)

    def test_given_the_profiles_when_compared_then_the_first_rule_is_named(self):
        for scenario, rule in (
            ("joining-hub", "fill_beyond_d"),
            ("joining-leaves", "rebalance_on_subscription"),
            ("flooders", "flood_peers_unserved"),
            ("outside", "fanout_not_random"),
        ):
            with self.subTest(scenario):
                path = os.path.join(os.path.dirname(os.path.abspath(__file__)), scenario + ".yaml")
                status, found = diff("--routers", "nim-2020", "gossipsub-v1.0", path)
                self.assertEqual((3, [rule]), (status, [it["name"] for it in found["rules"]]))

    def test_given_another_protocol_when_compared_then_no_quirk_is_blamed(self):
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "joining-hub.yaml")
        status, found = diff("--routers", "gossipsub-v1.0", "floodsub", path)
        self.assertEqual((3, [], []), (status, found["rules"], found["rules_together"]))


if __name__ == "__main__":
    unittest.main()
