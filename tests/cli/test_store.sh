#!/usr/bin/env bash
# The record: what an older podium wrote, and what a look at it does.
set -u
. "$(dirname "$0")/lib.sh"

sql() { # sql STORE STATEMENTS: what they give, a row a line, fields with a | between
    python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2].split(";"):
    for row in db.execute(statement):
        print("|".join("NULL" if field is None else str(field) for field in row))' "$@"
}

# judged: a working folder with the results of two entries.
judged() {
    local folder
    folder=$(work)
    entry "$scratch/judged/one" "One" "$copy_sample"
    entry "$scratch/judged/two" "Two" '["/bin/false"]'
    "$PODIUM" batch -q -w "$folder" "$scratch/judged" >/dev/null 2>&1 || true
    echo "$folder"
}

# The store as version 3 had it: by its own hand, not by that podium's.
make_old() {
    sql "$1/podium.sqlite" "DROP TRIGGER result_is_shown; DROP TABLE shown;
        DROP INDEX due_by_set; CREATE INDEX due_by_set ON due (set_key, digest);
        PRAGMA user_version = 3"
}

board() { # board FOLDER OUT
    expect 0 "$PODIUM" board -q --replicates 0 --as-of 2026-01-01T00:00:00Z --out "$2" -w "$1"
}

test_a_store_that_version_3_wrote_is_brought_up_to_date() {
    local folder wanted
    folder=$(mktemp -d "$scratch/old.XXXXXX")
    python3 -c 'import sqlite3, sys
sqlite3.connect(sys.argv[1]).executescript(open(sys.argv[2]).read())' \
        "$folder/podium.sqlite" "$(dirname "$0")/../cases/store/version-3.sql"
    expect 2 "$PODIUM" log -w "$folder"
    says "no competition was opened"
    # Read off the JSON of the results there.
    wanted='5f3bbd3c133257b69f5b46cdbfbbb17fb9ceea02cc1e83ae6b319d0fb0fe4274|OK|'
    wanted+=$'submission.csv:4: "7" twice\nand one more|0.1|33.0625|1200000000|1100000000|4096000|NULL\n'
    wanted+='c6d6fb5e66d1674f254711d2635546c8f998885007a4249caee915c6fd82cffb|TLE|'
    wanted+='NULL|NULL|NULL|9000000000|8000000000|1|NULL'
    [[ $(sql "$folder/podium.sqlite" "SELECT * FROM shown") == "$wanted" ]] ||
        fail "shown are: $(sql "$folder/podium.sqlite" "SELECT * FROM shown")"
    [[ $(sql "$folder/podium.sqlite" "PRAGMA user_version") == 4 ]] || fail "another version"
    [[ $(sql "$folder/podium.sqlite" "SELECT count(*), count(items) FROM result") == "2|1" ]] ||
        fail "the results are not what they were"
}

# Between its first look at the version and its lock: it waits for the one that has it.
test_a_store_that_a_newer_podium_migrates_first_is_refused_and_left_as_it_is() {
    local folder
    folder=$(mktemp -d "$scratch/race.XXXXXX")
    expect 3 python3 -c 'import sqlite3, subprocess, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.executescript(open(sys.argv[2]).read())
db.execute("PRAGMA journal_mode = WAL")
db.execute("BEGIN IMMEDIATE")
podium = subprocess.Popen(sys.argv[3:])
time.sleep(1)
db.execute("PRAGMA user_version = 1000")
db.execute("COMMIT")
sys.exit(podium.wait())' "$folder/podium.sqlite" \
        "$(dirname "$0")/../cases/store/version-3.sql" "$PODIUM" log -w "$folder"
    says "newer podium"
    [[ $(sql "$folder/podium.sqlite" "PRAGMA user_version") == 1000 ]] ||
        fail "the version is another"
}

test_the_board_of_a_store_is_the_same_before_and_after_it_is_brought_up_to_date() {
    local folder
    folder=$(judged)
    board "$folder" "$scratch/before.json"
    grep -q '"verdict": "OK"' "$scratch/before.json" || fail "no result is shown"
    grep -q '"verdict": "RTE"' "$scratch/before.json" || fail "no failure is shown"
    make_old "$folder"
    board "$folder" "$scratch/after.json"
    cmp "$scratch/before.json" "$scratch/after.json" || fail "another board"
}

test_results_that_come_after_a_migration_are_shown_as_well() {
    local folder
    folder=$(judged)
    make_old "$folder"
    entry "$scratch/judged/three" "Three" "$copy_sample"
    "$PODIUM" batch -q -w "$folder" "$scratch/judged" >/dev/null 2>&1
    board "$folder" "$scratch/three.json"
    grep -q '"team": "Three"' "$scratch/three.json" || fail "the third team is not there"
    [[ $(sql "$folder/podium.sqlite" "SELECT key, verdict FROM shown ORDER BY rowid") == \
        "$(sql "$folder/podium.sqlite" "SELECT key, verdict FROM result ORDER BY rowid")" ]] ||
        fail "shown are not the results"
}

test_what_is_shown_of_a_result_can_be_neither_changed_nor_deleted() {
    local folder statement
    folder=$(judged)
    for statement in "DELETE FROM shown" "UPDATE shown SET raw = 1"; do
        expect 1 sql "$folder/podium.sqlite" "$statement"
        says "never"
    done
}

shown_wrong() { # shown_wrong FOLDER STATEMENT: after it an audit says so
    sql "$1/podium.sqlite" "$2"
    expect 3 "$PODIUM" audit -w "$1"
    says "FAIL  1 results: the board shows them otherwise than recorded"
}

test_an_audit_tells_that_a_result_is_shown_otherwise_than_recorded() {
    local folder
    folder=$(work)
    entry "$scratch/audited/one" "One" "$copy_sample"
    expect 0 "$PODIUM" intake -q -w "$folder" "$scratch/audited"
    expect 0 "$PODIUM" batch -q --late -w "$folder" # the deadline is long past
    expect 0 "$PODIUM" audit -w "$folder"
    says "ok    the board shows all results as they were recorded"
    sql "$folder/podium.sqlite" "DROP TRIGGER shown_is_append_only; DROP TRIGGER shown_is_kept"
    shown_wrong "$folder" "INSERT INTO shown SELECT * FROM shown LIMIT 1"
    sql "$folder/podium.sqlite" "DELETE FROM shown WHERE rowid = (SELECT max(rowid) FROM shown)"
    expect 0 "$PODIUM" audit -w "$folder"
    shown_wrong "$folder" "UPDATE shown SET raw = raw + 1e-15 WHERE rowid = 1"
    shown_wrong "$folder" "DELETE FROM shown WHERE rowid = 1"
}

# The batch's parent holds the lock of the writer while it records.
test_a_board_does_not_wait_for_who_writes() {
    local folder
    folder=$(judged)
    expect 0 python3 -c 'import sqlite3, subprocess, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
sys.exit(subprocess.run(sys.argv[2:]).returncode)' "$folder/podium.sqlite" \
        "$PODIUM" board -q --replicates 0 --out "$scratch/meanwhile.json" -w "$folder"
}

run_tests
