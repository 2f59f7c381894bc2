"""Rules about state that outlives functions, and about the shape of functions."""

import re

import house
import lexer


def is_constant(declarator):
    """Whether the object that these tokens declare can never change."""
    texts = [token.text for token in declarator]
    if "*" in texts:
        last = len(texts) - 1 - texts[::-1].index("*")
        return "const" in texts[last:]
    return "const" in texts


QUALIFIERS = {"static", "extern", "const", "volatile", "_Thread_local", "inline"}


def object_declared(statement):
    """(name token, declarator tokens) if the statement declares an object, else None."""
    declarator = []
    index = 0
    while index < len(statement) and statement[index].text not in ("=", ","):
        token = statement[index]
        end = lexer.find_close(statement, index) if token.text in lexer.CLOSES else index
        if token.text == "(":
            if statement[index + 1].text != "*":
                return None
            declarator += statement[index + 1 : end]
            break
        if token.text != "[":
            declarator.append(token)
        index = end + 1
    parts = [token for token in declarator if token.text not in QUALIFIERS]
    if not parts or parts[0].text in ("typedef", "_Static_assert", "static_assert"):
        return None
    if parts[0].text in ("struct", "union", "enum") and (
        parts[-1].text == "{" or len(parts) == 2 and parts[1].text != "{"
    ):
        return None
    return (parts[-1], declarator) if parts[-1].kind == "name" else None


def statement_from(code, index):
    """The tokens from `index` up to the semicolon that ends the statement."""
    end = index
    while end < len(code) and code[end].text != ";":
        end = lexer.find_close(code, end) + 1 if code[end].text in lexer.CLOSES else end + 1
    return code[index:end]


def check_mutable(source):
    statements = list(source.outline.declarations)
    # The fixture of a test may be a static of a function: no two runs share a test's process.
    for function in source.outline.functions if source.folder != "tests" else ():
        for index, token in enumerate(function.body):
            if token.text == "static" or token.text == "extern":
                statements.append(statement_from(function.body, index))
    for statement in statements:
        declared = object_declared(statement) if statement else None
        if declared is not None and not is_constant(declared[1]):
            name = declared[0]
            yield (
                name.line,
                "mutable",
                name.text,
                f"{name.text} can change and outlives its function; keep it in a struct",
            )


def check_functions(source):
    for function in source.outline.functions:
        size = function.last_line - function.first_line + 1
        if size > house.LINES_PER_FUNCTION:
            yield (
                function.first_line,
                "function-length",
                function.name,
                f"{function.name} has {size} lines; {house.LINES_PER_FUNCTION} is the limit",
            )
        count = sum(parameter[0].text != "..." for parameter in function.parameters)
        if count > house.PARAMETERS_PER_FUNCTION:
            yield (
                function.first_line,
                "parameters",
                function.name,
                f"{function.name} has {count} parameters, {house.PARAMETERS_PER_FUNCTION} at most: "
                "pass an options struct",
            )
        yield from check_nesting(function)
        yield from check_braces(function)


def opens_block(body, index):
    """Whether the brace at `index` opens a block, rather than a list of values or members."""
    if index == 0:
        return True
    before = body[index - 1]
    if before.text == ")":
        opening = lexer.find_open(body, index - 1)
        return body[opening - 1].text in lexer.CONTROL
    return before.text in ("else", "do", ";", "{", "}", ":")


def check_nesting(function):
    kinds = []
    for index, token in enumerate(function.body):
        if token.text == "{" and token.kind == "punct":
            inside_values = bool(kinds) and not kinds[-1]
            kinds.append(not inside_values and opens_block(function.body, index))
            if kinds[-1] and sum(kinds) - 1 > house.NESTING:
                yield (
                    token.line,
                    "nesting",
                    function.name,
                    f"{function.name} nests deeper than {house.NESTING}; "
                    "move the inner part to a function",
                )
                return
        elif token.text == "}" and token.kind == "punct":
            kinds.pop()


def check_braces(function):
    body = function.body
    for index, token in enumerate(body):
        if token.text in lexer.CONTROL and body[index + 1].text == "(":
            following = body[lexer.find_close(body, index + 1) + 1]
            ends_do = (
                token.text == "while" and following.text == ";" and body[index - 1].text == "}"
            )
            if following.text != "{" and not ends_do:
                yield token.line, "braces", token.text, f"the body of `{token.text}` needs braces"
        elif token.text == "else" and body[index + 1].text not in ("{", "if"):
            yield token.line, "braces", token.text, "the body of `else` needs braces"
        elif token.text == "do" and body[index + 1].text != "{":
            yield token.line, "braces", token.text, "the body of `do` needs braces"


def check_checks(source):
    for function in source.outline.functions:
        body = function.body
        for index, token in enumerate(body[:-1]):
            if token.text != "CHECK" or body[index + 1].text != "(":
                continue
            depth = 0
            for inner in body[index + 1 : lexer.find_close(body, index + 1)]:
                depth += {"(": 1, ")": -1}.get(inner.text, 0)
                if inner.text == "&&" and depth == 1:
                    yield token.line, "check", "CHECK", "one condition per CHECK: split at &&"
                    break


def check_tests(source):
    if source.folder != "tests":
        return
    for function in source.outline.functions:
        parameters = [[token.text for token in parameter] for parameter in function.parameters]
        if [texts[:3] for texts in parameters] != [["void", "*", "*"]] or not function.is_static:
            continue
        if function.returns == ["void"] and not re.fullmatch(
            r"given_\w+_when_\w+_then_\w+", function.name
        ):
            yield (
                function.first_line,
                "test-name",
                function.name,
                f"{function.name}: a test is called given_<state>_when_<input>_then_<outcome>",
            )
