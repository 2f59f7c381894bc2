"""The table of `gossim validate` in README.md."""

import os

from program import ROOT

MARK = "<!-- What follows is printed by `gossim validate`; a test compares it. -->\n\n```\n"


def readme_table():
    """Its lines, the heading too."""
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        text = file.read()
    _, found, rest = text.partition(MARK)
    if not found:
        raise ValueError("README.md has no table of `gossim validate`")
    return rest.partition("```\n")[0].splitlines()
