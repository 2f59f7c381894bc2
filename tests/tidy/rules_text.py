"""Rules about directives, headers, switches, comments and lines."""

import re

import house
import lexer


def check_directives(source):
    for directive in source.directives:
        keyword = re.match(r"\s*#\s*(\w*)", directive.text).group(1)
        if source.path.endswith(".c") and keyword in ("if", "ifdef", "ifndef", "elif"):
            yield (
                directive.line,
                "conditional",
                keyword,
                f"#{keyword} in a .c file; let meson choose between files, or put it in a header",
            )
        definition = lexer.define_of(directive)
        # cmocka's macros note where they stand; what wraps them in a test must be a macro too.
        if definition is not None and definition[1] and source.folder != "tests":
            yield (
                directive.line,
                "macro",
                definition[0],
                f"{definition[0]}() is a macro where a static inline function does",
            )


def check_header(source):
    if not source.path.endswith(".h"):
        return
    guard = "GOSSIM_" + re.sub(r"\W", "_", source.path).upper()
    texts = [" ".join(directive.text.split()) for directive in source.directives]
    if texts[:2] != [f"#ifndef {guard}", f"#define {guard}"] or not texts[-1].startswith("#endif"):
        yield 1, "guard", guard, f"the header needs the guard {guard}"
    if not source.text.startswith("/**"):
        yield 1, "life-story", source.path, "a header begins with the life story of its noun: /** …"
    if source.folder == "router" and "Source:" not in source.text:
        yield 1, "source", source.path, "a header of router/ names its `Source:`"


def enum_constants(source, named):
    """The constants of all enums of a file that have a name, or that have none."""
    code = source.code
    for index in range(len(code) - 2):
        opening = index + 2 if named else index + 1
        if code[index].text != "enum" or code[opening].text != "{":
            continue
        for part in lexer.split_at_commas(code[opening + 1 : lexer.find_close(code, opening)]):
            if part:
                yield part[0].text


def check_default(source, constants):
    """`default:` in a switch with a constant of one of our named enums among its labels."""
    constants = constants - set(enum_constants(source, named=False))
    for index, token in enumerate(source.code):
        if token.text != "switch" or source.code[index + 1].text != "(":
            continue
        opening = lexer.find_close(source.code, index + 1) + 1
        if source.code[opening].text != "{":
            continue
        ours, default = read_labels(
            source.code[opening : lexer.find_close(source.code, opening)], constants
        )
        if ours and default is not None:
            yield (
                default.line,
                "default",
                ours,
                f"`default:` hides constants added beside {ours}; name every case",
            )


def read_labels(body, constants):
    """(one of our constants among the labels, the `default` token), inner switches apart."""
    ours, default, index = None, None, 1
    while index < len(body):
        text = body[index].text
        if text == "case" and body[index + 1].text in constants:
            ours = body[index + 1].text
        elif text == "default" and body[index + 1].text == ":":
            default = body[index]
        elif text == "switch":
            index = lexer.find_close(body, lexer.find_close(body, index + 1) + 1)
        index += 1
    return ours, default


STATEMENT = re.compile(
    r"""
    (?:[A-Za-z_][\w]*(?:(?:->|\.)\w+|\[[^\]]*\])*\(.*\);)                    # call(…);
  | (?:(?:[A-Za-z_]\w*[ ]\**){0,3}[A-Za-z_]\w*(?:(?:->|\.)\w+|\[[^\]]*\])*[ ]?[-+*/|&^%]?=[ ].*;)
  | (?:(?:if|for|while|switch)[ ]?\(.*\)[ ]?\{?)
  | (?:\}?[ ]?else[ ](?:if[ ]\(.*\)[ ])?\{)
  | (?:return\b[^.]*;) | (?:break;) | (?:continue;) | (?:goto[ ]\w+;)
  | (?:\}) | (?:\#[ ]?(?:include|define|if|ifdef|ifndef|endif)\b.*)
    """,
    re.VERBOSE,
)


def check_comments(source):
    for token in source.tokens:
        if token.kind == "comment":
            for offset, line in enumerate(token.text.split("\n")):
                text = re.sub(r"^\s*(?:/\*+|//+|\*(?!/))?\s*|\s*(?:\*+/)?\s*$", "", line)
                if STATEMENT.fullmatch(text):
                    yield token.line + offset, "dead-code", text, "commented-out code: delete it"
    for directive in source.directives:
        if re.match(r"\s*#\s*if\s+0\b", directive.text):
            yield directive.line, "dead-code", "#if 0", "switched-off code: delete it"


def check_lines(path, lines):
    if len(lines) - 1 > house.LINES_PER_FILE:
        yield (
            house.LINES_PER_FILE + 1,
            "file-length",
            path,
            f"{len(lines) - 1} lines; {house.LINES_PER_FILE} is the limit: split the file",
        )
    for number, line in enumerate(lines, 1):
        if len(line) > house.COLUMNS_PER_LINE:
            yield (
                number,
                "line-length",
                path,
                f"{len(line)} columns; {house.COLUMNS_PER_LINE} is the limit",
            )
        found = house.OPEN_END.search(line)
        if found:
            yield number, "todo", found.group(), f"{found.group()}: do it, or file an issue"


def check_paths(lines):
    for number, line in enumerate(lines, 1):
        if house.MACHINE_PATH.search(line):
            yield number, "machine-path", line, "a path of somebody's machine; start at the root"
