#!/usr/bin/env python3
"""Whether the JSON Schema that `gossim check --schema` prints says what the loader says.

Usage: agreement.py GOSSIM      with the python3 of Debian, which has python3-jsonschema

The validator is a foreign one, and so is the reader of YAML; of the latter only the rules for what
a plain word stands for are ours, as README.md has them: YAML 1.1, which it would go by, has other
numbers and switches.
"""

import decimal
import glob
import json
import os
import random
import re
import sys
import tempfile
import unittest

import jsonschema
import yaml

sys.dont_write_bytecode = True  # the tree stays as it was
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from program import CATALOG, GOLDEN, ROOT, TESTS, program_of_arguments

PROGRAM = program_of_arguments()

# What of the loader's messages a schema can say too. It cannot say how one value bears upon
# another, and the limits of durations and sizes, which are texts to JSON.
WITHIN_A_SCHEMA = re.compile(
    "unknown key `[^`]*`( \\(|;)|the key `[a-z_]*` is missing|where a key is due"
    "|allowed: (a whole number|true or false|a mapping|a list|a share|1 to 64 letters|a decimal"
    "|a text of)"
)
# The rules above are a good part of all there are.
SHARE_REFUSED_MIN = 0.5

# What to put in the place of any value.
VALUES = """
0 | 1 | 5 | -1 | 2.5 | 0.5 | "5" | 10% | 200% | 1ms | 5KiB | true | "true" | yes | ~ | [] | {} | [1]
| [1, 2] | [1ms, 2ms] | [1ms] | {share: 10%} | {constant: 1ms} | {uniform: [1ms, 2ms]} | all | none
| random | a b | 0..3 | [0..3] | 1a | {x: 1} | [{}] | 16777217 | edges | "" | world-8 | messages
"""
MUTANTS = 600


class Reader(yaml.SafeLoader):
    """YAML with the plain words of scenarios; keys given twice are left to the loader."""

    yaml_implicit_resolvers = {}


def resolve(tag, pattern, first):
    Reader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)


resolve("int", "0|[1-9][0-9]*", list("0123456789"))
resolve("float", r"[0-9]+\.[0-9]+", list("0123456789"))
resolve("bool", "true|false", ["t", "f"])
resolve("null", "~|null|Null|NULL|", ["~", "n", "N", ""])
Reader.add_constructor(
    "tag:yaml.org,2002:float", lambda reader, node: decimal.Decimal(reader.construct_scalar(node))
)


def no_duplicates(pairs):
    found = dict(pairs)
    assert len(found) == len(pairs), [name for name, _ in pairs]
    return found


def read_schema():
    outcome = PROGRAM.call("check", "--schema")
    assert outcome.status == 0, outcome
    return json.loads(outcome.out, object_pairs_hook=no_duplicates)


SCHEMA = read_schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
STRING = r'"(?:[^"\\]|\\.)*"'
STRINGS = rf"(?:\s*(?:{STRING}|[A-Z][A-Z_]*\b))+"
ROW = re.compile(rf"\{{({STRINGS}),\s*\d+,\s*\d+,\s*{STRINGS}\}}")


def text_of(tokens, macros):
    """What string literals and names of macros in a row of C stand for."""
    text = ""
    for token in re.findall(rf"{STRING}|[A-Z][A-Z_]*\b", tokens):
        if token in macros:
            text += macros[token]
        elif token.startswith('"'):
            body = token[1:-1].encode("latin-1", "backslashreplace").decode("unicode_escape")
            text += body
        else:
            raise KeyError(token)
    return text


def mistakes():
    """The texts of the loader's unit tests that hold a mistake, by file and row."""
    for path in sorted(glob.glob(os.path.join(TESTS, "unit", "test_scenario_*.c"))):
        with open(path, encoding="utf-8") as file:
            source = file.read()
        macros = {}
        for name, value in re.findall(rf"^#define ([A-Z_]+) ({STRING})$", source, re.M):
            macros[name] = text_of(value, {})
        for number, row in enumerate(ROW.findall(source)):
            try:
                yield f"{os.path.basename(path)}, row {number}", text_of(row, macros)
            except (KeyError, UnicodeDecodeError):
                continue


