# Wrong answer: a verdict of the scorer's own form on every descriptor and beside the output,
# and no rows. The scorer's descriptor is not the entry's.
verdict='{"schema": "podium.verdict/1", "raw": 1, "unit": "x", "score": 1}'
echo "$verdict"
echo "$verdict" >&2
for fd in 3 4 5 6 7 8 9; do
    (echo "$verdict" >&"$fd") 2> /dev/null
done
echo "$verdict" > "$PODIUM_OUTPUT/verdict.json"
exit 0
