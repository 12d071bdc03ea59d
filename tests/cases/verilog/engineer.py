#!/usr/bin/env python3
"""A careful engineer: solves every problem from its text alone, in Verilog, which is the
independent model that the vectors of the C models are held against. It stands on the sample
entry `templates` and adds what that leaves out: two families, and what only shifted problems
have. usage: engineer.py TASK_FOLDER IN OUT"""
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(sys.argv[1], "entries", "scored", "templates"))
import families
import main


def fifo(p):
    depth = p.number(r"room for (\d+) words", r"queue: (\d+) entries")
    push, data, pop = p.find(r"edge (\w+) = 1 appends (\w+), and (\w+) = 1",
                             r"(\w+) writes (\w+) at the end of the queue, (\w+) removes")
    n = p.width[data]
    out = p.find(r"(\w+) is a register: a succ", r"appears on (\w+) after", r"(\w+) shows the old",
                 r"visible on (\w+) without")
    full, empty = p.find(r"(\w+) and (\w+) are 1 while the queue") or \
        reversed(p.find(r"(\w+) means no word is stored and (\w+) means"))
    p.declarations.append(f"reg [{n - 1}:0] memory [0:{depth - 1}];")
    p.register("head", 6, 0)
    p.register("in_use", 6, 0)
    p.wire("is_read", 1, f"{pop} && in_use != 0")
    also = "|| is_read" if p.has("accepted if a word|only together with") else ""
    p.wire("is_written", 1, f"{push} && (in_use < {depth} {also})")
    p.steps += [f"if (is_written) memory[(head + in_use) % {depth}] <= {data};",
                f"if (is_read) head <= (head + 1) % {depth};",
                "in_use <= in_use + is_written - is_read;"]
    p.drives[full], p.drives[empty] = f"in_use == {depth}", "in_use == 0"
    if p.has("is a register: a succ|is held until another"):
        p.register("taken", n, 0)
        p.steps.append("if (is_read) taken <= memory[head];")
        p.drives[out] = "taken"
    else:
        p.drives[out] = "in_use == 0 ? 0 : memory[head]"
    for name in p.outputs:
        mark = p.find(rf"\b{name} is 1 while at least (\d+)", rf"\b{name} is high from (\d+) words")
        if mark:
            p.drives[name] = f"in_use >= {mark}"
        elif p.has(f"\\b{name} becomes 1 when a word|is ignored sets {name},"):
            p.register("is_lost", 1, 0)
            p.steps.append(f"if ({push} && !is_written) is_lost <= 1;")
            p.drives[name] = "is_lost"
        elif name not in p.drives:
            p.drives[name] = "in_use"


def debouncer(p):
    raw = p.find(r"for the input (\w+)", r"bouncing of (\w+);")
    clean = p.find(r"the output (\w+)\.", r"clean level is (\w+)\.")
    rise = p.number(r"takes number (\d+) of", r"sample number (\d+) of", r"N is (\d+) for",
                    r"high takes (\d+) diff")
    fall = p.number(r"0 to 1 and (\d+) for", r"low takes (\d+)") or rise
    stages = p.number(r"synchroniser of (\d+) flip", r"chain of (\d+) reg") or 0
    start = 1 if p.has(f"any synchroniser 1|{clean} high, sync") else 0
    p.register("now", 1, start)
    p.register("run", 5, 0)
    sample = raw
    for i in range(stages):
        p.register(f"stage{i}", 1, start)
        p.steps.append(f"stage{i} <= {sample};")
        sample = f"stage{i}"
    p.wire("is_change", 1, f"{sample} != now && run + 1 == (now ? {fall} : {rise})")
    p.steps += [f"run <= {sample} == now || is_change ? 0 : run + 1;",
                "if (is_change) now <= ~now;"]
    p.drives[clean] = "now"
    pulses = p.find(r"(\w+) and (\w+) are registers", r"0 to 1 (\w+) becomes 1 too, at one from "
                    r"1 to 0 (\w+) does")
    for name, condition in zip(pulses or (), ("is_change && !now", "is_change && now")):
        p.register(f"pulse_{name}", 1, 0)
        p.steps.append(f"pulse_{name} <= {condition};")
        p.drives[name] = f"pulse_{name}"


def divider(p):
    families.divider(p)
    length = p.find(r"that (\w+) has at the edge", r"L is (\w+) as sampled")
    if length:
        last = p.number(r"phases 0 to (\d+), one", r"numbered from 0 to (\d+)")
        p.register("more", 5, 0)
        p.steps = [f"if (phase < {last}) begin phase <= phase + 1; more <= {length}; end",
                   "else if (more != 0) more <= more - 1; else phase <= 0;"]


def detector(p):
    families.detector(p)
    total = p.find(r"(\w+) counts the occ", r"adds 1 to (\w+), a 4-bit")
    if total:
        p.register("sum", 4, 0)
        p.steps.append("sum <= sum + hit_now;")
        p.drives[total] = "sum"


def mirrored(p):
    out = p.find(r"bits of (\w+) are in reverse", r"At last (\w+) is mirrored")
    if out:
        p.wire("straight", p.width[out], p.drives[out])
        p.drives[out] = "{" + ", ".join(f"straight[{i}]" for i in range(p.width[out])) + "}"


def delayed(p):
    if not p.has("further output register|One more register stands|outputs are registered|"
                 "output comes from a register that loads"):
        return
    for name in p.outputs:
        p.wire(f"now_{name}", p.width[name], p.drives[name])
        p.register(f"late_{name}", p.width[name], 0)
        p.steps.append(f"late_{name} <= now_{name};")
        p.drives[name] = f"late_{name}"


def solve(line):
    p = main.Problem(line)
    common = {p.clock}
    if p.clock:
        common.add(main.clocking(p)[1].split()[0])
    p.inputs = [name for name in p.inputs if name not in common]
    if p.has("FIFO|first-in"):
        fifo(p)
    elif p.has("debouncer|bouncing"):
        debouncer(p)
    elif p.has("[Ff]requency divider|clock divider"):
        divider(p)
    elif p.has("the (bit )?sequence "):
        detector(p)
    else:
        families.choose(p)(p)
    mirrored(p)
    delayed(p)
    return main.module(p)


with open(os.path.join(sys.argv[2], "problems.jsonl")) as problems:
    for line in map(json.loads, problems):
        with open(os.path.join(sys.argv[3], line["id"] + ".v"), "w") as file:
            file.write(solve(line))
