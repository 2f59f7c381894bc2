#!/usr/bin/env python3
"""Whether two profiles differ in their quirks and in nothing else: with the quirks of one switched
as they are in the other, a run has the digest of the other.

Usage: profiles.py GOSSIM
"""

import json
import os
import re
import sys
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "support"))

from program import CATALOG, GOLDEN, program_of_arguments

PROGRAM = program_of_arguments()
STANDARD, OLD = "gossipsub-v1.0", "nim-2020"
QUIRKS = [row for row in json.loads(PROGRAM.call("quirks", "--json").out) if row["name"]]
NONE = {row["name"]: False for row in QUIRKS}
ALL_OLD = {row["name"]: OLD in row["profiles"] for row in QUIRKS}
# The catalog's large networks, made small.
SMALL = {"ethereum-like.yaml": ("nodes.count=120",), "quickstart.yaml": ("nodes.count=100",)}
# A group, each on a line of its own, and the profile that it may have.
GROUP = re.compile(r"^    - \{name: \w+, nodes: .*$", re.MULTILINE)
OWN_PROFILE = re.compile(r"profile: ([\w.-]+)")


def scenarios():
    """Each scenario's path, with what it needs to be set."""
    for folder in (CATALOG, os.path.join(CATALOG, "bugs"), GOLDEN, HERE):
        for name in sorted(os.listdir(folder)):
            if not name.endswith(".yaml"):
                continue
            path = os.path.join(folder, name)
            yield path, (*SMALL.get(name, ()), *pins_of_groups(path))


def pins_of_groups(path):
    """Settings that keep a group of a profile of its own as it is: were the scenario's profile the
    same, it would inherit the scenario's quirks."""
    with open(path, encoding="utf-8") as file:
        groups = GROUP.findall(file.read())
    for number, group in enumerate(groups):
        if profile := OWN_PROFILE.search(group):
            quirks = ALL_OLD if profile[1] == OLD else NONE
            yield f"nodes.groups.{number}.router.quirks={mapping(quirks)}"


def mapping(quirks):
    """Quirks as a scenario writes them."""
    pairs = (f"{name}: {str(is_on).lower()}" for name, is_on in quirks.items())
    return "{" + ", ".join(pairs) + "}"


def digest_of(path, settings, profile, quirks):
    settings = (*settings, f"router.profile={profile}", f"router.quirks={mapping(quirks)}")
    arguments = (argument for setting in settings for argument in ("--set", setting))
    # Whether a scenario's expectations are met under another profile is not asked here.
    return PROGRAM.digest(path, "--trace", "none", "--set", "expect=[]", *arguments)


class ProfilesTest(unittest.TestCase):
    def test_given_a_scenario_when_the_old_router_has_no_quirk_then_standard_digest(self):
        for path, settings in scenarios():
            with self.subTest(os.path.relpath(path)):
                standard = digest_of(path, settings, STANDARD, {})

                found = digest_of(path, settings, OLD, NONE)

                self.assertEqual(standard, found)

    def test_given_a_scenario_when_the_standard_router_has_all_quirks_then_old_digest(self):
        for path, settings in scenarios():
            with self.subTest(os.path.relpath(path)):
                old = digest_of(path, settings, OLD, {})

                found = digest_of(path, settings, STANDARD, ALL_OLD)

                self.assertEqual(old, found)

    def test_given_a_scenario_when_the_profile_differs_then_another_digest(self):
        for path, settings in scenarios():
            with self.subTest(os.path.relpath(path)):
                standard = digest_of(path, settings, STANDARD, {})

                old = digest_of(path, settings, OLD, {})

                self.assertNotEqual(standard, old)


if __name__ == "__main__":
    unittest.main()
