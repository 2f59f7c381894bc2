#!/usr/bin/env python3
"""`gossim rpc`: one RPC between hexadecimal digits and JSON.

Usage: rpc.py GOSSIM
"""

import json
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True  # the tree stays as it was

from fixture import FolderTest, program_of_arguments
from program import ROOT

PROGRAM = program_of_arguments()
VECTORS = os.path.join(ROOT, "tests", "vectors", "wire_public.jsonl")
PEER = "12200feeeb06439e0f269c1a64a60361983de7b68c5f17a2b581fc3f917371cca3cb"
# A message, an IHAVE, an IWANT, a GRAFT without a topic.
WHOLE = {
    "subs": [{"subscribe": True, "topic": "c3a9"}, {"subscribe": False, "topic": None}],
    "messages": [
        {
            "from": PEER,
            "data": "68690a",
            "seqno": "3132333435363738",
            "topics": ["666f6f"],
            "signature": None,
            "key": "",
        },
    ],
    "control": {
        "ihave": [{"topic": "626172", "ids": ["78", "00", "79"]}],
        "iwant": [["00"], ["7a"]],
        "graft": [None],
        "prune": [],
    },
}


def plain(value, absent=None):
    """A document as it is read back: without what `encode` does not count."""
    if isinstance(value, dict):
        kept = {key: value[key] for key in value if not key.endswith("_text") and key != "msgid"}
        return {
            key: item if key == "control" and item is None else plain(item, absent)
            for key, item in kept.items()
        }
    if isinstance(value, list):
        return [plain(item, absent) for item in value]
    return absent if value is None else value


