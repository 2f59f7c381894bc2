"""Rules about what a file includes and which names it uses."""

import re

import house
import lexer
from source import is_under


def check_includes(source):
    sees = house.SEES.get(source.folder, set()) | {source.folder}
    for line, mark, name in source.includes:
        if mark == "<":
            yield from check_library_header(source, line, name)
            continue
        folder = name.split("/")[0]
        if "/" not in name or folder not in house.SEES:
            yield line, "include-form", name, f'write "{name}" from the root: "folder/name.h"'
        elif folder not in sees:
            allowed = ", ".join(sorted(sees))
            yield (
                line,
                "include-direction",
                name,
                f'{source.folder}/ may not include "{name}"; it sees {allowed} only',
            )
        elif (
            name.endswith("_internal.h")
            and folder not in (source.folder,)
            and source.folder != "tests"
        ):
            yield line, "include-internal", name, f'"{name}" belongs to {folder}/ alone'


def check_library_header(source, line, name):
    if source.folder == "tests":
        return
    for beginning, folders in house.LIBRARY_HEADERS.items():
        if name.startswith(beginning) and not is_under(source.path, folders):
            allowed = " and ".join(folders) if folders else "tests/"
            yield line, "library", name, f"<{name}> may be included by {allowed} only"


def check_include_order(source):
    own = re.sub(r"\.c$", ".h", source.path)
    if source.path.endswith(".c") and any(name == own for _, _, name in source.includes):
        line, _, first = source.includes[0]
        if first != own:
            yield line, "include-order", own, f'a file\'s own header comes first: "{own}"'
    system_seen = False
    for line, mark, name in source.includes:
        if mark == "<":
            system_seen = True
        elif system_seen:
            yield line, "include-order", name, f'"{name}" comes before the <system> headers'


def ban_table():
    """name or beginning -> Ban"""
    exact, beginnings = {}, []
    for ban in house.BANS:
        for name in ban.names.split():
            if name.endswith("*"):
                beginnings.append((name[:-1], ban))
            else:
                exact.setdefault(name, []).append(ban)
    return exact, beginnings


EXACT_BANS, OPEN_BANS = ban_table()


def bans_of(name):
    return EXACT_BANS.get(name, []) + [ban for start, ban in OPEN_BANS if name.startswith(start)]


def runs_of_code(source):
    """The code proper and the bodies of macros, as token lists."""
    yield source.code
    for directive in source.directives:
        definition = lexer.define_of(directive)
        if definition is not None:
            yield definition[2]


def check_bans(source):
    for code in runs_of_code(source):
        for index, token in enumerate(code):
            if token.kind != "name":
                continue
            is_member = index > 0 and code[index - 1].text in (".", "->")
            is_call = index + 1 < len(code) and code[index + 1].text == "("
            for ban in bans_of(token.text):
                if is_member or (ban.only_calls and not is_call):
                    continue
                if is_under(source.path, ban.within) and not is_under(source.path, ban.allowed):
                    yield (
                        token.line,
                        "banned",
                        token.text,
                        f"{token.text} is banned here; use {ban.instead}",
                    )


def check_phrases(source):
    """Bans that are more than one name."""
    for code in runs_of_code(source):
        for token, following in zip(code, code[1:]):
            if (token.text, following.text) == ("long", "double"):
                yield (
                    token.line,
                    "banned",
                    "long double",
                    "long double is banned here; use double or an integer",
                )
        for token in code:
            if token.kind == "string" and re.search(r"(?<!%)(?:%%)*%[-+ #0-9]*p", token.text):
                yield token.line, "banned", "%p", "%p is banned here; print an index or an id"


def check_typedefs(source):
    for declaration in source.outline.declarations:
        texts = [token.text for token in declaration]
        if texts[:1] == ["typedef"] and "(" not in texts:
            yield (
                declaration[0].line,
                "typedef",
                texts[-1],
                f"{texts[-1]}: write the type out; typedefs are for function pointers",
            )


COMPARING = re.compile(r"(?:str|mem)\w*cmp|yaml_is_text")


def is_profile(code, index):
    """A `.profile` or `->profile`, or the name of one taken from it."""
    return code[index].text == "profile" and code[index - 1].text in (".", "->")


def check_profiles(source):
    """A profile's name as a string, or a scenario's profile compared with anything."""
    if is_under(source.path, house.PROFILE_FILES):
        return
    message = "ask for one quirk by its name; a profile's name belongs to router/profile.c"
    code = source.code
    for index, token in enumerate(code):
        if token.kind == "string" and token.text.strip('"') in house.PROFILES:
            yield token.line, "profile", token.text.strip('"'), message
        elif is_profile(code, index) and {code[index + 1].text, before_member(code, index)} & {
            "==",
            "!=",
        }:
            yield token.line, "profile", "profile", message
        elif COMPARING.fullmatch(token.text) and code[index + 1].text == "(":
            inside = range(index + 2, lexer.find_close(code, index + 1))
            if any(is_profile(code, place) for place in inside):
                yield token.line, "profile", "profile", message


def before_member(code, index):
    """The token before `a->b.profile`, whose last word stands at `index`."""
    while index > 1 and code[index - 1].text in (".", "->"):
        index -= 2
    return code[index - 1].text if index > 0 else ""
