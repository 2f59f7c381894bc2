"""Writes the C file that holds gnuplot scripts as arrays of lines: embed.py OUTPUT SCRIPT..."""

import pathlib
import sys


def literal(line):
    """The line and its newline as a C string literal; bytes outside ASCII become octal escapes."""
    out = []
    for byte in line.encode("utf-8") + b"\n":
        char = chr(byte)
        if char in '"\\':
            out.append("\\" + char)
        elif 0x20 <= byte < 0x7F:
            out.append(char)
        else:
            out.append(f"\\{byte:03o}")
    return '"' + "".join(out) + '"'


def main():
    output, *scripts = map(pathlib.Path, sys.argv[1:])
    parts = ['#include "analysis/plot_scripts.h"\n\n']
    for script in scripts:
        parts.append(f"static const char *const {script.stem}[] = {{\n")
        for line in script.read_text(encoding="utf-8").splitlines():
            parts.append(f"    {literal(line)},\n")
        parts.append("};\n\n")
    parts.append("const struct plot_script plot_scripts[] = {\n")
    for script in scripts:
        name = script.stem
        parts.append(f'    {{"{name}", {name}, sizeof {name} / sizeof {name}[0]}},\n')
    parts.append("};\n\n")
    parts.append("const size_t plot_script_count = sizeof plot_scripts / sizeof plot_scripts[0];\n")
    output.write_text("".join(parts), encoding="ascii")


if __name__ == "__main__":
    main()
