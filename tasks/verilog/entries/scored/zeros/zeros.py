"""zeros: every output is 0; what knowing nothing earns. The shortest entry there is."""
import json
import os

with open(os.path.join(os.environ["PODIUM_INPUT"], "problems.jsonl")) as problems:
    for line in problems:
        problem = json.loads(line)
        ports = ",\n    ".join(f"{port['direction']} [{port['width'] - 1}:0] {port['name']}"
                               for port in problem["ports"])
        zeros = "\n".join(f"    assign {port['name']} = 0;" for port in problem["ports"]
                          if port["direction"] == "output")
        path = os.path.join(os.environ["PODIUM_OUTPUT"], problem["id"] + ".v")
        with open(path, "w") as file:
            file.write(f"module {problem['module']} (\n    {ports}\n);\n{zeros}\nendmodule\n")
