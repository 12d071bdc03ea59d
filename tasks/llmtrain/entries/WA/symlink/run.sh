# Wrong answer: plan.json is a link.
set -eu
ln -s "$PODIUM_INPUT/trivial.json" "$PODIUM_OUTPUT/plan.json"
