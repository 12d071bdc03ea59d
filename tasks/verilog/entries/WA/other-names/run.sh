# Wrong answer: a module, but not under the id of any problem.
echo 'module top_module; endmodule' >"$PODIUM_OUTPUT/top_module.v"
