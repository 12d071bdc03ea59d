#!/usr/bin/env bash
# One file of predictions for the whole competition, scored without running anything.
set -u
. "$(dirname "$0")/lib.sh"

# predictions FILE: the sample rows of every case, as one file.
predictions() {
    echo "ID,TopConfigs" >"$1"
    local task folder work
    work=$(work)
    for task in tile layout; do
        "$PODIUM" task -w "$work" generate "$task" | while read -r _ folder; do
            grep -v '^ID,' "$folder/in/sample_submission.csv" >>"$1"
        done
    done
}

test_a_whole_file_is_scored_collection_by_collection() {
    predictions "$scratch/whole.csv"
    expect 0 "$PODIUM" score -w "$(work)" "$scratch/whole.csv"
    for collection in tile-cpu tile-sim layout-conv-random layout-xf-default; do
        says "$collection"
    done
    says_not WA
}

# The first rows listed get what `run` gives the entry that lists them: one scorer, one rule.
test_score_and_run_agree() {
    predictions "$scratch/agree.csv"
    entry "$scratch/listed" "Listed" "$copy_sample"
    python3 - <(cd "$scratch" && "$PODIUM" score --json -w "$(work)" agree.csv) \
        <("$PODIUM" run --json -w "$(work)" "$scratch/listed") <<'PY'
import json, sys
score, run = (json.load(open(path)) for path in sys.argv[1:])
raws = [{r["case"]: r["raw"] for r in one["results"]} for one in (score, run)]
assert raws[0] == raws[1] and len(raws[0]) == 6, raws
mean = sum(raws[0].values()) / 6
for one in (score, run):
    assert abs(one["tracks"][0]["rows"][0]["score"] - mean) < 1e-12, (one["tracks"], mean)
PY
}

test_a_defect_is_told_by_row_and_column_and_costs_its_collection_only() {
    predictions "$scratch/defect.csv"
    local row
    row=$(grep -n '^tile:sim:' "$scratch/defect.csv" | head -1 | cut -d: -f1)
    sed -i "${row}s/,0;/,99999;/" "$scratch/defect.csv"
    expect 1 "$PODIUM" score -w "$(work)" "$scratch/defect.csv"
    says "submission.csv:$row:"
    says "99999"
    says "tile-cpu               OK"
    says "tile-sim               WA"
}

test_an_unknown_id_is_refused_with_its_row() {
    predictions "$scratch/unknown.csv"
    echo "tile:moon:abc,0;1" >>"$scratch/unknown.csv"
    local rows
    rows=$(wc -l <"$scratch/unknown.csv")
    expect 1 "$PODIUM" score -w "$(work)" "$scratch/unknown.csv"
    says "submission.csv:$rows:1"
    says "tile:moon:abc"
}

test_a_missing_row_is_named_and_lenient_scores_it_low() {
    predictions "$scratch/missing.csv"
    local id
    id=$(grep -o '^tile:sim:[0-9a-f]*' "$scratch/missing.csv" | head -1)
    sed -i "/^$id,/d" "$scratch/missing.csv"
    expect 1 "$PODIUM" score -w "$(work)" "$scratch/missing.csv"
    says "$id"
    expect 0 "$PODIUM" score --lenient -w "$(work)" "$scratch/missing.csv"
    says "tile-sim               OK"
}

test_carriage_returns_and_a_byte_order_mark_are_read_with_a_warning() {
    predictions "$scratch/plain.csv"
    { printf '\xef\xbb\xbf' && sed 's/$/\r/' "$scratch/plain.csv"; } >"$scratch/windows.csv"
    expect 0 "$PODIUM" score -w "$(work)" "$scratch/windows.csv"
    says "byte order mark"
    says_not WA
}

test_what_is_no_file_of_predictions_is_refused_in_one_line() {
    expect 2 "$PODIUM" score -w "$(work)" "$scratch/none.csv"
    one_line
    expect 2 "$PODIUM" score -w "$(work)" "$scratch"
    one_line
    : >"$scratch/empty.csv"
    expect 1 "$PODIUM" score -w "$(work)" "$scratch/empty.csv"
    says "submission.csv"
}

run_tests
