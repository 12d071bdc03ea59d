#!/bin/bash
# What podium costs for a case beyond the entry's own time: planning, two sandboxes (entry
# and scorer), collecting, scoring and recording. ENTRIES entries without a build answer each
# public case by its sample, one at a time; the entry's own time is what its results say.
#
#   case.sh PODIUM [ENTRIES]
set -euo pipefail
podium=$1 entries=${2:-40}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for ((i = 0; i < entries; i++)); do
    mkdir -p "$folder/entries/$i"
    cat >"$folder/entries/$i/entry.json" <<END
{"schema": "podium.entry/1", "name": "sample $i", "team": "Team $i", "tasks": {
 "tile": {"run": ["/bin/sh", "-c",
  "cp \$PODIUM_INPUT/sample_submission.csv \$PODIUM_OUTPUT/submission.csv"]},
 "layout": {"run": ["/bin/sh", "-c",
  "cp \$PODIUM_INPUT/sample_submission.csv \$PODIUM_OUTPUT/submission.csv"]}}}
END
done
batch=("$podium" batch -q --jobs 1 -w "$folder/work")
mkdir "$folder/first"
cp -a "$folder/entries/0" "$folder/first/"
"${batch[@]}" "$folder/first" >/dev/null 2>&1 # makes the cases
start=$(date +%s%N)
"${batch[@]}" "$folder/entries" >"$folder/said" 2>&1
end=$(date +%s%N)
"${batch[@]}" "$folder/entries" >/dev/null 2>&1 # nothing to do: what it costs to start
start=$((start + $(date +%s%N) - end))
python3 - "$folder/work/podium.sqlite" $((end - start)) "$entries" <<'END'
import json, sqlite3, sys
store = sqlite3.connect(sys.argv[1])
results = [json.loads(row[0]) for row in store.execute("SELECT json FROM result")]
kinds = {result["verdict"] for result in results}
per_entry = len(results) // int(sys.argv[3])
timed = results[per_entry:]
own = sum(result["wall_ns"] for result in timed) / len(timed) / 1e6
total = int(sys.argv[2]) / len(timed) / 1e6
print(f"{len(timed)} cases ({', '.join(sorted(kinds))}): {total:.2f} ms each, {own:.2f} ms of it the "
      f"entry's own, {total - own:.2f} ms podium's")
END
