#!/usr/bin/env bash
# Boards of the split that decides: made again from what is public, early, and final.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/loglib.sh"
. "$(dirname "$0")/publishlib.sh"

# Made again from what is public.

# final_board: a board of the split that decides, with intervals and records. Four entries, one
# of them late, one withdrawn; the scorer's items are shared.
final_board() {
    local top i
    top=$(mktemp -d "$scratch/final.XXXXXX")
    prefix=$(tree)
    fake_task "$prefix" 'for last; do :; done
        n=$(cat "$last/n") items=
        for i in 1 2 3 4; do
            items=$items${items:+, }$(printf "{\"id\": \"g$i\", \"value\": 0.%02d}" $((n * i * 5)))
        done
        printf "{\"schema\": \"podium.verdict/1\", \"raw\": 0.%03d, \"unit\": \"x\", \"score\": 1, \"items\": [%s]}" $((n * 125)) "$items" >&3
        exit 42'
    only_tile "$prefix"
    podium=$prefix/bin/podium
    rules=$prefix/share/podium/tasks/competition.json
    folder=$(mktemp -d "$scratch/w.XXXXXX")
    change_rules "rules['deadline'] = '2023-11-17 AoE'; rules['phases'] = []; rules['quotas'] = {'entries_per_day': 0, 'final_selections': 0}"
    for i in a:1 b:2 c:3 d:4; do
        small "$top/${i%:*}" "Team ${i%:*}"
        sed -i "s|\"/bin/true\"|\"/bin/sh\", \"-c\", \"echo ${i#*:} >\$PODIUM_OUTPUT/n\"|" \
            "$top/${i%:*}/entry.json"
    done
    received "$top" a 2023-11-01T00:00:00Z b 2023-11-02T00:00:00Z c 2023-11-18T12:00:00Z d 2023-11-03T00:00:00Z
    expect 0 "$podium" intake -q -w "$folder" --stamped-by "The web site" "$top"
    expect 0 "$podium" withdraw -w "$folder" "$(numbers_of "Team d")" --reason "a mistake"
    printf '%064d\n' 17 >"$scratch/final.seed"
    split=(--split hidden --seed "$scratch/final.seed")
    expect 0 "$podium" batch -q -w "$folder" "${split[@]}"
    expect 0 "$podium" board -w "$folder" "${split[@]}"
}

numbers_of() { # TEAM: the number of its entry
    "$podium" log -w "$folder" | python3 -c 'import json, sys
print(next(e["seq"] for e in map(json.loads, sys.stdin) if e["kind"] == "received" and e["team"] == sys.argv[1]))' "$1"
}

# cheat PYTHON WORDS: records and board as the organizer would like them; who publishes them is
# told what gives it away.
cheat() {
    cp "$scratch/honest.records" "$folder/records.ndjson"
    cp "$scratch/honest.board" "$folder/leaderboard.json"
    python3 - "$folder" "$1" <<'PY'
import json, sys
board = open(sys.argv[1] + "/leaderboard.json").read()
head, *entries = map(json.loads, open(sys.argv[1] + "/records.ndjson"))
by = {entry["team"]: entry for entry in entries}
exec(sys.argv[2])
open(sys.argv[1] + "/leaderboard.json", "w").write(board)
with open(sys.argv[1] + "/records.ndjson", "w") as out:
    for line in [head, *entries]:
        print(json.dumps(line, separators=(",", ":"), ensure_ascii=False), file=out)
PY
    publish 2 "$scratch/cheated"
    says "$2"
    one_line
}

test_a_final_board_is_made_again_from_its_records_and_a_cheated_one_is_not() {
    final_board
    local to=$scratch/final.pub
    publish 0 --send "$to"
    expect 0 "$podium" verify "$to"
    says "made again from its records"
    cp "$folder/records.ndjson" "$scratch/honest.records"
    cp "$folder/leaderboard.json" "$scratch/honest.board"
    cheat "by['Team a']['results'][0]['raw'] = 0.75" "the board is not what its records give: line"
    cheat "board = board.replace('\"score_text\": \"0.250', '\"score_text\": \"0.350')" \
        "the board is not what its records give: line"
    cheat "entries.remove(by['Team b'])" "3 entries, but the log has 4"
    cheat "by['Team c']['received_ms'] -= 1" "the arrival of entry"
    cheat "by['Team c']['received_at'] = '2023-11-18T11:59:59.999Z'" "the arrival of entry"
    cheat "by['Team d']['standing'] = 'counts'" "the standing of entry"
    cheat "by['Team a']['standing'] = 'disqualified'" "the standing of entry"
    cheat "by['Team d']['standing_reason'] = 'another'" "the reason of entry"
    cheat "by['Team a']['team'] = 'Team z'" "the team or name of entry"
    cheat "by['Team a']['digest'] = by['Team b']['digest']" "the digest of entry"
    cheat "head['competition']['deadline_ms'] -= 1" "the deadline or its history"
    cheat "head['competition']['deadline_label'] = 'never'" "the deadline or its history"
    cheat "head['competition']['log_head'] = '0' * 64" "log_head is not where the log was"
    cheat "head['competition']['seed'] = '0000000000000001'" "the seed is not the head of the log"
    cheat "head['competition']['as_of'] = '2030-01-01T00:00:00.000Z'" "as_of and as_of_ms are not the same"
    cheat "head['competition']['is_practice'] = True" "records are of boards that rank by arrival"
    cheat "head['competition']['has_ladder'] = True" "records are of boards that rank by arrival"
    # An earlier end of the log, at which only one entry had come in.
    cheat "head['competition']['as_of_ms'] = 1698800000000; head['competition']['as_of'] = '2023-11-01T00:53:20.000Z'; del entries[1:]" \
        "log_head is not where the log was"
    cheat "by['Team b']['results'] = [dict(by['Team b']['results'][0], task='none')]" \
        "has a result in what it does not play"
    cheat "by['Team b']['results'] = [dict(by['Team b']['results'][0], case='none')]" \
        "has a result in what it does not play"
    cheat "by['Team b']['results'] = []" "lacks results and is not told as pending"
    cheat "by['Team b']['standing'] = 'invalid'" "the standing of entry"
    cheat "head['surprise'] = 1" "the first line is not the head"
    cheat "by['Team a']['surprise'] = 1" "line 2: has an unknown key"
}

