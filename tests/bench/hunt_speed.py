#!/usr/bin/env python3
"""Seeds a second and processor: `gossim hunt` beside runs in one process, and `gossim run`.

    hunt_speed.py GOSSIM BENCH_SEEDS [--rounds N] [--small]

All three do the same seeds, one processor each, turn by turn; what counts is processor time, that
of the processes they start included. The best round of each is told, and ratios of the sums.
"""
import argparse
import os
import resource
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# A scenario, how many seeds of it, and how many of these `gossim run` does.
CASES = (
    ("hunt/canary.yaml", 1000, 20),
    ("bugs/six-topics.yaml", 200, 20),
    ("quickstart.yaml", 4, 2),
)
SMALL = (("hunt/canary.yaml", 20, 2),)


def cpu_s(*command):
    """Processor time of a command, which may end as it likes but for bad usage."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory(prefix="gossim-bench-") as folder:
        done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(command)}: exit status {done.returncode}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def runs_s(gossim, path, count):
    """That of so many calls of `gossim run`."""
    return sum(
        cpu_s(gossim, "run", path, "--seed", str(seed), "--trace", "none", "--json")
        for seed in range(1, count + 1)
    )


def compare(arguments, case):
    """Prints a row of the table."""
    name, seeds, calls = case
    path = os.path.join(ROOT, "scenarios", "catalog", name)
    rows = {"loop": [], "hunt": [], "run": []}
    for _ in range(arguments.rounds):
        rows["loop"].append(cpu_s(arguments.seeds, path, str(seeds)) / seeds)
        rows["hunt"].append(
            cpu_s(arguments.gossim, "hunt", path, "--seeds", f"1..{seeds}", "--keep-going",
                  "--jobs", "1") / seeds
        )
        rows["run"].append(runs_s(arguments.gossim, path, calls) / calls)
    speed = {kind: 1 / min(times) for kind, times in rows.items()}
    to_loop = sum(rows["loop"]) / sum(rows["hunt"])
    to_run = sum(rows["run"]) / sum(rows["hunt"])
    print(f"{name:22} {speed['loop']:8.1f} {speed['hunt']:8.1f} {speed['run']:8.1f}"
          f" {to_loop:10.2f} {to_run:10.2f}", flush=True)


def main():
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gossim", type=os.path.abspath)
    parser.add_argument("seeds", type=os.path.abspath)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--small", action="store_true")
    arguments = parser.parse_args()
    print(f"{'seeds/s/processor':22} {'loop':>8} {'hunt':>8} {'run':>8} {'hunt/loop':>10}"
          f" {'hunt/run':>10}")
    for case in SMALL if arguments.small else CASES:
        compare(arguments, case)


if __name__ == "__main__":
    main()
