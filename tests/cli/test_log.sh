#!/usr/bin/env bash
# The organizer's verbs, the log that they write, and what happens to who changes it.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/loglib.sh"

# teams NAME...: an entry of each is received, the first as event 2.
teams() {
    local top name
    top=$(mktemp -d "$scratch/teams.XXXXXX")
    for name in "$@"; do
        small "$top/$name" "$name"
        expect 0 "$podium" intake -q -w "$folder" "$top/$name"
    done
}

deed() { # deed STATUS VERB WORD...: one line, whatever it says
    local status=$1
    shift
    expect "$status" "$podium" "$@" -w "$folder"
    one_line
}

test_every_verb_puts_one_event_into_the_log() {
    season 5 2
    teams A B
    deed 0 extend "2100-01-01 AoE" --reason "the site was down"
    says "extended: event 4, log head"
    deed 0 grace 3600 --reason "slow uploads"
    deed 0 seal --team A "$(printf '%064d' 7)"
    says "sealed as number 6; receipt: "
    deed 0 select A 2
    deed 0 select A
    deed 0 disqualify 2 --reason r
    deed 0 disqualify --team B --reason r
    deed 0 reinstate 2 --reason r
    deed 0 reinstate --team B --reason r
    deed 0 withdraw 2 --reason r
    deed 0 excuse 2 --reason r
    deed 0 merge A B --reason r
    has_kinds "opened received received extended graced sealed selected selected disqualified disqualified reinstated reinstated withdrawn excused merged"
    whole
}

test_bad_words_exit_2_in_one_line_and_record_nothing() {
    season 5 2
    teams A B
    local before long
    before=$("$podium" log -w "$folder" | b2sum)
    long=$(printf 'x%.0s' {1..1025})
    deed 2 extend "2100-01-01 AoE"
    says "needs --reason"
    deed 2 extend "2100-01-01" --reason r
    says "a date without a place"
    deed 2 extend "2099-12-31 AoE" --reason r
    says "never shortened"
    deed 2 extend "2098-12-31 AoE" --reason r
    deed 2 extend tomorrow --reason r
    for word in -1 1.5 abc "" " 1" 0x10 99999999999999999999 9223372036854775807 31536001; do
        expect 2 "$podium" grace --reason r -w "$folder" -- "$word"
    done
    says "seconds of grace"
    deed 2 seal --team A abc
    deed 2 seal "$(printf '%064d' 7)"
    says "needs --team"
    for word in "" $'\xff' $'a\nb' "$(printf 'x%.0s' {1..101})" $'\xe2\x80\xae'; do
        deed 2 seal --team "$word" "$(printf '%064d' 7)"
        deed 2 select "$word" 2
        deed 2 disqualify --team "$word" --reason r
        deed 2 merge "$word" B --reason r
        deed 2 merge A "$word" --reason r
    done
    for word in "" $'\xff' $'a\nb' $'\x1b[31m' "$long"; do
        deed 2 withdraw 2 --reason "$word"
        says "--reason"
    done
    deed 2 select A 3
    says "entry 3 is another team's"
    deed 2 select A 2 2 2
    says "at most 2 are allowed"
    deed 2 select A two
    deed 2 select C 2
    says 'there is no team "C"'
    deed 2 disqualify --reason r
    deed 2 disqualify 2 --team A --reason r
    deed 2 disqualify 1 --reason r
    says "there is no entry 1"
    deed 2 withdraw 9 --reason r
    deed 2 withdraw 2
    deed 2 excuse 1 --reason r
    deed 2 merge A A --reason r
    says "they are one team"
    deed 2 merge A C --reason r
    expect 2 "$podium" merge A -w "$folder" --reason r
    expect 2 "$podium" grace -w "$folder" --reason r
    [[ $("$podium" log -w "$folder" | b2sum) == "$before" ]] || fail "the log grew: $(kinds)"
    whole
}

test_bad_words_open_no_competition() {
    season
    deed 2 grace never --reason r
    deed 2 seal --team A nothing
    [[ ! -e $folder/organizer.key ]] || fail "a key was made"
}

test_what_was_sealed_can_be_uploaded_within_the_grace() {
    local top=$scratch/sealed
    season 1
    small "$top/a" A
    expect 0 "$podium" seal -w "$folder" --team A "$top/a"
    says "receipt: $folder/receipts/000002.json"
    [[ -s $folder/receipts/000002.json ]] || fail "no receipt"
    expect 0 "$podium" intake -w "$folder" "$top"
    [[ $(field 3 sealed_by) == 2 ]] || fail "sealed_by $(field 3 sealed_by)"
    says_not "over the quota"
    expect 1 "$podium" seal -w "$folder" --team B "$top/a"
    says 'the entry is of team "A"'
    whole
}

