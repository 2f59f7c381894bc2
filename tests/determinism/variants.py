"""The same program, built in other ways.

Every variant has a build folder of its own below that of the tests, which is kept: a second call
compiles what has changed.
"""

import os
import shutil
import subprocess

from program import ROOT, Program

# Settings of the surroundings that would reach into the builds; meson's tests set the last one.
FOREIGN_SETTINGS = ("CFLAGS", "CPPFLAGS", "LDFLAGS", "CC_LD", "MALLOC_PERTURB_")

# A finding of a sanitizer ends the program with a status that is none of its own.
SANITIZER_SETTINGS = {
    "ASAN_OPTIONS": "exitcode=99:detect_leaks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "exitcode=99:print_stacktrace=1",
}

# name: (compiler, options of meson, environment of the program)
VARIANTS = {
    "gcc-O0": ("gcc", ["-Doptimization=0"], {}),
    "gcc-O2": ("gcc", ["-Doptimization=2"], {}),
    # All that this processor can do, fused multiply-add among it.
    "gcc-O3": ("gcc", ["-Doptimization=3", "-Dc_args=-march=native"], {}),
    "clang-O2": ("clang", ["-Doptimization=2"], {}),
    # Warnings are not what is looked for here, and sanitizers make gcc see ghosts.
    "sanitized": (
        "gcc",
        [
            "-Doptimization=1",
            "-Ddebug=true",
            "-Dwerror=false",
            "-Db_sanitize=address,undefined",
            "-Dc_args=-fno-sanitize-recover=all",
        ],
        SANITIZER_SETTINGS,
    ),
    # Whether lanes keep to what is their own.
    "thread-sanitized": (
        "gcc",
        [
            "-Doptimization=1",
            "-Ddebug=true",
            "-Dwerror=false",
            "-Db_sanitize=thread",
        ],
        {"TSAN_OPTIONS": "exitcode=99:halt_on_error=1"},
    ),
    "s390x": (
        None,
        [
            "--cross-file=" + os.path.join(ROOT, "tests", "determinism", "s390x.ini"),
            "-Doptimization=2",
            "-Digraph=disabled",
            "-Dsqlite=disabled",
            "-Dlibedit=disabled",
        ],
        {},
    ),
}


class BuildFailed(Exception):
    """A variant could not be built; the message is what the build said."""


def call(command, environment):
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BuildFailed(f"{' '.join(command)}: exit status {done.returncode}\n{done.stdout}")


def leaks_are_found(program):
    """Whether the leak sanitizer works here: it does not under a debugger, or without ptrace."""
    return "LeakSanitizer has encountered a fatal error" not in program.call("--version").err


class Builder:
    """Builds variants in folders below `folder`, with the given meson and ninja."""

    def __init__(self, folder, meson, ninja):
        self.folder = folder
        self.meson = meson
        self.ninja = ninja

    def build(self, name):
        """The Program, brought up to date."""
        compiler, options, settings = VARIANTS[name]
        environment = {
            key: value for key, value in os.environ.items() if key not in FOREIGN_SETTINGS
        }
        if compiler is not None:
            environment["CC"] = compiler
        folder = os.path.join(self.folder, name)
        setup = [self.meson, "setup", folder, ROOT, "-Dtests=false", "-Ddebug=false", *options]
        self.set_up(folder, setup, environment)
        call([self.ninja, "-C", folder, "cli/gossim"], environment)
        before = ("qemu-s390x",) if name == "s390x" else ()
        program = Program(os.path.join(folder, "cli", "gossim"), before, settings)
        if name == "sanitized" and not leaks_are_found(program):
            leaks = settings["ASAN_OPTIONS"].replace("detect_leaks=1", "detect_leaks=0")
            program.environment["ASAN_OPTIONS"] = leaks
        return program

    def set_up(self, folder, setup, environment):
        """Configures the folder unless that was done with the same command."""
        stamp = os.path.join(folder, "set-up-by-tests")
        wanted = "\n".join([environment.get("CC", ""), *setup])
        if os.path.exists(stamp):
            with open(stamp, encoding="utf-8") as file:
                if file.read() == wanted:
                    return
        shutil.rmtree(folder, ignore_errors=True)
        call(setup, environment)
        with open(stamp, "w", encoding="utf-8") as file:
            file.write(wanted)
