#!/usr/bin/env python3
"""Plants each offence in a small clean tree and looks whether tidy finds it, and nothing else."""

import os
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

import house
import tidy

HERE = os.path.dirname(os.path.abspath(__file__))
LIFE = "/**\n * A thing of the tests.\n"


def header(path, body, life=LIFE + " */\n"):
    guard = "GOSSIM_" + re.sub(r"\W", "_", path).upper()
    return f"{life}#ifndef {guard}\n#define {guard}\n{body}#endif\n"


def inside(*lines):
    """A function with these lines in its body, which starts at line 2."""
    return "void planted(int number) {\n" + "".join(f"    {line}\n" for line in lines) + "}\n"


CLEAN = {
    "base/thing.h": header("base/thing.h", "\nint thing_size(const int *thing);\n"),
    "base/thing.c": '#include "base/thing.h"\n\n#include <stdio.h>\n\n'
    "int thing_size(const int *thing) {\n    return *thing;\n}\n",
    "trace/record.h": header("trace/record.h", "\nenum colour { COLOUR_RED, COLOUR_BLUE };\n"),
    "sim/world.h": header("sim/world.h", '#include "base/thing.h"\n'),
    "router/machine.h": header(
        "router/machine.h",
        '#include "trace/record.h"\n',
        LIFE + " *\n * Source: the specification.\n */\n",
    ),
    "sim/meson.build": "sim_lib = static_library('sim', files('world.c'), dependencies: [base])\n"
    "sim = declare_dependency(link_with: sim_lib)\n",
    "tests/unit/test_thing.c": '#include "base/thing.h"\n\n#include <cmocka.h>\n\n'
    "static void given_a_thing_when_asked_then_tells(void **state) {\n"
    "    (void)state;\n}\n",
    "README.md": "What this is. " * 20 + "\n",
}

