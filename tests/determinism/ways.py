"""The ways of running one scenario that must all come to the same."""

import hashlib
import json
import os
import tempfile

# What describes the machine's work and not the model's.
OF_THE_MACHINE = (
    *("wall_s", "events_per_s", "peak_rss_bytes"),
    *("threads_used", "windows", "windows_apart", "lookahead_ns", "threads_note"),
)

# Words and numbers are written otherwise there, hours and offsets are odd, and what malloc() gives
# is filled with rubbish.
ELSEWHERE = {
    "LC_ALL": "tr_TR.UTF-8",
    "LANG": "de_DE.UTF-8",
    "TZ": "Pacific/Chatham",
    "HOME": "/nowhere",
    "MALLOC_PERTURB_": "165",
}


class Way:
    """Options of one run, and whether it happens in surroundings far from ours."""

    def __init__(self, name, level, *options, elsewhere=False):
        self.name = name
        self.level = level
        self.options = ("--trace", level, *options)
        self.elsewhere = elsewhere


PLAIN_WAYS = {level: Way(f"trace {level}", level) for level in ("none", "deliveries", "full")}
WAYS = (
    *PLAIN_WAYS.values(),
    Way("trace deliveries, once more", "deliveries"),
    Way("encoded, trace none", "none", "--wire", "encode"),
    Way("encoded, trace full", "full", "--wire", "encode"),
    Way("metered, trace full", "full", "--metrics", "{folder}/metrics.txt"),
    Way("2 threads, trace full", "full", "--threads", "2"),
    Way("3 threads, encoded, trace deliveries", "deliveries", "--threads", "3", "--wire", "encode"),
    Way("elsewhere, trace deliveries", "deliveries", "--wire", "size", elsewhere=True),
)


class Result:
    """What one run left: its summary without what the machine did, and its trace as a hash."""

    def __init__(self, summary, trace):
        self.summary = {key: summary[key] for key in summary if key not in OF_THE_MACHINE}
        self.digest = summary["digest"]
        self.trace = trace


def hash_of(path):
    if not os.path.exists(path):
        return None
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def run(program, row, way, figures=False, out=None):
    """The Result of a row of the table in some way; its folder is left in `out`, if given."""
    with tempfile.TemporaryDirectory(prefix="gossim-test-") as folder:
        place = out or os.path.join(folder, "result")
        path = os.path.relpath(row.path, folder) if way.elsewhere else row.path
        outcome = program.call(
            *("run", path, "--json", "--out", place, *row.arguments()),
            *(option.format(folder=folder) for option in way.options),
            *(() if figures else ("--no-figures",)),
            folder=folder if way.elsewhere else None,
            environment=ELSEWHERE if way.elsewhere else None,
        )
        if outcome.status != 0 or outcome.err != "":
            raise AssertionError(f"{row.scenario} {row.set}, {way.name}: {outcome}")
        return Result(json.loads(outcome.out), hash_of(os.path.join(place, "trace.gst")))
