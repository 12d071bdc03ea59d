#!/usr/bin/python3
"""The same as `score csv|tau` in Python with NumPy and SciPy.

score_scipy.py csv|bare|tau FOLDER ROUNDS prints the median of processor time in
microseconds, and the value. `csv` has the checks that a scorer cannot do without: unknown,
repeated or missing ID, index out of range, list that is no permutation. `bare` has none,
where C still has all. Labels are loaded, and tile runtimes divided by their normalizers,
before the clock starts."""
import csv
import io
import statistics
import sys
import time
import numpy as np
from scipy.stats import kendalltau


def load(folder):
    z = np.load(f"{folder}/labels.npz")
    runtime, offset = z["runtime"], z["offset"]
    labels = {}
    with open(f"{folder}/ids.txt") as ids:
        for i, graph in enumerate(ids.read().split()):
            y = runtime[offset[i]:offset[i + 1]]
            labels[graph] = y / y[0] if graph.startswith("tile:") else y
    return labels


def check(graph, index, y, seen):
    if graph in seen:
        raise ValueError("repeated " + graph)
    seen.add(graph)
    if graph.startswith("tile:"):
        if index.min() < 0 or index.max() >= len(y):
            raise ValueError("range " + graph)
    elif len(index) != len(y) or np.bincount(index, minlength=len(y)).max() != 1:
        raise ValueError("no permutation " + graph)


def score(text, labels, checks):
    sums, seen = {}, set()
    rows = csv.reader(io.StringIO(text))
    if next(rows) != ["ID", "TopConfigs"]:
        raise ValueError("header")
    for graph, top in rows:
        y = labels[graph]
        index = np.array(top.split(";"), dtype=np.int64)
        if checks:
            check(graph, index, y, seen)
        if graph.startswith("tile:"):
            value = 2 - y[index[:5]].min() / y.min()
        else:
            rank = np.empty(len(y), dtype=np.int64)
            rank[index] = np.arange(len(y))
            value = kendalltau(rank, y)[0]
        sums.setdefault(graph.rsplit(":", 1)[0], []).append(value)
    if checks and len(seen) != len(labels):
        raise ValueError("missing")
    return np.mean([np.mean(values) for values in sums.values()])


def main():
    what, folder, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    csv.field_size_limit(1 << 30)
    if what != "tau":
        labels = load(folder)
        with open(f"{folder}/submission.csv") as file:
            text = file.read()
        job = lambda: score(text, labels, what == "csv")
    else:
        z = np.load(f"{folder}/tau.npz")
        x, y = z["x"], z["y"]
        job = lambda: kendalltau(x, y)[0]
    times = []
    for _ in range(rounds):
        start = time.process_time()
        value = job()
        times.append((time.process_time() - start) * 1e6)
    print(f"{statistics.median(times):.1f} {value:.12f}")


main()
