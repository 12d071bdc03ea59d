"""The board's history as its definition says it, slowly: after each arrival the teams are
ranked anew. It knows nothing of the library's C, and reads the same input.json."""
from fractions import Fraction


def score(track, results):
    """Exact, rounded once: the library's sums are too."""
    by_case = {(r["task"], r["case"]): r for r in results}
    totals, weights = [], []
    for task in track["tasks"]:
        values = []
        for case in task["cases"]:
            result = by_case.get((task["id"], case["id"]), {"verdict": "-"})
            values.append(value(track, task, case, result))
        totals.append(values)
        weights.append(Fraction(task.get("weight", 0)))
    if track["combine"] == "mean-of-cases":
        flat = [v for values in totals for v in values]
        return float(sum(map(Fraction, flat))) / len(flat)
    means = [float(sum(map(Fraction, values))) / len(values) for values in totals]
    points = [task["weight"] * mean for task, mean in zip(track["tasks"], means)]
    return float(sum(map(Fraction, points))) / float(sum(weights))


def value(track, task, case, result):
    if track["combine"] == "mean-of-cases":
        return result["raw"] if result["verdict"] == "OK" else case["worst"]
    return min(max(result["score"], 0.0), task["cap"]) if result["verdict"] == "OK" else 0.0


def is_in_time(competition, entry):
    return (bool(entry.get("received_at"))
            and entry["received_ms"] <= competition["as_of_ms"]
            and (not competition.get("deadline_instant")
                 or entry["received_ms"] < competition["deadline_ms"]))


def counts(competition, track, entry):
    tasks = {task["id"] for task in track["tasks"]}
    verdicts = [r["verdict"] for r in entry["results"] if r["task"] in tasks]
    return (is_in_time(competition, entry) and "standing" not in entry
            and "OK" in verdicts and "JE" not in verdicts)


def history(competition, track, entries):
    """[(entry, score, rank, rank before or 0)] in order of arrival."""
    best, steps = {}, []
    in_order = sorted((e for e in entries if counts(competition, track, e)),
                      key=lambda e: (e["received_ms"], e["seq"], e["team"].encode(),
                                     e["name"].encode(), e["digest"].encode()))
    for entry in in_order:
        team, got = entry["team"], score(track, entry["results"])
        if team in best and got <= best[team]:
            continue
        before = 1 + sum(b > best[team] for b in best.values()) if team in best else 0
        best[team] = got
        steps.append((entry, got, 1 + sum(b > got for b in best.values()), before))
    return steps