has() { # has PYTHON: of the board
    python3 - "$folder/leaderboard.json" "$1" <<'PY' || fail "$1"
import json, sys
board = json.load(open(sys.argv[1]))
track = board["tracks"][0]
rows, statistics = track["rows"], track.get("statistics")
sys.exit(not eval(sys.argv[2]))
PY
}

test_intervals_are_drawn_from_the_head_of_the_log_unless_told_otherwise() {
    local before
    final_board
    before=$(grep -v '"as_of' "$folder/leaderboard.json")
    has "statistics['replicates'] == 10000 and statistics['unit_count'] == 4"
    has "statistics['seed'] == board['log_head'][:16] and 'fewer than 20' in statistics['warning_text']"
    # Items of .05 to .2 and twice that: the mean of four draws, and always half of the other.
    has "[r['team'] for r in rows] == ['Team b', 'Team a'] and rows[0]['first_probability'] == 1"
    has "all(0.05 <= rows[1]['score_interval'][e] * 1 <= 0.2 for e in ('low', 'high'))"
    has "rows[0]['score_interval']['low'] == 2 * rows[1]['score_interval']['low']"
    expect 0 "$podium" board -q -w "$folder" "${split[@]}"
    [[ $(grep -v '"as_of' "$folder/leaderboard.json") == "$before" ]] || fail "another board of the same record"
    expect 0 "$podium" board -q -w "$folder" "${split[@]}" --replicates 100 --draw-seed 00000000000000ff
    has "statistics['replicates'] == 100 and statistics['seed'] == '00000000000000ff'"
    expect 0 "$podium" board -q -w "$folder" "${split[@]}" --replicates 0
    has "statistics is None and 'score_interval' not in rows[0]"
    for bad in 5 1x -1 100001 ''; do
        expect 2 "$podium" board -w "$folder" "${split[@]}" --replicates "$bad"
        says "is 0 or 100 to 100000"
    done
    expect 2 "$podium" board -w "$folder" "${split[@]}" --draw-seed 1f
    expect 0 "$podium" board -q -w "$folder" "${split[@]}" --ladder
    has "'ladder_text' in track or 'ladder_text' in rows[0] or 'leak_bits' in rows[0]"
    [[ ! -e $folder/records.ndjson ]] || fail "records of a board that the Ladder announced"
}

test_a_board_that_hides_what_it_knows_has_no_records() {
    board
    touch "$folder/records.ndjson"
    expect 0 "$podium" board -q -w "$folder"
    [[ ! -e $folder/records.ndjson ]] || fail "records of a board with rounded numbers"
}

# The final board.

before_final="opened received received received received withdrawn"

