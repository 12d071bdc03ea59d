#!/usr/bin/env python3
"""Boards in other tools' formats, read by other people's parsers (Python's csv, ElementTree
and json, cmark-gfm) and held against the records by rules that are worked out here anew:
board_reference.py does not know the library. Boards are those of tests/cases, and some thrown
together at random, with names that attack a reader.
usage: test_board_readers.py BOARD_SHOWN"""
import csv
import datetime
import hashlib
import html.parser
import io
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import board_reference

SHOWN = sys.argv.pop(1)
CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cases")
ATOM = "{http://www.w3.org/2005/Atom}"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

HOSTILE = (
    "<script>alert(1)</script>", "</name></author><link href='x'/>", "]]>", "&amp;&#0;",
    "{{ site.time }}{% raw %}", "\u202eevil\u2066", "=1+1", "+1", "-1", "@SUM(A1)", "\t=1",
    "\r=1", " =1", "＝1", "＋1", "－1", "＠1", 'a "quoted", name',
    "two\nlines", "two\r\nlines", "a|b|c", "`code`",
    "**bold** _it_ ~~no~~", "[x](javascript:alert(1))", "![x](http://x.org/y.png)", "\\|",
    "http://x.org/ www.x.org", "me@x.org", "<!-- ", "$x^2$ :smile: #1", "x" * 200, "\ufffe\uffff",
    "\ufdd0\U0010ffff", "名前", "e\u0301 \U0001f600", "\x01\x1b[31m", "", "  ", "| --- |", "~~~",
)

# Teams of one score, in the order of their names.
EQUALS = ("alpha", "Zeta", "zeta")


def shown(path, *words):
    return subprocess.run([SHOWN, path, *words], check=True, capture_output=True).stdout


def strict(data):
    def refuse(word):
        raise ValueError(word)
    return json.loads(data.decode("utf-8", "strict"), parse_constant=refuse)


