# Wrong answer: a key that is there twice would let two readers see two plans.
set -eu
sed 's/"zero1":true/"zero1":true,"zero1":false/' "$PODIUM_INPUT/trivial.json" \
    >"$PODIUM_OUTPUT/plan.json"
