"""Builds the copy with one mutant at a time and asks its witnesses."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

import cell
import table

NOTICED, REFUSED, DOUBLED = "noticed", "refused", "doubled"
SURVIVED, WRONG, SKIPPED = "SURVIVED", "WRONG", "skipped"
VERDICTS = (NOTICED, REFUSED, DOUBLED, SURVIVED, WRONG, SKIPPED)

ORDINARY_USER = "65534"
HANGS = "it hangs"


def tree_files():
    out = subprocess.run(["git", "ls-files", "-z"], check=True, stdout=subprocess.PIPE).stdout
    return [os.fsdecode(path) for path in out.split(b"\0") if path]


class Workshop:
    """A copy of the tree, its build, and the cell."""

    def __init__(self, mutants, bases):
        self.mutants, self.bases = mutants, bases
        self.holds = {}  # (base, user, witness): "" or why it does not even hold unchanged

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="podium-mutants-")
        self.source = os.path.join(self.folder, "source")
        self.build = os.path.join(self.folder, "build")
        self.top = os.getcwd()
        for path in tree_files():
            if os.path.isfile(path) and not os.path.islink(path):
                os.makedirs(os.path.join(self.source, os.path.dirname(path)), exist_ok=True)
                shutil.copy2(path, os.path.join(self.source, path))
        self.add_witnesses()
        self.command(["cmake", "-S", self.source, "-B", self.build, "-G", "Ninja"])
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def add_witnesses(self):
        """Beside the probes, so that they are built like them."""
        folder = os.path.join(self.source, "tests/mutants/witnesses")
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                text = file.read().replace('"../../probes/probe.h"', '"probe.h"')
            with open(os.path.join(self.source, "tests/probes", name), "x",
                      encoding="utf-8") as file:
                file.write(text)

    def command(self, command):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, errors="replace", check=False)
        return "" if done.returncode == 0 else done.stdout

    def run(self):
        for mutant in self.mutants:
            began = time.monotonic()
            verdict, why = self.judge(mutant)
            took = time.monotonic() - began
            print(f"{verdict:8} {mutant.layer}: {mutant.name} ({took:.1f} s): {why}", flush=True)
            yield verdict

    # The source with a set of changes, and back.

    def restore(self, changed):
        for path in sorted({edit["file"] for m in changed for edit in m.edits}):
            shutil.copyfile(os.path.join(self.top, path), os.path.join(self.source, path))

    def with_changes(self, changed, mutant, witnesses):
        """What each witness says in a build with these changes."""
        try:
            for one in changed:
                table.apply(one, self.source)
            self.make(mutant, witnesses)
            return self.ask(mutant, witnesses)
        finally:
            self.restore(changed)

    def make(self, mutant, witnesses):
        targets = ["run_probes"] if mutant.probes else []
        targets += {f"test_{unit.split('/')[0]}" for unit in mutant.units}
        targets += [f"tests/probes/programs/{probe}" for probe in witnesses
                    if self.is_program(probe)]
        said = self.command(["ninja", "-C", self.build, *targets])
        if said:
            raise table.Wrong(f"mutant '{mutant.name}' does not build:\n{said[-2000:]}")

    def is_program(self, probe):
        return os.path.isfile(os.path.join(self.source, f"tests/probes/{probe}.c"))

    def stage(self, witnesses):
        """A folder with the sources of the named probes only."""
        folder = os.path.join(self.folder, "chosen")
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        for suffix in (".c", ".sh", ".py"):
            for probe in witnesses:
                path = os.path.join(self.source, f"tests/probes/{probe}{suffix}")
                if os.path.isfile(path):
                    shutil.copy(path, folder)
        return folder

    # Witnesses.

    def ask(self, mutant, witnesses):
        """{witness: ok, FAIL or skip, and why}"""
        said = {}
        probes = [w for w in witnesses if w in mutant.probes]
        if probes:
            said.update(self.ask_probes(mutant, probes))
        for unit in (w for w in witnesses if w in mutant.units):
            said[unit] = self.ask_unit(mutant, unit)
        return said

    def in_cell(self, command, timeout):
        with tempfile.TemporaryFile("w+", errors="replace") as output:
            with cell.Cell(self.folder) as room:
                ended = room.run(command, timeout, output)
            output.seek(0)
            return ended, output.read()

    def ask_probes(self, mutant, probes):
        command = [f"{self.build}/bin/run_probes"]
        command += ["--user", ORDINARY_USER] if mutant.user else []
        command += ["--ground"] if mutant.ground else []
        command += [self.stage(probes), f"{self.build}/tests/probes/programs"]
        ended, output = self.in_cell(command, mutant.timeout)
        said = {}
        for line in output.split("\n"):
            word, _, rest = line.partition(" ")
            name, _, why = rest.strip().partition(": ")
            said[re.sub(r"\.(c|sh|py)$", "", name)] = (word, why)
        silent = ("FAIL", HANGS if not ended else "run_probes said nothing: " + " ".join(output.split())[-200:])
        return {probe: said.get(probe, silent) for probe in probes}

    def ask_unit(self, mutant, unit):
        suite = unit.split("/")[0]
        command = [f"{self.build}/tests/test_{suite}", "--filter", unit, "--verbose"]
        ended, output = self.in_cell(command, mutant.timeout)
        if not ended:
            return ("FAIL", HANGS)
        count = re.search(r"Tested: (\d+) \| Passing: (\d+)", output)
        if not count or count[1] == "0":
            return ("FAIL", "no test was run to its end: " + " ".join(output.split())[-200:])
        lines = [line for line in output.split("\n") if "----" in line] + ["failed"]
        return ("ok", "") if count[1] == count[2] else ("FAIL", lines[0].strip())

    # Verdicts.

    def prove(self, mutant):
        """The witnesses must hold as long as the guard is there."""
        base = [self.bases[name] for name in mutant.base]
        place = (mutant.base, mutant.user, mutant.ground)
        missing = [w for w in mutant.witnesses() if (place, w) not in self.holds]
        if missing:
            said = self.with_changes(base, mutant, missing)
            for witness, answer in said.items():
                self.holds[place, witness] = answer
        return {w: self.holds[place, w] for w in mutant.witnesses()}

    def judge(self, mutant):
        if mutant.needs and mutant.needs != ("v2" if cell.is_v2() else "v1"):
            return SKIPPED, f"needs cgroup {mutant.needs}"
        before = self.prove(mutant)
        broken = [f"{w}: {why}" for w, (word, why) in before.items() if word == "FAIL"]
        asked = [w for w, (word, _) in before.items() if word == "ok"]
        if broken:
            return WRONG, f"with the guard in place already: {broken[0]}"
        if not asked:
            return SKIPPED, "; ".join(f"{w}: {why}" for w, (_, why) in before.items())
        changed = [self.bases[name] for name in mutant.base] + [mutant]
        return self.conclude(mutant, self.with_changes(changed, mutant, asked))

    def conclude(self, mutant, said):
        skipped = [f"{w}: {why}" for w, (word, why) in said.items() if word == "skip"]
        failed = [(w, why) for w, (word, why) in said.items() if word == "FAIL"]
        if skipped and not failed:
            return WRONG, f"it makes a probe be skipped: {skipped[0]}"
        if not failed:
            if mutant.survives:
                return DOUBLED, mutant.survives
            return SURVIVED, f"{mutant.guard}: off, and {', '.join(said)} saw nothing"
        shown = "; ".join(f"{w}: {why}" for w, why in failed)[:150]
        closed = [why for _, why in failed if why.startswith("sb_run: ")]
        if mutant.refused:
            fits = closed and all(mutant.refused in why for why in closed)
            return (REFUSED if fits else WRONG), shown
        if len(closed) == len(failed):
            return WRONG, f"nothing ran, so nothing was tried: {shown}"
        return NOTICED, shown


assert sys.version_info >= (3, 11), "tomllib came with Python 3.11"