# (what, path, text, [(line, rule)], what the messages must say)
PLANTS = [
    (
        "sim sees router",
        "sim/a.c",
        '#include "router/machine.h"\n',
        [(1, "include-direction")],
        "base, sim only",
    ),
    (
        "router sees sim",
        "router/a.c",
        '#include "sim/world.h"\n',
        [(1, "include-direction")],
        "router/",
    ),
    (
        "base sees trace",
        "base/a.c",
        '\n#include "trace/record.h"\n',
        [(2, "include-direction")],
        "base only",
    ),
    (
        "trace sees router",
        "trace/a.c",
        '#include "router/machine.h"\n',
        [(1, "include-direction")],
        "trace/",
    ),
    (
        "analysis sees sim",
        "analysis/a.c",
        '#include "sim/world.h"\n',
        [(1, "include-direction")],
        "base, trace",
    ),
    (
        "scenarios see cli",
        "scenarios/a.c",
        '#include "cli/run.h"\n',
        [(1, "include-direction")],
        "scenarios/",
    ),
    ("no folder", "sim/a.c", '#include "world.h"\n', [(1, "include-form")], "from the root"),
    ("upwards", "sim/a.c", '#include "../base/thing.h"\n', [(1, "include-form")], "from the root"),
    (
        "private header",
        "sim/a.c",
        '#include "base/thing_internal.h"\n',
        [(1, "include-internal")],
        "base/ alone",
    ),
    ("foreign library", "sim/a.c", "#include <libfyaml.h>\n", [(1, "library")], "scenarios/ only"),
    (
        "own header late",
        "base/thing.c",
        '#include "base/a.h"\n#include "base/thing.h"\n',
        [(1, "include-order")],
        "",
    ),
    (
        "system first",
        "sim/a.c",
        '#include <stdio.h>\n\n#include "sim/world.h"\n',
        [(3, "include-order")],
        "before",
    ),
    (
        "in a macro",
        "sim/a.c",
        "#define PLANTED 1 + \\\n    rand()\n",
        [(2, "banned")],
        "base/prng.h",
    ),
    (
        "long double",
        "cli/a.c",
        inside("long double d = 0;"),
        [(2, "banned")],
        "double or an integer",
    ),
    ("%p", "cli/a.c", inside('show("at %8p, %%p");'), [(2, "banned")], "%p is banned"),
    (
        "a profile's name",
        "scenarios/a.c",
        inside('if (ask(number, "nim-2020")) {', "    number++;", "}"),
        [(2, "profile")],
        "router/profile.c",
    ),
    (
        "a profile compared",
        "cli/a.c",
        inside(
            "number = world->scenario->profile == find(number);",
            "number = find(number) != world->group.profile;",
            "number = strcmp(world->profile->name, text);",
        ),
        [(2, "profile"), (3, "profile"), (4, "profile")],
        "one quirk by its name",
    ),
    (
        "typedef",
        "sim/a.c",
        "typedef struct thing { int a; } thing_t;\n",
        [(1, "typedef")],
        "thing_t",
    ),
    ("global", "sim/a.c", "int planted;\n", [(1, "mutable")], "planted"),
    ("global array", "sim/a.c", "static int planted[4] = {1};\n", [(1, "mutable")], "planted"),
    ("pointer that moves", "sim/a.c", "static const char *planted;\n", [(1, "mutable")], "planted"),
    (
        "names that move",
        "cli/a.c",
        'static const char *planted[] = {"a"};\n',
        [(1, "mutable")],
        "planted",
    ),
    ("function pointer", "cli/a.c", "static void (*planted)(int);\n", [(1, "mutable")], "planted"),
    (
        "struct object",
        "sim/a.c",
        "static struct { int a; } planted = {1};\n",
        [(1, "mutable")],
        "planted",
    ),
    ("tagged object", "sim/a.c", "struct tag planted;\n", [(1, "mutable")], "planted"),
    (
        "object with body",
        "sim/a.c",
        "struct tag { int a; } planted;\n",
        [(1, "mutable")],
        "planted",
    ),
    ("extern", "sim/a.c", "extern int planted;\n", [(1, "mutable")], "planted"),
    ("function static", "cli/a.c", inside("static int count = 0;"), [(2, "mutable")], "count"),
    ("global of a test", "tests/unit/a.c", "static int count;\n", [(1, "mutable")], "count"),
    ("thread-local", "sim/a.c", "static _Thread_local int planted;\n", [(1, "mutable")], "planted"),
    ("71 lines", "sim/a.c", inside(*["number++;"] * 69), [(1, "function-length")], "71 lines"),
    ("601 lines", "sim/a.c", "\n" * 601, [(601, "file-length")], "601 lines"),
    ("101 columns", "sim/a.c", "//" + "é" * 99 + "\n", [(1, "line-length")], "101 columns"),
    ("101 columns of meson", "base/meson.build", "#" * 101 + "\n", [(1, "line-length")], ""),
    (
        "six parameters",
        "sim/a.c",
        "void f(int a, int b, int c, int d, int e, int g) {\n}\n",
        [(1, "parameters")],
        "6",
    ),
    ("deep", "sim/a.c", inside(*["if (number) {"] * 4, "}}}}"), [(5, "nesting")], "planted"),
    ("bare if", "sim/a.c", inside("if (number)", "    number++;"), [(2, "braces")], "if"),
    ("bare for", "sim/a.c", inside("for (;;)", "    number++;"), [(2, "braces")], "for"),
    ("bare while", "sim/a.c", inside("while (number)", "    number--;"), [(2, "braces")], "while"),
    (
        "bare else",
        "sim/a.c",
        inside("if (number) {", "} else", "    number--;"),
        [(3, "braces")],
        "else",
    ),
    (
        "bare do",
        "sim/a.c",
        inside("do", "    number--;", "while (number);"),
        [(2, "braces"), (4, "braces")],
        "",
    ),
    (
        "two in a CHECK",
        "sim/a.c",
        inside("CHECK(number > 0 && number < 9);"),
        [(2, "check")],
        "one condition",
    ),
    (
        "test name",
        "tests/unit/a.c",
        "static void test_it(void **state) {\n}\n",
        [(1, "test-name")],
        "given_",
    ),
    ("conditional", "sim/a.c", "#ifdef __linux__\n#endif\n", [(1, "conditional")], "meson"),
    ("macro", "sim/a.c", "#define TWICE(a) ((a) + (a))\n", [(1, "macro")], "static inline"),
    ("no guard", "sim/a.h", LIFE + " */\n", [(1, "guard")], "GOSSIM_SIM_A_H"),
    ("foreign guard", "sim/a.h", header("sim/b.h", ""), [(1, "guard")], "GOSSIM_SIM_A_H"),
    (
        "no life story",
        "sim/a.h",
        header("sim/a.h", "", "// A.\n"),
        [(1, "life-story")],
        "life story",
    ),
    ("no source", "router/a.h", header("router/a.h", ""), [(1, "source")], "Source:"),
    (
        "default",
        "sim/a.c",
        inside("switch (number) {", "case COLOUR_RED:", "default:", "    break;", "}"),
        [(4, "default")],
        "COLOUR_RED",
    ),
    ("recursion", "sim/a.c", inside("planted(number - 1);"), [(1, "recursion")], "planted"),
    (
        "recursion of two",
        "sim/a.c",
        "static void a(void);\nstatic void b(void) {\n    a();\n}\n"
        "static void a(void) {\n    b();\n}\n",
        [(2, "recursion"), (5, "recursion")],
        "loop with an array",
    ),
    ("dead call", "sim/a.c", "// planted(number);\n", [(1, "dead-code")], "delete"),
    (
        "dead assignment",
        "sim/a.c",
        "/* Old:\n   size_t count = 4;\n*/\n",
        [(2, "dead-code")],
        "delete",
    ),
    (
        "dead branch",
        "sim/a.c",
        inside("// if (number > 2) {", "//     return;", "// }"),
        [(2, "dead-code"), (3, "dead-code"), (4, "dead-code")],
        "delete",
    ),
    ("#if 0", "sim/a.h", header("sim/a.h", "#if 0\n#endif\n"), [(6, "dead-code")], "delete"),
    ("open end", "sim/a.c", "// TO" "DO later\n", [(1, "todo")], "file an issue"),
    ("open end in a script", "x", "# FIX" "ME\n", [(1, "todo")], "file an issue"),
    ("home folder", "README.md", "See\n/ro" "ot/notes.\n", [(2, "machine-path")], "machine"),
    ("home folder in CI", ".ci/run", "cd /ho" "me/me\n", [(1, "machine-path")], "machine"),
    ("no end", "sim/a.c", "void f(void) {\n", [(1, "unreadable")], "brackets"),
    (
        "link",
        "router/meson.build",
        "a = b\nr = static_library('r', dependencies: [trace, sim])\n",
        [(2, "meson-dependency")],
        "may not link sim",
    ),
    (
        "link by library",
        "base/meson.build",
        "b = declare_dependency(link_with: sim_lib)\n",
        [(1, "meson-dependency")],
        "may not link sim",
    ),
    (
        "package",
        "sim/meson.build",
        "z = dependency('libzstd')\n",
        [(1, "meson-dependency")],
        "trace/",
    ),
    (
        "new package",
        "sim/meson.build",
        "z = dependency('libuv')\n",
        [(1, "meson-dependency")],
        "argued",
    ),
    (
        "flag",
        "meson.build",
        "add_project_arguments('-ffast-math')\n",
        [(1, "meson-flag")],
        "changes results",
    ),
    ("idle exception", "base/check.h", header("base/check.h", ""), [(1, "exception")], "CHECK"),
]

