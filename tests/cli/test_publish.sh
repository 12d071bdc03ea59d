#!/usr/bin/env bash
# A board that is published: into a folder and a Jekyll site, and what podium verify says of
# it. What goes over the web is in test_publish_web.sh.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/loglib.sh"
. "$(dirname "$0")/publishlib.sh"

# Folders.

test_without_send_it_says_what_would_change_and_changes_nothing() {
    board
    local to=$scratch/dry
    publish 0 "$to"
    says "new      manifest.json"
    says "dry run: nothing was sent"
    [[ ! -e $to ]] || fail "it made '$to'"
    publish 0 --send "$to"
    says "published, read back and compared"
    change
    cp -r "$to" "$to.before"
    publish 0 "$to"
    says "changed  manifest.json"
    says "lines come"
    says '"A" =1 (0.500) -> -'
    says '"B" =1 (0.500) -> 1 (0.500)'
    diff -r "$to" "$to.before"
}

test_what_is_published_is_the_board_and_the_log_and_holds() {
    board
    local to=$scratch/pub/deep
    publish 0 --send "$to"
    cmp "$folder/leaderboard.json" "$to/leaderboard.json"
    cmp "$folder/leaderboard.json" "$to"/boards/*/leaderboard.json
    "$podium" log -w "$folder" | cmp - "$to"/boards/*/log.ndjson
    [[ -z $(find "$to" -name '*.tmp-*') ]]
    holds "$to" 3
    holds "$to/manifest.json" 3
    (cd "$to" && expect 0 "$podium" verify manifest.json)
    expect 0 "$podium" verify --key "$(field 1 key)" --head "$("$podium" log -w "$folder" |
        sed -n 2p | tr -d '\n' | b2sum -l 256 | cut -d ' ' -f 1)" "$to"
    expect 1 "$podium" verify --key "$(printf '%064d' 1)" "$to"
    says "is signed by another key"
    expect 1 "$podium" verify --head "$(printf '%064d' 1)" "$to"
    says "never had the head"
}

# By openssl and sha256sum, which know nothing of podium.
test_signature_and_digests_are_what_other_programs_find_too() {
    board
    local to=$scratch/other
    publish 0 --send "$to"
    python3 - "$to" <<'PY'
import base64, json, sys
manifest = json.load(open(sys.argv[1] + "/manifest.json"))
key = bytes.fromhex("302a300506032b6570032100" + manifest["key"])  # RFC 8410, 4 and 10.1
open(sys.argv[1] + ".pem", "w").write("-----BEGIN PUBLIC KEY-----\n" +
    base64.b64encode(key).decode() + "\n-----END PUBLIC KEY-----\n")
open(sys.argv[1] + ".sig", "wb").write(bytes.fromhex(manifest["signature"]))
open(sys.argv[1] + ".sums", "w").writelines(
    f"{f['sha256']}  {f['path']}\n" for f in manifest["files"])
PY
    { echo podium.bundle/1; head -n -2 "$to/manifest.json"; } >"$to.text"
    expect 0 openssl pkeyutl -verify -pubin -inkey "$to.pem" -rawin -in "$to.text" -sigfile "$to.sig"
    (cd "$to" && sha256sum -c --quiet "$to.sums")
}