test_json_of_a_seal_is_its_event_and_there_is_a_receipt() {
    season
    expect 0 "$podium" seal --json -q -w "$folder" --team A "$(printf '%064d' 7)"
    python3 -c 'import json, sys
event = json.loads(sys.argv[1])
assert event["kind"] == "sealed" and event["seq"] == 2, event' "$out"
    whole
}

# What the board says: for PYTHON an expression over `board`.
board_has() {
    expect 0 "$podium" board -q -w "$folder" "${@:2}"
    python3 - "$folder/leaderboard.json" "$1" <<'PY' || fail "board: not $1"
import json, sys
board = json.load(open(sys.argv[1]))
sys.exit(0 if eval(sys.argv[2]) else 1)
PY
}

test_the_board_shows_history_reasons_and_head() {
    local head early
    season 1
    teams A B C
    small "$scratch/second" C
    expect 0 "$podium" intake -q -w "$folder" "$scratch/second"
    expect 0 "$podium" batch -q -w "$folder"
    early=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
    deed 0 extend "2100-01-01 AoE" --reason "the site was down"
    deed 0 disqualify --team A --reason "copied from B"
    deed 0 withdraw 3 --reason "asked by mail"
    head=$("$podium" log -w "$folder" | tail -n 1 | tr -d '\n' | b2sum -l 256 | cut -d' ' -f1)
    board_has "board['log_head'] == '$head'"
    stands "$folder" A disqualified
    stands "$folder" B withdrawn
    [[ $(standing "$folder/leaderboard.json" C | sort) == $'over_quota\nranked' ]] ||
        fail "$(standing "$folder/leaderboard.json" C)"
    board_has "'copied from B' in json.dumps(board) and 'asked by mail' in json.dumps(board)"
    board_has "board['deadline']['label'] == '2100-01-01 AoE'"
    board_has "[h['reason'] for h in board['deadline']['history']] == ['the site was down']"
    expect 0 "$(dirname "$0")/../../ci/check-schema" "$folder/leaderboard.json"
    # As it was before that.
    board_has "board['deadline']['history'] == []" --as-of "$early"
    stands "$folder" A ranked
    stands "$folder" B ranked
    # The file may say the new deadline as well, and the board of then does not mind.
    change_rules "rules['deadline'] = '2100-01-01 AoE'"
    board_has "board['deadline']['label'] == '2099-12-31 AoE'" --as-of "$early"
    board_has "board['deadline']['label'] == '2100-01-01 AoE'"
}

test_the_hidden_seed_is_the_one_that_was_committed_to() {
    local commitment
    season
    printf '%064d\n' 7 >"$scratch/promised.seed"
    printf '%064d\n' 8 >"$scratch/better.seed"
    commitment=$(tr -d '\n' <"$scratch/promised.seed" | b2sum -l 256 | cut -d ' ' -f 1)
    change_rules "rules['seed_commitment'] = '$commitment'"
    teams A
    "$podium" log -w "$folder" | head -n 1 | grep -q "\"commitment\": *\"$commitment\"" ||
        fail "the log does not say it: $("$podium" log -w "$folder" | head -n 1)"
    expect 2 "$podium" batch -q -w "$folder" --split hidden --seed "$scratch/better.seed"
    says "is not the one that competition.json commits to"
    one_line
    change_rules "rules['seed_commitment'] = '$(tr -d '\n' <"$scratch/better.seed" | b2sum -l 256 | cut -d ' ' -f 1)'"
    expect 2 "$podium" batch -q -w "$folder" --split hidden --seed "$scratch/better.seed"
    says "commits to another hidden seed than the log"
    change_rules "rules['seed_commitment'] = ''"
    expect 2 "$podium" batch -q -w "$folder" --split hidden --seed "$scratch/better.seed"
    says "commits to another hidden seed than the log"
    change_rules "rules['seed_commitment'] = '$commitment'"
    expect 0 "$podium" batch -q -w "$folder" --split hidden --seed "$scratch/promised.seed"
    says "1 recorded now"
}