def read_vectors():
    with open(VECTORS, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


class RpcTest(FolderTest):
    program = PROGRAM

    def rpc(self, verb, text, *options):
        """Calls with the text on standard input."""
        with tempfile.TemporaryFile() as file:
            file.write(text.encode())
            file.seek(0)
            return self.call("rpc", verb, *options, stdin=file)

    def encode(self, document, *options):
        outcome = self.rpc("encode", json.dumps(document), *options)
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return outcome.out.removesuffix("\n")

    def decode(self, digits, *options):
        outcome = self.rpc("decode", digits, *options)
        self.assertEqual((0, ""), (outcome.status, outcome.err), outcome)
        return json.loads(outcome.out)

    def test_given_a_document_when_encoded_then_it_decodes_to_itself(self):
        rows = ((), ("--prefix",), ("--form=standard", "--prefix"))
        for options in rows:
            with self.subTest(options):
                digits = self.encode(WHOLE, *options)

                decoded = self.decode(digits, *options)

                self.assertEqual(WHOLE, plain(decoded))
                self.assertEqual(digits, self.encode(decoded, *options))

    def test_given_text_in_bytes_when_decoded_then_it_stands_beside_them(self):
        decoded = self.decode(self.encode(WHOLE))

        message = decoded["messages"][0]
        self.assertEqual("é", decoded["subs"][0]["topic_text"])
        self.assertNotIn("topic_text", decoded["subs"][1])
        self.assertEqual("12345678", message["seqno_text"])
        self.assertEqual(["foo"], message["topics_text"])
        self.assertEqual(
            "3132333435363738QmPQr8DwENitHYJx1tb7NkMkokGhWxJruJC6G5h7wMReQa", message["msgid"]
        )
        # A line's end could move the cursor of a terminal; so could worse.
        self.assertNotIn("data_text", message)
        self.assertEqual(["x", None, "y"], decoded["control"]["ihave"][0]["ids_text"])
        self.assertEqual([None, ["z"]], decoded["control"]["iwant_text"])
        self.assertNotIn("graft_text", decoded["control"])

    def test_given_text_for_digits_when_encoded_then_it_is_its_utf_8(self):
        document = {"control": {"prune": [{"text": "a\0é"}, {"text": ""}, "61", "aB"]}}

        digits = self.encode(document)

        self.assertEqual("1a1622060a046100c3a922020a0022030a016122030a01ab", digits)

    def test_given_digits_with_white_space_when_decoded_then_it_does_not_count(self):
        argument = self.call("rpc", "decode", "0A 05\t0801\n120161 ")

        self.assertEqual((0, ""), (argument.status, argument.err))
        self.assertEqual(
            {"subscribe": True, "topic": "61", "topic_text": "a"},
            json.loads(argument.out)["subs"][0],
        )
        self.assertEqual({"subs": [], "messages": [], "control": None}, self.decode(""))

    def test_given_recorded_rpcs_when_coded_in_the_form_of_2020_then_as_recorded(self):
        form = ("--form", "nim-2020")
        for vector in read_vectors()[::3]:
            digits = vector.get("bytes", vector.get("encoded"))
            with self.subTest(vector["n"]):
                if vector["kind"] == "encode":
                    outcome = self.rpc("encode", json.dumps(vector["rpc"]), *form)
                    if vector["encode"] == "abort":
                        self.assert_refused(outcome, "encoder of 2020 aborts")
                        continue
                    self.assertEqual((0, digits + "\n"), (outcome.status, outcome.out))
                outcome = self.rpc("decode", digits, *form)
                if not vector["decoded"]["ok"]:
                    self.assert_refused(outcome, "standard input: byte [0-9]+: .*throws")
                    continue
                self.assertEqual(0, outcome.status, outcome)
                decoded = json.loads(outcome.out)
                ids = [message["msgid"] for message in decoded["messages"]]
                expected = vector["decoded"]["rpc"]
                self.assertEqual([message["msgid"] for message in expected["messages"]], ids)
                self.assertEqual(plain(expected), plain(decoded, absent=""))

    def test_given_bytes_that_2020_reads_in_part_when_decoded_then_it_says_where_it_stopped(self):
        outcome = self.call("rpc", "decode", "--form=nim-2020", "0a050801120161ff00")

        self.assertEqual(0, outcome.status)
        self.assertEqual(1, len(json.loads(outcome.out)["subs"]))
        self.assertEqual(
            "gossim: decoding stopped without an error at byte 7; 2 of 9 bytes were not read\n",
            outcome.err,
        )

    def test_given_two_messages_when_encoded_in_the_form_of_2020_then_one_is_left(self):
        messages = [{"from": PEER, "data": data, "seqno": "01"} for data in ("aaaa", "bbbb")]

        digits = self.encode({"messages": messages}, "--form=nim-2020")

        outcome = self.call("rpc", "decode", "--form=nim-2020", digits)
        self.assertEqual(
            ["bbbb"], [message["data"] for message in json.loads(outcome.out)["messages"]]
        )
        self.assertIn("decoding stopped", outcome.err)

    def test_given_wrong_digits_when_decoded_then_refused_with_place(self):
        rows = (
            ("0g", (), "standard input:1:2: 'g' is no hexadecimal digit"),
            ("00\n 0", (), "standard input:2:2: '0' is half a byte"),
            ("0 0", (), "standard input:1:1: '0' is half a byte"),
            ("00\x01", (), "standard input:1:3: a character 0x01 is no"),
            ("0a05", (), "standard input: .*no protobuf"),
            ("0a05", ("--form=nim-2020", "--prefix"), "length prefix says 10 bytes, and 1 follow"),
            ("80", ("--prefix",), "length prefix does not end"),
            ("", ("--prefix",), "length prefix does not end"),
        )
        for digits, options, message in rows:
            with self.subTest(digits=digits, options=options):
                self.assert_refused(self.rpc("decode", digits, *options), message)

    def test_given_wrong_json_when_encoded_then_refused_with_place(self):
        rows = (
            ("", "standard input:1:.*"),
            ('{"subs":\n [}', "standard input:2:3: .*unexpected token"),
            ('{"subs": [], "subs": []}', "standard input:1:.*duplicate"),
            ("[]", "the RPC is not an object"),
            ('{"sub": []}', "the RPC has no key 'sub'"),
            ('{"subs": {}}', "subs is not a list"),
            ('{"subs": [1]}', r"subs\[0\] is not an object"),
            ('{"subs": [{"topic": "61"}]}', r"subs\[0\].subscribe is missing"),
            ('{"subs": [{"subscribe": 1}]}', r"subs\[0\].subscribe is neither true nor false"),
            ('{"messages": [{}, {"from": 1}]}', r"messages\[1\].from is neither"),
            ('{"messages": [{"topics": "61"}]}', r"messages\[0\].topics is not a list"),
            ('{"messages": [{"topics": ["61", "6"]}]}', r"\.topics\[1\]: '6' has no byte .* 1;"),
            ('{"messages": [{"id": "61"}]}', r"messages\[0\] has no key 'id'"),
            ('{"messages": [{"topics": ["61", "62"]}]}', r"messages\[0\] has 2 topics"),
            ('{"control": []}', "control is not an object"),
            ('{"control": {"graft": ["6x"]}}', r"control.graft\[0\]: '6x' has no byte .* 2;"),
            ('{"control": {"graft": [{"hex": "61"}]}}', r"control.graft\[0\] is an object other"),
            ('{"control": {"iwant": ["61"]}}', r"control.iwant\[0\] is not a list"),
            ('{"control": {"ihave": [{"ids": [true]}]}}', r"ihave\[0\].ids\[0\] is neither"),
        )
        for text, message in rows:
            with self.subTest(text):
                self.assert_refused(self.rpc("encode", text), message)

    def test_given_no_room_for_the_result_when_called_then_exit_status_1(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            outcome = self.call("rpc", "encode", "{}", stdout=full)

        self.assertEqual(1, outcome.status)
        self.assertIn("cannot write to standard output: No space left", outcome.err)


if __name__ == "__main__":
    unittest.main()
