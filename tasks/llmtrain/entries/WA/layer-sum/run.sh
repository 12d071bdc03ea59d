# Wrong answer: the stages have a hundred layers more than the model.
set -eu
sed 's/"layers":/"layers":1/' "$PODIUM_INPUT/trivial.json" >"$PODIUM_OUTPUT/plan.json"
