"""tests/golden/digests.tsv: the runs whose digests are written down."""

import os

from program import CATALOG, GOLDEN

TABLE = os.path.join(GOLDEN, "digests.tsv")
COLUMNS = ("suite", "scenario", "seed", "set", "digest")


class Row:
    """One run. `suite` says which tests repeat it, `set` holds overrides, or a dash."""

    def __init__(self, line, text):
        fields = text.split("\t")
        if len(fields) != len(COLUMNS):
            raise ValueError(f"{TABLE}:{line}: {len(COLUMNS)} columns, not {len(fields)}")
        self.line = line
        self.suite, self.scenario, self.seed, self.set, self.digest = fields
        self.path = os.path.join(GOLDEN, self.scenario)
        if not os.path.exists(self.path):
            self.path = os.path.join(CATALOG, self.scenario)

    def arguments(self):
        overrides = () if self.set == "-" else self.set.split(" ")
        return ("--seed", self.seed, *(part for item in overrides for part in ("--set", item)))

    def text(self, digest):
        """The line of the table if its run had another digest."""
        return "\t".join((self.suite, self.scenario, self.seed, self.set, digest))


def read_rows():
    with open(TABLE, encoding="utf-8") as file:
        lines = [(number, line.rstrip("\n")) for number, line in enumerate(file, 1)]
    lines = [(number, line) for number, line in lines if not line.startswith("#")]
    header = tuple(lines.pop(0)[1].split("\t"))
    if header != COLUMNS:
        raise ValueError(f"{TABLE}: the columns are {COLUMNS}, not {header}")
    return [Row(number, line) for number, line in lines]


def explain(row, found=""):
    """What a person needs to know about a digest that is not the one written down."""
    call = f"gossim run {os.path.relpath(row.path)} {' '.join(row.arguments())}"
    return f"""`{call}` does not do what it did:
  expected  {row.digest}  ({os.path.relpath(TABLE)}:{row.line})
  found     {found}
A digest covers every step of every node: something that was sent, drawn, ordered or timed has
changed, if only once. If that is meant, the line becomes
{row.text(found)}
(tests/golden/print_table.py prints the whole table anew), and the commit says why. If not, the
results of a run with `--trace full` before and after the change show where they part."""
