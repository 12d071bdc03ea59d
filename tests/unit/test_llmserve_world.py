#!/usr/bin/env python3
"""The environment of llmserve against a second one, written from the data sheet alone and as
naively as can be: lists that are searched, memory that is added up anew at every use. The two
play whole dialogues in text, with decisions at random, and must agree on every message and on
the verdict.
usage: test_llmserve_world.py LLMSERVE"""
import csv
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))
TASKS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tasks")
SCORED = os.path.join(TASKS, "llmserve", "entries", "scored")
SEED = "5eed" * 16
REQUESTS = 60  # of a run: the first ones of the case
HURRY = 4      # times as fast, so that memory is short
CHAT, CALL = 0, 1
NONE, ALL, EXCEPT = 0, 1, 2


class Engine:
    FIELDS = ("layers hidden heads kv_heads ffn vocab tp kv_capacity "
              "peak hbm emax m0 n0 k0 eb t0 fa ia ib").split()

    def __init__(self, numbers):
        self.__dict__.update(zip(self.FIELDS, numbers, strict=True))

    def gemm(self, m, n, k):
        e = self.emax * m / (m + self.m0) * n / (n + self.n0)
        if self.k0:
            e *= k / (k + self.k0)
        a = 2 * m * n * k / (self.peak * e)
        b = 2 * (m * k + k * n + m * n) / (self.hbm * self.eb)
        return self.t0 + math.pow(a ** 4 + b ** 4, .25)

    def time_us(self, chunks, decodes, emitting):
        """chunks: (start, length); decodes: contexts."""
        h, t, hd = self.hidden, self.tp, self.hidden / self.heads
        n = sum(length for _, length in chunks) + len(decodes)
        pairs = sum(length * (start + length / 2) for start, length in chunks)
        layer = (self.gemm(n, (h + 2 * self.kv_heads * hd) / t, h) + self.gemm(n, h, h / t)
                 + self.gemm(n, 2 * self.ffn / t, h) + self.gemm(n, h, self.ffn / t))
        layer += (22 * n * h + 6 * n * self.ffn / t) / (self.hbm * self.eb) + 20e-6
        if t > 1:
            latency = 12e-6 if n < 512 else self.ia
            layer += 2 * (latency + 2 * (t - 1) / t * 2 * n * h / self.ib)
        layer += 4 * pairs * h / t / (self.peak * self.fa)
        layer += 4 * sum(decodes) * self.kv_heads * hd / t / (.8 * self.hbm)
        total = self.layers * layer + 2e-3
        if emitting:
            total += self.gemm(emitting, self.vocab / t, h)
        return math.floor(total * 1e6 + .5)


class Request:
    def __init__(self, row):
        self.arrival, self.app, self.kind, self.prompt, self.output, self.ttft, self.tpot, \
            self.timeout = row
        self.state, self.need, self.prefilled, self.generated = "future", self.prompt, 0, 0
        self.first = self.last = self.since = None

    def memory(self):
        if self.state == "running":
            return self.prompt + self.generated
        return self.need + 1 if self.state == "prefill" else 0

    def lose(self):
        self.state, self.need, self.prefilled = "waiting", self.prompt + self.generated, 0

    def attained(self):
        if self.state != "done":
            return False
        if self.kind == CALL:
            return self.last - self.arrival <= self.timeout
        in_time = self.first - self.arrival <= self.ttft
        return in_time and self.last - self.first <= self.tpot * (self.output - 1)


