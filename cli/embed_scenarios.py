"""Writes the C file with the scenarios that gossim carries: embed_scenarios.py OUTPUT FILE..."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True  # the tree stays as it was
sys.path.insert(0, str(ROOT / "analysis" / "plots"))

from embed import literal


def main():
    output, *files = map(pathlib.Path, sys.argv[1:])
    parts = ['#include "cli/embedded.h"\n\n']
    for number, file in enumerate(files):
        parts.append(f"static const char *const file_{number}[] = {{\n")
        for line in file.read_text(encoding="utf-8").splitlines():
            parts.append(f"    {literal(line)},\n")
        parts.append("};\n\n")
    parts.append("const struct embedded_scenario embedded_scenarios[] = {\n")
    for number, file in enumerate(files):
        array = f"file_{number}"
        parts.append(f'    {{"{file.stem}", {array}, sizeof {array} / sizeof {array}[0]}},\n')
    parts.append("};\n\n")
    parts.append(
        "const size_t embedded_scenario_count =\n"
        "    sizeof embedded_scenarios / sizeof embedded_scenarios[0];\n"
    )
    output.write_text("".join(parts), encoding="ascii")


if __name__ == "__main__":
    main()
