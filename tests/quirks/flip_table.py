"""flips.tsv: what each quirk changes when it alone is flipped.

scenario  a file of this folder, without .yaml
base      a profile, then settings that uncouple the quirk from others: those of quirks by their
          names, and other keys of the scenario by their paths
figure    a path into the summary of `--json`, or a metric of `--metrics`, summed over the series
          that have the labels in braces
change    what flipping does to the figure: `up`, `down`, `from 0`, `to 0`, or the values, `6 to 7`
why       the half sentence behind the prediction
"""

import os
import re
from typing import NamedTuple

FOLDER = os.path.dirname(os.path.abspath(__file__))
TABLE = os.path.join(FOLDER, "flips.tsv")
METRIC = re.compile(r"(libp2p_\w+)(?:\{(.*)\})?")
VALUES = re.compile(r"(\d+) to (\d+)")


class Row(NamedTuple):
    """One prediction."""

    line: int
    quirk: str
    scenario: str
    base: str
    figure: str
    change: str
    why: str

    def path(self):
        return os.path.join(FOLDER, self.scenario + ".yaml")

    def profile(self):
        return self.base.split(" ")[0]

    def settings(self, names):
        """The settings of the base as pairs of a path and a value; `names` are those of quirks."""
        pairs = [setting.split("=") for setting in self.base.split(" ")[1:]]
        paths = {name: f"router.quirks.{name}" for name in names}
        return [(paths.get(key, key), value) for key, value in pairs]

    def is_as_predicted(self, base, flipped):
        """Whether a figure that is `base`, and `flipped` after the flip, does as it should."""
        if values := VALUES.fullmatch(self.change):
            return (base, flipped) == tuple(map(int, values.groups())) and base != flipped
        return {
            "up": base < flipped,
            "down": base > flipped,
            "from 0": base == 0 < flipped,
            "to 0": base > 0 == flipped,
        }[self.change]


def read_rows():
    with open(TABLE, encoding="utf-8") as file:
        lines = [(number, line.rstrip("\n")) for number, line in enumerate(file, 1)]
    lines = [(number, line) for number, line in lines if not line.startswith("#")]
    header = tuple(lines.pop(0)[1].split("\t"))
    if header != Row._fields[1:]:
        raise ValueError(f"{TABLE}: the columns are {Row._fields[1:]}, not {header}")
    return [Row(number, *line.split("\t")) for number, line in lines]


def read_figure(figure, summary, families):
    """The value of a figure in the summary of a run, or in its metrics by their names."""
    metric = METRIC.fullmatch(figure)
    if metric is None:
        value = summary
        for key in figure.split("."):
            value = value[key]
        return value
    labels = {tuple(label.split("=")) for label in (metric[2] or "").split(",") if label}
    series = families[metric[1]].series
    return sum(value for key, value in series.items() if labels <= set(key))