class World:
    def __init__(self, engine, rows):
        self.engine, self.requests = engine, [Request(row) for row in rows]
        self.now = self.requests[0].arrival
        self.turn = 0
        self.news = {}
        self.arrive()

    def of(self, *states):
        return [i for i, r in enumerate(self.requests) if r.state in states]

    def used(self):
        return sum(r.memory() for r in self.requests)

    def arrive(self):
        if not self.of("waiting", "prefill", "running") and self.of("future"):
            self.now = max(self.now, self.requests[self.of("future")[0]].arrival)
        self.news["ARRIVAL"] = [i for i in self.of("future")
                                if self.requests[i].arrival <= self.now]
        for i in self.news["ARRIVAL"]:
            self.requests[i].state = "waiting"

    def is_over(self):
        return len(self.of("done")) == len(self.requests) or \
            self.now >= self.requests[-1].arrival + 60_000_000

    def messages(self):
        def arrival(i):
            r = self.requests[i]
            return r.arrival, r.timeout, i, r.app, r.kind, r.prompt, r.ttft, r.tpot
        for name in ("ARRIVAL", "DONE", "PREEMPTED", "SKIPPED"):
            ids = self.news.get(name, [])
            if ids:
                numbers = [n for i in ids for n in (arrival(i) if name == "ARRIVAL" else (i,))]
                yield name, [len(ids), *numbers]
        yield "STEP", [self.now, self.used(), self.engine.kv_capacity]

    def emit(self, i):
        r = self.requests[i]
        r.generated += 1
        r.first = r.first or self.now
        if r.generated == r.output:
            r.state, r.last = "done", self.now
            self.news["DONE"].append(i)

    def step(self, prefill, decode, excepted, preempt):
        self.news = {"DONE": [], "PREEMPTED": [], "SKIPPED": []}
        self.turn += 1
        capacity = self.engine.kv_capacity
        for i in preempt:
            self.requests[i].lose()
        decodes = [] if decode == NONE else [i for i in self.of("running") if i not in excepted]
        while self.used() + len(decodes) > capacity:
            newest = max(decodes, key=lambda i: self.requests[i].since)
            decodes.remove(newest)
            self.requests[newest].lose()
            self.news["PREEMPTED"].append(newest)
        chunks, whole = [], []
        for i, tokens in prefill:
            r = self.requests[i]
            if r.state == "waiting":
                if self.used() + len(decodes) + r.need + 1 > capacity:
                    self.news["SKIPPED"].append(i)
                    continue
                r.state = "prefill"
            chunks.append((r.prefilled, tokens))
            r.prefilled += tokens
            if r.prefilled == r.need:
                whole.append(i)
        if chunks or decodes:
            contexts = [self.requests[i].prompt + self.requests[i].generated for i in decodes]
            self.now += self.engine.time_us(chunks, contexts, len(decodes) + len(whole))
        else:
            future = [self.requests[i].arrival for i in self.of("future")]
            self.now = min([self.now + 2000, *future])
        for i in sorted(decodes, key=lambda i: self.requests[i].since):
            self.emit(i)
        for order, i in enumerate(whole):
            self.requests[i].state = "running"
            self.requests[i].since = (self.turn, order)
            self.emit(i)
        self.arrive()


def haste(world):
    """All that there is, at once: memory overflows."""
    return [(i, world.requests[i].need - world.requests[i].prefilled)
            for i in world.of("waiting", "prefill")], ALL, [], []


def decide(world, rng):
    """Anything that the rules allow, with little order in it."""
    running = world.of("running")
    preempt = [i for i in world.of("running", "prefill") if rng.random() < .004]
    decode = rng.choice((ALL, ALL, ALL, EXCEPT, EXCEPT, NONE))
    excepted = [i for i in running if i not in preempt and rng.random() < .2] \
        if decode == EXCEPT else []
    ready = [i for i in world.of("waiting", "prefill") if i not in preempt] + preempt
    rng.shuffle(ready)
    prefill = []
    for i in ready[:rng.choice((0, 1, 2, 4))]:
        r = world.requests[i]
        left = r.prompt + r.generated if i in preempt else r.need - r.prefilled
        prefill.append((i, left if rng.random() < .7 else rng.randint(1, left)))
    return prefill, decode, excepted, preempt


class Dialogue:
    """One end of `llmserve play --text CASE`."""

    def __init__(self, case):
        read_end, write_end = os.pipe()
        def verdict_on_3():
            os.dup2(write_end, 3)
        self.program = subprocess.Popen([PROGRAM, "play", "--text", case], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        preexec_fn=verdict_on_3, close_fds=False)
        os.close(write_end)
        self.verdict_file = os.fdopen(read_end)

    def hear(self):
        name, *words = self.program.stdout.readline().split()
        return name, [float(w) if set(w) & set(".en") else int(w) for w in words]

    def say(self, *lines):
        self.program.stdin.write("".join(f"{' '.join(map(str, line))}\n" for line in lines))
        self.program.stdin.flush()

    def end(self):
        self.program.stdin.close()
        verdict = json.load(self.verdict_file)
        self.verdict_file.close()
        self.program.stdout.close()
        return self.program.wait(), verdict


def flat(pairs):
    return [n for pair in pairs for n in pair]


