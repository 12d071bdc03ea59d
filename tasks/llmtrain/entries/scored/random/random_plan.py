"""The first plan of a random sequence that is feasible: what the rules alone are worth."""
import json
import os
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ["PODIUM_INPUT"])
import evaluator

TRIES = 20000


def spread(rng, total, parts):
    """total as so many positive whole numbers."""
    cuts = sorted(rng.sample(range(1, total), parts - 1))
    return [b - a for a, b in zip([0] + cuts, cuts + [total])]


def random_group(rng, instance, pods):
    """A pipeline through some pods, as often as their chips allow, or None."""
    count, tp, recompute = rng.randint(1, 8), 2 ** rng.randrange(5), rng.choice(["none", "full"])
    stages = []
    for pod in pods:
        chip = evaluator.chip_of(instance, instance["pods"][pod])
        own = min(tp, chip["host"])
        room = instance["pods"][pod]["hosts"] * chip["host"] // (own * count)
        for _ in range(min(room, rng.randint(1, 16))):
            stages.append({"pod": pod, "tp": own, "recompute": recompute})
    layers = instance["model"]["layers"]
    if not 1 <= len(stages) <= min(64, layers):
        return None
    for stage, share in zip(stages, spread(rng, layers, len(stages))):
        stage["layers"] = share
    return {"count": count, "microbatch": 2 ** rng.randrange(4), "virtual": 1, "stages": stages}


def random_plan(rng, instance):
    pods = rng.sample(range(len(instance["pods"])), min(len(instance["pods"]), rng.randint(1, 4)))
    cut = rng.randint(1, len(pods))
    groups = [random_group(rng, instance, part) for part in (pods[:cut], pods[cut:]) if part]
    groups = [group for group in groups if group]
    for group in groups:
        each = group["count"] * group["microbatch"] * len(groups)
        group["microbatches"] = -(-instance["batch"] // each)
    return {"zero1": True, "groups": groups}


def read(name):
    with open(os.path.join(os.environ["PODIUM_INPUT"], name), encoding="utf-8") as file:
        return file.read()


def choose(instance, rng):
    for _ in range(TRIES):
        plan = random_plan(rng, instance)
        try:
            evaluator.evaluate(instance, plan)
            return plan
        except ValueError:
            continue
    return json.loads(read("trivial.json"))


def main():
    text = read("instance.json")
    plan = choose(json.loads(text), random.Random(text))
    with open(os.path.join(os.environ["PODIUM_OUTPUT"], "plan.json"), "w",
              encoding="utf-8") as file:
        json.dump(plan, file)


main()
