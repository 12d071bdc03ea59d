"""Time and memory of a plan on an instance, as README.md of the task says it.

    evaluate(instance, plan) -> {"step_s": ..., "memory": [[bytes of each stage], ...], ...}

raises ValueError with the reason if the plan breaks a rule or does not fit. The scorer is a
program in C that shares no line with this file; both agree to 1e-12. Copy it, change it, ship
it with your entry. It needs about 2 us for each operation that it simulates.
"""
from math import sqrt

MEMORY_SHARE = 0.92
OPERATIONS_MAX = 4_000_000
RECOMPUTE = ("none", "selective", "full")


# ---- the model's numbers

def layer_parameters(model):
    h = model["hidden"]
    qkv = h + 2 * model["kv_heads"] * h / model["heads"]
    return h * qkv + h * h + model["ffn"] * h * (3 if model["gated"] else 2) + 4 * h


def embedding_parameters(model):
    return model["vocab"] * model["hidden"]


def flops(model, sequences):
    """Forward and backward, nothing done twice."""
    h, layers, tokens = model["hidden"], model["layers"], sequences * model["seq"]
    matrices = layers * (layer_parameters(model) - 4 * h) + embedding_parameters(model)
    return 3 * (2 * tokens * matrices + 4 * tokens * model["seq"] * h * layers)


def bound(instance):
    """Seconds that no plan can beat."""
    speed = sum(c["peak"] * c["emax"] * c["sys"] * c["host"] * pod["hosts"]
                for pod in instance["pods"] for c in [chip_of(instance, pod)])
    return flops(instance["model"], instance["batch"]) / speed


def chip_of(instance, pod):
    return next(c for c in instance["chips"] if c["name"] == pod["chip"])


# ---- one layer on tp chips

def efficiency(chip, m, n, k):
    return (chip["emax"] * m / (m + chip["m0"]) * n / (n + chip["n0"])
            * k / (k + chip["k0"]))


def product(chip, m, n, k):
    a = 2 * m * n * k / (chip["peak"] * efficiency(chip, m, n, k))
    b = 2 * (m * k + k * n + m * n) / (chip["hbm"] * chip["eb"])
    return chip["t0"] + sqrt(sqrt(a ** 4 + b ** 4))


def all_reduce(n, size, bandwidth, latency):
    return latency + 2 * (n - 1) / n * size / bandwidth if n > 1 else 0.0


def attention(chip, model, tp, b):
    s, h, heads = model["seq"], model["hidden"], model["heads"]
    if chip["fa"] > 0:
        return 0.5 * 4 * b * s * s * h / tp / (chip["peak"] * chip["fa"])
    width, own = h / heads, heads / tp * b
    rate = (1 / efficiency(chip, s, s, width) + 1 / efficiency(chip, s, width, s)) / chip["peak"]
    return own * 2 * s * s * width * rate + 11 * own * s * s / (chip["hbm"] * chip["eb"])


def layer_time(chip, model, tp, b, recompute="none"):
    """(forward, backward) of one layer and micro-batch of b sequences, traffic included."""
    h, ffn, k = model["hidden"], model["ffn"], b * model["seq"]
    qkv = h + 2 * model["kv_heads"] * h / model["heads"]
    memory = chip["hbm"] * chip["eb"]
    gated = model["gated"]
    work = (product(chip, k, qkv / tp, h) + product(chip, k, h, h / tp)
            + product(chip, k, ffn * (2 if gated else 1) / tp, h) + product(chip, k, h, ffn / tp)
            + (22 * k * h / tp + (6 if gated else 4) * k * ffn / tp) / memory)
    scores = attention(chip, model, tp, b)
    traffic = 2 * all_reduce(tp, 2 * k * h, chip["ib"], chip["ia"])
    fused = chip["fa"] > 0
    forward = (work + scores) / chip["sys"] + traffic
    backward = (2 * work + (2.5 if fused else 2) * scores) / chip["sys"] + traffic
    if recompute == "full":
        backward += forward
    elif recompute == "selective" and not fused:
        backward += scores / chip["sys"]
    return forward, backward


def logits_time(chip, model, tp, b):
    k, columns = b * model["seq"], model["vocab"] / tp
    return (product(chip, k, columns, model["hidden"])
            + 10 * k * columns / (chip["hbm"] * chip["eb"])) / chip["sys"]


# ---- memory

