#!/usr/bin/env python3
"""Every check of ci/ must be able to fail: each gets a bad tree and must name the defect, and
all must pass a good one. usage: test_checks.py"""
import contextlib
import io
import os
import re
import runpy
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
CI = os.path.abspath(os.path.join(HERE, "..", "..", "ci"))

# The table of attacks: one row that a probe holds, two that tests do, the others nobody.
ROWS = ["1\tfork bomb\tprobe\tfork", "2\tlimit\ttest\ttests/unit/test_buf.c:holds",
        "3\tnan\ttest\ttasks/entries/WA/nan tests/cli/test_run.sh:test_nan",
        "4\thang\topen\ttests/unit/test_later.c"]
ROWS += [f"{row}\tspeculation\tno\tnot a boundary" for row in range(5, 187)]


def rows(number, line):
    """The table with another line for one row."""
    return "\n".join(["# comment", *ROWS[:number - 1], line, *ROWS[number:], ""])


GOOD = {
    ".clang-format": open(os.path.join(HERE, "..", "..", ".clang-format"), encoding="utf-8").read(),
    "src/base/buf.h": "int pod_buf(void);\n",
    "src/base/buf.c": '#include "buf.h"\n\n#include <stdio.h>\n\nint pod_buf(void)\n{\n'
                      "    return 0;\n}\n",
    "src/model/entry.h": '#include "base/buf.h"\n',
    "src/cli/main.c": '#include "base/buf.h"\n#include "board.h"\n#include "podbox.h"\n\n'
                      "#include <stdlib.h>\n",
    "sandbox/podbox.h": "int sb_run(void);\n",
    "sandbox/CMakeLists.txt": "add_library(podbox_lib STATIC run.c)\n",
    "leaderboard/board.h": "int board_new(void);\n",
    "tasks/sdk/npz.h": "int task_npz(void);\n",
    "tasks/tile/task.json": "{}\n",
    "tasks/tile/tile.c": '#include "sdk/npz.h"\n',
    "tasks/entries/scored/random/random.c": 'int main(void)\n{\n    system("ls");\n}\n',
    "tests/unit/test_buf.c": '#include "base/buf.h"\n\n#include <criterion/criterion.h>\n\n'
                             "Test(buf, holds)\n{\n}\n",
    "tests/cli/test_run.sh": "test_nan() {\n    true\n}\n",
    "tests/probes/fork.c": "/* expect: end=wall */\n/* ATTACKS 1: forks. */\n",
    "tests/probes/tools.sh": "# expect: end=exit\n# A positive probe.\n",
    "tests/probes/rows.tsv": rows(1, ROWS[0]),
    "tasks/entries/WA/nan/entry.json": "{}\n",
    "tests/cases/json/nul/input.json": b"\0",
    # SHA-256 of one zero byte, by sha256sum.
    "tasks/tile/data/SHA256SUMS":
        "# generator: podium-tile freeze\n"
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d  x.npz\n",
    "CMakeLists.txt": "add_subdirectory(src)\n",
    "ci/run": "#!/bin/sh\ntrue\n",
}
MODES = {"ci/run": 0o755}


def function(body, head="int f(int a)"):
    return f"{head}\n{{\n{body}}}\n"


LOOPS = "    for (;;)\n        while (a)\n            if (a)\n                switch (a) {\n" \
        "                default:\n                    a++;\n                }\n"
CHAIN = "    if (a) {\n    } else if (a) {\n    } else if (a) {\n    } else if (a) {\n    } else {\n    }\n"
LIST = "int f(int a, int b, int c, int d, int e, int g)"

