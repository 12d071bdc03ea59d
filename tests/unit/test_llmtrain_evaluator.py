#!/usr/bin/env python3
"""The C cost model of llmtrain against the naive one in Python, which shares no line with it:
random instances and plans, legal or not. Both must refuse the same ones, and agree on every
time and on the memory of every stage to 1e-12.
usage: test_llmtrain_evaluator.py LLMTRAIN"""
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
TASK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tasks", "llmtrain")
sys.path.insert(0, os.path.join(TASK, "data"))
import evaluator

PROGRAM = os.path.abspath(sys.argv.pop(1))
ROUNDS, TOLERANCE = 400, 1e-12


def close(a, b, scale):
    return abs(a - b) <= TOLERANCE * max(abs(a), abs(b), scale)


def random_chip(rng, name):
    return {"name": name, "host": 2 ** rng.randint(0, 4), "peak": rng.uniform(50e12, 1e15),
            "mem": rng.uniform(16e9, 400e9), "hbm": rng.uniform(.5e12, 4e12),
            "emax": rng.uniform(.5, .9), "m0": rng.uniform(0, 200), "n0": rng.uniform(0, 200),
            "k0": rng.choice([0, 57]), "eb": rng.uniform(.5, 1), "t0": rng.uniform(0, 1e-5),
            "fa": rng.choice([0, rng.uniform(.3, .6)]), "ia": rng.uniform(0, 1e-4),
            "ib": rng.uniform(10e9, 400e9), "nic": rng.uniform(1e9, 50e9),
            "na": rng.uniform(0, 5e-5), "sys": rng.uniform(.6, 1)}


def random_matrix(rng, n, low, high):
    rows = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            rows[i][j] = rows[j][i] = rng.choice([low, rng.uniform(low, high)])
    return rows


def random_instance(rng):
    chips = [random_chip(rng, f"c{i}") for i in range(rng.randint(1, 4))]
    regions, heads = rng.randint(1, 6), 2 ** rng.randint(3, 5)
    model = {"layers": rng.choice([4, 6, 12, 24]), "hidden": heads * rng.choice([64, 128]),
             "heads": heads, "kv_heads": heads // rng.choice([1, 4]),
             "ffn": rng.randint(1000, 9000), "vocab": rng.randint(1000, 130000),
             "seq": rng.choice([512, 1024, 2048]), "gated": rng.random() < .5}
    pods = [{"region": rng.randrange(regions), "chip": rng.choice(chips)["name"],
             "hosts": rng.randint(1, 8)} for _ in range(rng.randint(1, 8))]
    return {"format": "podium-llmtrain-1", "name": "random", "model": model,
            "batch": rng.choice([16, 48, 64]), "grad_bytes": rng.choice([2, 4]), "chips": chips,
            "pods": pods, "wan": {"bandwidth": random_matrix(rng, regions, 1e8, 1e10),
                                  "latency": random_matrix(rng, regions, 1e-3, .1)}}


def random_layers(rng, total, stages, virtual):
    units = total // virtual
    cuts = sorted(rng.sample(range(1, units), stages - 1)) if stages <= units else [0]
    return [virtual * (b - a) for a, b in zip([0] + cuts, cuts + [units])]


def random_group(rng, instance):
    virtual = rng.choice([1, 1, 2, 3])
    stages = rng.choice([1, 2, 3, 4, 6]) if virtual == 1 else rng.choice([2, 3, 4])
    layers = random_layers(rng, instance["model"]["layers"], stages, virtual)
    pods = [rng.randrange(len(instance["pods"])) for _ in range(rng.randint(1, 3))]
    runs = []
    for own in layers:
        pod = rng.choice(pods)
        host = evaluator.chip_of(instance, instance["pods"][pod])["host"]
        runs.append({"pod": pod, "tp": rng.choice([t for t in (1, 2, 4, 8) if t <= host]),
                     "layers": own, "recompute": rng.choice(evaluator.RECOMPUTE)})
    return {"count": rng.choice([1, 1, 2, 3]), "microbatch": rng.choice([1, 1, 2, 3]),
            "microbatches": rng.randint(1, 12) * (len(layers) if virtual > 1 else 1) + 4 * (
                virtual == 1), "virtual": virtual, "stages": runs}


