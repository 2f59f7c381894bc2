#!/usr/bin/env python3
"""Plants wrong results in recordings and damages files: the replay must find each.

usage: test_replay.py REPLAY
"""

import copy
import json
import os
import subprocess
import sys
import tempfile
import unittest

FOLDER = os.path.dirname(os.path.abspath(__file__))
REPLAY = sys.argv.pop(1)


def read_cases(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def find(cases, **members):
    return copy.deepcopy(
        next(case for case in cases if all(case.get(k) == v for k, v in members.items()))
    )


def find_varying(cases, member):
    """(case, step) where a number of a topic's table varies evenly enough to be exchanged."""
    for case in cases:
        for step, seen in enumerate(case["expect"]):
            counts = seen["tables"]["T0"].get(member)
            if isinstance(counts, dict) and len(counts["varies"]) == 2:
                if sorted(counts["varies"].values())[0] in range(4, 12):
                    return copy.deepcopy(case), step
    raise LookupError(member)


class ReplayTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.router = read_cases("router_public.jsonl")
        cls.caches = read_cases("cache.jsonl")
        cls.wire = read_cases("wire_public.jsonl")

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, *lines):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(
                (line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines
            )
        return path

    def replay(self, *arguments):
        done = subprocess.run(
            [REPLAY, *arguments], capture_output=True, text=True, encoding="utf-8", check=False
        )
        return done.returncode, done.stdout, done.stderr

    def expect_found(self, case, *words, name="router.jsonl"):
        """The case, alone in a file, must disagree in one line with all these words."""
        path = self.write(name, case)

        status, out, err = self.replay(path)

        self.assertEqual((1, ""), (status, err), out)
        self.assertTrue(out.endswith("0 passed, 1 failed\n"), out)
        where = [path, *words]
        found = [line for line in out.splitlines() if all(word in line for word in where)]
        self.assertTrue(found, out)

    def test_given_a_folder_when_replayed_then_its_recordings_are_counted_together(self):
        self.write("a.jsonl", find(self.caches, id="aging"), "")
        self.write("b.jsonl", find(self.router, id="broken-forward"))
        self.write("c.txt", "no recording")

        self.assertEqual((0, "2 passed, 0 failed\n", ""), self.replay(self.folder))

    def test_given_wrong_numbers_when_replayed_then_each_is_found(self):
        rows = (
            (("tables", "T0", "mesh"), "tables.T0.mesh"),
            (("tables", "T0", "gossipsub"), "tables.T0.gossipsub"),
            (("tables", "T0", "fanout"), "tables.T0.fanout"),
            (("tables", "T0", "window"), "tables.T0.window"),
            (("peers",), "peers"),
            (("mcache",), "mcache"),
            (("seen",), "seen"),
            (("sent_total",), "sent_total"),
            (("sent", 0, "rpcs"), "sent[graft:T0].rpcs"),
            (("sent", 0, "peers"), "sent[graft:T0].peers"),
            (("sent", 0, "to_actor"), "sent[graft:T0].to_actor"),
        )
        for path, field in rows:
            with self.subTest(field):
                case = find(self.router, id="broken-forward")
                place = case["expect"][10]
                for part in path[:-1]:
                    place = place[part]
                place[path[-1]] += 1

                self.expect_found(case, f"broken-forward: step 10: {field}: expected")

    def test_given_wrong_words_when_replayed_then_each_is_found(self):
        rows = (
            (10, "completed", False, "completed"),
            (12, "delivered", {}, "delivered"),
            (12, "delivered", {"T0": 2}, "delivered"),
            (13, "hb_alive", False, "hb_alive"),
            (12, "skipped", True, "skipped"),
            (12, "exc", "KeyError", "exc"),
        )
        for step, member, value, field in rows:
            with self.subTest(member=member, value=value):
                case = find(self.router, id="broken-forward")
                case["expect"][step][member] = value

                self.expect_found(case, f"step {step}: {field}: expected")

    def test_given_wrong_tables_when_replayed_then_each_is_found(self):
        for member, value in (("subscribed", False), ("actor", "mg")):
            with self.subTest(member):
                case = find(self.router, id="broken-forward")
                case["expect"][12]["tables"]["T0"][member] = value

                self.expect_found(case, f"step 12: tables.T0.{member}: expected")

    def test_given_rpcs_left_out_or_made_up_when_replayed_then_both_are_found(self):
        case = find(self.router, id="broken-forward")
        case["expect"][10]["sent"][0]["what"] = "graft:T1"

        self.expect_found(case, "step 10: sent[graft:T1].rpcs: expected 5")
        self.expect_found(case, "step 10: sent[graft:T0].rpcs: expected 0")

    def test_given_shares_exchanged_when_replayed_then_found(self):
        for member in ("mesh", "gossipsub", "actor"):
            with self.subTest(member):
                case, step = find_varying(self.router, member)
                counts = case["expect"][step]["tables"]["T0"][member]["varies"]
                first, second = counts
                counts[first], counts[second] = counts[second], counts[first]

                self.expect_found(case, f"step {step}: tables.T0.{member}: expected")

    def test_given_values_moved_when_replayed_then_found(self):
        case, step = find_varying(self.router, "mesh")
        table = case["expect"][step]["tables"]["T0"]
        counts = table["mesh"]["varies"]
        table["mesh"] = {"varies": {str(int(value) + 1): counts[value] for value in counts}}

        self.expect_found(case, f"step {step}: tables.T0.mesh: expected")

    def test_given_a_metrics_case_when_replayed_as_the_normal_build_then_found(self):
        for case in read_cases("router_metrics_public.jsonl"):
            case["reps"] = 12
            same = self.write("router_metrics_one.jsonl", case)
            self.assertEqual(0, self.replay(same)[0], case["id"])
            self.assertEqual(1, self.replay(self.write("router.jsonl", case))[0], case["id"])

    def test_given_wrong_cache_results_when_replayed_then_found(self):
        rows = (
            ("aging", "mcache", 1, "msgs", 2),
            ("aging", "mcache", 1, "slots", [1, 0]),
            ("aging", "mcache", 2, "r", []),
            ("random/3", "timedcache", 1, "len", 0),
            ("random/3", "timedcache", 9, "r", "6"),
            ("random/3", "timedcache", 18, "expired", []),
        )
        for name, kind, step, member, value in rows:
            with self.subTest(name=name, member=member):
                case = find(self.caches, id=name, kind=kind)
                case["results"][step][member] = value

                self.expect_found(case, f"{name}: step {step}: {member}: expected")

    def test_given_wrong_bytes_when_replayed_then_found(self):
        case = find(self.wire, kind="encode", encode="ok")
        case["encoded"] = case["encoded"][:-2] + "ff"

        said = f"case {case['n']}: ({case['category']}), encode: encoded: expected"
        self.expect_found(case, said)

    def test_given_malformed_files_when_replayed_then_place_and_status_2(self):
        good = find(self.router, id="broken-forward")
        rows = (
            ('{"kind":', "no JSON"),
            ("[]", "one JSON object"),
            ({"kind": "cheese"}, "there is no kind 'cheese'"),
            ({**good, "mode": "post"}, "'mode' must be wire or direct"),
            ({**good, "n": -1}, "'n' must be a number from 0 to 1000"),
            ({**good, "reps": 0}, "'reps' must be at least 1"),
            ({**good, "steps": good["steps"][:-1]}, "13 steps have 14 expectations"),
            ({**good, "steps": [{"op": "dance"}] * 14}, "there is no step 'dance'"),
            ({**good, "steps": [{"op": "connect"}] * 14}, "'peer' must be a number from 0 to 4"),
            ({**good, "steps": [{"op": "rpc", "peer": 0, "raw": "0g"}] * 14}, "lower-case hex"),
            ({**good, "steps": [{"op": "rpc", "peer": 0, "iwant": ["q"]}] * 14}, "no message"),
            ({**good, "expect": [{}] * 14}, "'tables' must be an object"),
            ({**good, "expect": [{"tables": {}, "sent": [], "mush": 1}] * 14}, "key 'mush'"),
            ({**good, "expect": [{"tables": {"T0": {"m": 1}}, "sent": []}] * 14}, "key 'm'"),
            ({**good, "expect": [{"tables": {"T0": 1}, "sent": []}] * 14}, "T0 must be an object"),
            (
                {**good, "expect": [{"tables": {}, "sent": [], "seen": {"varies": {"1": 7}}}] * 14},
                "the counts of seen sum to 7, not 48",
            ),
            ({"kind": "mcache", "id": "a"}, "'ops' must be an array"),
            (
                {"kind": "mcache", "id": "a", "window": 3, "history": 5, "ops": [], "results": [1]},
                "0 operations have 1 results",
            ),
            ({"kind": "encode"}, "'n' must be a number"),
        )
        for line, message in rows:
            with self.subTest(message):
                path = self.write("bad.jsonl", good, line)

                status, out, err = self.replay(path)

                self.assertEqual(2, status, out + err)
                self.assertIn(f"{path}:2", err)
                self.assertIn(message, err)
                self.assertIn(f"{path}: the rest of this file is not replayed\n", err)

    def test_given_a_file_without_a_case_when_replayed_then_status_2(self):
        for lines in ((), ("", "  ")):
            with self.subTest(lines):
                path = self.write("empty.jsonl", *lines)

                status, _, err = self.replay(path)

                self.assertEqual((2, f"{path}: there is no case in this file\n"), (status, err))

    def test_given_nothing_to_read_when_replayed_then_status_2(self):
        for arguments in ((), (self.folder,), (os.path.join(self.folder, "absent.jsonl"),)):
            with self.subTest(arguments):
                status, _, err = self.replay(*arguments)

                self.assertEqual(2, status)
                self.assertTrue(err)


if __name__ == "__main__":
    sys.exit(unittest.main())
