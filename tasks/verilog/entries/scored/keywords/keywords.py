"""keywords: knows a few circuits without registers by a word, and ties the outputs of all
others to 0. It looks at no parameter but the widths and one choice of two."""
import json
import os


def gray(text, x, n):
    if "Gray code to binary" in text or "decodes the" in text:
        return "^".join(f"({x} >> {i})" for i in range(n))
    return f"{x} ^ ({x} >> 1)"


def ones(text, x, n):
    counted = "~" if "are 0." in text or "number of zeros" in text else ""
    return " + ".join(f"32'd0 + {counted}{x}[{i}]" for i in range(n)).replace("~", "!")


def zeros(text, x, n):
    leading = "leading" in text or "most significant end" in text
    run = str(n)
    for i in range(n) if leading else reversed(range(n)):
        run = f"{x}[{i}] ? {n - 1 - i if leading else i} : ({run})"
    return run


def excess(text, x, n):
    return f"{x} + {n}'h{'3' * (n // 4)}"


def bcd(text, x, n):
    digits = len(str(2 ** n - 1))
    return " | ".join(f"(({x} / {10 ** i}) % 10) << {4 * i}" for i in range(digits))


CIRCUITS = (("Gray code", gray), ("population count", ones), ("counts bits", ones),
            ("run of zeros", zeros), ("zero counter", zeros), ("excess-3", excess),
            ("BCD digits on", bcd), ("binary to BCD", bcd))


def answer(problem):
    outputs = [port for port in problem["ports"] if port["direction"] == "output"]
    inputs = [port for port in problem["ports"] if port["direction"] == "input"]
    values = ["0"] * len(outputs)
    if "decoder" in problem["prompt"]:
        sel, gate = sorted(inputs, key=lambda port: -port["width"])
        low = "~" if "active low" in problem["prompt"] or "is 0; every" in problem["prompt"] else ""
        values[0] = f"{low}({outputs[0]['width']}'d0 + {gate['name']} << {sel['name']})"
    for word, circuit in CIRCUITS:
        if word in problem["prompt"]:
            values[0] = circuit(problem["prompt"], inputs[0]["name"], inputs[0]["width"])
            break
    ports = ",\n".join(f"    {port['direction']} [{port['width'] - 1}:0] {port['name']}"
                       for port in problem["ports"])
    drives = "\n".join(f"    assign {port['name']} = {value};"
                       for port, value in zip(outputs, values))
    return f"module {problem['module']} (\n{ports}\n);\n{drives}\nendmodule\n"


with open(os.path.join(os.environ["PODIUM_INPUT"], "problems.jsonl")) as problems:
    for problem in map(json.loads, problems):
        path = os.path.join(os.environ["PODIUM_OUTPUT"], problem["id"] + ".v")
        with open(path, "w") as file:
            file.write(answer(problem))
