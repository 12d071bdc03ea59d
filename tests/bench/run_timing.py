#!/usr/bin/env python3
"""How far equal runs differ, raw and as podium tells them, and how often two entries that
differ by 3 % are put in the wrong order: idle, and with the other processors loaded.
usage: run_timing.py PODIUM WORK CASES [ROUNDS [REPEATS]]
PODIUM: the program; WORK: timing_work; CASES: a working folder with cases of task tile.
As root podium is given real-time priority: then nothing else runs on the processor that it
pins entries to, as on one that is reserved, whatever else this machine does meanwhile.

A window is what `podium run --repeats` records of one case. Each round times each of the two
entries, one after the other, which gives two windows of each; every window of one is compared
with every one of the other."""
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile

KINDS = ("trees", "matrices", "sorting")
AMOUNTS = (100, 103)


def entry(folder, work, kind, amount):
    folder.mkdir(parents=True)
    shutil.copy(work, folder / "work")
    command = ["./work", kind, str(amount), "/podium/in/sample_submission.csv",
               "/podium/out/submission.csv"]
    said = {"schema": "podium.entry/1", "name": folder.name, "team": "bench",
            "tasks": {"tile": {"run": command}}}
    (folder / "entry.json").write_text(json.dumps(said))
    return folder


def reserve():
    if os.geteuid() == 0:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))


def windows(podium, place, folder, repeats):
    """The timing of each case."""
    command = [podium, "run", "--json", "-w", place, "--task", "tile", "--repeats", str(repeats),
               folder]
    run = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE,
                                    preexec_fn=reserve).stdout)
    return [result["timing"] for result in run["results"]]


def spread(values):
    low, _, high = statistics.quantiles(values, n=4)
    return 100 * (high - low) / statistics.median(values)


def wrong(faster, slower):
    pairs = [(a, b) for a in faster for b in slower]
    return 100 * sum(a >= b for a, b in pairs) / len(pairs)


def times(timing, key):
    return [sample[key] for sample in timing["samples"]]


def tell(kind, timed, repeats):
    count = [statistics.mean(window["repeats"] for window in one) for one in timed]
    quiet = [[w for w in one if w["quiet"] >= repeats] for one in timed]
    print(f"{kind}: {len(timed[0])} windows of each, {len(quiet[0])} and {len(quiet[1])} of them "
          f"quiet enough, {count[0]:.1f} and {count[1]:.1f} runs in one; the middle half of the "
          "first entry's, and wrong orderings")
    rows = {
        "one run, on the clock": [[t for w in one for t in times(w, "wall_ns")] for one in timed],
        "one run, CPU time": [[t for w in one for t in times(w, "cpu_ns")] for one in timed],
        "median CPU time": [[w["median_ns"] for w in one] for one in timed],
        "least CPU time": [[min(times(w, "cpu_ns")) for w in one] for one in timed],
        "median of all ratios": [[statistics.median(s["cpu_ns"] / s["reference_ns"]
                                                    for s in w["samples"]) for w in one]
                                 for one in timed],
        "podium's ratio": [[w["ratio"] for w in one] for one in timed],
        "where it was quiet": [[w["ratio"] for w in one] for one in quiet],
    }
    for title, values in rows.items():
        if min(len(one) for one in values) < 2:
            print(f"  {title:<24} too few")
            continue
        print(f"  {title:<24} {spread(values[0]):7.2f} % {wrong(*values):7.2f} %")
    sys.stdout.flush()


def measure(podium, work, cases, rounds, repeats):
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder, "work")
        place.mkdir()
        os.symlink(pathlib.Path(cases, "cases").resolve(), place / "cases")
        for kind in KINDS:
            entries = [entry(pathlib.Path(folder, f"{kind}-{amount}"), work, kind, amount)
                       for amount in AMOUNTS]
            timed = [[], []]
            for _ in range(rounds):
                for one, at in zip(timed, entries):
                    one += windows(podium, place, at, repeats)
            tell(kind, timed, repeats)


def loads(work):
    """On all processors but the last, which podium run takes."""
    cpus = sorted(os.sched_getaffinity(0))[:-1]
    return [subprocess.Popen(["taskset", "-c", str(cpu), work, "sorting", "1"]) for cpu in cpus]


def machine():
    with open("/proc/stat", encoding="ascii") as stat:
        fields = [int(word) for word in stat.readline().split()[1:]]
    return f"load {' '.join(str(round(x, 1)) for x in os.getloadavg())}", fields[7], sum(fields)


def main():
    podium, work, cases = sys.argv[1:4]
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 8
    repeats = int(sys.argv[5]) if len(sys.argv) > 5 else 15
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the load is ended
    print(f"{os.cpu_count()} processors, Linux {os.uname().release}, {rounds} rounds of "
          f"{repeats} repeats")
    for title, is_loaded in (("idle, for our part", False), ("other processors loaded", True)):
        others = loads(work) if is_loaded else []
        load, stolen, total = machine()
        print(f"\n{title} ({load})")
        try:
            measure(podium, work, cases, rounds, repeats)
        finally:
            for other in others:
                other.kill()
                other.wait()
        load, stolen_now, total_now = machine()
        share = 100 * (stolen_now - stolen) / max(1, total_now - total)
        print(f"afterwards {load}, {share:.2f} % of the time stolen by the host")


main()
