# Wrong answer: bytes that are no JSON and no UTF-8.
set -eu
printf '\377\376\000\001{"zero1"' >"$PODIUM_OUTPUT/plan.json"