def random_board(seed):
    """Few scores and few instants, so that ties are common; the first has so many changes of
    rank that a feed must leave some out."""
    is_climbing = seed == 0
    rng = random.Random(seed)
    names = rng.sample(HOSTILE, 12)
    entries = []
    for seq in range(1, 300 if is_climbing else 90):
        ms = 1700000000000 + (seq * 1000 if is_climbing else rng.randrange(60) * 10000000)
        at = datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc)
        team = EQUALS[seq - 1] if seq <= len(EQUALS) else rng.choice(names)
        entry = {"team": team, "name": rng.choice(HOSTILE), "digest": f"{seq}",
                 "seq": seq, "received_ms": ms,
                 "received_at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "results": []}
        for case in ("a", "b"):
            value = seq / 512 if is_climbing else rng.randrange(9) / 8
            verdict = rng.choice(("OK", "OK", "OK", "OK", "OK", "OK", "WA", "JE"))
            if team in EQUALS:
                value, verdict = 0.75, "OK"
            entry["results"].append({"task": "t", "case": case, "verdict": verdict,
                                     "raw": value, "score": value * 120 - 10,
                                     "message": rng.choice(HOSTILE)})
        if rng.random() < 0.1 and team not in EQUALS:
            entry["standing"] = rng.choice(("pending", "invalid", "disqualified"))
        entries.append(entry)
    task = {"id": "t", "cases": [{"id": "a", "worst": 0}, {"id": "b", "worst": 0}],
            "weight": 2, "cap": rng.choice((60, 125))}
    return {"competition": {
        "id": "random", "title": rng.choice(HOSTILE), "split": rng.choice(("public", "hidden")),
        "podium_version": "0",
        "deadline_ms": 1700500000000, "deadline_instant": "2023-11-20T17:06:40.000Z",
        **rng.choice(({"as_of_ms": 1700550000000, "as_of": "2023-11-21T07:00:00.000Z"},
                      {"as_of_ms": 1700450000000, "as_of": "2023-11-20T03:13:20.000Z"})),
        "tracks": [{"id": "main", "title": rng.choice(HOSTILE), "decimals": 4, "tasks": [task],
                    "combine": rng.choice(("mean-of-cases", "weighted-points"))}]},
        "entries": entries}


class Board:
    """An input, its leaderboard.json and its history by the reference."""

    def __init__(self, path):
        self.path = path
        with open(path, encoding="utf-8") as file:
            self.input = json.load(file)
        self.competition = self.input["competition"]
        self.document = strict(shown(path))
        self.track = self.document["tracks"][0]
        self.rows = self.track["rows"]
        self.steps = board_reference.history(self.competition, self.competition["tracks"][0],
                                             self.input["entries"])

    def raw_teams(self):
        """Shown name to raw name."""
        names = {entry["team"] for entry in self.input["entries"]}
        by_seq = {entry["seq"]: entry["team"] for entry in self.input["entries"]}
        return {row["team"]: row["team"] if row["team"] in names else by_seq[row["seq"]]
                for row in self.rows}


    def start(self):
        """Instant 0 of the contest for CLICS."""
        arrivals = [e["received_ms"] for e in self.input["entries"] if e.get("received_at")
                    and e["received_ms"] <= self.competition["as_of_ms"]]
        return self.competition.get("start_ms", min(arrivals))

    def submissions(self, team, task, case):
        """(judged, pending) for CLICS: a judge's error is pending, what does not count is
        nobody's."""
        judged = pending = 0
        for entry in self.input["entries"]:
            verdicts = {(r["task"], r["case"]): r["verdict"] for r in entry["results"]}
            waits = entry.get("standing") == "pending" or "JE" in verdicts.values()
            if entry["team"] != team or not board_reference.is_in_time(self.competition, entry) \
                    or entry.get("standing", "pending") != "pending":
                continue
            is_judged = verdicts.get((task, case), "JE") != "JE"
            judged += is_judged
            pending += waits and not is_judged
        return judged, pending


def by_name(name):
    """ASCII letters of one case, then bytes."""
    return name.encode().lower(), name.encode()


def instant(text):
    return None if text is None else round(
        datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


def reltime(text):
    hours, minutes, seconds = text.removeprefix("-").split(":")
    ms = (int(hours) * 60 + int(minutes)) * 60000 + round(float(seconds) * 1000)
    return -ms if text.startswith("-") else ms


def boards():
    folders = sorted(os.listdir(os.path.join(CASES, "board")))
    for name in folders:
        board = Board(os.path.join(CASES, "board", name, "input.json"))
        # The Ladder and rounding hide what the reference knows; test_board_export has them.
        if not {"has_ladder", "is_rounded"} & set(board.competition):
            yield board
    yield Board(os.path.join(CASES, "export", "input.json"))
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(20):
            path = os.path.join(folder, f"random-{seed}.json")
            with open(path, "w", encoding="utf-8") as file:
                json.dump(random_board(seed), file)
            yield Board(path)


class Readers(unittest.TestCase):
    def for_each_board(self, check):
        count = 0
        for board in boards():
            with self.subTest(board=os.path.relpath(board.path, CASES)):
                check(board)
            count += 1
        self.assertGreaterEqual(count, 30)

    def test_history_is_what_its_definition_says(self):
        self.for_each_board(self.check_history)

    def check_history(self, board):
        wanted = {}
        for entry, score, rank, _ in board.steps:
            wanted.setdefault(entry["team"], []).append(
                (entry["seq"], entry["received_at"], score, rank))
        found, names = {}, board.raw_teams()
        for row in board.rows:
            steps = row.get("history", [])
            if steps:
                self.assertEqual(steps[-1]["seq"], row["seq"])
                found[names[row["team"]]] = [
                    (s["seq"], s["received_at"], s["score"], s["rank"]) for s in steps]
        self.assertEqual(found, wanted)

    def test_csv_is_kaggle_s_and_computes_nothing(self):
        self.for_each_board(self.check_csv)

    def check_csv(self, board):
        data = shown(board.path, "csv")
        self.assertFalse(data.startswith(b"\xef\xbb\xbf"))
        self.assertEqual(data.count(b"\n"), data.count(b"\r\n"))
        head, *rows = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
        self.assertEqual(head, ["Rank", "TeamId", "TeamName", "LastSubmissionDate", "Score",
                                "SubmissionCount", "TeamMemberUserNames"])
        self.assertEqual(len(rows), len(board.rows))
        names = board.raw_teams()
        for cells, row in zip(rows, board.rows):
            self.assertEqual(len(cells), 7)
            self.assertNotIn((cells[2].lstrip(" ") + " ")[0], "=+-@\t\r＝＋－＠")
            self.assertEqual(cells[2].removeprefix("'"), row["team"].removeprefix("'"))
            number = int(hashlib.sha256(names[row["team"]].encode()).hexdigest()[:13], 16)
            self.assertEqual(cells[:2], [str(row["rank"]), str(number)])
            self.assertEqual(cells[4:], [row["score_text"], str(row["entry_count"]), ""])
            self.assertEqual(cells[3], self.last_date(board, names[row["team"]]))

    def last_date(self, board, team):
        instants = [e["received_ms"] for e in board.input["entries"] if e["team"] == team
                    and e.get("received_at")
                    and e["received_ms"] <= board.competition["as_of_ms"]]
        if not instants:
            return ""
        last = datetime.datetime.fromtimestamp(max(instants) // 1000, datetime.timezone.utc)
        return last.strftime("%Y-%m-%d %H:%M:%S")

    def test_atom_has_what_rfc_4287_demands_and_every_change_of_rank(self):
        self.for_each_board(self.check_atom)

    def check_atom(self, board):
        feed = ElementTree.fromstring(shown(board.path, "atom"))
        self.assertEqual(feed.tag, ATOM + "feed")
        entries = feed.findall(ATOM + "entry")
        self.assertEqual({e.tag.removeprefix(ATOM) for e in feed.iter()} - {
            "feed", "entry", "id", "title", "updated", "author", "name", "content",
            "generator"}, set())
        for element in (feed, *entries):
            for name in ("id", "title", "updated", "author"):
                self.assertEqual(len(element.findall(ATOM + name)), 1, name)
            self.assertTrue(element.find(f"{ATOM}author/{ATOM}name").text.strip())
            self.assertRegex(element.find(ATOM + "id").text, r"^tag:[a-z.]+,2023:[a-z0-9/]+$")
            self.assertRegex(element.find(ATOM + "updated").text, RFC3339)
        ids = [e.find(ATOM + "id").text for e in entries]
        self.assertEqual(len(set(ids)), len(ids))
        wanted = [(e["received_at"], rank, before) for e, _, rank, before in board.steps
                  if rank != before]
        found = []
        for element in entries:
            self.assertEqual(len(element.findall(ATOM + "content")), 1)
            title = element.find(ATOM + "title").text
            match = re.search(r": rank (\d+), (?:up from (\d+)|new on the board)$", title)
            found.append((element.find(ATOM + "updated").text, int(match[1]),
                          int(match[2] or 0)))
        self.assertEqual(found, wanted[::-1][:100])
        if found:
            self.assertEqual(feed.find(ATOM + "updated").text, found[0][0])

    def test_markdown_is_one_table_of_text(self):
        self.for_each_board(self.check_markdown)

    def check_markdown(self, board):
        data = shown(board.path, "markdown")
        self.assertNotRegex(data.decode(), r"\{[{%]")
        page = Page()
        page.feed(subprocess.run(
            ["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough"],
            input=data, check=True, capture_output=True).stdout.decode())
        self.assertLessEqual(page.tags, {"table", "thead", "tbody", "tr", "th", "td", "p"})
        self.assertEqual(page.rows[0], ["Rank", "Team", "Entry", "Score", "Entries"])
        for cells, row in zip(page.rows[1:], board.rows, strict=True):
            self.assertEqual(cells, [
                row["rank_text"], row["team"].strip() or "-", row["entry"].strip() or "-",
                row["score_text"], str(row["entry_count"])])

    def test_clics_says_what_the_board_says(self):
        self.for_each_board(self.check_clics)

    def check_clics(self, board):
        scoreboard = strict(shown(board.path, "clics"))
        names = board.raw_teams()
        ids = {hashlib.sha256(names[r["team"]].encode()).hexdigest()[:32]: r
               for r in board.rows}
        self.assertEqual([row["rank"] for row in scoreboard["rows"]],
                         [row["rank"] for row in board.rows])
        self.assertEqual([row["team_id"] for row in scoreboard["rows"]],
                         sorted(ids, key=lambda i: (ids[i]["rank"], by_name(
                             names[ids[i]["team"]]))))
        if not board.competition.get("is_practice"):
            self.check_clics_state(board, scoreboard)
        for row in scoreboard["rows"]:
            self.check_clics_row(board, row, ids[row["team_id"]], names)

    def check_clics_state(self, board, scoreboard):
        rules = board.competition
        has_ended = "deadline_ms" in rules and rules["as_of_ms"] >= rules["deadline_ms"]
        self.assertEqual(instant(scoreboard["state"]["started"]), board.start())
        self.assertEqual(instant(scoreboard["state"]["ended"]),
                         rules["deadline_ms"] if has_ended else None)
        self.assertEqual(instant(scoreboard["time"]), rules["as_of_ms"])
        self.assertEqual(reltime(scoreboard["contest_time"]),
                         rules["as_of_ms"] - board.start())

    def check_clics_row(self, board, row, wanted, names):
        is_practice = board.competition.get("is_practice")
        time = 0 if is_practice else instant(wanted["received_at"]) - board.start()
        self.assertEqual((row["rank"], row["score"]["score"], reltime(row["score"]["time"])),
                         (wanted["rank"], wanted["score"], time))
        cases = [(t["id"], c) for t in wanted["tasks"] for c in t["cases"]]
        for problem, (task, case) in zip(row["problems"], cases, strict=True):
            self.assertEqual(problem["score"], max(case["value"], 0))
            self.assertEqual(reltime(problem.get("time", "0:00:00.000")),
                             time if problem["score"] > 0 else 0)
            if not is_practice:
                self.assertEqual((problem["num_judged"], problem["num_pending"]),
                                 board.submissions(names[wanted["team"]], task, case["id"]))

    def test_team_formats_say_what_the_board_says(self):
        self.for_each_board(self.check_team_formats)

    def check_team_formats(self, board):
        is_weighted = board.track["combine"] == "weighted-points"
        some = list(board.raw_teams().items())[:5]  # a run of a program each
        for shown_name, name in some:
            row = next(r for r in board.rows if r["team"] == shown_name)
            cases = [c for task in row["tasks"] for c in task["cases"]]
            scores = strict(shown(board.path, "codabench", name))
            self.assertEqual(scores["score"], row["score"])
            self.assertEqual([v for k, v in scores.items() if "." in k],
                             [c["value"] for c in cases])
            results = strict(shown(board.path, "gradescope", name))
            self.assertEqual([t["status"] == "passed" for t in results["tests"]],
                             [c["verdict"] == "OK" for c in cases])
            caps = [c.get("cap", 100) if is_weighted else 100 for task, c in
                    zip(row["tasks"], board.track["tasks"]) for _ in task["cases"]]
            for test, case, cap in zip(results["tests"], cases, caps, strict=True):
                self.assertEqual(test["max_score"], cap)
                points = min(max(case.get("points", 0), 0), test["max_score"])
                self.assertEqual(test["score"], points)
                self.assertTrue(test["output"].startswith(case["verdict"]))
            self.assertEqual(results["leaderboard"][0]["value"], row["score_text"])
            self.assertEqual(results["visibility"], "after_published" if
                             board.competition["split"] == "hidden" else "visible")
            points = [t["score"] for t in results["tests"]]
            self.assertAlmostEqual(
                results["score"],
                row["score"] if is_weighted else sum(points) / len(points), places=9)


class Page(html.parser.HTMLParser):
    """Tags, and the text of the table's cells."""

    def __init__(self):
        super().__init__()
        self.tags, self.rows, self.is_cell = set(), [], False

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        self.is_cell = tag in ("th", "td")
        if self.is_cell:
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.is_cell = False

    def handle_data(self, data):
        if self.is_cell:
            self.rows[-1][-1] += data


if __name__ == "__main__":
    unittest.main()