NEAR_MISSES = {
    "sim/near.c": """// rand() and qsort() in a comment; time() too: see planted(number) for more;
#include "base/thing.h"

#include <stdint.h>

static const char *const names[] = {"rand()", "TIME /* not a comment", "// nor this"};
static const struct {
    const char *name;
    int (*make)(void);
} rows[] = {{"a", 0}};
struct forward;
enum { LIMIT = 4 };
typedef int (*maker)(void *context);
_Static_assert(sizeof(int) == 4, "four");

__attribute__((format(printf, 1, 2))) int many(const char *a, int b, int c, int d, int e, ...) {
    return 0;
}

static int pick(struct forward *forward, char letter) {
    int time = 0;
    forward->random(forward);
    forward->time = clock_of(forward);
    do {
        time++;
    } while (time < LIMIT);
    switch (letter) {
    case 'a':
        break;
    default:
        time = '"';
    }
    for (int i = 0; i < LIMIT; i++) {
        while (time > 0) {
            if (time == 3) {
                use(&(struct forward){.list = {{1}, {2}}});
            } else if (time == 4) {
                time = 0;
            }
        }
    }
    CHECK((time > 0 && letter) || time < 2);
    return time;
}
""",
    "sim/near.h": header(
        "sim/near.h",
        """
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define NEAR 1
#endif
struct near {
    int a; // a = b is what it holds; see the other one
};
extern const int near_limit;
static inline int near_size(void) {
    return 1;
}
""",
    ),
    "sim/full.c": inside(*["number++;"] * 68) + "// " + "é" * 97 + "\n" + "\n" * 529,
    "router/profile.c": inside('find("nim-2020");', "world.profile == number;"),
    "scenarios/near.c": inside(
        "show(world->profile->name);", "other = world->profile;", 'show("as floodsub does");'
    ),
    "cli/near.c": inside("time(0);", "free(malloc(2));", "clock_gettime(0, 0);"),
    "trace/near.c": inside("free(0);", 'printf("%d%%p", number);'),
    "sim/option.c": "enum { COLOUR_RED };\n"
    + inside("switch (number) {", "case COLOUR_RED:", "default:", "    break;", "}"),
    "sim/default.c": inside("switch (number) {", "case LIMIT:", "default:", "    break;", "}"),
    "tests/unit/macro.c": "#define TEST_OF(function) cmocka_unit_test(function)\n",
    "tests/unit/near.c": '#include "sim/world.h"\n#include "router/machine.h"\n\n'
    "static int setup(void **state) {\n    static int fixture;\n    return 0;\n}\n",
}


class TidyTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.write(CLEAN)

    def write(self, files):
        for path, text in files.items():
            full = os.path.join(self.folder.name, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)

    def expect(self, path, text, expected, says):
        before = CLEAN.get(path)
        self.write({path: text})
        offences = tidy.find_offences(self.folder.name)
        self.assertEqual(
            [(path, line, rule) for line, rule in expected], [offence[:3] for offence in offences]
        )
        for offence in offences:
            self.assertIn(says, offence[3])
        os.remove(os.path.join(self.folder.name, path))
        if before is not None:
            self.write({path: before})

    def test_given_clean_tree_when_checked_then_silent(self):
        self.assertEqual([], tidy.find_offences(self.folder.name))

    def test_given_near_misses_when_checked_then_silent(self):
        self.write(NEAR_MISSES)
        self.assertEqual([], tidy.find_offences(self.folder.name))

    def test_given_planted_offence_when_checked_then_found_alone(self):
        for what, path, text, expected, says in PLANTS:
            with self.subTest(what):
                self.expect(path, text, expected, says)

    def test_given_banned_name_when_called_then_replacement_named(self):
        for ban in house.BANS:
            path = next(
                folder + "planted.c"
                for folder in ("sim/", "cli/")
                if folder.startswith(ban.within) and not folder.startswith(ban.allowed or ("-",))
            )
            for name in ban.names.split():
                with self.subTest(name):
                    name = name.replace("*", "_x")
                    self.expect(
                        path,
                        inside(f"{name}(number);"),
                        [(2, "banned")],
                        f"{name} is banned here; use {ban.instead}",
                    )

    def test_given_exempt_place_when_checked_then_silent(self):
        self.write({"base/check.c": "static _Thread_local const int *check_place_current;\n"})
        self.assertEqual([], tidy.find_offences(self.folder.name))

    def test_given_all_rules_when_counted_then_each_is_planted(self):
        sources = ""
        for name in ("rules_names.py", "rules_shape.py", "rules_text.py", "tidy.py"):
            with open(os.path.join(HERE, name), encoding="utf-8") as file:
                sources += file.read()
        yielded = set(re.findall(r'yield[^"]*"([a-z-]+)",', sources))
        planted = {rule for plant in PLANTS for _, rule in plant[3]}
        self.assertEqual(planted, yielded)

    def run_program(self, root):
        return subprocess.run(
            [sys.executable, os.path.join(HERE, "tidy.py"), root],
            capture_output=True,
            text=True,
            check=False,
        )

    def test_given_program_when_run_then_status_tells(self):
        clean = self.run_program(self.folder.name)
        self.assertEqual((0, "", ""), (clean.returncode, clean.stdout, clean.stderr))

        self.write({"sim/a.c": "int planted;\n"})
        planted = self.run_program(self.folder.name)
        self.assertEqual(1, planted.returncode)
        self.assertRegex(planted.stdout, r"\Asim/a\.c:1: mutable: planted .*\n\Z")

        with tempfile.TemporaryDirectory() as empty:
            self.assertEqual(2, self.run_program(empty).returncode)


if __name__ == "__main__":
    unittest.main()
