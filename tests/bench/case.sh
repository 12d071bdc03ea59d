#!/bin/bash
# What podium costs for a case beyond the entry's own time: planning, two sandboxes (entry
# and scorer), collecting, scoring and recording. ENTRIES entries without a build answer each
# public case by its sample, one at a time; the entry's own time is what its results say, the
# whole what lies between the last records of one entry and of the next.
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
"${batch[@]}" "$folder/entries" >"$folder/said" 2>&1
python3 - "$folder/work/podium.sqlite" <<'END'
import collections, json, sqlite3, statistics, sys
store = sqlite3.connect(sys.argv[1])
ends, own, verdicts = {}, collections.defaultdict(list), set()
for digest, at, text in store.execute("SELECT digest, recorded_ms, json FROM result ORDER BY rowid"):
    result = json.loads(text)
    ends[digest] = at
    own[digest].append(result["wall_ns"] / 1e6)
    verdicts.add(result["verdict"])
# The first entry made the cases, the second one's start was that of the batch.
order = list(ends)
whole, part = [], []
for before, this in zip(order[1:], order[2:]):
    whole.append((ends[this] - ends[before]) / len(own[this]))
    part.append(sum(own[this]) / len(own[this]))
rest = [all_of_it - entrys for all_of_it, entrys in zip(whole, part)]
print(f"{len(rest)} entries of {len(own[order[0]])} cases ({', '.join(sorted(verdicts))}), median of a case: "
      f"{statistics.median(whole):.2f} ms, {statistics.median(part):.2f} ms of it the entry's own, "
      f"{statistics.median(rest):.2f} ms podium's ({min(rest):.2f} at best)")
END