# check, path, content, what it must say (a regular expression), mode
BAD = [
    ("format", "src/base/x.c", "int  x;\n", r"src/base/x\.c:1: not formatted"),
    ("size", "src/base/x.c", "\n" * 501, r"x\.c:501: file has 501 lines"),
    ("size", "ci/long", "#!/bin/sh\n" + "\n" * 500, r"ci/long:501: file has 501", 0o755),
    ("size", "src/base/x.c", function("\n" * 68), r"x\.c:1: function f has 71 lines"),
    ("size", "src/base/x.c", "int y;\n\n" + function("", LIST), r"x\.c:3: function f has 6 par"),
    ("size", "src/base/x.c", function("", LIST + " __attribute__((noreturn))"), r"6 parameters"),
    ("size", "src/base/x.c", function(LOOPS), r"x\.c:\d+: function f nests 4 levels"),
    ("size", "src/base/x.c", function("    do {\n        json_object_foreach(a, b, c)\n        {\n"
     "            while (a)\n                if (a)\n                    a++;\n        }\n"
     "    } while (a);\n"), r"nests 4 levels"),
    ("calls", "src/base/x.c", function("    return atoi(a);\n"), r"x\.c:3: atoi is banned"),
    ("calls", "tasks/tile/x.c", function("    a = 1, system(a);\n"), r"system is banned"),
    ("calls", "src/base/x.c", function("    strtok(a, a);\n"), r"strtok is banned"),
    ("calls", "src/base/x.c", function("    if (a)\n        write(a, a, a);\n"), r"x\.c:4: .* write is"),
    ("calls", "src/base/x.c", function("    snprintf(a, a, a);\n"), r"result of snprintf is dropped"),
    ("calls", "src/base/x.c", function("x:\n    fclose(a);\n"), r"result of fclose is dropped"),
    ("calls", "src/base/x.c", function("    setenv(a, a, a);\n"), r"setenv is banned"),
    ("calls", "src/base/x.c", function("    return chown(a, a, a);\n"), r"chown is banned"),
    ("calls", "src/base/x.c", function("    a = dlopen(a, a);\n"), r"dlopen is banned"),
    ("layers", "src/base/x.c", '#include "model/entry.h"\n', r"src/base must not include"),
    ("layers", "src/base/x.c", '#include "../model/entry.h"\n', r"src/base must not include"),
    ("layers", "src/model/x.c", '#include "podbox.h"\n', r"src/model must not include"),
    ("layers", "src/engine/x.c", '#include "board.h"\n', r"src/engine must not include"),
    ("layers", "src/cli/x.c", '#include "sdk/npz.h"\n', r"src/cli must not include"),
    ("layers", "sandbox/x.c", '#include "base/buf.h"\n', r"sandbox must not include"),
    ("layers", "leaderboard/x.c", '#include "../sandbox/podbox.h"\n', r"leaderboard must not"),
    ("layers", "tasks/tile/x.c", '#include "base/buf.h"\n', r"tasks/tile must not include"),
    ("layers", "tasks/layout/x.c", '#include "../tile/x.h"\n', r"x\.c:1: .* is no tracked file"),
    ("layers", "tasks/sdk/x.c", '#include "board.h"\n', r"tasks/sdk must not include"),
    ("layers", "src/base/buf.c", '#include <stdio.h>\n#include "buf.h"\n', r"buf\.h must be the first"),
    ("layers", "src/base/buf.c", "int x;\n", r"buf\.h must be the first include"),
    ("layers", "tasks/CMakeLists.txt", "add_subdirectory(tile)\n", r'names the task "tile"'),
    ("layers", "src/cli/x.c", 'char *x = "tile";\n', r'x\.c:1: names the task "tile"'),
    ("layers", "sandbox/CMakeLists.txt", "link(pod_base)\n", r"sandbox builds alone"),
    ("owners", "src/cli/x.c", "#include <sqlite3.h>\n", r"x\.c:1: sqlite3\.h belongs to"),
    ("owners", "sandbox/x.c", "#include <seccomp.h>\n", r"seccomp\.h belongs to"),
    ("owners", "src/base/x.c", "#include <archive_entry.h>\n", r"archive_entry\.h belongs to"),
    ("owners", "src/base/x.c", "#include <curl/curl.h>\n", r"curl/curl\.h belongs to"),
    ("owners", "src/base/x.c", "#include <sodium.h>\n", r"sodium\.h belongs to"),
    ("owners", "src/base/x.c", "#include <criterion/criterion.h>\n", r"criterion\.h belongs to"),
    ("owners", "src/base/x.c", "#include <yaml.h>\n", r"<yaml\.h> has no owner"),
    ("tree", "a.bin", b"\0\1", r"a\.bin:1: binary file"),
    ("tree", "tasks/tile/data/x.npz", b"\0\1", r"x\.npz:1: its digest is not in"),
    ("tree", "tests/cases/big/a.bin", b"\0" * 5000, r"a\.bin:1: binary file"),
    ("tree", "a.md", "see /wo" + "rk/main\n", r"a\.md:1: absolute path"),
    ("tree", "a.md", "\n`/ho" + "me/me/x`\n", r"a\.md:2: absolute path"),
    ("tree", "a.c", "/* TO" + "DO: more */\n", r"a\.c:1: leftover marker"),
    ("tree", "a.json", '"https://regis' + 'try.npmjs.org/x"\n', r"a\.json:1: host of a registry"),
    ("tree", "a.json", '"resol' + 'ved": "http://host/x"\n', r"a\.json:1: host of a registry"),
    ("tree", "a.txt", "x" * 1_500_001, r"a\.txt:1: 1500001 bytes"),
    ("tree", "a.md", "blank \n", r"a\.md:1: white space"),
    ("tree", "a.md", "dos\r\n", r"a\.md:1: white space"),
    ("tree", "a.md", "no newline", r"a\.md:1: no newline"),
    ("tree", "a.sh", "#!/bin/sh\n", r"a\.sh:1: script is not executable"),
    ("tree", "a.c", "int x;\n", r"a\.c:1: executable, but no script", 0o755),
    ("rows", "tests/probes/rows.tsv", rows(186, "x"), r"rows\.tsv:187: not four cells"),
    ("rows", "tests/probes/rows.tsv", rows(7, ROWS[5]), r"rows\.tsv:8: row 6 stands where 7 belongs"),
    ("rows", "tests/probes/rows.tsv", "\n".join(ROWS[:-1]) + "\n", r"there are 185 rows, not 186"),
    ("rows", "tests/probes/rows.tsv", rows(7, "7\tx\tmaybe\ty"), r"kind 'maybe' is none of"),
    ("rows", "tests/probes/rows.tsv", rows(7, "7\tx\tprobe\tspoon"), r"there is no probe spoon"),
    ("rows", "tests/probes/rows.tsv", rows(7, "7\tx\tprobe\tfork"), r"fork\.c does not say that it is about ATTACKS 7"),
    ("rows", "tests/probes/rows.tsv", rows(7, "7\tx\ttest\tfork"), r"its kind is test"),
    ("rows", "tests/probes/rows.tsv", rows(7, "7\tx\tprobe\ttasks/entries/WA/nan"), r"its kind is probe"),
    ("rows", "tests/probes/rows.tsv", rows(7, "7\tx\ttest\ttests/unit/test_x.c:holds"), r"there is no tests/unit/test_x"),
    ("rows", "tests/probes/rows.tsv", rows(7, "7\tx\ttest\ttests/unit/test_buf.c:hold"), r"has no test hold"),
    ("rows", "tests/probes/rows.tsv", rows(7, "7\tx\ttest\ttests/unit/test_buf.c"), r"name the test, as FILE:TEST"),
    ("rows", "tests/probes/rows.tsv", rows(7, "7\tx\ttest\ttests/cli/test_run.sh:test_na"), r"has no test test_na"),
    ("rows", "tests/probes/rows.tsv", rows(7, "7\tx\ttest\ttasks/entries/WA"), r"tasks/entries/WA is no entry"),
    ("rows", "tests/probes/rows.tsv", rows(4, "4\tx\topen\ttests/unit/test_buf.c"), r"test_buf\.c is there now"),
    ("rows", "tests/probes/x.c", "/* expect: end=exit */\n/* Tries. */\n", r"x\.c:1: says neither"),
    ("rows", "tests/probes/x.c", "/* expect: end=exit */\n/* ATTACKS 3, 5 to\n * 7: x */\n",
     r"x\.c:1: is about ATTACKS 6; .* does not say so"),
    ("rows", "tests/probes/fork.c", "int x;\n", r"there is no probe fork"),
]

