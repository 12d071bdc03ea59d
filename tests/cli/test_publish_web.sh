#!/usr/bin/env bash
# A board that is published over the web, to servers that fail on purpose: a web server that
# takes PUT, and an S3-compatible store that checks every signature.
set -u
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/loglib.sh"
. "$(dirname "$0")/publishlib.sh"

test_the_server_of_these_tests_signs_as_amazon_documents() {
    expect 0 python3 "$server" selftest
}

# A web server.

test_a_web_server_gets_the_board_and_verify_reads_it_there() {
    board
    serve
    publish 0 "$url"
    counts 0 PUT
    publish 0 --send "$url"
    says "published, read back and compared"
    counts 4 "PUT .* 201"
    holds "$url" 3
    holds "${url}manifest.json" 3
    publish 0 --send "$url"
    says "nothing to do"
    change
    publish 0 --send "${url%/}"
    holds "$url" 4
    counts 8 PUT
    # The manifest after the files, the copies after the manifest.
    [[ $(ask GET /_log | grep PUT | tail -n 4 | sed 's,.*/\([^/ ]*\) .*,\1,' | tr '\n' ' ') == \
        "leaderboard.json log.ndjson manifest.json leaderboard.json " ]] || fail "$(ask GET /_log)"
}

test_what_may_pass_is_tried_again() {
    board
    serve
    fault PUT boards/ 500 # fits no path
    fault PUT log.ndjson drop 2
    fault PUT manifest.json 503 # with Retry-After
    fault GET manifest.json 429 2
    fault GET log.ndjson cut 2 2
    publish 0 --send "$url"
    holds "$url" 3
    counts 2 "PUT .*log.ndjson dropped"
    counts 1 "PUT .*manifest.json 503"
    counts 1 "PUT .*manifest.json 201"
}

test_a_server_that_asks_for_more_time_than_there_is_is_given_up_at_once() {
    board
    serve
    fault PUT log.ndjson tomorrow
    publish 3 --send "$url"
    says "the server says 429 (out of time)"
    counts 1 "PUT .*log.ndjson"
}

# The first try of a conditional PUT was stored, and its answer lost: the second one finds
# what the first one put.
test_an_answer_that_was_lost_is_no_conflict() {
    board
    serve
    fault PUT manifest.json unanswered
    publish 0 --send "$url"
    counts 1 "PUT .*manifest.json stored"
    counts 1 "PUT .*manifest.json 412"
    holds "$url" 3
    change
    fault PUT manifest.json unanswered
    publish 0 --send "$url"
    counts 2 "PUT .*manifest.json 412"
    holds "$url" 4
}

test_what_no_patience_changes_is_not_tried_again() {
    board
    serve
    for status in 400 403 404 405 413 501 301; do
        fault PUT log.ndjson "$status"
        publish 3 --send "$url"
        says "cannot put 'boards/000003-"
        says "the server says $status"
        counts 1 "PUT .*log.ndjson $status"
    done
    says "publish to the address that it leads to"
    counts 0 "PUT .*manifest.json"
    counts 0 elsewhere
}

test_a_server_that_fails_for_ever_is_given_up_and_the_old_board_stands() {
    board
    serve
    publish 0 --send "$url"
    change
    for end in boards/*/leaderboard.json log.ndjson manifest.json; do
        fault PUT "${end##*/}" 500 5
        publish 3 --send "$url"
        says "the server says 500 (tried in vain)"
        holds "$url" 3
    done
    # What came over is not sent again.
    publish 0 --send "$url"
    holds "$url" 4
    counts 2 "PUT .*/boards/.*/leaderboard.json 201"
}

test_somebody_else_who_publishes_meanwhile_is_not_overwritten() {
    board
    serve
    fault PUT manifest.json rival
    publish 3 --send "$url"
    says "somebody else published meanwhile"
    counts 1 "PUT .*manifest.json 412"
    [[ $(ask GET /boards-of-2023/manifest.json) == "{}" ]] || fail "theirs is gone"
    publish 2 --send "$url"
    says "a board is published there that this one may not replace"
    publish 0 --send --force "that was no board" "$url"
    expect 0 "$podium" verify --allow-private "$url"
    says 'it took the place of another board: "that was no board"'
    change
    fault PUT manifest.json rival
    publish 3 --send "$url"
    says "somebody else published meanwhile"
    [[ $(ask GET /boards-of-2023/manifest.json) == "{}" ]] || fail "theirs is gone"
}

# A copy of what people open is another publisher's by now, whose board is newer.
test_a_copy_that_somebody_else_replaced_meanwhile_stays() {
    board
    serve
    publish 0 --send "$url"
    change
    fault PUT boards-of-2023/leaderboard.json rival
    publish 3 --send "$url"
    says "cannot put 'leaderboard.json': somebody else published meanwhile"
    [[ $(ask GET /boards-of-2023/leaderboard.json) == "{}" ]] || fail "theirs is gone"
    publish 0 --send "$url"
    holds "$url" 4
}

