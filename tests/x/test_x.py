#!/usr/bin/env python3
"""Runs ./x in a sandbox of stand-ins for apt, meson, ninja and so on, and looks at what it calls.

The stand-ins write down how they are called. The machine's own programs are out of reach: PATH is
the sandbox's folder of stand-ins, with links to a few plain tools.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PLAIN_TOOLS = (
    "bash cat cp cut dirname env grep mkdir printf readlink rm sed sort tr touch chmod".split()
)
LIBRARIES = {
    "libprotobuf-c-dev": "libprotobuf-c",
    "libxxhash-dev": "libxxhash",
    "libfyaml-dev": "libfyaml",
    "libigraph-dev": "igraph",
    "libsodium-dev": "libsodium",
    "libjansson-dev": "jansson",
    "libedit-dev": "libedit",
    "libsqlite3-dev": "sqlite3",
    "libzstd-dev": "libzstd",
    "libcmocka-dev": "cmocka",
    "libopenmpi-dev": "ompi-c",
}
PROGRAMS = {
    "gcc": "gcc",
    "meson": "meson",
    "ninja-build": "ninja",
    "pkg-config": "pkg-config",
    "protobuf-c-compiler": "protoc-c",
    "gnuplot-nox": "gnuplot",
    "protobuf-compiler": "protoc",
    "openmpi-bin": "mpirun",
    "clang": "clang",
    "clang-format": "clang-format",
    "clang-tidy": "clang-tidy",
    "chromium": "chromium",
    "chromium-driver": "chromedriver",
}

# Installing a package copies its stand-in from `shelf` to `bin`, or notes its library.
APT = """
[ "$apt_works" = yes ] || { echo 'E: no network'; exit 100; }
case " $* " in
*' update '*) touch "$sandbox/updated"; exit ;;
esac
[ "$lists" = fresh ] || [ -e "$sandbox/updated" ] || { echo 'E: Unable to locate'; exit 100; }
for word in "$@"; do
    [ ! -e "$sandbox/shelf/$word" ] || cp -r "$sandbox/shelf/$word/." "$sandbox"
done
"""
MESON = """
case $1 in
setup)
    mkdir -p "$2/meson-private" "$2/meson-logs"
    touch "$2/build.ninja"
    ;;
test)
    [ ! -s "$sandbox/results" ] ||
        cp "$sandbox/results" "$sandbox/checkout/build/meson-logs/testlog.json"
    exit "$tests_exit"
    ;;
esac
"""
NINJA = """
case " $* " in
*' -n '*)
    [ ! -e "$sandbox/built" ] || echo 'ninja: no work to do.'
    exit
    ;;