test_a_merged_team_is_one_row_and_selections_bind_in_the_end() {
    season
    teams A B
    expect 0 "$podium" batch -q -w "$folder"
    deed 0 merge A B --reason "they asked"
    board_has "len(board['tracks'][0]['rows']) == 1"
    board_has "board['tracks'][0]['rows'][0]['team'] == 'B'"
    printf '%064d\n' 7 >"$scratch/merge.seed"
    deed 0 select B 3
    expect 0 "$podium" batch -q -w "$folder" --split hidden --seed "$scratch/merge.seed"
    says "1 recorded now"
    board_has "board['tracks'][0]['rows'][0]['seq'] == 3" --split hidden --seed "$scratch/merge.seed"
}

# Verify.

test_an_exported_log_is_verified_from_a_file_or_a_pipe() {
    local head key
    season
    teams A B
    "$podium" log -w "$folder" >"$scratch/log"
    key=$(field 1 key)
    head=$(head -n 2 "$scratch/log" | tail -n 1 | tr -d '\n' | b2sum -l 256 | cut -d' ' -f1)
    expect 0 "$podium" verify "$scratch/log"
    says "holds: 3 events, 2 entries of 2 teams"
    expect 0 sh -c "'$podium' log -w '$folder' | '$podium' verify --key $key --head $head"
    says "holds: 3 events"
    expect 0 sh -c "'$podium' verify <'$scratch/log'"
    expect 1 "$podium" verify --head "$(printf '%064d' 7)" "$scratch/log"
    says "never had the head"
    one_line
    expect 1 "$podium" verify --key "$(printf '%064d' 7)" "$scratch/log"
    one_line
    expect 1 "$podium" verify /dev/null
    says "is empty"
    expect 2 "$podium" verify "$scratch/nowhere"
    head -c 1000000 /dev/urandom >"$scratch/noise"
    expect 1 "$podium" verify "$scratch/noise"
    one_line
    sed 's/"team":"A"/"team":"Z"/' "$scratch/log" >"$scratch/forged"
    expect 1 "$podium" verify "$scratch/forged"
    says "forged:3: event 3: its prev is not the digest of the event before it"
    one_line
}

# Somebody pages through the log: the intake does not wait for that.
test_an_open_log_keeps_nobody_out() {
    season
    teams A
    mkfifo "$scratch/paged"
    local i reader
    for i in {1..120}; do deed 0 withdraw 2 --reason "$(printf 'x%.0s' {1..1000})" >/dev/null; done
    "$podium" log -w "$folder" >"$scratch/paged" &
    reader=$!
    exec {paged}<"$scratch/paged"
    read -r -n 1 -u "$paged" _ # it writes, and then waits for us
    expect 0 "$podium" withdraw -w "$folder" --reason r 2
    exec {paged}<&-
    wait "$reader" || true
}

# The store.

test_events_are_neither_changed_nor_deleted_nor_forged() {
    season
    teams A B
    local head statement text
    head=$("$podium" log -w "$folder" | tail -n 1 | tr -d '\n' | b2sum -l 256 | cut -d' ' -f1)
    text="{\"seq\":4,\"at\":\"2099-01-01T00:00:00.000Z\",\"prev\":\"$head\",\"kind\":\"clock\",\"drift_ms\":1,\"note\":\"n\"}"
    for statement in "UPDATE event SET text = text || ' ' WHERE seq = 2" \
        "UPDATE event SET seq = 9 WHERE seq = 3" "DELETE FROM event WHERE seq = 3" "DELETE FROM event"; do
        expect 1 sql "$statement"
        says "never"
    done
    insert() { # insert SEQ TEXT [DIGEST]
        expect 1 sql "INSERT INTO event VALUES ($1, '$2', ${3:-podium_digest('$2')})"
        says "does not follow the last one"
    }
    insert 4 "${text/$head/$(printf '%064d' 7)}"
    insert 5 "${text/\"seq\":4/\"seq\":5}"
    insert 4 "${text/\"seq\":4/\"seq\":5}"
    insert 3 "${text/\"seq\":4/\"seq\":3}"
    insert 4 "$text" "'$(printf '%064d' 7)'"
    insert 4 "${text/\"prev\":\"$head\",/}"
    insert 4 "${text/\"seq\":4,/}"
    insert 4 "[]"
    expect 1 sql "INSERT INTO event VALUES (4, 'no json', podium_digest('no json'))"
    expect 1 sql "INSERT OR REPLACE INTO event VALUES (3, '$text', podium_digest('$text'))"
    # Without our function nobody writes at all.
    expect 1 python3 -c 'import sqlite3, sys
sqlite3.connect(sys.argv[1]).execute("INSERT INTO event VALUES (4, ?, ?)", sys.argv[2:])' \
        "$folder/podium.sqlite" "$text" "$(printf '%s' "$text" | b2sum -l 256 | cut -d' ' -f1)"
    says "podium_digest"
    has_kinds "opened received received"
    whole
    # And what follows is not refused: the checks can say yes.
    sql "INSERT INTO event VALUES (4, '$text', podium_digest('$text'))"
    has_kinds "opened received received clock"
}