test_a_final_board_is_on_record_and_verify_says_so() {
    final_board
    local to=$scratch/final
    publish 0 --final "$to"
    says "the log would say that this board is the final one"
    publish 0 --final --json "$to"
    python3 -c 'import json, sys
told = json.loads(sys.argv[1])
assert told["schema"] == "podium.publish/1" and told["is_final_new"] is True, told
assert told["is_sent"] is False and told["log_seq"] == 6, told
assert [file["change"] for file in told["files"]] == ["new"] * 5, told' "$out"
    has_kinds "$before_final"
    publish 0 --final --send "$to"
    has_kinds "$before_final finalised"
    [[ $(field 7 board) == $(b2sum -l 256 "$to/leaderboard.json" | cut -d ' ' -f 1) ]]
    expect 0 "$podium" verify "$to"
    says "split 'hidden', as of"
    says "on event 6 of 7, the final board"
    one_line
    publish 0 --final --send "$to"
    says "nothing to do"
    has_kinds "$before_final finalised"
    site "$scratch/final.site"
    publish 0 --send --page "$scratch/page.html" "$scratch/final.site"
    # What happens later takes nothing back, and takes a reason to be seen.
    expect 0 "$podium" disqualify 2 --reason r -w "$folder"
    publish 0 --send "$to"
    expect 0 "$podium" verify "$to"
    says "on event 6 of 8, the final board"
    expect 0 "$podium" board -w "$folder" "${split[@]}"
    publish 2 --send "$to"
    says "it is the final board, by event 7 (--force REASON"
    one_line
    publish 2 --send --page "$scratch/page.html" "$scratch/final.site"
    says "it is the final board, by event 7 (--force REASON"
    publish 2 --final --send "$to"
    says "it is the final board, by event 7"
    publish 2 --final --send "$scratch/elsewhere"
    says "event 7 made another board final (--force REASON"
    one_line
    has_kinds "$before_final finalised disqualified"
    publish 0 --final --send --force "a plagiarism" "$to"
    has_kinds "$before_final finalised disqualified finalised"
    [[ $(field 9 reason) == "a plagiarism" ]]
    expect 0 "$podium" verify "$to"
    says "on event 8 of 9, the final board"
}

test_what_is_not_yet_all_is_no_final_board() {
    final_board
    local to=$scratch/fin top=$scratch/pending
    rm "$folder/records.ndjson"
    publish 2 --final --send "$to"
    says "no board is final without its 'records.ndjson'"
    one_line
    expect 0 "$podium" board -w "$folder" "${split[@]}"
    mkdir "$scratch/theirs"
    echo "{}" >"$scratch/theirs/manifest.json"
    publish 2 --final --send "$scratch/theirs"
    says "may not replace"
    has_kinds "$before_final"
    expect 0 "$podium" withdraw -w "$folder" 2 --reason "a mistake"
    publish 2 --final --send "$to"
    says "stands on event 6, before event 7"
    has_kinds "$before_final withdrawn"
    season
    change_rules "rules['deadline'] = '2023-11-17 AoE'"
    small "$top/e" "Team e"
    received "$top" e 2023-11-04T00:00:00Z
    expect 0 "$podium" intake -q -w "$folder" --stamped-by "The web site" "$top"
    expect 0 "$podium" board -w "$folder" "${split[@]}"
    publish 2 --final --send "$to"
    says "while entries are pending (1)"
    has_kinds "opened received"
    [[ ! -e $to ]] || fail "it was published"
}

test_no_board_of_the_public_split_is_final() {
    board
    publish 2 --final --send "$scratch/public"
    says "no board of the public split is final"
    has_kinds "opened received received"
}

test_no_board_of_an_instant_that_is_to_come_is_published() {
    board
    expect 0 "$podium" board -w "$folder" --as-of 2100-01-01T12:59:59.999Z
    publish 2 --send --force "in a hurry" "$scratch/future"
    says "as of 2100-01-01T12:59:59.999Z, which is still to come"
    one_line
    [[ ! -e $scratch/future ]] || fail "it was published"
}

test_hidden_scores_are_not_published_before_the_deadline_without_a_reason() {
    season # its deadline is 2099-12-31 AoE
    small "$scratch/early/a" A
    expect 0 "$podium" intake -q -w "$folder" "$scratch/early"
    printf '%064d\n' 17 >"$scratch/early.seed"
    expect 0 "$podium" batch -q -w "$folder" --split hidden --seed "$scratch/early.seed"
    expect 0 "$podium" board -w "$folder" --split hidden --seed "$scratch/early.seed"
    publish 2 --send "$scratch/early.pub"
    says "not published before 2100-01-01T12:00:00.000Z"
    one_line
    expect 0 "$podium" grace 3600 --reason r -w "$folder"
    expect 0 "$podium" seal --team A "$(printf '%064d' 7)" -w "$folder"
    publish 2 --send "$scratch/early.pub"
    says "not published before 2100-01-01T13:00:00.000Z"
    [[ ! -e $scratch/early.pub ]] || fail "it was published"
    publish 0 --send --force "the sponsors must see it" "$scratch/early.pub"
    grep -q '"forced": "the sponsors must see it"' "$scratch/early.pub/manifest.json"
    # That the board tells another deadline than the log makes it no final one.
    expect 0 "$podium" board -w "$folder" --split hidden --seed "$scratch/early.seed"
    sed -i 's/"instant": "2100-01-01T12/"instant": "2023-11-03T12/' "$folder/leaderboard.json"
    grep -q '"instant": "2023-11-03T12' "$folder/leaderboard.json"
    rm "$folder/records.ndjson"
    publish 2 --final --send --force "in a hurry" "$scratch/early.pub"
    says "before 2100-01-01T13:00:00.000Z, the log's deadline"
    has_kinds "opened received graced sealed"
}

make_board
made=$folder
run_tests