esac
[ "$build_works" = yes ] || { echo 'FAILED: a.o'; exit 1; }
mkdir -p "$2/cli"
cp "$sandbox/gossim" "$2/cli/gossim"
mkdir -p "$2/tests/vectors"
cp "$sandbox/replay" "$2/tests/vectors/replay"
touch "$sandbox/built"
"""
GOSSIM = """
echo "gossim $*; in $PWD"
exit 3
"""
REPLAY = """
echo "replay $*; in $PWD"
exit 1
"""


class Sandbox:
    def __init__(self, folder):
        self.folder = folder
        self.checkout = os.path.join(folder, "checkout")
        self.environment = {
            "PATH": os.path.join(folder, "bin"),
            "sandbox": folder,
            "uid": "0",
            "lists": "fresh",
            "apt_works": "yes",
            "build_works": "yes",
            "tests_exit": "0",
        }
        for name in ("bin", "libraries", "checkout/cli/completion"):
            os.makedirs(os.path.join(folder, name))
        for name in PLAIN_TOOLS:
            os.symlink(shutil.which(name), os.path.join(folder, "bin", name))
        for name in ("x", "cli/completion/gossim.bash"):
            shutil.copy(os.path.join(ROOT, name), os.path.join(self.checkout, name))
        self.add_program("bin/id", 'echo "$uid"')
        self.add_program("bin/sudo", 'shift; "$@"')
        self.add_program("bin/apt-get", APT)
        self.add_program("gossim", GOSSIM)
        self.add_program("replay", REPLAY)
        bodies = {
            "meson": MESON,
            "ninja": NINJA,
            "pkg-config": '[ -e "$sandbox/libraries/$2" ]',
        }
        for package, program in PROGRAMS.items():
            self.add_program(f"shelf/{package}/bin/{program}", bodies.get(program, ""))
        for package, library in LIBRARIES.items():
            self.write(f"shelf/{package}/libraries/{library}", "")

    def write(self, path, text):
        full = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)
        return full

    def read(self, path):
        with open(os.path.join(self.folder, path), encoding="utf-8") as file:
            return file.read().strip()

    def add_program(self, path, body):
        bash = shutil.which("bash")
        note = (
            f'echo "{os.path.basename(path)} $*" >>"$sandbox/log"\n'
            if "id" not in path[-3:]
            else ""
        )
        os.chmod(self.write(path, f"#!{bash}\n{note}{body}\n"), 0o755)

    def install(self, *packages):
        for package in packages or [*PROGRAMS, *LIBRARIES]:
            source = os.path.join(self.folder, "shelf", package)
            shutil.copytree(source, self.folder, dirs_exist_ok=True)

    def set_results(self, *results):
        lines = [json.dumps({"name": "a", "result": result}) for result in results]
        self.write("results", "\n".join(lines))

    def run(self, *arguments, folder=None, **environment):
        """(status, standard output, standard error, what was called) of ./x."""
        self.write("log", "")
        done = subprocess.run(
            [os.path.join(self.checkout, "x"), *arguments],
            cwd=folder or self.checkout,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        with open(os.path.join(self.folder, "log"), encoding="utf-8") as file:
            calls = [call for call in file.read().splitlines() if not call.startswith("pkg-config")]
        return done.returncode, done.stdout, done.stderr, calls


def of_tool(calls, tool):
    return [call for call in calls if call.startswith(tool + " ")]


class XTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.sandbox = Sandbox(os.path.realpath(folder.name))
        self.x = self.sandbox.run

    def test_given_no_verb_when_run_then_verbs_listed(self):
        status, out, _, calls = self.x()

        self.assertEqual((0, []), (status, calls))
        verbs = "run FILE,build,test,test SUITE,vectors,fuzz,bench,format,reference,tidy,help"
        for verb in verbs.split(","):
            self.assertIn(f"\n  {verb}", out)

    def test_given_unknown_verb_when_run_then_status_2_and_nothing_done(self):
        status, out, err, calls = self.x("frobnicate", "now")

        self.assertEqual((2, "", []), (status, out, calls))
        self.assertIn("'frobnicate'", err)

    def test_given_bare_machine_when_run_then_installs_builds_and_runs(self):
        status, out, err, calls = self.x("run", "a b.yaml", "--json")

        self.assertEqual(3, status)
        self.assertEqual(f"gossim run a b.yaml --json; in {self.sandbox.checkout}\n", out)
        self.assertIn("gnuplot-nox             draws figures\n", err)
        installs = of_tool(calls, "apt-get")
        self.assertRegex(
            installs[-1], r" -y .*install --no-install-recommends gcc meson .*gnuplot-nox$"
        )
        self.assertNotIn("cmocka", installs[-1])
        self.assertEqual(1, len([call for call in of_tool(calls, "meson") if "setup" in call]))
        self.assertIn("-Dtests=false", of_tool(calls, "meson")[0])
        self.assertRegex(of_tool(calls, "ninja")[-1], "cli/gossim$")

    def test_given_bench_when_run_then_beside_the_yardsticks_that_there_are(self):
        self.x("test")  # configures with tests
        yardsticks = f"{self.sandbox.checkout}/build/tests/bench/yardsticks"
        for built, peers in (("", ["floor"]), ("ns3", ["floor", "ns3"])):
            with self.subTest(peers):
                line = f"build tests/bench/yardsticks/{built}: cpp_LINKER"
                self.sandbox.write("checkout/build/build.ninja", line)

                status, out, _, _ = self.x("bench", "counts", "--seeds", "2")

                words = " ".join(f"--peer={peer}={yardsticks}/{peer}" for peer in peers)
                self.assertEqual(3, status)
                self.assertIn(f"gossim bench {words} counts --seeds 2;", out)

    def test_given_second_call_when_run_then_only_ninja_looks(self):
        self.x("run", "a.yaml")

        status, out, err, calls = self.x("run", "a.yaml")

        self.assertEqual((3, ""), (status, err))
        self.assertIn("gossim run a.yaml", out)
        self.assertEqual(["ninja", "gossim"], [call.split()[0] for call in calls])

    def test_given_one_missing_when_run_then_only_that_is_installed(self):
        self.sandbox.install()
        os.remove(os.path.join(self.sandbox.folder, "libraries", "libsodium"))

        _, _, err, calls = self.x("check", "a.yaml")

        self.assertRegex(of_tool(calls, "apt-get")[-1], "--no-install-recommends libsodium-dev$")
        self.assertIn("signs messages", err)

    def test_given_no_install_when_something_is_missing_then_named_and_status_1(self):
        self.sandbox.install("gcc", "meson")
        for arguments in (("--no-install", "run", "a"), ("run", "--no-install", "a")):
            with self.subTest(arguments):
                status, out, err, calls = self.x(*arguments)

                self.assertEqual((1, "", []), (status, out, calls))
                self.assertRegex(err, "apt-get install ninja-build pkg-config .*gnuplot-nox'")
                self.assertIn("ninja-build             runs the build", err)

    def test_given_no_install_when_nothing_is_missing_then_runs_without_it(self):
        self.sandbox.install()

        status, out, _, _ = self.x("run", "--no-install", "a.yaml")

        self.assertEqual(3, status)
        self.assertIn("gossim run a.yaml;", out)

    def test_given_stale_lists_when_installing_then_updated_first(self):
        status, _, _, calls = self.x("run", "a", lists="stale")

        self.assertEqual(3, status)
        actions = [
            "update" if "update" in call else "install" for call in of_tool(calls, "apt-get")
        ]
        self.assertEqual(["update", "install"], actions[-2:])

    def test_given_apt_that_fails_when_installing_then_status_1_and_its_words(self):
        status, _, err, calls = self.x("run", "a", apt_works="no")

        self.assertEqual((1, []), (status, of_tool(calls, "meson")))
        self.assertIn("E: no network", err)
        self.assertIn("could not install gcc", err)

    def test_given_not_root_when_installing_then_through_sudo(self):
        status, _, _, calls = self.x("run", "a", uid="1000")

        self.assertEqual(3, status)
        self.assertRegex(of_tool(calls, "sudo")[-1], "^sudo -n env .*apt-get .* install ")

    def test_given_neither_root_nor_sudo_when_installing_then_says_what_to_do(self):
        os.remove(os.path.join(self.sandbox.folder, "bin", "sudo"))

        status, _, err, calls = self.x("run", "a", uid="1000")

        self.assertEqual((1, []), (status, calls))
        self.assertIn("as root", err)
        self.assertIn("libfyaml-dev", err)

    def test_given_no_apt_when_installing_then_says_what_is_missing(self):
        os.remove(os.path.join(self.sandbox.folder, "bin", "apt-get"))

        status, _, err, _ = self.x("run", "a")

        self.assertEqual(1, status)
        self.assertIn("no apt-get", err)
        self.assertIn("libfyaml-dev", err)

    def test_given_moved_checkout_when_run_then_configured_anew(self):
        self.x("build")
        moved = os.path.join(self.sandbox.folder, "moved")
        os.rename(self.sandbox.checkout, moved)
        self.sandbox.checkout = moved

        _, _, _, calls = self.x("build")

        self.assertEqual(
            [f"meson setup {moved}/build {moved} -Dtests=false"], of_tool(calls, "meson")
        )

    def test_given_foreign_folder_in_the_way_when_building_then_left_alone(self):
        self.sandbox.install()
        kept = self.sandbox.write("checkout/build/mine", "")

        status, _, err, _ = self.x("build")

        self.assertEqual(1, status)
        self.assertIn("in the way", err)
        self.assertTrue(os.path.exists(kept))

    def test_given_other_folder_when_run_then_gossim_runs_there(self):
        _, out, _, _ = self.x("run", "a", folder=self.sandbox.folder)

        self.assertIn(f"; in {self.sandbox.folder}\n", out)

    def test_given_build_that_fails_when_run_then_status_1_and_compiler_heard(self):
        status, out, err, calls = self.x("run", "a", build_works="no")

        self.assertEqual((1, "", []), (status, out, of_tool(calls, "gossim")))
        self.assertIn("FAILED: a.o", err)

    def test_given_program_built_when_tests_wanted_then_configuration_kept(self):
        self.sandbox.set_results("OK")
        self.x("build")

        _, _, _, with_tests = self.x("test")
        _, _, _, after = self.x("build")

        self.assertRegex(of_tool(with_tests, "meson")[0], "--reconfigure -Dtests=true$")
        self.assertEqual([], of_tool(after, "meson"))

    def test_given_program_built_when_open_mpi_comes_then_looked_for_again(self):
        self.x("build")
        _, _, _, before = self.x("build")
        self.sandbox.install("libopenmpi-dev")

        _, _, _, calls = self.x("build")
        _, _, _, after = self.x("build")

        self.assertEqual([], of_tool(before, "meson"))
        self.assertRegex(of_tool(calls, "meson")[0], "^meson setup .* --reconfigure -Dtests=false$")
        self.assertEqual([], of_tool(after, "meson"))

    def test_given_tests_when_run_then_last_line_counts_them(self):
        rows = (
            (("OK", "OK", "EXPECTEDFAIL"), "0", "3 passed, 0 failed", 0),
            (("OK", "FAIL", "TIMEOUT", "ERROR"), "3", "1 passed, 3 failed", 1),
            (("UNEXPECTEDPASS",), "1", "0 passed, 1 failed", 1),
            (("OK", "FAIL"), "0", "1 passed, 1 failed", 1),
            (("SKIP", "OK"), "0", "1 passed, 0 failed", 0),
            (("SKIP",), "0", "0 passed, 0 failed", 1),
            (("OK",), "1", "1 passed, 0 failed", 1),
            ((), "0", "0 passed, 0 failed", 1),
        )
        for results, tests_exit, last, wanted in rows:
            with self.subTest(results):
                self.sandbox.set_results(*results)
                status, out, _, _ = self.x("test", tests_exit=tests_exit)

                self.assertEqual((last, wanted), (out.splitlines()[-1], status))
                self.assertEqual(1, out.count(" passed, "))

    def test_given_build_that_fails_when_tested_then_last_line_counts_none(self):
        status, out, _, calls = self.x("test", build_works="no")

        self.assertEqual((1, "0 passed, 0 failed\n"), (status, out))
        self.assertNotIn("meson test", " ".join(calls))

    def test_given_suites_when_tested_then_slow_only_if_named(self):
        self.sandbox.set_results("OK")
        rows = (
            (("test",), " --no-suite slow"),
            (("test", "unit", "tidy"), " --suite unit --suite tidy --no-suite slow"),
            (("tidy",), " --suite tidy"),
        )
        for arguments, selection in rows:
            with self.subTest(arguments):
                _, _, _, calls = self.x(*arguments)

                self.assertTrue(calls[-1].endswith("--print-errorlogs" + selection), calls[-1])

    def test_given_recordings_when_replayed_then_built_with_tests_and_status_passed_on(self):
        rows = (
            (("vectors", "a b", "c.jsonl"), "a b c.jsonl"),
            (("vectors",), f"{self.sandbox.checkout}/tests/vectors"),
        )
        for arguments, passed in rows:
            with self.subTest(arguments):
                status, out, _, calls = self.x(*arguments, folder=self.sandbox.folder)

                self.assertEqual(1, status)
                self.assertEqual(f"replay {passed}; in {self.sandbox.folder}\n", out)
                self.assertRegex(of_tool(calls, "ninja")[-1], "tests/vectors/replay$")
        self.assertEqual("tests=true", self.sandbox.read("checkout/build/configured-by-x")[-10:])

    def test_given_slow_tests_when_something_is_missing_then_all_their_needs_named(self):
        self.sandbox.install(*[name for name in PROGRAMS if name != "clang-tidy"], *LIBRARIES)

        status, out, err, _ = self.x("test", "slow", "--no-install")

        self.assertEqual((1, "0 passed, 0 failed\n"), (status, out))
        for package in ("clang-tidy", "qemu-user", "gcc-s390x-linux-gnu", "libfyaml-dev:s390x"):
            self.assertIn(package, err)


if __name__ == "__main__":
    sys.exit(unittest.main())
