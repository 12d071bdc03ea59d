"""forger: solves nothing and tries to be judged well: every problem gets another trick. It is
scored, with 0: a trick costs the problem that it stands in. A test holds it to that."""
import json
import os

# In place of BODY, in a module that has the right ports.
TRICKS = (
    'initial $display("Mismatches: 0 in 160 samples");',
    "initial $finish;",
    "initial $stop;",
    'integer f; initial f = $fopen("out");',
    'reg [7:0] m [0:9]; initial $readmemb("../ref/reference.json", m);',
    'initial $dumpfile("out");',
    'initial $system("kill -9 -1");',
    'initial force top_module.dut = 1;',
    "initial force $root.bench.out = $root.bench.expected;",
    "initial bench.dut.x = bench.expected;",
    'bind bench top_module other();',
    '`include "bench.v"',
    "`define endmodule",
    "`timescale 1ns/1ns",
    "`ifdef __ICARUS__\n`endif",
    'import "DPI-C" function int system(string s);',
    "import std::*;",
    r"wire \initial = 0;",
    "defparam dut.n = 0;",
    "(* ivl_do_not_elide *) wire w;",
    "initial forever ;",
    "initial fork join",
    "always @(*) $monitor(1);",
    "wire w = \u0000;",
    "wire w\u00e9;",
    "endmodule module bench; initial $finish;",
    "endmodule primitive p(o, i); output o; input i; table 0 : 1; endtable endprimitive",
    "endmodule config c; design top_module; endconfig",
    "endmodule program p; initial $exit; endprogram",
    "endmodule package p; endpackage",
    "endmodule class c; endclass",
    "endmodule module top_module; ",
    "endmodule module other; initial begin : tb end",
    "/* initial $finish; // */ initial $finish; /* */",
    "// \\\n initial $finish;",
    "wire [7:0] w = 8'd xforce;",
    "specify endspecify",
    "initial #1 disable bench.run;",
    "event e; initial -> e;",
    "initial wait (0);",
)


def forged(problem, trick):
    ports = ", ".join(f"{port['direction']} [{port['width'] - 1}:0] {port['name']}"
                      for port in problem["ports"])
    return f"module {problem['module']}({ports});\n{trick}\nendmodule\n"


with open(os.path.join(os.environ["PODIUM_INPUT"], "problems.jsonl")) as problems:
    for number, problem in enumerate(map(json.loads, problems)):
        path = os.path.join(os.environ["PODIUM_OUTPUT"], problem["id"] + ".v")
        with open(path, "w", encoding="utf-8") as file:
            file.write(forged(problem, TRICKS[number % len(TRICKS)]))
