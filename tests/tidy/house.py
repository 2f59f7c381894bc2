"""The rules of the house as tables: who may include whom, what is banned and what to use instead.

A rule that has to give way somewhere does so in EXCEPTIONS, with its reason; an exception that
excuses nothing any more is an offence itself.
"""

import re
from typing import NamedTuple

LINES_PER_FILE = 600
LINES_PER_FUNCTION = 70
COLUMNS_PER_LINE = 100
PARAMETERS_PER_FUNCTION = 5
NESTING = 3

# Folder -> the folders whose headers it may include and whose libraries it may link, besides its
# own.
SEES = {
    "base": set(),
    "trace": {"base"},
    "sim": {"base"},
    "router": {"base", "trace"},
    "scenarios": {"base", "trace", "sim", "router"},
    "analysis": {"base", "trace"},
    "cli": {"base", "trace", "sim", "router", "scenarios", "analysis"},
    "tests": {"base", "trace", "sim", "router", "scenarios", "analysis", "cli"},
}

# What decides a run: nothing in these folders may depend on the machine.
CORE = ("base/", "trace/", "sim/", "router/", "scenarios/")
# What may look at the wall clock: the program, to say how fast it was, and the benchmarks.
WALL_CLOCK = ("cli/", "tests/")

# Headers of other people's libraries (by how their name begins) -> who may include them. Tests
# may include all.
LIBRARY_HEADERS = {
    "xxhash.h": ("base/",),
    "zstd.h": ("trace/",),
    "libfyaml.h": ("scenarios/",),
    "protobuf-c/": ("router/", "trace/"),
    "sodium.h": ("router/", "scenarios/"),
    "igraph/": ("base/", "scenarios/", "analysis/"),
    "mpi.h": ("base/",),
    "jansson.h": ("analysis/", "cli/"),
    "sqlite3.h": ("analysis/", "cli/"),
    "editline/readline.h": ("cli/",),
    "argp.h": ("cli/",),
    "cmocka.h": (),
    "assert.h": (),
    "time.h": ("cli/",),
    "sys/time.h": ("cli/",),
    "pthread.h": ("sim/",),
    "threads.h": (),
}

# Names that meson's dependency() takes -> who may ask for them; those not named here are open to
# nobody.
LIBRARY_PACKAGES = {
    "threads": ("sim/",),
    "libxxhash": ("base/",),
    "libzstd": ("trace/",),
    "libfyaml": ("scenarios/",),
    "libprotobuf-c": ("router/", "trace/"),
    "libsodium": ("router/", "scenarios/"),
    "igraph": ("base/",),
    "ompi-c": ("base/",),
    "jansson": ("analysis/", "cli/"),
    "sqlite3": ("analysis/", "cli/"),
    "libedit": ("cli/",),
}


class Ban(NamedTuple):
    """Names that may not be used, and what to use instead."""

    names: str  # separated by spaces; a trailing * stands for any ending
    instead: str
    only_calls: bool = False  # also a good name for a variable: only NAME(…) is an offence
    within: tuple = ("",)  # prefixes of the paths that the ban is for
    allowed: tuple = ()  # prefixes excepted from `within`