test_published_again_it_has_nothing_to_do_and_what_is_missing_is_brought() {
    board
    local to=$scratch/again
    publish 0 --send "$to"
    publish 0 --send "$to"
    says "nothing to do"
    rm "$to/leaderboard.json" "$to"/boards/*/log.ndjson
    touch "$to/leaderboard.json.tmp-1-0" # as a podium that was killed leaves it
    publish 0 --send "$to"
    holds "$to" 3
    cmp "$folder/leaderboard.json" "$to/leaderboard.json"
    [[ ! -e $to/leaderboard.json.tmp-1-0 ]] || fail "left: $(ls "$to")"
}

test_an_older_board_stays_readable_when_a_newer_one_is_published() {
    board
    local to=$scratch/older
    publish 0 --send "$to"
    cp "$to/manifest.json" "$to.old"
    change
    publish 0 --send "$to"
    holds "$to" 4
    [[ $(find "$to/boards" -mindepth 1 -maxdepth 1 | wc -l) == 2 ]]
    cp "$to.old" "$to/manifest.json"
    holds "$to" 3
}

test_files_beside_the_board_go_with_it_unless_they_are_older() {
    board
    local to=$scratch/beside
    echo '<feed/>' >"$folder/leaderboard.atom"
    echo 'rank,team' >"$folder/leaderboard.csv"
    echo '<p>' >"$folder/index.html"
    publish 0 --send "$to"
    cmp "$folder/index.html" "$to/index.html"
    cmp "$folder/leaderboard.csv" "$to/leaderboard.csv"
    cmp "$folder/leaderboard.atom" "$to"/boards/*/leaderboard.atom
    expect 0 "$podium" verify "$to"
    says "5 files"
    expect 0 "$podium" board -w "$folder"
    touch -r "$folder/leaderboard.json" "$folder/leaderboard.atom" "$folder/index.html"
    touch -d @1700000000 "$folder/leaderboard.csv"
    publish 2 --send "$to"
    says "leaderboard.csv' is older than the board"
    one_line
}

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

# What may not take whose place.

test_an_older_board_or_another_history_never_replaces_a_newer_one() {
    board
    local to=$scratch/newer ours=$folder
    cp -r "$folder" "$scratch/copy"
    change
    publish 0 --send "$to"
    cp "$to/manifest.json" "$to.kept"
    folder=$scratch/copy
    publish 2 --send "$to"
    says "it is newer: its log has 4 events, this one 3"
    one_line
    change 3
    publish 2 --send "$to"
    says "another history: its event 4 is not that of this log"
    cmp "$to/manifest.json" "$to.kept"
    publish 0 --send --force "the first one was a trial" "$to"
    expect 0 "$podium" verify "$to"
    says 'it took the place of another board: "the first one was a trial"'
    folder=$ours
    expect 0 "$podium" board -w "$folder" --as-of 2023-11-01T12:00:00Z
    publish 0 --send --force "nothing to overrule" "$scratch/instant/"
    grep -q forced "$scratch/instant/manifest.json" && fail "a reason without a need for it"
    expect 0 "$podium" board -w "$folder" --as-of 2023-11-01T06:00:00Z
    publish 2 --send "$scratch/instant"
    says "it is newer: as of 2023-11-01T12:00:00.000Z, this one as of 2023-11-01T06:00:00.000Z"
}

test_a_board_of_another_key_and_what_is_no_manifest_are_not_replaced() {
    board
    local to=$scratch/others
    publish 0 --send "$to"
    make_board
    publish 2 --send "$to"
    says "it is signed by another key"
    echo '{"name": "an app"}' >"$to/manifest.json"
    publish 2 --send "$to"
    says "(--force REASON replaces it)"
    one_line
}

test_without_a_log_or_a_board_of_it_nothing_is_published() {
    board
    rm "$folder/leaderboard.json"
    publish 2 "$scratch/none"
    says "run podium board"
    one_line
    expect 0 "$podium" board -w "$folder"
    python3 - "$folder/leaderboard.json" <<'PY'
import json, sys
board = json.load(open(sys.argv[1]))
board["log_head"] = "ab" * 32
json.dump(board, open(sys.argv[1], "w"))
PY
    publish 2 "$scratch/none"
    says "which this log never had"
    one_line
    folder=$(mktemp -d "$scratch/w.XXXXXX")
    publish 2 "$scratch/none"
    says "nothing was received"
    expect 2 "$podium" publish -w "$folder"
    expect 2 "$podium" publish -w "$folder" a b
    publish 2 ""
    publish 2 --force $'a\nb' x
    publish 2 --workshop ../x x
}

