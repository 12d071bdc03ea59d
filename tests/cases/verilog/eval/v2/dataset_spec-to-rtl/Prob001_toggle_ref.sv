
module RefModule (
  input clk,
  input areset,
  input t,
  output logic q
);
  always @(posedge clk, posedge areset)
    if (areset) q <= 0;
    else if (t) q <= ~q;
endmodule

