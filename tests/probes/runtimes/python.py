# expect: end=exit exit=0 stdout=learned collect=ok refused=openat needs=/usr/bin/python3
"""Python alone, with threads, processes by fork and by spawn, locks and temporary files.

A file without a name (O_TMPFILE) is refused; Python takes one with a name.
"""
import json
import multiprocessing
import multiprocessing.pool
import tempfile

ROWS = [(i * 13 % 31 / 31, i * 19 % 37 / 37) for i in range(400)]


def mean_error(weights):
    a, b = weights
    return sum((a * x + b * y - (2 * x - y)) ** 2 for x, y in ROWS) / len(ROWS)


def main():
    best = (0.0, 0.0)
    pools = [multiprocessing.pool.ThreadPool, multiprocessing.get_context("fork").Pool,
             multiprocessing.get_context("spawn").Pool]
    for make, step in zip(pools, (1.0, 0.5, 0.25)):
        with make(2) as pool:
            for _ in range(3):
                near = [(best[0] + i * step, best[1] + j * step)
                        for i in (-1, 0, 1) for j in (-1, 0, 1)]
                best = min(zip(pool.map(mean_error, near), near))[1]
    with tempfile.TemporaryFile("w+") as file, open("/out/model", "w", encoding="utf-8") as model:
        json.dump(best, file)
        file.seek(0)
        model.write(file.read())
    print("learned" if best == (2.0, -1.0) else f"failed {best}")


if __name__ == "__main__":
    main()
