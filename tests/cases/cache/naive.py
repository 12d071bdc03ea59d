#!/usr/bin/env python3
"""The policies once more, the plain way: ordered dicts, deques, lists, heapq. What `cache
replay` says of a case must be the same to the last miss.

usage: naive.py PROGRAM draw TASK_FOLDER          a case of each kind, and small caches
       naive.py PROGRAM import FORMAT FILE        parses FILE here, too
       naive.py PROGRAM samples                   two real traces, where PODIUM_TRACES has them

Status 77: there are no samples.
"""
import array
import collections
import heapq
import json
import lzma
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile


def read_case(case):
    """(requests as (object, size), capacity)"""
    with open(os.path.join(case, "ref/trace.bin"), "rb") as file:
        data = file.read()
    magic, kind, is_unit, requests, objects = struct.unpack_from("<8s4I", data)
    words = array.array("I", data[24:])
    ids, sizes = words[:requests], words[2 * requests:]
    assert len(sizes) == objects and magic == b"podcach1"
    with open(os.path.join(case, "ref/reference.json")) as file:
        reference = json.load(file)
    return [(id, sizes[id]) for id in ids], reference["capacity"], reference["bound_misses"]


def next_requests(requests):
    coming, out = {}, [0] * len(requests)
    for at in range(len(requests) - 1, -1, -1):
        out[at] = coming.get(requests[at][0], len(requests))
        coming[requests[at][0]] = at
    return out


def lru(requests, capacity, refresh=True):
    cache, used, misses = collections.OrderedDict(), 0, 0
    for id, size in requests:
        if id in cache:
            if refresh:
                cache.move_to_end(id)
            continue
        misses += 1
        if size > capacity:
            continue
        while used + size > capacity:
            used -= cache.popitem(last=False)[1]
        cache[id] = size
        used += size
    return misses


def fifo(requests, capacity):
    return lru(requests, capacity, False)


class Node:
    __slots__ = "id", "size", "visited", "newer", "older"

    def __init__(self, id, size):
        self.id, self.size, self.visited = id, size, False
        self.newer = self.older = None


def sieve(requests, capacity):
    """After Algorithm 1 of the paper, with sizes."""
    cache, used, misses = {}, 0, 0
    head = tail = hand = None
    for id, size in requests:
        if id in cache:
            cache[id].visited = True
            continue
        misses += 1
        if size > capacity:
            continue
        while used + size > capacity:
            node = hand if hand is not None else tail
            while node.visited:
                node.visited = False
                node = node.newer if node.newer is not None else tail
            hand = node.newer
            if node.newer is None:
                head = node.older
            else:
                node.newer.older = node.older
            if node.older is None:
                tail = node.newer
            else:
                node.older.newer = node.newer
            used -= node.size
            del cache[node.id]
        node = Node(id, size)
        node.older = head
        if head is not None:
            head.newer = node
        head = node
        if tail is None:
            tail = node
        cache[id] = node
        used += size
    return misses


def s3_fifo(requests, capacity):
    """After Algorithm 1 of the paper: a tenth is small, two hits move, ghosts by bytes."""
    small, main, ghosts = collections.deque(), collections.deque(), collections.deque()
    size_of, hits, ghost_number = {}, {}, {}
    used = {"small": 0, "main": 0, "ghost": 0}
    misses = number = 0
    limit = capacity // 10
    for id, size in requests:
        size_of[id] = size
        if id in hits:
            hits[id] = min(hits[id] + 1, 3)
            continue
        misses += 1
        if size > capacity:
            continue
        while used["small"] + used["main"] + size > capacity:
            if used["small"] > limit or not main:
                one = small.popleft()
                used["small"] -= size_of[one]
                if hits[one] >= 2:
                    hits[one] = 0
                    main.append(one)
                    used["main"] += size_of[one]
                    continue
                del hits[one]
                number += 1
                ghosts.append((one, number))
                ghost_number[one] = number
                used["ghost"] += size_of[one]
                while used["ghost"] > capacity - limit:
                    old, when = ghosts.popleft()
                    used["ghost"] -= size_of[old]
                    if ghost_number.get(old) == when:
                        del ghost_number[old]
            else:
                one = main.popleft()
                if hits[one] > 0:
                    hits[one] -= 1
                    main.append(one)
                else:
                    used["main"] -= size_of[one]
                    del hits[one]
        where = "main" if ghost_number.pop(id, None) is not None else "small"
        (main if where == "main" else small).append(id)
        used[where] += size
        hits[id] = 0
    return misses


