"""The tables of mutants: one file for each layer, [[mutant]] and [[base]] in it."""
import glob
import os
import tomllib

KEYS = {"name", "guard", "file", "old", "new", "edits", "base", "probes", "units", "user",
        "refused", "survives", "needs", "ground", "timeout", "short"}


class Wrong(Exception):
    """A table that says nothing sensible, or that no longer fits the source."""


class Mutant:
    """One guard switched off; a base is the same without probes."""

    def __init__(self, layer, entry):
        unknown = set(entry) - KEYS
        if unknown or "name" not in entry or "guard" not in entry:
            raise Wrong(f"{layer}.toml: '{entry.get('name')}': {sorted(unknown) or 'no guard'}")
        self.layer = layer
        self.name = entry["name"]
        self.guard = entry["guard"]
        self.edits = entry.get("edits", [entry] if "old" in entry else [])
        self.base = tuple(entry.get("base", ()))
        self.probes = entry.get("probes", [])
        self.units = entry.get("units", [])
        self.user = entry.get("user", False)
        self.ground = entry.get("ground", False)
        self.refused = entry.get("refused")
        self.survives = entry.get("survives")
        self.needs = entry.get("needs")
        self.timeout = entry.get("timeout", 40)
        self.short = entry.get("short", False)

    def witnesses(self):
        return self.probes + self.units


def check(mutants, bases):
    names = [m.name for m in mutants] + list(bases)
    for name in names:
        if names.count(name) > 1:
            raise Wrong(f"'{name}' stands twice in the tables")
    for mutant in mutants:
        if not mutant.edits or not mutant.witnesses():
            raise Wrong(f"mutant '{mutant.name}' has no edit or no probe")
        for base in mutant.base:
            if base not in bases:
                raise Wrong(f"mutant '{mutant.name}': there is no base '{base}'")


def load(folder):
    """(mutants in order, bases by name)"""
    mutants, bases = [], {}
    for path in sorted(glob.glob(os.path.join(folder, "*.toml"))):
        layer = os.path.basename(path)[:-len(".toml")]
        with open(path, "rb") as file:
            found = tomllib.load(file)
        mutants += [Mutant(layer, entry) for entry in found.get("mutant", [])]
        bases.update((e["name"], Mutant(layer, e)) for e in found.get("base", []))
    check(mutants, bases)
    return mutants, bases


def apply(mutant, root):
    """Change the files below root. An old text that is not there exactly once is an error:
    a mutant that silently changes nothing would be 'noticed' by nobody."""
    for edit in mutant.edits:
        path = os.path.join(root, edit["file"])
        if not os.path.isfile(path):
            raise Wrong(f"mutant '{mutant.name}' does not apply: there is no {edit['file']}")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        count = text.count(edit["old"])
        if count != 1:
            raise Wrong(f"mutant '{mutant.name}' does not apply: its old text stands "
                        f"{count} times in {edit['file']}: {edit['old']!r}")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(edit["old"], edit["new"]))