# What must not be mistaken for a defect.
FINE = [
    ("size", "src/base/x.c", function("\n" * 66 + "    return a;\n")),
    ("size", "src/base/x.c", function(CHAIN * 3)),
    ("size", "src/base/x.c", function("", "int f(int a, int b, int c, int d, int e, ...)")),
    ("size", "src/base/x.c", "int x[] = {{1}, {2}};\nstruct y {\n    struct {\n        int z;\n    } a;\n};\n"),
    ("calls", "src/base/x.c", "/* system(x) */\nchar *x = \"system(x)\";\n"),
    ("calls", "src/base/x.c", function("    (void)snprintf(a, a, a);\n    return write(a);\n")),
    ("calls", "src/base/x.c", function("    int n = a ? snprintf(a) : snprintf(a);\n")),
    ("calls", "src/base/x.c", function("    a->write(a);\n    a.system(a);\n")),
    ("calls", "tests/unit/test_x.c", function("    setenv(a, a, a);\n    a = popen(a, a);\n")),
    ("calls", "tests/probes/fork.c", function("    return chown(a, a, a);\n")),
    ("rows", "tests/probes/helper.c", "int x;\n"),
    ("tree", "tasks/tile/data/x.npz", b"\0"),
    ("tree", "a.md", "mkstemp wants x-XX" + "XXXX, and a/wo" + "rk/ is relative\n"),
]