test_a_manifest_that_is_another_in_the_end_is_told() {
    board
    serve
    fault GET manifest.json corrupt 1 3 # after the look and the comparison
    publish 3 --send "$url"
    says "'manifest.json' is another by now: somebody else published meanwhile"
}

test_bytes_that_come_back_changed_are_noticed_before_the_manifest_is_replaced() {
    board
    serve
    publish 0 --send "$url"
    change
    fault GET log.ndjson corrupt 1 2
    publish 3 --send "$url"
    says "log.ndjson' came back with other bytes than were sent"
    holds "$url" 3
    publish 0 --send "$url"
    holds "$url" 4
    fault GET log.ndjson corrupt
    expect 1 "$podium" verify --allow-private "$url"
    says "the manifest says"
}

test_an_empty_manifest_is_no_board_and_an_empty_file_is_sent_as_it_is() {
    board
    serve
    ask PUT /boards-of-2023/manifest.json
    publish 2 --send "$url"
    says "may not replace"
    one_line
    : >"$folder/leaderboard.csv"
    publish 0 --send --force "it was empty" "$url" </dev/null
    expect 0 "$podium" verify --allow-private "$url"
    says "3 files"
}

test_what_is_in_the_way_of_a_reader_is_told_to_a_reader() {
    board
    serve
    publish 0 --send "$url"
    for status in 301 302 401 403; do
        fault GET manifest.json "$status"
        expect 3 "$podium" verify --allow-private "$url"
        says "the server says $status"
        says_not credentials
        says_not publish
    done
    says "it is not for everybody to read"
    ask PUT /boards-of-2023/manifest.json "$(printf '%70000d' 1)"
    expect 1 "$podium" verify --allow-private "$url"
    says "has more than 65536 bytes"
}

# As a bucket does whose files everybody may read and nobody may list.
test_a_copy_that_nobody_may_read_is_none() {
    board
    serve
    publish 0 --send "$url"
    fault GET leaderboard.csv 403
    holds "$url" 3
    fault GET boards-of-2023/leaderboard.json 403
    holds "$url" 3
    fault GET boards-of-2023/leaderboard.json 400
    expect 3 "$podium" verify --allow-private "$url"
    says "the server says 400"
}

test_a_manifest_that_is_replaced_while_it_is_read_is_no_fraud() {
    board
    serve
    publish 0 --send "$url"
    fault GET boards-of-2023/leaderboard.json corrupt
    expect 1 "$podium" verify --allow-private "$url"
    says "'leaderboard.json', which people open"
    fault GET boards-of-2023/leaderboard.json corrupt
    fault GET manifest.json corrupt 1 2
    expect 3 "$podium" verify --allow-private "$url"
    says "somebody publishes, verify again"
}

test_an_older_board_never_replaces_a_newer_one_on_the_web_either() {
    board
    serve
    cp -r "$folder" "$scratch/copy"
    change
    publish 0 --send "$url"
    folder=$scratch/copy
    publish 2 --send "$url"
    says "it is newer"
    holds "$url" 4
}

test_a_server_without_strong_etags_is_not_published_to_twice() {
    board
    serve
    ask POST /_weak
    publish 0 --send "$url"
    change
    publish 3 --send "$url"
    says "tells no strong ETag"
    holds "$url" 3
}

test_where_it_must_not_go_it_does_not() {
    board
    serve
    expect 2 "$podium" publish --send -w "$folder" "$url"
    says "is plain http"
    one_line
    expect 2 "$podium" verify "$url"
    expect 3 "$podium" publish --send -w "$folder" "https://127.0.0.1:$port/"
    says "127.0.0.1 is a loopback address"
    publish 2 "ftp://127.0.0.1/"
    says "is neither http nor https"
    publish 2 "http://user:pw@127.0.0.1/"
    says "holds a user or password"
    publish 2 "file:///tmp/x"
    publish 2 "$url?x=1"
    counts 0 .
}

test_over_tls_the_certificate_must_be_trusted() {
    board
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 \
        -addext subjectAltName=IP:127.0.0.1 -keyout "$scratch/key.pem" -out "$scratch/cert.pem" 2>/dev/null
    serve "$scratch/cert.pem" "$scratch/key.pem"
    url=https://127.0.0.1:$port/x/
    publish 3 --send "$url"
    says "certificate"
    publish 0 --send --ca "$scratch/cert.pem" "$url"
    expect 0 "$podium" verify --allow-private --ca "$scratch/cert.pem" "$url"
}