test_two_podiums_do_not_publish_into_one_folder_at_a_time() {
    board
    local to=$scratch/locked
    mkdir "$to"
    exec {lock}<"$to"
    flock "$lock"
    publish 3 --send "$to"
    says "another podium publishes into"
    [[ -z $(ls -A "$to") ]]
    exec {lock}<&-
    publish 0 --send "$to"
}

# What verify finds.

test_a_change_of_any_published_file_is_noticed() {
    board
    local to=$scratch/changed file
    publish 0 --send "$to"
    for file in "$to"/boards/*/* "$to/manifest.json"; do
        cp "$file" "$to.kept"
        for edit in '$s/}/} /' '2s/[0-9]/x/' '$d' '1s/^/ /'; do
            sed "$edit" "$to.kept" >"$file"
            cmp -s "$file" "$to.kept" && fail "'$edit' changes nothing in $file"
            expect 1 "$podium" verify "$to"
            one_line
        done
        rm "$file"
        [[ $file == */manifest.json ]] || expect 1 "$podium" verify "$to"
        cp "$to.kept" "$file"
    done
    holds "$to" 3
    rm "$to/manifest.json"
    expect 2 "$podium" verify "$to"
    says "no 'manifest.json' in"
}

# A manifest that is signed by the right key and yet says what board and log do not.
test_a_signed_manifest_of_other_boards_or_logs_does_not_hold() {
    board
    local to=$scratch/mixed
    publish 0 --send "$to"
    cp -r "$to" "$to.first"
    change
    publish 0 --send "$to"
    # The older board's files in the place of the newer one's: their digests tell.
    cp "$to.first"/boards/*/* "$to"/boards/000004-*/
    expect 1 "$podium" verify "$to"
    says "the manifest says"
    # Another organizer's signature under the same files.
    local key
    key=$(field 1 key)
    python3 - "$to.first/manifest.json" "$key" "$(printf '%064d' 5)" <<'PY'
import sys
path, old, new = sys.argv[1:]
text = open(path).read()
assert old in text
open(path, "w").write(text.replace(old, new))
PY
    expect 1 "$podium" verify "$to.first"
    says ".signature does not hold"
}

# The final board.

test_a_final_board_is_on_record_and_verify_says_so() {
    board
    local to=$scratch/final
    publish 0 --final "$to"
    says "the log would say that this board is the final one"
    publish 0 --final --json "$to"
    python3 -c 'import json, sys
told = json.loads(sys.argv[1])
assert told["schema"] == "podium.publish/1" and told["is_final_new"] is True, told
assert told["is_sent"] is False and told["log_seq"] == 3, told
assert [file["change"] for file in told["files"]] == ["new"] * 4, told' "$out"
    has_kinds "opened received received"
    publish 0 --final --send "$to"
    has_kinds "opened received received finalised"
    [[ $(field 4 board) == $(b2sum -l 256 "$to/leaderboard.json" | cut -d ' ' -f 1) ]]
    expect 0 "$podium" verify "$to"
    says "on event 3 of 4, the final board"
    publish 0 --final --send "$to"
    says "nothing to do"
    has_kinds "opened received received finalised"
    change
    publish 0 --send "$to"
    expect 0 "$podium" verify "$to"
    says "not the final board"
}

test_no_board_is_final_while_entries_are_pending_or_the_deadline_is_ahead() {
    board
    local top=$scratch/pending
    small "$top/c" C
    received "$top" c 2023-11-03T00:00:00Z
    expect 0 "$podium" intake -q -w "$folder" --stamped-by "The web site" "$top"
    expect 0 "$podium" board -w "$folder"
    publish 2 --final --send "$scratch/fin"
    says "while entries are pending (1)"
    expect 0 "$podium" batch -q -w "$folder"
    expect 0 "$podium" board -w "$folder" --as-of 2023-11-18T11:59:59.999Z
    publish 2 --final --send "$scratch/fin"
    says "before the deadline"
    expect 0 "$podium" board -w "$folder" --as-of 2023-11-18T12:00:00Z
    mkdir "$scratch/theirs"
    echo "{}" >"$scratch/theirs/manifest.json"
    publish 2 --final --send "$scratch/theirs"
    says "may not replace"
    has_kinds "opened received received received"
    publish 0 --final --send "$scratch/fin"
}

