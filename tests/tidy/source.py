"""A C file as the rules see it."""

import re
from functools import cached_property

import lexer


class Source:
    """One C file, read once for all rules."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.lines = text.split("\n")
        self.folder = path.split("/")[0]

    @cached_property
    def tokens(self):
        return lexer.tokenize(self.text)

    @cached_property
    def code(self):
        return lexer.plain_code(self.tokens)

    @cached_property
    def outline(self):
        return lexer.outline(self.tokens)

    @cached_property
    def directives(self):
        return [token for token in self.tokens if token.kind == "directive"]

    @cached_property
    def includes(self):
        """(line, opening mark, name) of every #include."""
        found = []
        for token in self.directives:
            match = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', token.text)
            if match:
                found.append((token.line, match.group(1), match.group(2)))
        return found


def is_under(path, prefixes):
    return any(path.startswith(prefix) for prefix in prefixes)
