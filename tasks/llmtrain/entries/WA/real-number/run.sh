# Wrong answer: 1.0 is a number and no whole one.
set -eu
sed 's/"count":[0-9]*/"count":1.0/' "$PODIUM_INPUT/trivial.json" >"$PODIUM_OUTPUT/plan.json"
