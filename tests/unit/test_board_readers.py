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
    "\r=1", " =1", "＝1", 'a "quoted", name', "two\nlines", "two\r\nlines", "a|b|c", "`code`",
    "**bold** _it_ ~~no~~", "[x](javascript:alert(1))", "![x](http://x.org/y.png)", "\\|",
    "http://x.org/ www.x.org", "me@x.org", "<!-- ", "$x^2$ :smile: #1", "x" * 200, "\ufffe\uffff",
    "\ufdd0\U0010ffff", "名前", "e\u0301 \U0001f600", "\x01\x1b[31m", "", "  ", "| --- |", "~~~",
)


def shown(path, *words):
    return subprocess.run([SHOWN, path, *words], check=True, capture_output=True).stdout


def strict(data):
    def refuse(word):
        raise ValueError(word)
    return json.loads(data.decode("utf-8", "strict"), parse_constant=refuse)


def random_board(seed):
    """Few scores and few instants, so that ties are common."""
    rng = random.Random(seed)
    names = rng.sample(HOSTILE, 12)
    entries = []
    for seq in range(1, 90):
        ms = 1700000000000 + rng.randrange(60) * 10000000
        at = datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc)
        entry = {"team": rng.choice(names), "name": rng.choice(HOSTILE), "digest": f"{seq}",
                 "seq": seq, "received_ms": ms,
                 "received_at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "results": []}
        for case in ("a", "b"):
            value = rng.randrange(9) / 8
            verdict = rng.choice(("OK", "OK", "OK", "OK", "OK", "OK", "WA", "JE"))
            entry["results"].append({"task": "t", "case": case, "verdict": verdict,
                                     "raw": value, "score": value * 120 - 10,
                                     "message": rng.choice(HOSTILE)})
        if rng.random() < 0.1:
            entry["standing"] = rng.choice(("pending", "invalid", "disqualified"))
        entries.append(entry)
    task = {"id": "t", "cases": [{"id": "a", "worst": 0}, {"id": "b", "worst": 0}],
            "weight": 2, "cap": 100}
    return {"competition": {
        "id": "random", "title": rng.choice(HOSTILE), "split": "public", "podium_version": "0",
        "deadline_ms": 1700500000000, "deadline_instant": "2023-11-20T17:06:40.000Z",
        "as_of_ms": 1700550000000, "as_of": "2023-11-21T07:00:00.000Z",
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


def boards():
    folders = sorted(os.listdir(os.path.join(CASES, "board")))
    for name in folders:
        yield Board(os.path.join(CASES, "board", name, "input.json"))
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
        self.assertEqual(found, wanted[::-1])
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
        ranks = [row["rank"] for row in scoreboard["rows"]]
        self.assertEqual(ranks, [row["rank"] for row in board.rows])
        self.assertEqual({row["team_id"] for row in scoreboard["rows"]}, set(ids))
        for row in scoreboard["rows"]:
            shown_row = ids[row["team_id"]]
            self.assertEqual((row["rank"], row["score"]["score"]),
                             (shown_row["rank"], shown_row["score"]))
            cases = [c for task in shown_row["tasks"] for c in task["cases"]]
            for problem, case in zip(row["problems"], cases, strict=True):
                self.assertEqual(problem["score"], max(case["value"], 0))
                self.assertEqual("time" in problem, problem["score"] > 0)

    def test_team_formats_say_what_the_board_says(self):
        self.for_each_board(self.check_team_formats)

    def check_team_formats(self, board):
        for shown_name, name in board.raw_teams().items():
            row = next(r for r in board.rows if r["team"] == shown_name)
            cases = [c for task in row["tasks"] for c in task["cases"]]
            scores = strict(shown(board.path, "codabench", name))
            self.assertEqual(scores["score"], row["score"])
            self.assertEqual([v for k, v in scores.items() if "." in k],
                             [c["value"] for c in cases])
            results = strict(shown(board.path, "gradescope", name))
            self.assertEqual([t["status"] == "passed" for t in results["tests"]],
                             [c["verdict"] == "OK" for c in cases])
            for test, case in zip(results["tests"], cases, strict=True):
                points = min(max(case.get("points", 0), 0), test["max_score"])
                self.assertEqual(test["score"], points)
                self.assertTrue(test["output"].startswith(case["verdict"]))
            self.assertEqual(results["leaderboard"][0]["value"], row["score_text"])


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
