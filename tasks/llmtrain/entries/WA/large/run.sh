# Wrong answer: more than 256 KiB, all of it white space before a fine plan.
set -eu
{
    head -c 300000 /dev/zero | tr '\0' ' '
    cat "$PODIUM_INPUT/trivial.json"
} >"$PODIUM_OUTPUT/plan.json"