def scenarios():
    patterns = (CATALOG + "/**/*.yaml", GOLDEN + "/*.yaml", TESTS + "/quirks/*.yaml")
    for pattern in patterns:
        yield from sorted(glob.glob(pattern, recursive=True))


def schema_says(text):
    """The first mistake that the schema finds, None if there is none."""
    found = jsonschema.exceptions.best_match(VALIDATOR.iter_errors(yaml.load(text, Reader)))
    return None if found is None else f"{list(found.absolute_path)}: {found.message[:200]}"


def places(node):
    """Where a value stands: pairs of a list of nodes, or of pairs of nodes, and an index."""
    found = []
    left = [node]
    while left:
        node = left.pop()
        if isinstance(node, yaml.SequenceNode):
            found += [(node.value, i) for i in range(len(node.value))]
            left += node.value
        elif isinstance(node, yaml.MappingNode):
            found += [(node.value, i) for i in range(len(node.value))]
            left += [value for _, value in node.value]
    return found


def mutant(draw, text, values):
    """The text with one value replaced."""
    root = yaml.compose(text, Reader)
    nodes, index = draw.choice(places(root))
    value = draw.choice(values)
    nodes[index] = (nodes[index][0], value) if isinstance(nodes[index], tuple) else value
    return yaml.serialize(root, width=10000)


class AgreementTest(unittest.TestCase):
    def loader_says(self, text):
        with tempfile.TemporaryDirectory(prefix="gossim-test-") as folder:
            path = os.path.join(folder, "given.yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            outcome = PROGRAM.call("check", path)
        self.assertIn(outcome.status, (0, 2), outcome)
        return None if outcome.status == 0 else outcome.err.replace(path, "given.yaml")

    def test_given_the_schema_when_looked_at_then_it_is_one(self):
        jsonschema.Draft7Validator.check_schema(SCHEMA)
        names = re.findall(r'"#/definitions/([^"]*)"', json.dumps(SCHEMA))
        self.assertEqual(set(), set(names) - set(SCHEMA["definitions"]))

    def test_given_good_scenarios_when_validated_then_accepted_and_so_are_their_forms(self):
        paths = list(scenarios())
        self.assertGreater(len(paths), 20)
        for path in paths:
            with self.subTest(os.path.relpath(path, ROOT)):
                with open(path, encoding="utf-8") as file:
                    self.assertIsNone(schema_says(file.read()))
                outcome = PROGRAM.call("check", path)
                self.assertEqual(0, outcome.status, outcome)
                self.assertIsNone(schema_says(outcome.out))

    def test_given_texts_with_a_mistake_when_validated_then_refused_where_it_can_be_said(self):
        found = 0
        refused = 0
        for name, text in mistakes():
            with self.subTest(name, text=text):
                try:
                    says = schema_says(text)
                except (yaml.YAMLError, TypeError, ValueError):
                    continue  # no YAML, or not what other readers take for it
                found += 1
                refused += says is not None
                if says is None:
                    said = self.loader_says(text)
                    self.assertIsNotNone(said)
                    self.assertNotRegex(said, WITHIN_A_SCHEMA)
        self.assertGreater(found, 200)
        self.assertGreater(refused, SHARE_REFUSED_MIN * found)

    def test_given_good_scenarios_when_altered_then_what_the_schema_refuses_the_loader_does(self):
        draw = random.Random(1)
        values = [yaml.compose(value, Reader) for value in VALUES.split("|")]
        texts = [PROGRAM.call("check", path).out for path in scenarios()]
        refused = 0
        for _ in range(MUTANTS):
            text = mutant(draw, draw.choice(texts), values)
            says = schema_says(text)
            if says is not None:
                refused += 1
                with self.subTest(says, text=text):
                    self.assertIsNotNone(self.loader_says(text), says)
        self.assertGreater(refused, MUTANTS / 4)


if __name__ == "__main__":
    unittest.main()
