"""What the checks share: tracked files, C as tokens, and the report.

A check is a script that takes the folder to look at (this repository by default), prints
`file:line: what is wrong; what to do` for each defect, and exits 1 when there was one.
"""
import os
import re
import subprocess
import sys


class Report:
    def __init__(self):
        self.lines = []

    def add(self, path, line, text):
        self.lines.append((path, line, text))

    def finish(self):
        for path, line, text in sorted(set(self.lines)):
            print(f"{path}:{line}: {text}")
        sys.exit(1 if self.lines else 0)


def enter_root():
    """Go to the folder to check."""
    default = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    os.chdir(sys.argv[1] if len(sys.argv) > 1 else default)


def tracked(*suffixes):
    """Tracked paths with one of the suffixes (all without), sorted; links are left out."""
    out = subprocess.run(["git", "ls-files", "-z"], check=True, stdout=subprocess.PIPE).stdout
    paths = [os.fsdecode(path) for path in out.split(b"\0") if path]
    return sorted(
        path for path in paths
        if (not suffixes or path.endswith(suffixes))
        and os.path.isfile(path) and not os.path.islink(path)
    )


def read(path):
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        return file.read()


# An entry is a participant's program: the house's rules do not bind it.
ENTRY = re.compile(r"^tasks/(entries|[^/]+/entries)/")


def house(*suffixes):
    return [path for path in tracked(*suffixes) if not ENTRY.match(path)]


_TOKEN = re.compile(
    r"""
    (?P<comment> /\*.*?\*/ | //(?:\\\n|[^\n])* )
  | (?P<string> (?:u8|[uUL])?"(?:\\.|[^"\\\n])*" )
  | (?P<char> [uUL]?'(?:\\.|[^'\\\n])*' )
  | (?P<directive> ^[ \t]*\#(?:\\\n|/\*.*?\*/|[^\n])* )
  | (?P<word> [A-Za-z_]\w* )
  | (?P<number> \.?\d(?:[eEpP][+-]|[\w.])* )
  | (?P<mark> ->|\+\+|--|<<=|>>=|\.\.\.|[-+*/%&|^=!<>]=|<<|>>|&&|\|\||[^\s\w] )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


class Token:
    __slots__ = ("kind", "text", "line")

    def __init__(self, kind, text, line):
        self.kind, self.text, self.line = kind, text, line

    def __repr__(self):
        return f"{self.line}:{self.text}"


def tokens(text):
    """C tokens without comments. A directive is one token."""
    found, line, last = [], 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", last, match.start())
        last = match.start()
        if match.lastgroup != "comment":
            found.append(Token(match.lastgroup, match.group(), line))
    return found


def code(text):
    """Tokens without directives; of #if ... #else ... #endif the first branch, so that
    braces stay in pairs."""
    kept, skipping = [], []
    for token in tokens(text):
        if token.kind != "directive":
            if not any(skipping):
                kept.append(token)
            continue
        word = re.match(r"[ \t]*#\s*(\w*)", token.text).group(1)
        if word in ("if", "ifdef", "ifndef"):
            skipping.append(False)
        elif word in ("else", "elif") and skipping:
            skipping[-1] = True
        elif word == "endif" and skipping:
            skipping.pop()
    return kept


_INCLUDE = re.compile(r'[ \t]*#\s*include\s*([<"])([^>"]+)[>"]')


def includes(text):
    """(line, is quoted, path) of each #include, in order."""
    found = []
    for token in tokens(text):
        match = _INCLUDE.match(token.text) if token.kind == "directive" else None
        if match:
            found.append((token.line, match.group(1) == '"', match.group(2)))
    return found


def first_line(path):
    with open(path, "rb") as file:
        return file.readline(200)


def house_scripts():
    """Scripts whose names have no suffix."""
    return [path for path in house()
            if "." not in os.path.basename(path) and first_line(path).startswith(b"#!")]