test_no_board_is_final_within_the_grace_of_what_was_sealed() {
    season # its deadline is 2099-12-31 AoE
    small "$scratch/grace/a" A
    expect 0 "$podium" intake -q -w "$folder" "$scratch/grace"
    expect 0 "$podium" batch -q -w "$folder"
    expect 0 "$podium" grace 3600 --reason r -w "$folder"
    expect 0 "$podium" board -w "$folder" --as-of 2100-01-01T12:59:59.999Z
    publish 0 --final "$scratch/graced"
    expect 0 "$podium" seal --team A "$(printf '%064d' 7)" -w "$folder"
    publish 2 --final "$scratch/graced"
    says "within the grace of what was sealed"
    expect 0 "$podium" board -w "$folder" --as-of 2100-01-01T13:00:00Z
    publish 0 --final "$scratch/graced"
}

# Jekyll sites.

site() { # site FOLDER
    mkdir -p "$1/_data/neurips2023" "$1/neurips2023"
    echo "title: x" >"$1/_config.yml"
    echo "home" >"$1/index.md"
    printf -- '---\nworkshop_name: neurips2023\n---\n{{ site.data.neurips2023.leaderboard.as_of }}\n' >"$scratch/page.html"
}

test_a_jekyll_site_gets_exactly_its_two_files() {
    board
    local to=$scratch/site
    site "$to"
    (cd "$to" && git init -q . && git add . && git -c user.name=x -c user.email=x@example.org commit -qm x)
    publish 0 --page "$scratch/page.html" "$to"
    says "new      _data/neurips2023/leaderboard.json"
    [[ -z $(git -C "$to" status --porcelain -uall) ]] || fail "$(git -C "$to" status --porcelain)"
    publish 0 --page "$scratch/page.html" --send "$to"
    [[ $(git -C "$to" status --porcelain -uall) == "?? _data/neurips2023/leaderboard.json
?? neurips2023/leaderboard.html" ]] || fail "$(git -C "$to" status --porcelain -uall)"
    cmp "$folder/leaderboard.json" "$to/_data/neurips2023/leaderboard.json"
    cmp "$scratch/page.html" "$to/neurips2023/leaderboard.html"
    publish 0 --page "$scratch/page.html" --send "$to"
    says "nothing to do"
    publish 0 --page "$scratch/page.html" --workshop mlsys2024 --send "$to"
    grep -q "site.data.mlsys2024.leaderboard" "$to/mlsys2024/leaderboard.html"
    cmp "$folder/leaderboard.json" "$to/_data/mlsys2024/leaderboard.json"
}

test_a_site_with_a_newer_board_keeps_it() {
    board
    local to=$scratch/site2 ours=$folder
    site "$to"
    cp -r "$folder" "$scratch/site2.copy"
    change
    publish 0 --page "$scratch/page.html" --send "$to"
    folder=$scratch/site2.copy
    publish 2 --page "$scratch/page.html" --send "$to"
    says "the site has a board that this one may not replace: it is newer"
    one_line
    expect 0 "$podium" board -w "$folder"
    publish 2 --page "$scratch/page.html" --send "$to"
    says "it stands on another log"
    cmp "$ours/leaderboard.json" "$to/_data/neurips2023/leaderboard.json"
    publish 0 --page "$scratch/page.html" --send --force "a trial" "$to"
    cmp "$folder/leaderboard.json" "$to/_data/neurips2023/leaderboard.json"
    publish 2 --page "$scratch/nowhere" "$to"
    says "no page at"
    one_line
}

make_board
made=$folder
run_tests
