# Sourced by the tests of the log, after lib.sh: a small competition with one quick task.

# season [PER_DAY [FINALS]]: a tree of podium's own, its working folder and its rules. Sets
# $podium (the program), $folder (WORK), $rules (competition.json).
season() {
    local prefix
    prefix=$(tree)
    fake_task "$prefix" 'echo "{\"schema\": \"podium.verdict/1\", \"raw\": 0.5, \"unit\": \"x\", \"score\": 1}" >&3; exit 42'
    only_tile "$prefix"
    podium=$prefix/bin/podium
    rules=$prefix/share/podium/tasks/competition.json
    folder=$(mktemp -d "$scratch/w.XXXXXX")
    change_rules "rules['quotas'] = {'entries_per_day': ${1:-0}, 'final_selections': ${2:-0}}"
    change_rules "rules['deadline'] = '2099-12-31 AoE'; rules['phases'] = []"
}

# change_rules PYTHON: such as "rules['deadline'] = '2023-11-17 AoE'".
change_rules() {
    python3 - "$rules" "$1" <<'PY'
import json, sys
rules = json.load(open(sys.argv[1]))
exec(sys.argv[2])
json.dump(rules, open(sys.argv[1], "w"))
PY
}

# small FOLDER TEAM: an entry of the one task, with bytes of its own.
small() {
    mkdir -p "$1"
    printf '{"schema": "podium.entry/1", "name": "%s", "team": "%s", "tasks": {"tile": {"run": ["/bin/true"]}}}\n' \
        "$(basename "$1")" "$2" >"$1/entry.json"
    echo "$1" >"$1/note"
}

# kinds: the kinds of the events of the log, in order.
kinds() {
    "$podium" log -w "$folder" | python3 -c 'import json, sys
print(*(json.loads(line)["kind"] for line in sys.stdin))'
}

has_kinds() {
    local got
    got=$(kinds)
    [[ $got == "$1" ]] || fail "the log has: $got, not: $1"
}

# field NUMBER KEY: of an event.
field() {
    "$podium" log -w "$folder" | sed -n "$1p" |
        python3 -c 'import json, sys
print(json.loads(sys.stdin.read()).get(sys.argv[1]))' "$2"
}

# whole: the log holds, and each received or sealed event has a receipt that stands in it.
whole() {
    "$podium" log -w "$folder" >"$folder.ndjson"
    "$podium" verify "$folder.ndjson" >"$folder.said" || fail "$(cat "$folder.said")"
    local wanted
    wanted=$(grep -c -E '"kind":"(received|sealed)"' "$folder.ndjson" || true)
    (($(find "$folder/receipts" -name '*.json' | wc -l) == wanted)) ||
        fail "not $wanted receipts: $(ls "$folder/receipts")"
    [[ -z $(find "$folder/receipts" "$folder/entries" -maxdepth 1 -name '.*' -type d ! -path "$folder/entries") ]]
    ((wanted == 0)) ||
        "$podium" verify --log "$folder.ndjson" "$folder"/receipts/*.json >"$folder.said" ||
        fail "$(cat "$folder.said")"
}

# sql STATEMENT: with podium's own function, as a hostile administrator would have it.
sql() {
    python3 - "$folder/podium.sqlite" "$1" <<'PY'
import hashlib, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.create_function("podium_digest", 1, lambda text: hashlib.blake2b(
    text.encode(), digest_size=32).hexdigest(), deterministic=True)
for row in db.execute(sys.argv[2]):
    print(*row)
PY
}
