#!/usr/bin/env bash
# podium board --site: the board as a page, from a template small enough to be read here.
set -u
. "$(dirname "$0")/lib.sh"

# A tree with a template, and the record of one entry of a team with a hostile name.
recorded() { # recorded PREFIX WORK TEMPLATE
    mkdir -p "$1/share/podium/site"
    printf '%s' "$3" >"$1/share/podium/site/index.template.html"
    entry "$scratch/entries/one" '</script><b>&' "$copy_sample"
    expect 0 "$1/bin/podium" batch -w "$2" "$scratch/entries"
}

page='<p>{% for row in board.tracks.first.rows %}{{ row.rank_text | escape }} {{ row.team | escape }}{% endfor %}</p>
'

test_the_folder_gets_the_page_and_the_data_of_one_board() {
    local prefix work
    prefix=$(tree)
    work=$(work)
    recorded "$prefix" "$work" "$page"
    expect 0 "$prefix/bin/podium" board -w "$work" --site "$scratch/web/new"
    says "page written to $scratch/web/new/index.html"
    [[ $(cat "$scratch/web/new/index.html") == '<p>1 &lt;/script&gt;&lt;b&gt;&amp;</p>' ]] ||
        fail "page: $(cat "$scratch/web/new/index.html")"
    python3 - "$work/leaderboard.json" "$scratch/web/new/leaderboard.json" <<'PY'
import json, sys
board, data = (open(path).read() for path in sys.argv[1:])
assert json.loads(board) == json.loads(data)
assert data.count("\n") == 1 and len(data) < len(board)
PY
}

test_without_a_template_it_says_how_to_build_one() {
    local prefix work
    prefix=$(tree)
    work=$(work)
    recorded "$prefix" "$work" "$page"
    rm -r "$prefix/share/podium/site"
    expect 3 "$prefix/bin/podium" board -w "$work" --site "$scratch/none"
    says "no template of the page at '$prefix/share/podium/site/index.template.html'"
    says "--target site"
    [[ ! -e $scratch/none ]] || fail "a folder was made all the same"
    # The board itself does not need it.
    expect 0 "$prefix/bin/podium" board -w "$work"
}

test_a_template_that_is_none_is_named_by_line_and_leaves_the_old_page() {
    local prefix work
    prefix=$(tree)
    work=$(work)
    recorded "$prefix" "$work" "$page"
    expect 0 "$prefix/bin/podium" board -w "$work" --site "$scratch/web/kept"
    printf 'a\n{%% include x %%}' >"$prefix/share/podium/site/index.template.html"
    expect 3 "$prefix/bin/podium" board -w "$work" --site "$scratch/web/kept"
    says "line 2"
    grep -q '^<p>1' "$scratch/web/kept/index.html" || fail "the old page is gone"
}

test_a_page_and_another_format_are_not_written_at_once() {
    expect 2 "$PODIUM" board -w "$(work)" --site "$scratch/both" --format csv
    says "--site and --format 'csv': choose one"
    one_line
}

run_tests
