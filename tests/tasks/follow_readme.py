#!/usr/bin/env python3
"""Follow tasks/README.md word by word in a scratch copy of the project.

usage: follow_readme.py PROJECT

A block after a line `path`: is that file; a block of sh is run where the page says (each from
the top of the copy); a block without a language is what the command before it prints.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
FILE = re.compile(r"^`([^`\n]+)`:\s*\Z", re.M)


def blocks(text):
    """(language, path or None, body) in order."""
    end = 0
    for fence in FENCE.finditer(text):
        before = FILE.search(text[end:fence.start()])
        yield fence[1], before and before[1], fence[2]
        end = fence.end()


def follow(page, top):
    said, files, commands, outputs = "", 0, 0, 0
    for language, path, body in blocks(page):
        if path:
            file = top / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(body)
            files += 1
        elif language == "sh":
            run = subprocess.run(["bash", "-euc", body], cwd=top, text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            said = run.stdout
            if run.returncode:
                sys.exit(f"status {run.returncode} of:\n{body}\n{said[-3000:]}")
            commands += 1
        else:
            for line in body.splitlines():
                if line not in said:
                    sys.exit(f"not said: {line}\nin: {said[-3000:]}")
                outputs += 1
    return files, commands, outputs


def main():
    project = pathlib.Path(sys.argv[1])
    page = (project / "tasks/README.md").read_text()
    with tempfile.TemporaryDirectory() as scratch:
        top = pathlib.Path(scratch) / "podium"
        shutil.copytree(project, top, symlinks=True,
                        ignore=shutil.ignore_patterns("build", ".git", "node_modules", "out"))
        shutil.rmtree(top / "tasks/skirental", ignore_errors=True)
        files, commands, outputs = follow(page, top)
    if files < 8 or commands < 3 or outputs < 2:
        sys.exit(f"the page has only {files} files, {commands} commands and {outputs} outputs")
    print(f"{files} files written, {commands} commands run, {outputs} lines were said")


main()
