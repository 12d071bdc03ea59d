# Wrong answer: names a pod that the fleet does not have.
set -eu
sed 's/"pod":[0-9]*/"pod":31/' "$PODIUM_INPUT/trivial.json" >"$PODIUM_OUTPUT/plan.json"