def activation(chip, model, tp, b, recompute):
    s, h = model["seq"], model["hidden"]
    if recompute == "full":
        return 2 * s * b * h / tp
    width = model["ffn"] / (4 * h) * (1.5 if model["gated"] else 1)
    size = s * b * h * (10 / tp + (8 + 16 * width) / tp)
    if recompute == "none" and chip["fa"] == 0:
        size += 5 * model["heads"] * s * s * b / tp
    return size


def in_flight(group, i):
    p, m, v = len(group["stages"]), group["microbatches"], group["virtual"]
    if v == 1:
        return min(p - i, m)
    return min(-(-(2 * (p - i - 1) + (v - 1) * p + 1) // v), m)


def parameters(instance, plan, group, i, held):
    """(parameters on a chip of the stage, those whose optimiser state it holds)"""
    model, stage = instance["model"], group["stages"][i]
    first = sum(s["layers"] for s in group["stages"][:i])
    parts = [(layer_parameters(model), layer) for layer in range(first, first + stage["layers"])]
    if i == 0:
        parts.append((embedding_parameters(model), first))
    elif i == len(group["stages"]) - 1:
        parts.append((embedding_parameters(model), model["layers"] - 1))
    total = sum(size for size, _ in parts)
    shard = total
    if plan["zero1"]:
        shard = sum(size / held[stage["pod"], layer][0] for size, layer in parts)
    return total / stage["tp"], shard / stage["tp"]


def stage_memory(instance, plan, group, i, held):
    """Bytes on each chip of a stage."""
    model, stage, b = instance["model"], group["stages"][i], group["microbatch"]
    chip = chip_of(instance, instance["pods"][stage["pod"]])
    total, shard = parameters(instance, plan, group, i, held)
    size = total * (2 + instance["grad_bytes"]) + shard * 12
    size += (activation(chip, model, stage["tp"], b, stage["recompute"]) * stage["layers"]
             * in_flight(group, i))
    if stage["recompute"] == "full":
        size += activation(chip, model, stage["tp"], b, "none")
    if i == len(group["stages"]) - 1:
        size += 6 * b * model["seq"] * model["vocab"] / stage["tp"]
    return size


# ---- rules

def require(is_true, why):
    if not is_true:
        raise ValueError(why)


def check(instance, plan):
    model, pods = instance["model"], instance["pods"]
    used, sequences, operations = [0] * len(pods), 0, 0
    require(1 <= len(plan["groups"]) <= 12, "1 to 12 groups")
    for g, group in enumerate(plan["groups"]):
        where = f"groups[{g}]"
        p, m, v = len(group["stages"]), group["microbatches"], group["virtual"]
        require(1 <= p <= 64, f"{where}: 1 to 64 stages")
        require(min(group["count"], group["microbatch"], m, v) >= 1, f"{where}: below 1")
        require(v == 1 or p >= 2 and m % p == 0, f"{where}: virtual")
        require(sum(s["layers"] for s in group["stages"]) == model["layers"], f"{where}: layers")
        for i, stage in enumerate(group["stages"]):
            where = f"groups[{g}].stages[{i}]"
            tp = stage["tp"]
            require(0 <= stage["pod"] < len(pods), f"{where}: pod")
            require(stage["layers"] >= 1 and stage["layers"] % v == 0, f"{where}: layers")
            require(stage["recompute"] in RECOMPUTE, f"{where}: recompute")
            require(tp >= 1 and tp & (tp - 1) == 0 and model["heads"] % tp == 0
                    and model["hidden"] % tp == 0
                    and tp <= chip_of(instance, pods[stage["pod"]])["host"], f"{where}: tp")
            used[stage["pod"]] += group["count"] * tp
        sequences += group["count"] * group["microbatch"] * m
        operations += 2 * p * m * v
    for i, pod in enumerate(pods):
        require(used[i] <= pod["hosts"] * chip_of(instance, pod)["host"], f"pod {i}: chips")
    require(sequences >= instance["batch"], "too few sequences")
    require(operations <= OPERATIONS_MAX, "too many operations")


# ---- pipelines

def schedule(p, v, m, i):
    """Operations of stage i in order: (is backward, micro-batch, chunk)."""
    forward, backward = [], []
    if v == 1:
        forward = [(False, b, 0) for b in range(m)]
        backward = [(True, b, 0) for b in range(m)]
        warm = p - 1 - i
    else:
        for first in range(0, m, p):
            for chunk in range(v):
                forward += [(False, b, chunk) for b in range(first, first + p)]
                backward += [(True, b, v - 1 - chunk) for b in range(first, first + p)]
        warm = 2 * (p - 1 - i) + (v - 1) * p
    warm = min(warm, len(forward))
    order = forward[:warm]
    for pair in zip(forward[warm:], backward):
        order += pair
    return order + backward[len(forward) - warm:]


def run_pipeline(forward, backward, delay, busy, v, m):
    """When each stage is done. Lists are by stage; hop i leads from stage i to the next."""
    p = len(forward)
    orders = [schedule(p, v, m, i) for i in range(p)]
    arrival = {(0, False, b, 0): 0.0 for b in range(m)}
    clock, at, free = [0.0] * p, [0] * p, {}

    def send(link, now):
        start = max(now, free.get(link, 0.0))
        free[link] = start + busy[link[0]]
        return start + delay[link[0]]

    waiting = list(range(p))
    while waiting:
        i = waiting.pop()
        while at[i] < len(orders[i]):
            is_backward, b, chunk = orders[i][at[i]]
            ready = arrival.pop((i, is_backward, b, chunk), None)
            if ready is None:
                break
            at[i] += 1
            now = clock[i] = max(clock[i], ready) + (backward if is_backward else forward)[i]
            if not is_backward and i == p - 1 and chunk == v - 1:
                arrival[i, True, b, chunk] = now
            elif not is_backward:
                to, chunk = (i + 1, chunk) if i < p - 1 else (0, chunk + 1)
                arrival[to, False, b, chunk] = send((i, False), now)
                waiting.append(to)
            elif i > 0 or chunk > 0:
                to, chunk = (i - 1, chunk) if i > 0 else (p - 1, chunk - 1)
                arrival[to, True, b, chunk] = send((to, True), now)
                waiting.append(to)
    assert all(at[i] == len(orders[i]) for i in range(p))
    return clock


def hops(instance, group, crossings):
    """(delay, busy) of each stage's way to the next one; (0, 0) where there is none."""
    pods, wan, stages = instance["pods"], instance["wan"], group["stages"]
    result = []
    for i, stage in enumerate(stages):
        if i == len(stages) - 1 and group["virtual"] == 1:
            result.append((0.0, 0.0))
            continue
        to = stages[(i + 1) % len(stages)]
        source, target = pods[stage["pod"]], pods[to["pod"]]
        chip = chip_of(instance, source)
        way = min(chip["nic"] * stage["tp"], chip_of(instance, target)["nic"] * to["tp"])
        a, b = source["region"], target["region"]
        latency = chip["na"]
        if a != b:
            way = min(way, wan["bandwidth"][a][b] / crossings[a, b])
            latency = wan["latency"][a][b]
        elif stage["pod"] != to["pod"]:
            latency += wan["latency"][a][a]
        busy = 2 * group["microbatch"] * instance["model"]["seq"] * instance["model"]["hidden"] / way
        result.append((latency + busy, busy))
    return result


def count_crossings(instance, plan):
    found = {}
    for group in plan["groups"]:
        regions = [instance["pods"][s["pod"]]["region"] for s in group["stages"]]
        pairs = list(zip(regions, regions[1:]))
        if group["virtual"] > 1:
            pairs.append((regions[-1], regions[0]))
        for a, b in pairs:
            if a != b:
                found[a, b] = found.get((a, b), 0) + group["count"]
                found[b, a] = found[a, b]
    return found


def run_group(instance, group, crossings):
    """When each stage of a group's pipelines is done."""
    model, b, v = instance["model"], group["microbatch"], group["virtual"]
    forward, backward = [], []
    for i, stage in enumerate(group["stages"]):
        chip = chip_of(instance, instance["pods"][stage["pod"]])
        f, w = layer_time(chip, model, stage["tp"], b, stage["recompute"])
        logits = logits_time(chip, model, stage["tp"], b) if i == len(group["stages"]) - 1 else 0
        forward.append(stage["layers"] / v * f + logits / v)
        backward.append(stage["layers"] / v * w + 2 * logits / v)
    delay, busy = zip(*hops(instance, group, crossings))
    return run_pipeline(forward, backward, delay, busy, v, group["microbatches"])


# ---- gradients

def holders(plan):
    """{(pod, layer): (replicas, smallest tp)}"""
    held = {}
    for group in plan["groups"]:
        layer = 0
        for stage in group["stages"]:
            for layer in range(layer, layer + stage["layers"]):
                n, tp = held.get((stage["pod"], layer), (0, stage["tp"]))
                held[stage["pod"], layer] = n + group["count"], min(tp, stage["tp"])
            layer += 1
    return held


def log2_up(n):
    return (n - 1).bit_length()


def ring_of(regions, bandwidth):
    ring, left = [min(regions)], set(regions) - {min(regions)}
    while left:
        ring.append(max(left, key=lambda r: (bandwidth[ring[-1]][r], -r)))
        left.remove(ring[-1])
    return ring


def sum_regions(instance, at, uplink, size, link_free):
    """at: {region: when it has its sum}. Returns when all have all."""
    bandwidth, latency = instance["wan"]["bandwidth"], instance["wan"]["latency"]
    ring = ring_of(at, bandwidth)
    n, links = len(ring), list(zip(ring, ring[1:] + ring[:1]))
    start = max([*at.values(), *(link_free.get(link, 0.0) for link in links)])
    took = max(2 * (n - 1) / n * size / min(bandwidth[a][b], uplink[a], uplink[b])
               for a, b in links)
    for link in links:
        link_free[link] = start + took
    return start + took + 2 * (n - 1) * max(latency[a][b] for a, b in links)


def sum_gradients(instance, held, ready):
    """When all gradients are summed; ready: of each layer."""
    pods, model = instance["pods"], instance["model"]
    key = [(ready[layer], [held.get((p, layer)) for p in range(len(pods))])
           for layer in range(model["layers"])]
    cuts = [layer for layer in range(len(key)) if layer == 0 or key[layer] != key[layer - 1]]
    intervals = sorted((ready[a], a, b) for a, b in zip(cuts, cuts[1:] + [len(key)]))
    pod_free, link_free, end = {}, {}, 0.0
    for when, a, b in intervals:
        size = (b - a) * layer_parameters(model) + (embedding_parameters(model) if a == 0 else 0)
        size *= instance["grad_bytes"]
        inside = {}  # region: [(when a pod has its sum, its uplink)]
        for p, pod in enumerate(pods):
            if (p, a) not in held:
                continue
            (n, tp), chip = held[p, a], chip_of(instance, pod)
            way = chip["ib"] if n * tp <= chip["host"] else chip["nic"]
            pod_free[p] = (max(when, pod_free.get(p, 0.0))
                           + all_reduce(n, size / tp, way, chip["na"] * 2 * log2_up(n)))
            inside.setdefault(pod["region"], []).append(
                (pod_free[p], chip["nic"] * tp * min(n, 8)))
        at, uplink = {}, {}
        for region, found in inside.items():
            uplink[region] = min(way for _, way in found)
            at[region] = max(done for done, _ in found) + all_reduce(
                len(found), size, min(uplink[region], instance["wan"]["bandwidth"][region][region]),
                0.0)
        done = max(at.values())
        if len(at) > 1:
            done = sum_regions(instance, at, uplink, size, link_free)
        end = max(end, done)
    return end


# ---- all of it

def evaluate(instance, plan):
    check(instance, plan)
    held, crossings = holders(plan), count_crossings(instance, plan)
    memory, optimizer = [], 0.0
    for g, group in enumerate(plan["groups"]):
        memory.append([])
        for i, stage in enumerate(group["stages"]):
            chip = chip_of(instance, instance["pods"][stage["pod"]])
            memory[g].append(stage_memory(instance, plan, group, i, held))
            require(memory[g][i] <= MEMORY_SHARE * chip["mem"],
                    f"groups[{g}].stages[{i}]: out of memory: {memory[g][i] / 1e9:.1f} GB")
            shard = parameters(instance, plan, group, i, held)[1]
            optimizer = max(optimizer, shard * 28 / (chip["hbm"] * chip["eb"]))
    ready, pipelines = [0.0] * instance["model"]["layers"], 0.0
    for group in plan["groups"]:
        layer = 0
        for stage, done in zip(group["stages"], run_group(instance, group, crossings)):
            for layer in range(layer, layer + stage["layers"]):
                ready[layer] = max(ready[layer], done)
            layer += 1
            pipelines = max(pipelines, done)
    summed = sum_gradients(instance, held, ready)
    return {"step_s": max(pipelines, summed) + optimizer, "pipeline_s": pipelines,
            "sync_s": max(0.0, summed - pipelines), "optimizer_s": optimizer, "memory": memory}
