#!/usr/bin/env python3
"""Plays cases of cache with entries over two pipes, without the sandbox: what is said when
more requests pass than a message holds; LRU in both forms of speech, which must have 0 points
to the last bit; a field that must be 0; and a folder of traces.

usage: dialogue.py SOURCE_FOLDER PROGRAM
"""
import json
import os
import subprocess
import sys
import tempfile

SOURCE, PROGRAM = map(os.path.abspath, sys.argv[1:])
SDK = os.path.join(SOURCE, "tasks/sdk/entry")
MESSAGES = """
import os, sys
sys.path.insert(0, os.environ["PODIUM_SDK"])
import podium_channel
channel = podium_channel.Binary(HELLO=(1, "IIQ"), STEP=(16, "QIIQ"), PART=(17, "QIIQ"),
                                VICTIM=(18, "Q"), ACT=(19, "II"))
"""

# Admits the first object only, and tells what it hears until the fifth decision.
TELLS = MESSAGES + """
asked = 0
for name, records in channel:
    if name == "HELLO":
        print(name, *records[0], file=sys.stderr)
        channel.ready()
        continue
    if asked < 5:
        hits = sum(flags & 1 for id, size, flags, ms in records)
        print(name, len(records), hits, *sorted({id for id, *rest in records}),
              file=sys.stderr)
    if name == "STEP":
        channel.answer("ACT", (int(asked == 0), 0))
        asked += 1
"""


def play(case, command, is_text=False):
    """(verdict, what the entry said on standard error)"""
    to_entry, to_environment, verdict = os.pipe(), os.pipe(), os.pipe()

    def give_verdict():
        os.dup2(verdict[1], 3)

    environment = subprocess.Popen(
        [PROGRAM, "play", *["--text"] * is_text, case], stdin=to_environment[0],
        stdout=to_entry[1], close_fds=False, preexec_fn=give_verdict)
    entry = subprocess.Popen(command, stdin=to_entry[0], stdout=to_environment[1],
                             stderr=subprocess.PIPE, text=True,
                             env=dict(os.environ, PODIUM_SDK=SDK))
    for end in *to_entry, *to_environment, verdict[1]:
        os.close(end)
    with os.fdopen(verdict[0]) as file:
        found = json.load(file)
    said = entry.communicate()[1]
    environment.wait()
    return found, said


# What is asked, and what is then said: hits of object 0 and one miss, as many as a message
# holds, one more, and more than two.
LONG = "a" * 65535 + "b" + "a" * 65535 + "c" + "a" * 139999 + "b" + "cbc" * 7
HEARD = """\
HELLO 2 1 1
STEP 1 0 0
STEP 65535 65534 0 1
PART 65535 65535 0
STEP 1 0 2
PART 65535 65535 0
PART 65535 65535 0
STEP 8930 8929 0 1
STEP 1 0 2
"""


def write_long(folder):
    """A case of one object's room. In the end LRU never hits, and who keeps b does."""
    trace, out = os.path.join(folder, "long.csv"), os.path.join(folder, "long")
    with open(trace, "w") as file:
        for at, letter in enumerate(LONG):
            print(at // 1000, letter, 9, sep=",", file=file)
    os.mkdir(out)
    subprocess.run([PROGRAM, "import", "columns-unit", trace, out], check=True)
    return os.path.join(out, "long-small")


def check_parts(folder):
    verdict, said = play(write_long(folder), [sys.executable, "-c", TELLS])
    assert said == HEARD, said
    assert verdict["metrics"]["steps"] == 25, verdict
    assert verdict["metrics"]["miss_ratio"] == 25 / len(LONG), verdict


def check_reserved(folder):
    verdict, said = play(os.path.join(folder, "long/long-small"),
                         [sys.executable, "-c", TELLS.replace(", 0))", ", 7))")])
    assert verdict["message"] == "step 1: ACT: the reserved field is 7, not 0", verdict


def check_folder(folder):
    """Each file of a folder, but two that would have one name."""
    source, out = os.path.join(folder, "source"), os.path.join(folder, "imported")
    os.mkdir(source)
    os.mkdir(out)
    for name in "One.csv", "two.txt":
        os.symlink("../long.csv", os.path.join(source, name))
    subprocess.run([PROGRAM, "import", "columns-unit", source, out], check=True)
    assert sorted(os.listdir(out)) == ["one-large", "one-small", "two-large", "two-small"]
    os.symlink("../long.csv", os.path.join(source, "two.csv"))
    again = os.path.join(folder, "again")
    os.mkdir(again)
    run = subprocess.run([PROGRAM, "import", "columns-unit", source, again], text=True,
                         stderr=subprocess.PIPE)
    assert run.returncode == 2 and 'named "two", too' in run.stderr, run


def check_lru(folder):
    out = os.path.join(folder, "public")
    os.mkdir(out)
    subprocess.run([PROGRAM, "generate", "--split", "public", "--seed", "5" * 64, out],
                   check=True, cwd=os.path.join(SOURCE, "tasks/cache"))
    for name, is_text, case in ("lru-python", False, "cdn-2-small"), \
                               ("lru-text", True, "kv-3-large"):
        entry = os.path.join(SOURCE, "tasks/cache/entries/scored", name, "lru.py")
        verdict, said = play(os.path.join(out, case), [sys.executable, entry], is_text)
        decisions = f"{verdict['metrics']['steps']:.0f} decisions, median "
        assert verdict["raw"] == 0 and verdict["message"].startswith(decisions), (verdict, said)
        assert len(verdict["items"]) == 20, verdict
        assert all(item["value"] == 0 for item in verdict["items"]), verdict


def main():
    with tempfile.TemporaryDirectory() as folder:
        check_parts(folder)
        check_reserved(folder)
        check_folder(folder)
        check_lru(folder)


main()
