# Wrong answer: a module of a megabyte, which no compiler shall see.
id=$(sed -n '1s/^{"id":"\([^"]*\)".*/\1/p' "$PODIUM_INPUT/problems.jsonl")
head -c 1048576 /dev/zero | tr '\0' ' ' >"$PODIUM_OUTPUT/$id.v"
