"""A template for each family: finds the parameters in the text, and writes the module."""
import re


def choose(p):
    words = (("priority encoder", priority), ("decoder with|decoder:", decoder),
             ("run of zeros|zero counter", zeros), ("population count|counts bits", ones),
             ("ALU|arithmetic logic", alu), ("Gray code to binary|decodes the", from_gray),
             ("Gray code", to_gray), ("as \\d+ BCD digits|binary to BCD", to_bcd),
             ("excess-3", to_excess), ("decimal adder|BCD adder", bcd_add),
             ("BCD to binary|reads the", from_bcd), ("LFSR|feedback shift", lfsr),
             ("shift register", shift), ("arbiter", arbiter), ("sequence", detector),
             ("register file", regfile), ("divider", divider), ("counter", counter))
    return next((template for word, template in words if p.has(word)), None)


def wide(p, names):
    return max(names, key=lambda name: p.width[name])


def function(p, width, body):
    """A function f of one input, for what is easier as a loop; body sets f."""
    p.declarations += [f"function [{width - 1}:0] f(input [{p.width[p.inputs[0]] - 1}:0] x);",
                       "integer i;", "begin", body, "end", "endfunction"]
    p.drives[p.outputs[0]] = f"f({p.inputs[0]})"


# Without registers


def priority(p):
    line, n = p.inputs[0], p.width[p.inputs[0]]
    if p.has("when it is 0\\.|active low"):
        p.wire("r", n, f"~{line}")
    else:
        p.wire("r", n, line)
    index = p.find(r"(\w+) is the number of the", r"and (\w+) gives its", r"(\w+) names the one")
    flag = next(name for name in p.outputs if name != index)
    highest = p.has("highest-numbered|most significant request|largest")
    order = range(n) if highest else reversed(range(n))
    picked = "{1'b0}" if not p.has("all bits of \\w+ are 1|is all ones") else "~0"
    for i in order:
        picked = f"r[{i}] ? {i} : ({picked})"
    p.drives[index] = picked
    p.drives[flag] = "r == 0" if p.has("no request at all|nothing is requested") else "r != 0"


def decoder(p):
    gate = p.find(r"while (\w+) is 0, no bit", r"unless (\w+) is 1", r"While (\w+) is 0, no bit")
    index = next(name for name in p.inputs if name != gate)
    y, n = p.outputs[0], p.width[p.outputs[0]]
    p.wire("one_hot", n, f"{gate} ? {n}'d1 << {index} : {n}'d0")
    p.drives[y] = "~one_hot" if p.has("active low|, is 0; every") else "one_hot"


def zeros(p):
    n = p.width[p.inputs[0]]
    if p.has("most significant end|leading"):
        body = f"f = {n}; for (i = 0; i < {n}; i = i + 1) if (x[i]) f = {n - 1} - i;"
    else:
        body = f"f = {n}; for (i = {n - 1}; i >= 0; i = i - 1) if (x[i]) f = i;"
    function(p, p.width[p.outputs[0]], body)


def ones(p):
    n, counted = p.width[p.inputs[0]], "!x[i]" if p.has("are 0\\.|number of zeros") else "x[i]"
    function(p, p.width[p.outputs[0]],
             f"f = 0; for (i = 0; i < {n}; i = i + 1) f = f + ({counted});")


def alu(p):
    code = p.find(r"; (\w+) selects what", r"operation code (\w+)")
    a, b = p.find(r"operands (\w+) and (\w+)")
    y = p.find(r"selects what (\w+) is", r"the result (\w+)")
    n, top = p.width[y], p.width[y] - 1
    known = (  # what the text says, the value, the carry
        (f"{a} [+] {b}|sum of {a} and", f"{a} + {b}", f"({{1'b0, {a}}} + {b}) >> {n}"),
        (f"{b} - {a}|{b} minus", f"{b} - {a}", f"{b} < {a}"),
        (f"{a} - {b}|{a} minus", f"{a} - {b}", f"{a} < {b}"),
        ("AND NOT|cleared that are set", f"{a} & ~{b}", "0"),
        ("NOT [(]|bitwise NOR", f"~({a} | {b})", "0"),
        ("XOR|exclusive OR", f"{a} ^ {b}", "0"), ("AND", f"{a} & {b}", "0"),
        ("OR", f"{a} | {b}", "0"), ("as signed|signed comp", f"$signed({a}) < $signed({b})", "0"),
        ("complement|inverted", f"~{a}", "0"),
        ("left|<<", f"{a} << 1", "0"), ("sign bit copied|arithm", f"{{{a}[{top}], {a}}} >> 1", "0"),
        ("right|>>", f"{a} >> 1", "0"), ("smaller|minimum", f"{a} < {b} ? {a} : {b}", "0"),
        ("equals|same", f"{a} == {b}", "0"),
        ("unchanged|just", b, "0"))
    result, carry = "0", "0"
    for i in range(2 ** p.width[code]):
        said = p.find(rf"{code} = {i}: {y} is ([^.]*)\.",
                      rf"{code} equal to \d'b{i:0{p.width[code]}b}, {y} is ([^.]*)\.")
        if said is None:
            continue
        expression, carried = next((e, c) for words, e, c in known if re.search(words, said))
        result = f"{code} == {i} ? ({expression}) : ({result})"
        carry = f"{code} == {i} ? ({carried}) : ({carry})"
    p.wire("result_of", n, result)
    p.drives[y] = "result_of"
    for name in p.outputs:
        if p.has(f"{name} is 1 if and only|{name} tells that"):
            p.drives[name] = "result_of == 0"
        elif p.has(f"{name} is the most sig|{name} equals the sign"):
            p.drives[name] = f"result_of[{top}]"
        elif name != y:
            p.drives[name] = carry