# With the triggers away everything can be written; loading shows it, with the number.
test_a_store_that_was_changed_under_its_triggers_is_refused_with_the_number() {
    season
    teams A B C
    cp -r "$folder" "$folder.kept"
    local change verb
    for change in "text = replace(text, '\"A\"', '\"Z\"') WHERE seq = 2|event 2" \
        "text = replace(text, '\"B\"', '\"Z\"'), digest = podium_digest(replace(text, '\"B\"', '\"Z\"')) WHERE seq = 3|event 4" \
        "digest = '$(printf '%064d' 7)' WHERE seq = 4|event 4" \
        "seq = 9 WHERE seq = 4|event 4: event 4" "text = '' WHERE seq = 3|event 3" \
        "text = 'x' WHERE seq = 1|event 1"; do
        rm -r "$folder"
        cp -r "$folder.kept" "$folder"
        sql "DROP TRIGGER event_is_never_changed"
        sql "UPDATE event SET ${change%|*}"
        if [[ $change == seq* ]]; then
            expect 0 "$podium" log -w "$folder" # the number of the row is not the event's
            continue
        fi
        for verb in log batch board "withdraw 2 --reason r"; do
            # shellcheck disable=SC2086
            expect 3 "$podium" $verb -q -w "$folder"
            says "${change#*|}"
            one_line
        done
    done
    rm -r "$folder"
    cp -r "$folder.kept" "$folder"
    sql "DROP TRIGGER event_is_kept"
    sql "DELETE FROM event WHERE seq = 2"
    expect 3 "$podium" log -w "$folder"
    says "event 3 stands where number 2 belongs"
    one_line
}

test_a_store_of_the_first_version_keeps_its_results() {
    season
    teams A
    local top
    top=$(mktemp -d "$scratch/v1.XXXXXX")
    small "$top/old" Old
    expect 0 "$podium" batch -q -w "$folder" "$top"
    # What stood in version 1, copied into a store as that made it.
    python3 - "$folder/podium.sqlite" <<'PY'
import os, sqlite3, sys
path = sys.argv[1]
db = sqlite3.connect(path)
rows = db.execute("SELECT key, digest, task, case_id, verdict, recorded_ms, json FROM result").fetchall()
due = db.execute("SELECT digest, set_key, task, case_id, repeat, key FROM due").fetchall()
submissions = db.execute("SELECT path, digest, name, team, tasks, problem, received_ms, seq FROM submission").fetchall()
db.close()
for suffix in ("", "-wal", "-shm"):
    if os.path.exists(path + suffix):
        os.remove(path + suffix)
db = sqlite3.connect(path)
db.executescript("""
CREATE TABLE submission (
 path TEXT NOT NULL, digest TEXT NOT NULL, name TEXT NOT NULL, team TEXT NOT NULL,
 tasks TEXT NOT NULL, problem TEXT, received_ms INTEGER, seq INTEGER,
 PRIMARY KEY (path, digest)
) STRICT;
CREATE TABLE result (
 key TEXT PRIMARY KEY, digest TEXT NOT NULL, task TEXT NOT NULL,
 case_id TEXT NOT NULL, verdict TEXT NOT NULL, recorded_ms INTEGER NOT NULL,
 json TEXT NOT NULL
) STRICT;
CREATE TABLE due (
 digest TEXT NOT NULL, set_key TEXT NOT NULL, task TEXT NOT NULL,
 case_id TEXT NOT NULL, repeat INTEGER NOT NULL, key TEXT NOT NULL,
 PRIMARY KEY (digest, set_key, case_id, repeat)
) STRICT;
CREATE TRIGGER result_is_append_only BEFORE UPDATE ON result
 BEGIN SELECT RAISE(ABORT, 'results are never changed'); END;
CREATE TRIGGER result_is_kept BEFORE DELETE ON result
 BEGIN SELECT RAISE(ABORT, 'results are never deleted'); END;
PRAGMA user_version = 1;
""")
db.executemany("INSERT INTO result VALUES (?,?,?,?,?,?,?)", rows)
db.executemany("INSERT INTO due VALUES (?,?,?,?,?,?)", due)
db.executemany("INSERT INTO submission VALUES (?,?,?,?,?,?,?,?)", submissions)
db.commit()
PY
    rm "$folder/organizer.key"
    expect 0 "$podium" batch -q -w "$folder" "$top"
    says "nothing to do"
    expect 0 "$podium" board -q -w "$folder"
    stands "$folder" Old ranked
    expect 0 "$podium" intake -q -w "$folder" "$top"
    expect 0 "$podium" batch -q -w "$folder"
    says "nothing to do"
    whole
}

