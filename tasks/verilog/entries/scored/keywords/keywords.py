"""keywords: knows some circuits without a clock by a word, and ties the outputs of all others
to 0. It looks at no parameter but the widths and one or two choices in the wording."""
import json
import os


def gray(text, x, n):
    if "Gray code to binary" in text or "decodes the" in text:
        return " ^ ".join(f"({x} >> {i})" for i in range(n))
    return f"{x} ^ ({x} >> 1)"


def ones(text, x, n):
    not_it = "!" if "are 0." in text or "number of zeros" in text else ""
    return " + ".join(f"32'd0 + {not_it}{x}[{i}]" for i in range(n))


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


def decoder(text, inputs, outputs):
    select, gate = sorted(inputs, key=lambda port: -port["width"])
    low = "~" if "active low" in text or "is 0; every" in text else ""
    return [f"{low}({outputs[0]['width']}'d0 + {gate['name']} << {select['name']})"]


def priority(text, inputs, outputs):
    x, n = inputs[0]["name"], inputs[0]["width"]
    asks = f"!{x}" if "when it is 0" in text or "active low" in text else x
    highest = any(word in text for word in ("highest", "most significant", "largest"))
    index = "0" if "is 0." in text or "is zero" in text else "~0"
    for i in range(n) if highest else reversed(range(n)):
        index = f"{asks}[{i}] ? {i} : ({index})"
    some = " || ".join(f"{asks}[{i}]" for i in range(n))
    flag = f"!({some})" if "no request at all" in text or "nothing is" in text else some
    return [index if port["width"] > 1 else flag for port in outputs]


def values(problem, inputs, outputs):
    text = problem["prompt"]
    if any("clock" in port for port in inputs):
        return []
    if "decoder" in text:
        return decoder(text, inputs, outputs)
    if "priority encoder" in text:
        return priority(text, inputs, outputs)
    return [circuit(text, inputs[0]["name"], inputs[0]["width"])
            for word, circuit in CIRCUITS if word in text][:1]


def answer(problem):
    outputs = [port for port in problem["ports"] if port["direction"] == "output"]
    inputs = [port for port in problem["ports"] if port["direction"] == "input"]
    known = values(problem, inputs, outputs)
    ports = ",\n".join(f"    {port['direction']} [{port['width'] - 1}:0] {port['name']}"
                       for port in problem["ports"])
    drives = "\n".join(f"    assign {port['name']} = {value};" for port, value in
                       zip(outputs, known + ["0"] * (len(outputs) - len(known))))
    return f"module {problem['module']} (\n{ports}\n);\n{drives}\nendmodule\n"


with open(os.path.join(os.environ["PODIUM_INPUT"], "problems.jsonl")) as problems:
    for problem in map(json.loads, problems):
        path = os.path.join(os.environ["PODIUM_OUTPUT"], problem["id"] + ".v")
        with open(path, "w") as file:
            file.write(answer(problem))
