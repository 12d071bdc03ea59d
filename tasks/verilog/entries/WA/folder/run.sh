# Wrong answer: a folder stands where a module should.
id=$(sed -n '1s/^{"id":"\([^"]*\)".*/\1/p' "$PODIUM_INPUT/problems.jsonl")
mkdir -p "$PODIUM_OUTPUT/$id.v"
echo 'module top_module; endmodule' >"$PODIUM_OUTPUT/$id.v/$id.v"
