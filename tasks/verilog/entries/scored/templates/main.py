"""templates: reads the prompts with regular expressions and fills in Verilog by hand.

A family is a function in families.py that finds the parameters in the text and says what the
registers are; the clock, the reset and the enable are the same for all and are read here.
Families without a template, and sentences that nothing here knows, lose their problems.
"""
import json
import os
import re

import families


class Problem:
    """A prompt without its quotation marks, its ports, and the module that is being built."""

    def __init__(self, line):
        self.text = re.sub("[`'\"](\\w+)[`'\"]", r"\1", line["prompt"])
        self.name = line["module"]
        self.ports = line["ports"]
        self.width = {p["name"]: p["width"] for p in self.ports}
        self.inputs = [p["name"] for p in self.ports if p["direction"] == "input"]
        self.outputs = [p["name"] for p in self.ports if p["direction"] == "output"]
        self.clock = next((p["name"] for p in self.ports if p.get("clock")), None)
        self.declarations, self.resets, self.steps = [], [], []
        self.drives = {}  # output: its expression

    def has(self, pattern):
        return re.search(pattern, self.text) is not None

    def find(self, *patterns):
        """The groups of the first pattern that fits; one group is a word, several a tuple."""
        for pattern in patterns:
            found = re.search(pattern, self.text)
            if found:
                return found.group(1) if found.re.groups == 1 else found.groups()
        return None

    def number(self, *patterns):
        return value(self.find(*patterns))

    def register(self, name, width, start):
        self.declarations.append(f"reg [{width - 1}:0] {name};")
        self.resets.append(f"{name} <= {start};")

    def wire(self, name, width, expression):
        self.declarations.append(f"wire [{width - 1}:0] {name} = {expression};")


def value(text):
    """6'ha, 4'b1010, 0x1F or 12."""
    if text is None:
        return None
    sized = re.fullmatch(r"\d+'([bh])(\w+)", text)
    if sized:
        return int(sized.group(2), 2 if sized.group(1) == "b" else 16)
    return int(text, 0)


def clocking(p):
    """(edges, condition of reset, condition of going on)"""
    edge = "negedge" if p.has("falling one|\\w goes from 1 to 0|negative edge") else "posedge"
    name, active = p.find(r"(\w+) = ([01]) resets everything", r"If (\w+) is ([01]) at an active",
                          r"synchronous reset (\w+) \(reset \w+ it is ([01])",
                          r"reset is (\w+), active (low|high)")
    active = {"low": "0", "high": "1"}.get(active, active)
    edges = f"{edge} {p.clock}"
    if p.has("asynchronous|immediately, whatever"):
        edges += f" or {'posedge' if active == '1' else 'negedge'} {name}"
    frozen = p.find(r"edge at which (\w+) is ([01]) changes no", r"While (\w+) = ([01]) all reg",
                    r"(\w+) = ([01]) freezes")
    return edges, f"{name} == {active}", f"{frozen[0]} != {frozen[1]}" if frozen else "1"


def module(p):
    lines = [f"module {p.name} ("]
    ports = [f"    {q['direction']} wire [{q['width'] - 1}:0] {q['name']}" for q in p.ports]
    lines += [",\n".join(ports), ");"] + p.declarations
    if p.resets:
        edges, reset, go = clocking(p)
        lines += [f"always @({edges})", f"if ({reset}) begin", *p.resets, "end",
                  f"else if ({go}) begin", *p.steps, "end"]
    lines += [f"assign {name} = {expression};" for name, expression in p.drives.items()]
    return "\n".join(lines + ["endmodule", ""])


def main():
    with open(os.path.join(os.environ["PODIUM_INPUT"], "problems.jsonl")) as problems:
        lines = [json.loads(line) for line in problems]
    for line in lines:
        p = Problem(line)
        template = families.choose(p)
        if template is None:
            continue
        try:
            template(p)
            text = module(p)
        except (TypeError, ValueError, IndexError, StopIteration):
            continue  # a sentence was not found
        with open(os.path.join(os.environ["PODIUM_OUTPUT"], line["id"] + ".v"), "w") as file:
            file.write(text)


if __name__ == "__main__":
    main()
