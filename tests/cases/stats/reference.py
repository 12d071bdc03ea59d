#!/usr/bin/python3
"""What leaderboard/stats.c must find, computed a second time with NumPy and SciPy.

reference.py [--write]   recomputes every case of this folder and compares it with its
                         expected.json (or writes it); 77 where SciPy is not installed

Independent of the C: draws by Blackman and Vigna's published generator in Python's whole
numbers, percentiles by numpy.percentile, ranks by counting, differences by
scipy.stats.ttest_rel (one stratum) and ttest_ind without equal variances (two: the mean of d1
against that of -d2), for more by the same formula with scipy.stats.t, Holm's correction by
its definition (the largest of the products so far)."""
import json
import os
import sys

try:
    import numpy as np
    from scipy import stats
except ImportError:
    print("no NumPy and SciPy here; ci/setup installs them")
    sys.exit(77)

HERE = os.path.dirname(os.path.abspath(__file__))
MASK = (1 << 64) - 1
ALPHA = 0.05


class Xoshiro256:
    def __init__(self, seed):
        self.s = []
        for _ in range(4):
            seed = (seed + 0x9E3779B97F4A7C15) & MASK
            z = ((seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
            self.s.append(z ^ (z >> 31))

    def next(self):
        s = self.s
        x = (s[1] * 5) & MASK
        result = ((((x << 7) | (x >> 57)) & MASK) * 9) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = ((s[3] << 45) | (s[3] >> 19)) & MASK
        return result

    def below(self, bound):
        while True:
            product = (self.next() >> 32) * bound
            if (product & 0xFFFFFFFF) >= (1 << 32) % bound:
                return product >> 32


def ranks(scores):
    """1 + the number of better ones; what differs by rounding only is equal."""
    scores = np.round(np.asarray(scores), 12)
    return 1 + (scores[None, :] > scores[:, None]).sum(axis=1)


def slices(sizes):
    ends = np.cumsum(sizes)
    return [slice(end - size, end) for size, end in zip(sizes, ends)]


def bootstrap(case):
    x, fixed = np.array(case["parts"]), np.array(case["fixed"])
    random = Xoshiro256(int(case["seed"], 16))
    scores = []
    for _ in range(case["replicates"]):
        drawn = []
        for part in slices(case["strata"]):
            drawn += [part.start + random.below(part.stop - part.start)
                      for _ in range(part.stop - part.start)]
        scores.append(fixed + x[:, drawn].sum(axis=1))
    return np.array(scores)


def left_out(case):
    x, fixed = np.array(case["parts"]), np.array(case["fixed"])
    found = [ranks(fixed + x.sum(axis=1))]
    for part in slices(case["strata"]):
        size = part.stop - part.start
        for unit in range(part.start, part.stop):
            if size == 1:
                continue
            rest = x[:, part].sum(axis=1) - x[:, unit]
            others = x.sum(axis=1) - x[:, part].sum(axis=1)
            found.append(ranks(fixed + others + rest * size / (size - 1)))
    return np.array(found)


def difference_p(case, a, b):
    d = [np.array(case["parts"][a])[part] - np.array(case["parts"][b])[part]
         for part in slices(case["strata"])]
    offset = case["fixed"][a] - case["fixed"][b]
    total = sum(part.sum() for part in d) + offset
    if total == 0:
        return 1.0
    if len(d) == 1 and offset == 0:
        return float(stats.ttest_rel(case["parts"][a], case["parts"][b]).pvalue)
    if len(d) == 2 and offset == 0 and len(d[0]) == len(d[1]):
        return float(stats.ttest_ind(d[0], -d[1], equal_var=False).pvalue)
    variances = [len(part) * part.var(ddof=1) for part in d if len(part) > 1]
    if sum(variances) == 0:
        return 0.0
    shares = [len(part) * part.var(ddof=1) for part in d if len(part) > 1]
    freedom = sum(variances) ** 2 / sum(
        share ** 2 / (len(part) - 1) for share, part in zip(shares, (p for p in d if len(p) > 1)))
    return float(2 * stats.t.sf(abs(total) / sum(variances) ** .5, freedom))


def holm(p):
    order = sorted(range(len(p)), key=lambda i: p[i])
    adjusted = [0.0] * len(p)
    for k, i in enumerate(order):
        adjusted[i] = min(1.0, max((len(p) - j) * p[order[j]] for j in range(k + 1)))
    return adjusted


def tie_groups(case):
    teams = len(case["parts"])
    pairs = [(a, b) for a in range(teams) for b in range(a + 1, teams)]
    adjusted = dict(zip(pairs, holm([difference_p(case, a, b) for a, b in pairs])))
    groups, leader, group = [0] * teams, 0, 0
    while leader < teams:
        group += 1
        end = leader + 1
        while end < teams and adjusted[leader, end] > ALPHA:
            end += 1
        groups[leader:end] = [group] * (end - leader)
        leader = end
    return groups


def expected(case):
    scores = bootstrap(case)
    per_replicate = np.array([ranks(row) for row in scores])
    out = left_out(case)
    teams = range(len(case["parts"]))
    groups = tie_groups(case)
    percentile = lambda values, q, how: np.percentile(values, q, axis=0, method=how)
    return {"teams": [{
        "score_low": float(percentile(scores[:, t], 2.5, "linear")),
        "score_high": float(percentile(scores[:, t], 97.5, "linear")),
        "rank_low": int(percentile(per_replicate[:, t], 2.5, "inverted_cdf")),
        "rank_high": int(percentile(per_replicate[:, t], 97.5, "inverted_cdf")),
        "first_count": int((per_replicate[:, t] == 1).sum()),
        "out_low": int(out[:, t].min()),
        "out_high": int(out[:, t].max()),
        "tie_group": groups[t],
        "p": difference_p(case, 0, t) if t else 1.0} for t in teams]}


def is_close(a, b):
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(is_close(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(is_close, a, b))
    return abs(a - b) <= 1e-10 * abs(b) + 1e-13


def main():
    failed = 0
    for name in sorted(os.listdir(HERE)):
        folder = os.path.join(HERE, name)
        if not os.path.isdir(folder):
            continue
        with open(os.path.join(folder, "input.json")) as file:
            found = expected(json.load(file))
        path = os.path.join(folder, "expected.json")
        if "--write" in sys.argv:
            with open(path, "w") as file:
                rows = ",\n".join("  " + json.dumps(team) for team in found["teams"])
                file.write('{"teams": [\n' + rows + "\n]}\n")
        with open(path) as file:
            if not is_close(found, json.load(file)):
                print(f"{name}: expected.json is not what NumPy and SciPy find")
                failed = 1
    sys.exit(failed)


main()
