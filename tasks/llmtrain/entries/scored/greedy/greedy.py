"""The best pipeline in each pod by a closed formula, then data parallelism over the pods: the
fastest first, each next one kept if the step gets shorter. No pipeline leaves its pod."""
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.environ["PODIUM_INPUT"])
import evaluator

STAGES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)


def even(layers, stages, virtual):
    """Layers of each stage, multiples of virtual, as even as that allows; or None."""
    units = layers // virtual
    if layers % virtual or units < stages:
        return None
    return [virtual * (units // stages + (i < units % stages)) for i in range(stages)]


def micro_batches(instance, group, share):
    """The fewest of them that give the group `share` of the batch."""
    unit = len(group["stages"]) if group["virtual"] > 1 else 1
    each = group["count"] * group["microbatch"] * unit
    return max(1, -(-int(share) // each)) * unit


def estimate(instance, group):
    """Seconds of a pipeline: the slowest stage's work and what fills and drains it."""
    model, b, v = instance["model"], group["microbatch"], group["virtual"]
    passes = []
    for i, stage in enumerate(group["stages"]):
        chip = evaluator.chip_of(instance, instance["pods"][stage["pod"]])
        one = sum(evaluator.layer_time(chip, model, stage["tp"], b, stage["recompute"]))
        passes.append(stage["layers"] * one)
    last = group["stages"][-1]
    chip = evaluator.chip_of(instance, instance["pods"][last["pod"]])
    passes[-1] += 3 * evaluator.logits_time(chip, model, last["tp"], b)
    hop = sum(delay for delay, _ in evaluator.hops(instance, group, {}))
    return group["microbatches"] * max(passes) + (sum(passes) - max(passes)) / v + 2 * hop


def fits(instance, group):
    """The first and the last stage are the fullest."""
    plan = {"zero1": True, "groups": [group]}
    held = evaluator.holders(plan)
    for i in {0, len(group["stages"]) - 1}:
        chip = evaluator.chip_of(instance, instance["pods"][group["stages"][i]["pod"]])
        if (evaluator.stage_memory(instance, plan, group, i, held)
                > evaluator.MEMORY_SHARE * chip["mem"]):
            return False
    return True


def candidates(instance, number):
    """Groups that fill the pod."""
    pod, layers = instance["pods"][number], instance["model"]["layers"]
    chip = evaluator.chip_of(instance, pod)
    for tp in (1, 2, 4, 8, 16):
        if tp > chip["host"] or instance["model"]["heads"] % tp or instance["model"]["hidden"] % tp:
            continue
        for stages in STAGES:
            count = pod["hosts"] * chip["host"] // (tp * stages)
            for virtual in (1, 2, 4) if stages > 1 else (1,):
                split = even(layers, stages, virtual)
                if count == 0 or split is None:
                    continue
                for b in (1, 2, 4):
                    for recompute in ("none", "full"):
                        yield {"count": min(count, instance["batch"]), "microbatch": b,
                               "virtual": virtual,
                               "stages": [{"pod": number, "tp": tp, "layers": own,
                                           "recompute": recompute} for own in split]}


def best_of_pod(instance, number):
    """(seconds for the whole batch, group), or None if nothing fits."""
    found = []
    for group in candidates(instance, number):
        group["microbatches"] = micro_batches(instance, group, instance["batch"])
        found.append((estimate(instance, group), group))
    found.sort(key=lambda pair: pair[0])
    return next(((time, group) for time, group in found if fits(instance, group)), None)


def join(instance, chosen):
    """Data parallelism: each group's part of the batch is as its speed."""
    speed = sum(1 / time for time, _ in chosen)
    groups = []
    for time, group in chosen:
        share = -(-instance["batch"] / time // speed)
        groups.append({**group, "microbatches": micro_batches(instance, group, share)})
    return {"zero1": True, "groups": groups}


def step_of(instance, plan):
    try:
        return evaluator.evaluate(instance, plan)["step_s"]
    except ValueError:
        return float("inf")


def main():
    source, target = os.environ["PODIUM_INPUT"], os.environ["PODIUM_OUTPUT"]
    with open(os.path.join(source, "instance.json"), encoding="utf-8") as file:
        instance = json.load(file)
    with open(os.path.join(source, "trivial.json"), encoding="utf-8") as file:
        plan = json.load(file)
    step = step_of(instance, plan)
    pods = [best_of_pod(instance, p) for p in range(len(instance["pods"]))]
    chosen = []
    for pair in sorted((pair for pair in pods if pair), key=lambda pair: pair[0]):
        tried = join(instance, chosen + [pair])
        seconds = step_of(instance, tried)
        if seconds < step or not chosen:
            chosen.append(pair)
        if seconds < step:
            plan, step = tried, seconds
    with open(os.path.join(target, "plan.json"), "w", encoding="utf-8") as file:
        json.dump(plan, file)


main()