class Agreement(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        subprocess.run([PROGRAM, "generate", "--split", "hidden", "--seed", SEED,
                        cls.folder.name], check=True)
        cls.runs = {}
        for name in sorted(os.listdir(cls.folder.name)):
            path = os.path.join(cls.folder.name, name, "ref", "requests.csv")
            with open(path, newline="") as file:
                header, *rows = csv.reader(file)
            runs = [[[int(row[1]) // HURRY, *map(int, row[2:])]
                     for row in rows if row[0] == str(k)][:REQUESTS] for k in range(5)]
            with open(path, "w", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(
                    [header, *([k, *row] for k, run in enumerate(runs) for row in run)])
            cls.runs[name] = runs

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def play_run(self, dialogue, world, rng, seen):
        is_hasty = rng.random() < .4
        while not world.is_over():
            for name, numbers in world.messages():
                self.assertEqual(dialogue.hear(), (name, numbers), f"turn {world.turn}")
                seen[name] = seen.get(name, 0) + 1
            prefill, decode, excepted, preempt = haste(world) if is_hasty else decide(world, rng)
            said = [("PREFILL", len(prefill), *flat(prefill)), ("EXCEPT", len(excepted), *excepted),
                    ("PREEMPT", len(preempt), *preempt)]
            dialogue.say(*(line for line in said if line[1]), ("ACT", decode))
            world.step(prefill, decode, excepted, preempt)

    def play(self, name, seen):
        rng = random.Random(name)
        dialogue = Dialogue(os.path.join(self.folder.name, name))
        kind, numbers = dialogue.hear()
        self.assertEqual(kind, "HELLO")
        engine = Engine(numbers)
        dialogue.say(("READY",))
        shares = []
        for k, rows in enumerate(self.runs[name]):
            self.assertEqual(dialogue.hear(), ("RUN", [k]))
            dialogue.say(("BEGIN", k))
            world = World(engine, rows)
            self.play_run(dialogue, world, rng, seen)
            shares.append(sum(r.attained() for r in world.requests) / len(rows))
        self.assertEqual(dialogue.hear(), ("END", []))
        status, verdict = dialogue.end()
        self.assertEqual(status, 42, verdict["message"])
        self.assertEqual([item["value"] for item in verdict["items"]], shares)
        self.assertAlmostEqual(verdict["raw"], sum(shares) / 5, places=15)
        self.assertTrue(0 < verdict["raw"] < 1)

    def test_both_worlds_agree_on_every_step_and_on_the_verdict(self):
        seen = {}
        for name in self.runs:
            with self.subTest(case=name):
                self.play(name, seen)
        for name in ("ARRIVAL", "DONE", "PREEMPTED", "SKIPPED"):
            self.assertGreater(seen.get(name, 0), 20, f"{name} was hardly tried: {seen}")

    def test_the_trivial_entry_is_the_trivial_policy_to_the_last_request(self):
        for name in self.runs:
            case = os.path.join(self.folder.name, name)
            dialogue = Dialogue(case)
            entry = subprocess.Popen(
                [sys.executable, os.path.join(SCORED, "chunked-fcfs", "chunked_fcfs.py")],
                stdin=dialogue.program.stdout, stdout=dialogue.program.stdin,
                env={**os.environ, "PODIUM_SDK": os.path.join(TASKS, "sdk", "entry"),
                     "PYTHONDONTWRITEBYTECODE": "1"})
            status, verdict = dialogue.end()
            self.assertEqual((status, entry.wait()), (42, 0), verdict["message"])
            words = subprocess.run([PROGRAM, "replay", "chunked-fcfs", case], check=True,
                                   capture_output=True, text=True).stdout.split()
            self.assertEqual([f"{item['value']:.3f}" for item in verdict["items"]], words[-5:])

    def test_who_leaves_is_played_on_for_and_gets_the_trivial_policys_points_at_most(self):
        name = next(iter(self.runs))
        with open(os.path.join(self.folder.name, name, "ref", "reference.json")) as file:
            trivial = json.load(file)["m0"]
        dialogue = Dialogue(os.path.join(self.folder.name, name))
        dialogue.hear()
        dialogue.say(("READY",))
        dialogue.hear()
        dialogue.say(("BEGIN", 0))
        while dialogue.hear()[0] != "STEP":
            pass
        dialogue.say(("PREFILL", 1, 0, 1), ("ACT", ALL))
        status, verdict = dialogue.end()
        self.assertEqual(status, 43)
        self.assertEqual(verdict["fault"], "left")
        self.assertEqual(verdict["items"], [])
        self.assertLessEqual(verdict["raw"], trivial)
        self.assertLessEqual(verdict["score"], 0)


if __name__ == "__main__":
    unittest.main()