test_a_token_goes_into_the_header_and_nowhere_else() {
    board
    serve token=s3cret
    publish 3 --send "$url"
    says "the server says 401"
    says "look at the credentials"
    export PODIUM_TOKEN=s3cret
    publish 0 --send "$url"
    says_not s3cret
    export PODIUM_TOKEN=$'a\nb'
    publish 2 --send "$url"
    says_not $'a\nb'
}

# A bucket.

bucket() { # bucket STATUS [WORD...]
    local status=$1
    shift
    publish "$status" --endpoint "http://127.0.0.1:$port" "$@" s3://the-bucket/boards/2023
}

in_bucket() { # holds, read where it is public: the server's own copy
    local copy=$scratch/copied
    rm -rf "$copy"
    ask GET /_files >"$copy.json"
    python3 - "$copy.json" "$copy" <<'PY'
import json, os, sys
for path, text in json.load(open(sys.argv[1])).items():
    assert path.startswith("/the-bucket/boards/2023/"), path
    path = sys.argv[2] + path.removeprefix("/the-bucket/boards/2023")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "w").write(text)
PY
    holds "$copy" "$1"
}

test_a_bucket_takes_the_board_with_every_request_signed() {
    board
    serve bucket
    bucket 0
    counts 0 PUT
    bucket 0 --send
    says "published, read back and compared"
    says_not "$AWS_SECRET_ACCESS_KEY"
    counts 0 " 403$"
    counts 4 "PUT .* 201"
    in_bucket 3
    bucket 0 --send
    says "nothing to do"
    change
    bucket 0 --send
    in_bucket 4
    counts 0 " 403$"
}

# From a mebibyte on libcurl asks for leave to send a body, which this server never gives.
test_a_large_file_is_sent_to_either() {
    board
    python3 -c 'print("a,b\n" * 400000)' >"$folder/leaderboard.csv"
    serve
    publish 0 --send "$url"
    holds "$url" 3
    serve bucket
    bucket 0 --send
    counts 0 " 403$"
    in_bucket 3
}

test_temporary_credentials_are_signed_too() {
    board
    serve bucket
    export AWS_SESSION_TOKEN=a/session+token==
    bucket 0 --send
    counts 0 " 403$"
    in_bucket 3
    export AWS_SESSION_TOKEN=another
    bucket 3
    says "the server says 403"
}

test_wrong_credentials_or_another_region_are_refused_once_and_told() {
    board
    serve bucket
    AWS_SECRET_ACCESS_KEY=wrong bucket 3 --send
    says "the server says 403: look at the credentials"
    one_line
    counts 1 " 403$"
    AWS_ACCESS_KEY_ID=wrong bucket 3 --send
    bucket 3 --send --region us-east-1
    AWS_REGION='' AWS_DEFAULT_REGION=eu-test-1 bucket 0
    AWS_SECRET_ACCESS_KEY='' bucket 2 --send
    says "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment"
    counts 0 PUT
    for region in "a b" a:b A; do
        bucket 2 --region "$region"
        says "the region has"
    done
    AWS_SESSION_TOKEN=$'a\nb' bucket 2
    AWS_ACCESS_KEY_ID=a:b bucket 2
    says "hold no credentials"
    for endpoint in http:/127.0.0.1 localhost "" ftp://127.0.0.1 "http://127.0.0.1?x="; do
        publish 2 --endpoint "$endpoint" s3://the-bucket/x
        one_line
    done
    for place in s3:// s3://x "s3://the-bucket/a b" s3://the-bucket//a s3://../x "s3://the-bucket/%41"; do
        publish 2 --endpoint "http://127.0.0.1:$port" "$place"
        says "is no bucket and prefix"
    done
}

test_a_bucket_that_fails_in_the_middle_is_tried_again_and_keeps_the_old_board() {
    board
    serve bucket
    bucket 0 --send
    change
    fault PUT log.ndjson drop 5
    bucket 3 --send
    in_bucket 3
    fault PUT log.ndjson drop
    fault PUT manifest.json 503
    fault GET manifest.json cut 2
    bucket 0 --send
    in_bucket 4
}

test_of_two_who_publish_into_a_bucket_at_once_one_is_refused() {
    board
    serve bucket
    fault PUT manifest.json rival
    bucket 3 --send
    says "somebody else published meanwhile"
    counts 1 "PUT .*manifest.json 412"
}

test_a_bucket_that_knows_no_conditions_is_written_to_after_a_look() {
    board
    serve bucket
    fault PUT manifest.json unconditional 9
    bucket 0 --send
    counts 1 "PUT .*manifest.json 501"
    counts 1 "PUT .*manifest.json 201"
    in_bucket 3
}

make_board
made=$folder
run_tests
