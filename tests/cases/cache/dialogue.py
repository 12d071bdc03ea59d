#!/usr/bin/env python3
"""Plays cases of cache with entries over two pipes, without the sandbox: what is said when
more requests pass than a message holds, and LRU in both forms of speech, which must have 0
points to the last bit.

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

# Admits the first object only, and tells what it hears until the third decision.
TELLS = MESSAGES + """
asked = 0
for name, records in channel:
    if name == "HELLO":
        print(name, *records[0], file=sys.stderr)
        channel.ready()
        continue
    if asked < 3:
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


def check_parts(folder):
    """Object 0 is asked 140,000 times, then 1 and 2 in turn, in a cache of one object. The
    second decision's batch is 139,999 hits and a miss: 65,535 + 65,535 + 8,930 records."""
    trace = os.path.join(folder, "long.csv")
    with open(trace, "w") as file:
        for second in range(140000):
            print(second // 1000, "a", 9, sep=",", file=file)
        for i in range(20):
            print(140, "bc"[i % 2], 9, sep=",", file=file)
    out = os.path.join(folder, "long")
    os.mkdir(out)
    subprocess.run([PROGRAM, "import", "columns-unit", trace, out], check=True)
    verdict, said = play(os.path.join(out, "long-small"), [sys.executable, "-c", TELLS])
    assert said.split("\n") == [
        "HELLO 2 1 1", "STEP 1 0 0", "PART 65535 65535 0", "PART 65535 65535 0",
        "STEP 8930 8929 0 1", "STEP 1 0 2", ""], said
    assert verdict["metrics"]["steps"] == 21, verdict
    assert verdict["metrics"]["miss_ratio"] == 21 / 140020, verdict


def check_lru(folder):
    out = os.path.join(folder, "public")
    os.mkdir(out)
    subprocess.run([PROGRAM, "generate", "--split", "public", "--seed", "5" * 64, out],
                   check=True, cwd=os.path.join(SOURCE, "tasks/cache"))
    for name, is_text, case in ("lru-python", False, "cdn-2-small"), \
                               ("lru-text", True, "kv-3-large"):
        entry = os.path.join(SOURCE, "tasks/cache/entries/scored", name, "lru.py")
        verdict, said = play(os.path.join(out, case), [sys.executable, entry], is_text)
        assert verdict["raw"] == 0 and verdict["message"] == "", (verdict, said)
        assert len(verdict["items"]) == 20, verdict
        assert all(item["value"] == 0 for item in verdict["items"]), verdict


def main():
    with tempfile.TemporaryDirectory() as folder:
        check_parts(folder)
        check_lru(folder)


main()
