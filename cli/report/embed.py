"""Writes the C file with style and script of the report: embed.py OUTPUT STYLE SCRIPT..."""

import base64
import hashlib
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True  # the tree stays as it was
sys.path.insert(0, str(ROOT / "analysis" / "plots"))

from embed import literal


def array(name, text):
    lines = "".join(f"    {literal(line)},\n" for line in text.splitlines())
    return (
        f"const char *const {name}[] = {{\n{lines}}};\n\n"
        f"const size_t {name}_count = sizeof {name} / sizeof {name}[0];\n\n"
    )


def digest(text):
    """What a Content-Security-Policy knows an inline element by."""
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def main():
    output, style, *scripts = map(pathlib.Path, sys.argv[1:])
    # One script, whose names are its own.
    parts = [script.read_text(encoding="utf-8") for script in scripts]
    script = "'use strict';\n(() => {\n" + "\n".join(parts) + "})();\n"
    style_text = style.read_text(encoding="utf-8")
    for text in (script, style_text):
        if "</" in text:
            sys.exit("embed.py: what stands inside an HTML element must not end it")
    output.write_text(
        '#include "cli/report/assets.h"\n\n'
        + array("report_style", style_text)
        + array("report_script", script)
        + f'const char report_style_hash[] = "sha256-{digest(style_text)}";\n'
        + f'const char report_script_hash[] = "sha256-{digest(script)}";\n',
        encoding="ascii",
    )


if __name__ == "__main__":
    main()