# A page of a copy overwritten with noise: each page in turn, so that it is hit wherever
# SQLite keeps what is read.
test_a_corrupt_page_is_one_line_and_exit_3() {
    season
    teams A B C
    expect 0 "$podium" batch -q -w "$folder"
    sql "PRAGMA wal_checkpoint(TRUNCATE)" >/dev/null
    cp -r "$folder" "$folder.kept"
    local page pages told=0
    pages=$(($(stat -c %s "$folder/podium.sqlite") / 4096))
    for ((page = 0; page < pages; page++)); do
        rm -r "$folder"
        cp -r "$folder.kept" "$folder"
        dd if=/dev/urandom of="$folder/podium.sqlite" bs=4096 count=1 seek="$page" \
            conv=notrunc status=none
        for verb in log board batch; do
            local status=0
            out=$("$podium" "$verb" -q -w "$folder" 2>&1 >/dev/null) || status=$?
            ((status == 0 || status == 3)) || fail "page $page: podium $verb gave $status: $out"
            ((status == 0)) || one_line
            ((status == 0)) || [[ $out == *podium.sqlite* || $out == *store* ]] || fail "said: $out"
            ((told += status == 3)) || true
        done
    done
    ((told >= 6)) || fail "of $pages pages only $told times something was told"
}

# On a disk of its own in a mount namespace that ends with the test.
test_a_full_disk_loses_nothing_and_it_goes_on_when_there_is_space() {
    ((EUID == 0)) || return 0 # mounting needs root
    local top=$scratch/full i
    season
    for i in {1..30}; do
        small "$top/e$i" "T$i"
        head -c 20000 /dev/urandom >"$top/e$i/model"
    done
    export podium folder top
    unshare -m bash -eu -c '
        say() { echo "$*" >&2; exit 1; }
        check() { # STATUS COMMAND...
            local status=0
            out=$("${@:2}" 2>&1) || status=$?
            ((status == $1)) || say "${*:2} gave $status: $out"
        }
        mount -t tmpfs -o size=600k tmpfs "$folder"
        check 3 "$podium" intake -q -w "$folder" "$top"
        (($(grep -c "^podium:" <<<"$out") <= 2)) || say "said: $out"
        [[ $out == *"No space left on device"* || $out == *"disk is full"* ]] || say "said: $out"
        [[ $out != *refused* ]] || say "an entry was blamed: $out"
        check 3 "$podium" intake -q -w "$folder" "$top"
        mount -o remount,size=4m tmpfs "$folder"
        check 0 "$podium" intake -q -w "$folder" "$top"
        "$podium" log -w "$folder" >"$folder/log"
        [[ $(grep -c "\"kind\":\"received\"" "$folder/log") == 30 ]] || say "lost or doubled"
        ! grep -q refused "$folder/log" || say "an entry was refused"
        check 0 "$podium" verify --log "$folder/log" "$folder"/receipts/*.json
        check 0 "$podium" board -q -w "$folder" # makes the cases
        # And now the batch: no more than a few pages are left.
        dd if=/dev/zero of="$folder/filler" bs=1k status=none 2>/dev/null || true
        check 3 "$podium" batch -q -w "$folder"
        [[ $out == *"No space left on device"* || $out == *"disk is full"* ]] || say "said: $out"
        [[ $out != *": RTE"* && $out != *": WA"* ]] || say "an entry was blamed: $out"
        rm "$folder/filler"
        mount -o remount,size=64m tmpfs "$folder"
        check 0 "$podium" batch -q -w "$folder"
        check 0 "$podium" batch -q -w "$folder"
        [[ $out == *"nothing to do: 30 entries"* ]] || say "said: $out"
        "$podium" log -w "$folder" | cmp - "$folder/log"
    ' || fail "see above"
}

run_tests