def random_plan(rng, instance):
    groups = [random_group(rng, instance) for _ in range(rng.choice([1, 1, 2, 3]))]
    done = sum(g["count"] * g["microbatch"] * g["microbatches"] for g in groups)
    if done < instance["batch"] and rng.random() < .9:
        groups[0]["microbatches"] *= -(-instance["batch"] // done)
    return {"zero1": rng.random() < .7, "groups": groups}


class Compare(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, value):
        path = os.path.join(self.folder.name, name)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(value, file)
        return path

    def run_c(self, instance, plan):
        """(the program's numbers, or None; what it said)"""
        words = [PROGRAM, "evaluate", "--json", self.write("i", instance), self.write("p", plan)]
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode == 0:
            return json.loads(done.stdout), ""
        self.assertEqual(done.returncode, 2, done.stderr)
        return None, done.stderr

    def compare(self, found, expected, where):
        for key in ("step_s", "pipeline_s", "sync_s", "optimizer_s"):
            self.assertTrue(close(found[key], expected[key], expected["step_s"]),
                            f"{where}: {key}: {found[key]!r}, in Python {expected[key]!r}")
        for g, stages in enumerate(expected["memory"]):
            for i, size in enumerate(stages):
                mine = found["groups"][g]["stages"][i]["memory_bytes"]
                self.assertTrue(close(mine, size, 0), f"{where}: {g}.{i}: {mine!r} {size!r}")

    def test_random_plans_get_the_same_time_and_memory_from_both(self):
        agreed = refused = interleaved = spread = 0
        for seed in range(ROUNDS):
            rng = random.Random(seed)
            instance = random_instance(rng)
            plan = random_plan(rng, instance)
            found, said = self.run_c(instance, plan)
            try:
                expected = evaluator.evaluate(instance, plan)
            except ValueError as why:
                self.assertIsNone(found, f"seed {seed}: only Python refuses: {why}")
                refused += 1
                continue
            self.assertIsNotNone(found, f"seed {seed}: only C refuses: {said}")
            self.compare(found, expected, f"seed {seed}")
            agreed += 1
            interleaved += any(g["virtual"] > 1 for g in plan["groups"])
            spread += expected["sync_s"] > 0
        # The random plans are worth something only if they reach all of the model.
        self.assertGreater(agreed, ROUNDS // 4)
        self.assertGreater(refused, ROUNDS // 10)
        self.assertGreater(interleaved, ROUNDS // 20)
        self.assertGreater(spread, ROUNDS // 20)
        print(f"{agreed} agreed, {refused} refused, {interleaved} interleaved, {spread} with sums")

    def test_evaluate_says_what_binds_and_why_a_plan_does_not_fit(self):
        rng = random.Random(0)
        instance = random_instance(rng)
        plan = {"zero1": True, "groups": [
            {"count": 1, "microbatch": 1, "microbatches": 64, "virtual": 1, "stages": [
                {"pod": 0, "tp": 1, "layers": instance["model"]["layers"], "recompute": "full"}]}]}
        for chip in instance["chips"]:
            chip["mem"] = 80e9
        words = [PROGRAM, "evaluate", self.write("i", instance), self.write("p", plan)]
        done = subprocess.run(words, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"(?s)^step [0-9.]+ s: .*\nbinding: groups\[0\]")
        plan["groups"][0]["microbatch"] = 8192
        self.write("p", plan)
        done = subprocess.run(words, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertRegex(done.stderr, r"groups\[0\]: stages\[0\]: out of memory: needs [0-9.]+ GB "
                                      r"on each chip of pod 0; c\d has 80.0 GB of which 73.6 GB")

    def test_the_entry_that_searches_knows_the_same_model(self):
        """Its copy of the model must not fall behind: the step that it claims is the step."""
        if not (shutil.which("make") and shutil.which("cc")):
            self.skipTest("no compiler")
        entry = os.path.join(self.folder.name, "search")
        shutil.copytree(os.path.join(TASK, "entries", "scored", "search"), entry)
        subprocess.run(["make", "-s", "-C", entry], check=True)
        cases = os.path.join(self.folder.name, "cases")
        os.mkdir(cases)
        subprocess.run([PROGRAM, "generate", "--split", "hidden", "--seed", "5e" * 16, cases],
                       check=True, cwd=TASK)
        for case in sorted(os.listdir(cases))[::3]:  # one of each class
            source = os.path.join(cases, case, "in")
            env = {**os.environ, "PODIUM_INPUT": source, "PODIUM_OUTPUT": self.folder.name}
            said = subprocess.run([os.path.join(entry, "search"), "5"], env=env, check=True,
                                  capture_output=True, text=True).stderr
            claimed = float(re.search(r"found ([0-9.]+) s", said)[1])
            with open(os.path.join(source, "instance.json"), encoding="utf-8") as file:
                instance = json.load(file)
            with open(os.path.join(self.folder.name, "plan.json"), encoding="utf-8") as file:
                plan = json.load(file)
            found, why = self.run_c(instance, plan)
            self.assertIsNotNone(found, f"{case}: {why}")
            self.assertAlmostEqual(found["step_s"], claimed, places=6, msg=case)


if __name__ == "__main__":
    unittest.main()