def to_gray(p):
    p.drives[p.outputs[0]] = f"{p.inputs[0]} ^ ({p.inputs[0]} >> 1)"


def from_gray(p):
    n = p.width[p.inputs[0]]
    function(p, n, f"f = 0; for (i = 0; i < {n}; i = i + 1) f = f ^ (x >> i);")


def to_bcd(p):
    digits = p.width[p.outputs[0]] // 4
    p.drives[p.outputs[0]] = "{" + ", ".join(
        f"4'(({p.inputs[0]} / {10 ** i}) % 10)" for i in reversed(range(digits))) + "}"


def from_bcd(p):
    code, digits = p.inputs[0], p.width[p.inputs[0]] // 4
    number = wide(p, p.outputs)
    bad = next(name for name in p.outputs if name != number)
    cut = [f"{code}[{4 * i + 3}:{4 * i}]" for i in range(digits)]
    p.wire("is_bad", 1, " || ".join(f"{digit} > 9" for digit in cut))
    p.drives[bad] = "is_bad"
    p.drives[number] = "is_bad ? 0 : " + " + ".join(
        f"{digit} * {10 ** i}" for i, digit in enumerate(cut))


def bcd_add(p):
    total = wide(p, p.outputs)
    carry_out = next(name for name in p.outputs if name != total)
    a, b = [name for name in p.inputs if p.width[name] > 1 and p.width[name] == p.width[total]]
    carry = p.find(r"(\w+) is 1 to be added", r"the carry (\w+),")
    for i in range(p.width[total] // 4):
        p.wire(f"s{i}", 5, f"{a}[{4 * i + 3}:{4 * i}] + {b}[{4 * i + 3}:{4 * i}] + {carry}")
        p.wire(f"c{i}", 1, f"s{i} > 9")
        p.wire(f"d{i}", 4, f"c{i} ? s{i} - 10 : s{i}")
        carry = f"c{i}"
    p.drives[carry_out] = carry
    p.drives[total] = "{" + ", ".join(f"d{i}" for i in reversed(range(p.width[total] // 4))) + "}"


def to_excess(p):
    p.drives[p.outputs[0]] = f"{p.inputs[0]} + {p.width[p.inputs[0]]}'h" + \
        "3" * (p.width[p.inputs[0]] // 4)


# With registers

NUMBER = r"(\d+'[bh]\w+|0x\w+|\d+)"


def load(p):
    """(condition, data) of a parallel load, or None"""
    return p.find(r"[Ww]hen (\w+) is 1,? (?:the register|\w+) takes (\w+)",
                  r"(\w+) = 1 copies (\w+) into", r"(\w+) has priority over counting and "
                  r"copies min\((\w+),", r"(\w+) = 1 replaces the state by (\w+);")


def counter(p):
    q, n = wide(p, p.outputs), p.width[wide(p, p.outputs)]
    top = p.number(rf"from {NUMBER} upwards it goes", rf"range (?:is )?0 to {NUMBER}",
                   rf"to 0 and {NUMBER}\.", rf"values are 0 to {NUMBER}\.", rf"within 0 to {NUMBER}",
                   rf"clamped to 0 and {NUMBER}", rf"stops at {NUMBER} when")
    if top is None:
        top = p.number(r"Counting is modulo (\d+)") - 1
    step = p.number(r"adds (\d+) to", r"counts upwards by (\d+)", r"increment is (\d+)",
                    r"subtracts (\d+) from", r"downwards by (\d+)", r"decrement is (\d+)",
                    r"counts by (\d+)", r"both by (\d+)")
    start = p.number(rf"[Rr]eset sets {q} to {NUMBER}", rf"value in reset is {NUMBER}",
                     rf"reset the count is {NUMBER}")
    up = p.find(r"while (\w+) is 1 and subtracts", r"upwards when (\w+) is high",
                r"(\w+) selects the direction") or \
        ("1'b1" if p.has("adds|counts upwards|always up") else "1'b0")
    stays = p.has("saturates|never wraps|stops at")
    over, under = (str(top), "0") if stays else (f"{q} + {step} - {top + 1}",
                                                 f"{q} + {top + 1} - {step}")
    p.register("r", n, start)
    p.wire("w", n + 2, "r")
    over, under = over.replace(q, "w"), under.replace(q, "w")
    loading = load(p)
    data = f"if ({loading[0]}) r <= {loading[1]} > {top} ? {top} : {loading[1]}; else " \
        if loading else ""
    p.steps.append(f"{data}if ({up}) r <= w + {step} > {top} ? {over} : w + {step}; "
                   f"else r <= w < {step} ? {under} : w - {step};")
    p.drives[q] = "r"
    for name in p.outputs:
        if name != q:
            p.drives[name] = f"r == ({up} ? {top} : 0)"


def shift(p):
    q, n = wide(p, p.outputs), p.width[wide(p, p.outputs)]
    left = p.find(r"(\w+) chooses the direction", r"While (\w+) is high bits move") or \
        ("1'b1" if p.has("left shift|to the left, |is towards higher") else "1'b0")
    serial = p.find(r"free take the value of (\w+)", r"copies of (\w+)\.")
    fills = ((p.has("filled with 0|Zeros come"), "1'b0", "1'b0"),
             (p.has("rotates|comes in at the other"), f"r[{n - 1}]", "r[0]"),
             (p.has("keeps its value|arithmetic"), "1'b0", f"r[{n - 1}]"), (True, serial, serial))
    _, from_left, from_right = next(fill for fill in fills if fill[0])
    amount = p.number(r"shifts by (\d+) places", r"moves by (\d+) positions") or 1
    p.register("r", n, f"{{{n}{{1'b1}}}}" if p.has("become 1|all ones") else "0")
    p.steps.append("if (0) ;")
    if load(p):
        p.steps[-1] = f"if ({load(p)[0]}) r <= {load(p)[1]};"
    one = f"{left} ? {{r[{n - 2}:0], {from_left}}} : {{{from_right}, r[{n - 1}:1]}}"
    if amount == 1:
        p.steps.append(f"else r <= {one};")
    else:
        before = "r"
        for i in range(amount):
            p.wire(f"after{i}", n, one.replace("r[", f"{before}["))
            before = f"after{i}"
        p.steps.append(f"else r <= {before};")
    p.drives[q] = "r"
    for name in p.outputs:
        if name != q:
            p.drives[name] = f"{left} ? r[{n - 1}] : r[0]"


def lfsr(p):
    q, n = p.outputs[0], p.width[p.outputs[0]]
    right = p.has("shifts right|>> 1|towards bit 0")
    p.register("r", n, p.number(rf"reset sets {q} to {NUMBER}", rf"Reset sets {q} to {NUMBER}",
                                rf"at reset, is {NUMBER}"))
    mask = p.number(rf"XORed with {NUMBER}", rf"the mask {NUMBER}")
    if mask is not None:
        one = f"(r[0] ? r >> 1 ^ {mask} : r >> 1)" if right else \
            f"(r[{n - 1}] ? r << 1 ^ {mask} : r << 1)"
    else:
        taps = p.find(r"of bits ([\d, and]+) of", r"Bits ([\d, and]+) of")
        fed = " ^ ".join(f"r[{bit}]" for bit in taps.replace("and", ",").replace(",", " ").split())
        fed = f"~({fed})" if p.has("XNOR|inverse of") else f"({fed})"
        one = f"{{{fed}, r[{n - 1}:1]}}" if right else f"{{r[{n - 2}:0], {fed}}}"
    turns = p.number(r"does (\d+) such shifts", r"advances (\d+) times") or 1
    p.steps.append(f"if ({load(p)[0]}) r <= {load(p)[1]}; else" if load(p) else "")
    before = "r"
    for i in range(turns):
        p.wire(f"after{i}", n, one.replace("r[", f"{before}[").replace("r <<", f"{before} <<")
               .replace("r >>", f"{before} >>"))
        before = f"after{i}"
    p.steps.append(f"r <= {before};")
    p.drives[q] = "r"


def arbiter(p):
    req = p.find(r"bit i of (\w+) is the request", r"by the bits of (\w+),")
    n = p.width[req]
    round_robin = p.has("round robin|It is fair")
    highest = p.has("one with the highest|largest number comes|most significant request bit")
    p.declarations += [f"reg [{n - 1}:0] pick;", "integer i;"]
    if round_robin:
        p.register("first", 4, 0)
        search = f"for (i = {n - 1}; i >= 0; i = i - 1) " \
            f"if ({req}[(first + i) % {n}]) pick = 1 << ((first + i) % {n});"
    else:
        order = f"i = 0; i < {n}; i = i + 1" if highest else f"i = {n - 1}; i >= 0; i = i - 1"
        search = f"for ({order}) if ({req}[i]) pick = 1 << i;"
    p.declarations.append(f"always @(*) begin pick = 0; {search} end")
    grant = "pick"
    if not p.has("grant is combinational|current requests without delay"):
        p.register("held", n, 0)
        grant = "held"
    holds = f"(held & {req}) != 0" if p.has("keeps the grant|No preemption") else "0"
    p.steps.append(f"if (!({holds})) begin")
    p.steps += ["held <= pick;"] if grant == "held" else []
    if round_robin:
        p.steps += [f"if (pick[{i}]) first <= {(i + 1) % n};" for i in range(n)]
    p.steps.append("end")
    index = p.find(r"and (\w+) is that requester's number", r"(\w+) holds the number")
    for name in p.outputs:
        number = " | ".join(f"({grant}[{i}] ? {i} : 0)" for i in range(n))
        p.drives[name] = number if name == index else grant if index is None else f"{grant} != 0"


def detector(p):
    pattern = p.find(r"sequence ([01]+)")
    n, x = len(pattern), p.find(r"on (\w+)\.\s", r"serial input (\w+)")
    p.register("seen", n - 1, 0)
    p.register("many", 5, 0)
    p.wire("hit_now", 1, f"many >= {n - 1} && {{seen, {x}}} == {n}'b{pattern}")
    again = "many" if p.has("may overlap|Overlapping") else "hit_now ? 5'd0 : many"
    p.steps += [f"seen <= {{seen, {x}}};",
                f"many <= {again.replace('many', f'(many < {n - 1} ? many + 5' + chr(39) + 'd1 : many)')};"]
    hit = p.find(r"(\w+) is a M", r"(\w+) depends on", r"(\w+) comes from the reg")
    if p.has("Mealy|depends on"):
        p.drives[hit] = "hit_now"
    else:
        p.register("hit_before", 1, 0)
        p.steps.append("hit_before <= hit_now;")
        p.drives[hit] = "hit_before"


def divider(p):
    wave = p.find(r"divider: (\w+) is a wave", r"whose output (\w+) repeats")
    last = p.number(r"phases 0 to (\d+), one", r"numbered from 0 to (\d+)")
    level, first = p.find(rf"{wave} is ([01]) in the phases below (\d+)",
                          rf"{wave} is first ([01]), for phases 0 to (\d+) - 1")
    p.register("phase", 6, 0)
    p.steps.append(f"phase <= phase == {last} ? 0 : phase + 1;")
    for name in p.outputs:
        p.drives[name] = "phase == 0"
    p.drives[wave] = f"phase {'<' if level == '1' else '>='} {first}"


def regfile(p):
    write, data, address = p.find(r"edge, (\w+) = 1 writes (\w+) into the register (\w+)\.",
                                  r"edge with (\w+) at 1 stores (\w+) under the address (\w+)\.")
    n, depth = p.width[data], 2 ** p.width[address]
    start = p.number(rf"become {NUMBER}\.", rf"reset value of each register (?:except register 0 )?is {NUMBER}\.")
    has_zero = p.has("register 0 is always 0|Register 0 is always 0|Address 0 reads")
    for i in range(depth):
        p.register(f"x{i}", n, 0 if has_zero and i == 0 else start)
        if not (has_zero and i == 0):
            p.steps.append(f"if ({write} && {address} == {i}) x{i} <= {data};")
    clocked = p.has("synchronous: at the active edge \\w+ takes|loaded at every")
    bypass = p.has("gives the new value|the data being written|already shows|are bypassed")
    for k, (out, read) in enumerate(reads(p)):
        value = " : ".join(f"{read} == {i} ? x{i}" for i in range(depth)) + " : 0"
        if bypass:
            zero = f" && {read} != 0" if has_zero else ""
            value = f"{write} && {address} == {read}{zero} ? {data} : {value}"
        p.drives[out] = value
        if clocked:
            p.register(f"y{k}", n, 0)
            p.steps.append(f"y{k} <= {value};")
            p.drives[out] = f"y{k}"


def reads(p):
    """Pairs of a read port and its address."""
    for pattern in (r"(\w+) takes the register (\w+)", r"(\w+) \(address (\w+)\)",
                    r"(\w+) is the register (\w+)", r"(\w+) follows the address (\w+)"):
        found = re.findall(pattern, p.text)
        if found:
            found += [(name, re.search(r"and " + name + r" the (?:register|address) (\w+)",
                                       p.text).group(1))
                      for name in p.outputs if name not in dict(found)]
            return found
    return []