class Tree:
    """A repository with the good files, in which single files can be set and reset."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = self.folder.name
        subprocess.run(["git", "init", "-q", self.root], check=True)
        for path, content in GOOD.items():
            self.write(path, content, MODES.get(path, 0o644))
        self.git("add", "-A")

    def git(self, *arguments):
        subprocess.run(["git", "-C", self.root, *arguments], check=True)

    def write(self, path, content, mode=0o644):
        full = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        os.chmod(full, mode)

    def run(self, check):
        """(exit status, output). In this process where that can be: 70 starts of Python take
        longer than the checks."""
        path = os.path.join(CI, "check-" + check)
        with open(path, encoding="utf-8") as file:
            is_python = "python" in file.readline()
        return self.run_here(path) if is_python else self.run_there(path)

    def run_here(self, path):
        output, status = io.StringIO(), 0
        arguments, folder = sys.argv, os.getcwd()
        try:
            sys.argv = [path, self.root]
            with contextlib.redirect_stdout(output):
                runpy.run_path(path, run_name="__main__")
        except SystemExit as end:
            status = end.code
        finally:
            sys.argv = arguments
            os.chdir(folder)
        return status, output.getvalue()

    def run_there(self, path):
        done = subprocess.run([path, self.root], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return done.returncode, done.stdout

    def run_with(self, check, path, content, mode=0o644):
        """The check's answer while the tree holds this file too."""
        self.write(path, content, mode)
        self.git("add", path)
        answer = self.run(check)
        if path in GOOD:
            self.write(path, GOOD[path], MODES.get(path, 0o644))
        else:
            # A file that is gone is passed over, tracked or not.
            os.unlink(os.path.join(self.root, path))
        return answer


class Checks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tree = Tree()

    @classmethod
    def tearDownClass(cls):
        cls.tree.folder.cleanup()

    def test_each_defect_is_named(self):
        for check, path, content, said, *mode in BAD:
            with self.subTest(check=check, path=path, said=said):
                status, output = self.tree.run_with(check, path, content, *mode)
                self.assertEqual(status, 1, output)
                self.assertTrue(re.search(said, output), f"{said} is not in:\n{output}")

    def test_a_good_tree_passes(self):
        for check in sorted({row[0] for row in BAD}):
            with self.subTest(check=check):
                self.assertEqual(self.tree.run(check), (0, ""))

    def test_what_looks_like_a_defect_passes(self):
        for check, path, content in FINE:
            with self.subTest(check=check, path=path, content=content):
                self.assertEqual(self.tree.run_with(check, path, content), (0, ""))

    def test_every_check_has_a_bad_tree(self):
        names = {name.removeprefix("check-") for name in os.listdir(CI) if name.startswith("check-")}
        # The schema has its own: leaderboard/schema/examples/bad.
        self.assertEqual(names - {"schema"}, {row[0] for row in BAD})


if __name__ == "__main__":
    unittest.main()
