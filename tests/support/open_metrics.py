"""A strict reader of OpenMetrics 1.0 text, after the grammar ("ABNF") of its specification.

Left out is what gossim has no use for: timestamps, exemplars, units, histograms. A text with any of
these, or with anything else that the grammar does not have, raises Malformed.
"""

import re

TYPES = {"counter": "_total", "gauge": "", "info": "_info"}
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^\n"\\]|\\[n"\\])*)"'
DESCRIPTOR = re.compile(rf"# (TYPE|HELP) ({NAME}) (.+)")
SERIES = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)?\}})? (-?[0-9]+)")
UNESCAPED = {"\\n": "\n", '\\"': '"', "\\\\": "\\"}


class Malformed(Exception):
    """The text is not OpenMetrics; says which line."""


class Family:
    """One family: its type, its help, and the values of its series by their sorted labels."""

    def __init__(self, name):
        self.name = name
        self.type = None
        self.help = None
        self.series = {}

    def value(self, **labels):
        return self.series[tuple(sorted(labels.items()))]


def read_labels(text):
    labels = {}
    for name, value in re.findall(LABEL, text or ""):
        if name in labels:
            raise Malformed(f"label {name} twice")
        labels[name] = re.sub(r'\\[n"\\]', lambda found: UNESCAPED[found.group()], value)
    return labels


def add_descriptor(families, family, kind, name, text):
    """Notes TYPE or HELP; returns the family that it is of."""
    if family is None or family.name != name:
        if name in families:
            raise Malformed(f"family {name} is not in one piece")
        family = families[name] = Family(name)
    attribute = kind.lower()
    if getattr(family, attribute) is not None or family.series:
        raise Malformed(f"{kind} of {name} twice or late")
    if kind == "TYPE" and text not in TYPES:
        raise Malformed(f"type {text}")
    setattr(family, attribute, text)
    return family


def add_series(family, name, labels, value):
    if family is None or family.type is None or name != family.name + TYPES[family.type]:
        raise Malformed(f"series {name} in no family of its own")
    key = tuple(sorted(labels.items()))
    if key in family.series:
        raise Malformed(f"series {key} twice")
    if value < 0 and family.type != "gauge" or value != 1 and family.type == "info":
        raise Malformed(f"a {family.type} of {value}")
    family.series[key] = value


def read_open_metrics(text):
    """The families of a text by their names."""
    lines = text.split("\n")
    if lines[-2:] != ["# EOF", ""]:
        raise Malformed("the end is missing")
    families, family = {}, None
    for line in lines[:-2]:
        if found := DESCRIPTOR.fullmatch(line):
            family = add_descriptor(families, family, *found.groups())
        elif found := SERIES.fullmatch(line):
            add_series(family, found.group(1), read_labels(found.group(2)), int(found.groups()[-1]))
        else:
            raise Malformed(f"line {line!r}")
    return families
