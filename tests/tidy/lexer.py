"""Reads C as far as the house rules need it: tokens, functions, declarations.

Nothing is preprocessed: both branches of a conditional are seen.
"""

import re
from typing import NamedTuple

TOKEN = re.compile(
    r"""
    (?P<directive>(?:(?<=\n)|\A)[ \t]*\#
        (?:\\\n | /\*.*?\*/ | //[^\n]* | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' | [^\n])*)
  | (?P<comment>/\*.*?\*/ | //(?:\\\n|[^\n])*)
  | (?P<string>(?:u8|u|U|L)?"(?:\\.|[^"\\\n])*")
  | (?P<char>(?:u|U|L)?'(?:\\.|[^'\\\n])+')
  | (?P<name>[A-Za-z_]\w*)
  | (?P<number>\.?\d(?:[eEpP][+-]|[\w.])*)
  | (?P<punct>->|\+\+|--|&&|\|\||\.\.\.|[<>=!+\-*/%&|^]=|<<=?|>>=?|[^\s\w])
    """,
    re.VERBOSE | re.DOTALL,
)
CLOSES = {"(": ")", "[": "]", "{": "}"}
CONTROL = {"if", "for", "while", "switch"}
KEYWORDS = CONTROL | {
    "do",
    "else",
    "return",
    "sizeof",
    "case",
    "default",
    "goto",
    "break",
    "continue",
    "typedef",
    "static",
    "extern",
    "inline",
    "const",
    "volatile",
    "struct",
    "union",
    "enum",
    "_Static_assert",
    "static_assert",
    "_Alignas",
    "_Alignof",
    "_Generic",
    "__attribute__",
    "typeof",
    "__typeof__",
    "void",
    "char",
    "short",
    "int",
    "long",
    "float",
    "double",
    "signed",
    "unsigned",
    "_Bool",
    "bool",
}


class Token(NamedTuple):
    kind: str
    text: str
    line: int


class Function(NamedTuple):
    name: str
    first_line: int
    last_line: int
    is_static: bool
    returns: list  # texts of the return type
    parameters: list  # of lists of tokens
    body: list  # tokens, braces included


class Outline(NamedTuple):
    functions: list
    declarations: list  # token lists of everything else at file level


class Unbalanced(Exception):
    """Brackets that do not match; carries the line."""


def tokenize(text, line=1):
    """All tokens of a file, comments and directives too; `line` is the first one's number."""
    tokens = []
    position = 0
    for match in TOKEN.finditer(text):
        line += text.count("\n", position, match.start())
        position = match.start()
        tokens.append(Token(match.lastgroup, match.group(), line))
    return tokens


def define_of(directive):
    """(name, is_function_like, tokens of the body) of a #define, or None."""
    match = re.match(r"\s*#\s*define\s+(\w+)(\([^)]*\))?", directive.text)
    if match is None:
        return None
    line = directive.line + directive.text.count("\n", 0, match.end())
    body = directive.text[match.end() :].replace("\\\n", " \n")
    return match.group(1), match.group(2) is not None, tokenize(" " + body, line)


def plain_code(tokens):
    """The tokens without comments, directives and attributes."""
    code = [token for token in tokens if token.kind not in ("comment", "directive")]
    kept = []
    index = 0
    while index < len(code):
        if code[index].text in ("__attribute__", "_Alignas") and index + 1 < len(code):
            index = find_close(code, index + 1) + 1
            continue
        kept.append(code[index])
        index += 1
    return kept


def find_close(code, index):
    """The index of the bracket that closes the one at `index`."""
    expected = []
    for position in range(index, len(code)):
        token = code[position]
        if token.kind != "punct":
            continue
        if token.text in CLOSES:
            expected.append(CLOSES[token.text])
        elif token.text in ")]}":
            if not expected or expected.pop() != token.text:
                raise Unbalanced(token.line)
            if not expected:
                return position
    raise Unbalanced(code[index].line if index < len(code) else 0)


def find_open(code, index):
    """The index of the bracket that the one at `index` closes."""
    depth = 0
    for position in range(index, -1, -1):
        if code[position].kind != "punct":
            continue
        if code[position].text in (")", "]", "}"):
            depth += 1
        elif code[position].text in CLOSES:
            depth -= 1
            if depth == 0:
                return position
    raise Unbalanced(code[index].line)


def outline(tokens):
    """Functions and other file-level statements."""
    code = plain_code(tokens)
    found = Outline([], [])
    start = index = 0
    while index < len(code):
        text = code[index].text if code[index].kind == "punct" else ""
        if text == ";":
            found.declarations.append(code[start:index])
            start = index + 1
        elif text == "{" and is_function_head(code[start:index]):
            end = find_close(code, index)
            found.functions.append(read_function(code[start:index], code[index : end + 1]))
            start = end + 1
            index = end
        elif text in CLOSES:
            index = find_close(code, index)
        index += 1
    if start < len(code):
        raise Unbalanced(code[start].line)
    return found


def is_function_head(head):
    return bool(head) and head[-1].text == ")" and all(token.text != "=" for token in head)


def read_function(head, body):
    opening = next(i for i, token in enumerate(head) if token.text == "(")
    inside = head[opening + 1 : find_close(head, opening)]
    parameters = split_at_commas(inside)
    if len(parameters) == 1 and [token.text for token in parameters[0]] in ([], ["void"]):
        parameters = []
    return Function(
        name=head[opening - 1].text if opening > 0 else "",
        first_line=head[0].line,
        last_line=body[-1].line,
        is_static=any(token.text == "static" for token in head[:opening]),
        returns=[
            token.text for token in head[: opening - 1] if token.text not in ("static", "inline")
        ],
        parameters=parameters,
        body=body,
    )


def split_at_commas(tokens):
    parts = [[]]
    depth = 0
    for token in tokens:
        if token.kind == "punct" and token.text in "([{":
            depth += 1
        elif token.kind == "punct" and token.text in ")]}":
            depth -= 1
        if depth == 0 and token.text == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def calls(tokens):
    """The names called in a run of code tokens, with their lines."""
    for index, token in enumerate(tokens[:-1]):
        if token.kind != "name" or token.text in KEYWORDS or tokens[index + 1].text != "(":
            continue
        if index > 0 and tokens[index - 1].text in (".", "->"):
            continue
        yield token