BANS = (
    Ban(
        "clock_gettime gettimeofday timespec_get localtime localtime_r gmtime gmtime_r strftime",
        "step->now_ns, the event loop's virtual time",
        allowed=WALL_CLOCK,
    ),
    Ban(
        "time clock",
        "step->now_ns, the event loop's virtual time",
        only_calls=True,
        allowed=WALL_CLOCK,
    ),
    Ban(
        "rand srand random srandom rand_r drand48 lrand48 arc4random* getrandom getentropy",
        "a stream of base/prng.h",
        only_calls=True,
    ),
    Ban(
        "randombytes* crypto_sign_keypair crypto_box_keypair",
        "crypto_sign_seed_keypair() with a seed from base/prng.h",
    ),
    Ban("getenv secure_getenv", "an option of the program or a key of the scenario"),
    Ban("qsort qsort_r", "sort_by_key() of base/sort.h: stable, by a total order"),
    Ban("assert", "CHECK of base/check.h, which stays on in every build", only_calls=True),
    Ban("alloca __builtin_alloca*", "arena_take() or an array of constant size"),
    Ban("strtok strtok_r", "an index that walks the text"),
    Ban("sprintf vsprintf", "snprintf()"),
    Ban("strcpy strcat gets", "snprintf(), or memcpy() with a checked size"),
    Ban("atoi atol atoll atof", "base/quantity.h, or strtoull() with its end checked"),
    Ban("__DATE__ __TIME__ __TIMESTAMP__", "the project's version"),
    Ban("thrd_* mtx_* cnd_*", "a crew of sim/crew.h"),
    Ban("pthread_*", "a crew of sim/crew.h", allowed=("sim/crew.c",)),
    Ban(
        "malloc calloc realloc reallocarray aligned_alloc posix_memalign strdup strndup asprintf "
        "vasprintf",
        "arena_take() or a pool of base/arena.h",
        only_calls=True,
        allowed=("base/arena.c", "cli/", "tests/"),
    ),
    Ban(
        "free",
        "nothing: the arena ends with the run; or pool_give()",
        only_calls=True,
        within=("sim/", "router/"),
    ),
    Ban(
        "printf fprintf vprintf vfprintf dprintf puts fputs putchar fputc fopen fdopen freopen "
        "fread fwrite fclose fflush unlink rename",
        "an effect or a struct failure: sim and router do no I/O",
        only_calls=True,
        within=("sim/", "router/"),
    ),
)

# libm gives other last bits on other machines. sqrt is exact by IEEE 754.
MATH = """
    pow exp exp2 exp10 expm1 log log2 log10 log1p sin cos tan asin acos atan atan2 sinh cosh tanh
    asinh acosh atanh cbrt hypot erf erfc tgamma lgamma fma fmod remainder ldexp frexp modf floor
    ceil round lround llround trunc rint lrint llrint nearbyint fabs fmin fmax
""".split()

BANS += (
    Ban(
        " ".join(MATH + [name + "f" for name in MATH] + [name + "l" for name in MATH]),
        "+ - * / and sqrt(), or a table of integers",
        only_calls=True,
        within=CORE,
    ),
)

# Somebody's home or working folder. Names are left out of this file by the form of the expression.
MACHINE_PATH = re.compile(r"(?:^|[^a-zA-Z.])/(?:work|root|home|Users|mnt)/")

# What a profile is called stands in one file; who asks for it anywhere else builds a second switch
# beside the quirks. Tests and the documentation may name what they like.
PROFILES = ("gossipsub-v1.0", "nim-2020", "floodsub")
PROFILE_FILES = ("router/profile.c", "router/profile.h", "tests/")

OPEN_END = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")


class Exemption(NamedTuple):
    """One place where one rule gives way. `subject` is the name that the offence is about."""

    rule: str
    path: str
    subject: str
    reason: str


EXCEPTIONS = (
    Exemption(
        "mutable",
        "base/check.c",
        "check_place_current",
        "where a failed CHECK says it stood; thread-local, read by an abort alone",
    ),
    Exemption(
        "mutable",
        "base/prng.c",
        "prng_listener_current",
        "keyed draws are made everywhere; who hears them changes nothing; thread-local",
    ),
    Exemption("macro", "base/check.h", "CHECK", "needs the text, file and line of its condition"),
    Exemption("mutable", "cli/interrupt.c", "seen", "a signal handler can reach nothing else"),
    Exemption(
        "mutable",
        "scenarios/graph_igraph.c",
        "igraph_said",
        "igraph gives its handlers of errors nothing to put them in; thread-local",
    ),
    Exemption(
        "typedef",
        "tests/bench/yardsticks/workload.h",
        "message_set",
        "128 bits have no name in ISO C: one place says so",
    ),
    Exemption(
        "banned",
        "tests/bench/yardsticks/wheel.h",
        "qsort",
        "what the floor was measured with; its keys are distinct",
    ),
    Exemption(
        "banned",
        "cli/launch.c",
        "getenv",
        "mpirun and srun tell a process no other way that it is one of many; no result knows",
    ),
    Exemption("profile", "cli/rpc.c", "nim-2020", "the name of a wire form, not of a profile"),
)