def by_priority(requests, capacity, priority, is_greedy_dual=False, remembers=False):
    """The smallest (priority, time of last request) goes; stale heap items are skipped."""
    heap, current, size_of, hits = [], {}, {}, {}
    used = misses = 0
    inflation = 0.0
    for at, (id, size) in enumerate(requests):
        if id not in current:
            misses += 1
            if size > capacity:
                continue
            while used + size > capacity:
                key = heapq.heappop(heap)
                if current.get(key[2]) != key:
                    continue
                del current[key[2]]
                used -= size_of[key[2]]
                if is_greedy_dual:
                    inflation = key[0]
            used += size
            size_of[id] = size
            hits[id] = hits.get(id, 0) if remembers else 0
        hits[id] += 1
        current[id] = priority(at, size, hits[id], inflation), at, id
        heapq.heappush(heap, current[id])
    return misses


def gdsf(requests, capacity):
    return by_priority(requests, capacity,
                       lambda at, size, hits, inflation: inflation + hits / size, True)


def gdsf_memory(requests, capacity):
    return by_priority(requests, capacity, lambda at, size, hits, inflation:
                       inflation + hits / size, True, True)


def belady_size(requests, capacity):
    next = next_requests(requests)
    end = len(requests)
    return by_priority(requests, capacity, lambda at, size, hits, inflation:
                       -((next[at] - at) * float(size) + (1e18 if next[at] == end else 0)))


def belady(requests, capacity, may_pass=True):
    """Furthest next request first; with may_pass a newcomer that is further stays out."""
    next = next_requests(requests)
    end = len(requests)
    heap, until, size_of = [], {}, {}
    used = misses = 0
    for at, (id, size) in enumerate(requests):
        if id in until:
            until[id] = next[at]
            heapq.heappush(heap, (-next[at], id))
            continue
        misses += 1
        if size > capacity or next[at] == end:
            continue
        is_admitted = True
        while used + size > capacity:
            far, victim = heap[0]
            if until.get(victim) != -far:
                heapq.heappop(heap)
                continue
            if may_pass and -far < next[at]:
                is_admitted = False
                break
            heapq.heappop(heap)
            del until[victim]
            used -= size_of[victim]
        if is_admitted:
            until[id], size_of[id] = next[at], size
            used += size
            heapq.heappush(heap, (-next[at], id))
    return misses


def pfoo(requests, capacity):
    next = next_requests(requests)
    costs = sorted((next[at] - at) * size for at, (id, size) in enumerate(requests)
                   if next[at] < len(requests) and size <= capacity)
    left, hits = capacity * len(requests), 0
    for cost in costs:
        left -= cost
        if left < 0:
            break
        hits += 1
    return len(requests) - hits


POLICIES = {"fifo": fifo, "lru": lru, "sieve": sieve, "s3-fifo": s3_fifo, "gdsf": gdsf,
            "gdsf-memory": gdsf_memory,
            "belady": belady, "belady-size": belady_size}


