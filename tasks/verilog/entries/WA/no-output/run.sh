# Wrong answer: ends well and writes no module.
