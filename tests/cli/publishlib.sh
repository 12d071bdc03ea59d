# Sourced by the tests of publishing, after lib.sh and loglib.sh.

server=$(dirname "$0")/../cases/publish/server.py
export AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
export AWS_REGION=eu-test-1
unset AWS_SESSION_TOKEN PODIUM_TOKEN

# serve [WORD...]: a server of one's own, see server.py; sets $port and $url. It ends with the
# test, which holds the other end of its standard input.
serve() {
    local lines
    lines=$(mktemp -d "$scratch/serve.XXXXXX")
    mkfifo "$lines/hold" "$lines/port"
    python3 "$server" "$@" <"$lines/hold" >"$lines/port" &
    exec {hold}>"$lines/hold"
    read -r port <"$lines/port"
    url=http://127.0.0.1:$port/boards-of-2023/
}

# ask METHOD PATH [BODY]: of the server, and what it answers, without its head.
ask() {
    local line body=${3:-}
    exec {socket}<>"/dev/tcp/127.0.0.1/$port"
    printf '%s %s HTTP/1.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s' \
        "$1" "$2" "${#body}" "$body" >&"$socket"
    while IFS= read -r line <&"$socket" && [[ $line != $'\r' ]]; do :; done
    cat <&"$socket"
    exec {socket}<&-
}

fault() { # fault METHOD END KIND [TIMES [START]]
    ask POST /_fault "$*"
}

# count PATTERN: requests so far whose line in the server's log fits.
count() {
    ask GET /_log | grep -c -E -- "$1" || true
}

counts() { # counts NUMBER PATTERN
    local got
    got=$(count "$2")
    ((got == $1)) || fail "$got requests '$2', not $1: $(ask GET /_log)"
}

# make_board: a season of its own key with the board of two teams, ready to be published.
# Arrivals and deadline lie in 2023.
make_board() {
    local top
    top=$(mktemp -d "$scratch/teams.XXXXXX")
    season
    change_rules "rules['deadline'] = '2023-11-17 AoE'"
    small "$top/a" A
    small "$top/b" B
    received "$top" a 2023-11-01T00:00:00Z b 2023-11-02T00:00:00Z
    expect 0 "$podium" intake -q -w "$folder" --stamped-by "The web site" "$top"
    expect 0 "$podium" batch -q -w "$folder"
    expect 0 "$podium" board -w "$folder"
}

# board: a copy of the one that was made for all tests.
board() {
    folder=$(mktemp -d "$scratch/w.XXXXXX")
    cp -a "$made/." "$folder"
}

# change: one more event, and the board after it.
change() {
    expect 0 "$podium" disqualify "${1:-2}" --reason r -w "$folder"
    expect 0 "$podium" board -w "$folder"
}

# publish STATUS TARGET [WORD...]: what it says is in $out.
publish() {
    local status=$1
    shift
    expect "$status" "$podium" publish -w "$folder" --allow-private --retry-ms 1 "$@"
}

# holds TARGET EVENTS: what is published there holds, and its log has so many events.
holds() {
    expect 0 "$podium" verify --allow-private "$1"
    says "holds: board of"
    says " of $2,"
    one_line
}

# site FOLDER: a Jekyll site, and $scratch/page.html for it.
site() {
    mkdir -p "$1/_data/neurips2023" "$1/neurips2023"
    echo "title: x" >"$1/_config.yml"
    echo "home" >"$1/index.md"
    printf -- '---\nworkshop_name: neurips2023\n---\n{{ site.data.neurips2023.leaderboard.as_of }}\n' >"$scratch/page.html"
}