def replayed(program, case):
    text = subprocess.run([program, "replay", "all", case], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    rows = [line.split("\t") for line in text.splitlines()[1:]]
    return {row[1]: int(row[2]) for row in rows}


def check(program, case, requests=None):
    found = replayed(program, case)
    stored, capacity, bound = read_case(case)
    assert requests is None or requests == stored, f"{case}: other requests than in the file"
    is_unit = all(size == 1 for id, size in stored)
    wanted = {name: policy(stored, capacity) for name, policy in POLICIES.items()}
    wanted["bound"] = wanted["belady"] if is_unit else pfoo(stored, capacity)
    for name, misses in wanted.items():
        assert found[name] == misses, f"{case}: {name} misses {found[name]}, naive {misses}"
    assert found["bound"] == bound
    forced = belady(stored, capacity, False)
    print(f"{os.path.basename(case)}: {len(stored)} requests, capacity {capacity}:",
          ", ".join(f"{name} {misses / len(stored):.4f}" for name, misses in wanted.items()),
          f"(Belady that must admit {forced / len(stored):.4f})")


def parse(format, path):
    """Requests of a file, objects numbered as they appear, sized as at first."""
    with open(path, "rb") as file:
        data = file.read()
    if format == "cache2k":
        keys = [(key, 1) for key, in struct.iter_unpack(">I", data)]
    else:
        rows = (line.replace(b",", b" ").split() for line in data.splitlines())
        keys = [(row[1], 1 if format.endswith("-unit") else int(row[2])) for row in rows]
    numbers, sizes = {}, {}
    for key, size in keys:
        numbers.setdefault(key, len(numbers))
        sizes.setdefault(key, max(size, 1))
    return [(numbers[key], sizes[key]) for key, size in keys]


def check_import(program, format, path):
    requests = parse(format, path)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "import", format, path, folder], check=True)
        for name in sorted(os.listdir(folder)):
            check(program, os.path.join(folder, name), requests)


def crowd(rng, largest):
    """20,000 requests of few objects, (id, size): skewed, and now and then round and round."""
    sizes = [rng.randint(1, largest) for _ in range(rng.randint(80, 400))]
    ids = []
    while len(ids) < 20000:
        if rng.random() < .02:
            first, length = rng.randrange(len(sizes) // 2), rng.randint(5, 60)
            ids += [(first + at % length) % len(sizes) for at in range(rng.randint(1, 300))]
        else:
            ids.append(int(len(sizes) * rng.random() ** rng.choice((1, 2, 4))))
    return [(id, sizes[id]) for id in ids]


def check_crowded(program):
    """Small caches: what is rare elsewhere happens all the time, such as an object that
    becomes a ghost twice, or takes nearly the whole cache."""
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(8):
            path = os.path.join(folder, f"crowd{seed}.csv")
            with open(path, "w") as file:
                for at, (id, size) in enumerate(crowd(random.Random(seed), 3 + 4 * seed)):
                    print(at, id, size, sep=",", file=file)
            check_import(program, "columns-unit" if seed % 2 else "columns", path)


def check_drawn(program, task):
    check_crowded(program)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "generate", "--split", "hidden", "--seed", "6" * 64, folder],
                       check=True, cwd=task)
        for name in "kv-1-small", "block-2-large", "cdn-3-small":
            check(program, os.path.join(folder, name))


def check_samples(program):
    """As they come from the repository of Caffeine's simulator."""
    traces = os.environ.get("PODIUM_TRACES", "")
    samples = (("columns", "adaptsize_request"), ("columns-unit", "adaptsize_request"),
               ("cache2k", "cache2k_web07"))
    if not all(os.path.exists(f"{traces}/{name}.trace.xz") for _, name in samples):
        print("PODIUM_TRACES names no folder with the sample traces")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        for format, name in samples:
            path = os.path.join(folder, name)
            with lzma.open(f"{traces}/{name}.trace.xz") as packed, open(path, "wb") as plain:
                shutil.copyfileobj(packed, plain)
            check_import(program, format, path)


def main():
    program, what, *words = sys.argv[1:]
    program = os.path.abspath(program)
    {"draw": check_drawn, "import": check_import, "samples": check_samples}[what](program,
                                                                                *words)


main()
