# Wrong answer: a hundred thousand opening brackets, to make a parser recurse.
set -eu
head -c 100000 /dev/zero | tr '\0' '[' >"$PODIUM_OUTPUT/plan.json"
