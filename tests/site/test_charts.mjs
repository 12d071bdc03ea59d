// Charts, and the clock.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, rowsOf, shoot } from "./harness.mjs";

const VIEWS = {
  ranks: "Rank intervals",
  time: "Score over time",
  cost: "Score against time",
  profile: "Profiles",
};
const marks = (page) => page.locator(".podium-panel:visible .podium-mark").count();

test("each chart has a mark for each of 616 teams, and for those of a search", () =>
  open("large", "alone", { height: 1200 }, async (page) => {
    const find = page.getByLabel("Team or entry");
    const found = rowsOf("large").filter((row) => `${row.team} ${row.entry}`.includes("graph")).length;
    assert.ok(found > 0 && found < 616);
    for (const [id, title] of Object.entries(VIEWS)) {
      await page.getByRole("tab", { name: title }).click();
      assert.equal(await marks(page), 616, title);
      await shoot(page, `alone-${id}`);
      await find.fill("graph");
      assert.equal(await marks(page), found, title);
      await find.fill("nobody is called this");
      assert.equal(
        await page.locator(".podium-panel:visible").getByText("No team is shown.").count(),
        1,
        title,
      );
      await find.fill("");
    }
  }));

test("the Pareto front is made of the teams that no other beats in score and time", () =>
  open("small", "alone", { hash: "#view=cost" }, async (page) => {
    const rows = rowsOf("small");
    const isBeaten = (row) =>
      rows.some(
        (other) =>
          other.cpu_ns <= row.cpu_ns &&
          other.score >= row.score &&
          (other.cpu_ns < row.cpu_ns || other.score > row.score),
      );
    const front = rows.filter((row) => !isBeaten(row)).length;
    assert.ok(front > 1 && front < 24);
    assert.equal(await page.locator(".podium-best").count(), front);
  }));

test("the line of a rank interval goes from its low end to its high end", () =>
  open("small", "alone", { hash: "#view=ranks" }, async (page) => {
    const lines = await page
      .locator(".podium-interval")
      .evaluateAll((list) => list.map((line) => [line.x1.baseVal.value, line.x2.baseVal.value]));
    // The axis is linear: two rows fix it, and all others must agree.
    const rows = rowsOf("small");
    const widest = rows.reduce((best, row) =>
      row.rank_interval.high > best.rank_interval.high ? row : best,
    );
    const [left, right] = [
      lines[rows.findIndex((row) => row.rank_interval.low === 1)][0],
      lines[rows.indexOf(widest)][1],
    ];
    const place = (rank) => left + ((rank - 1) / (widest.rank_interval.high - 1)) * (right - left);
    rows.forEach((row, at) => {
      assert.ok(Math.abs(lines[at][0] - place(row.rank_interval.low)) < 0.01);
      assert.ok(Math.abs(lines[at][1] - place(row.rank_interval.high)) < 0.01);
    });
  }));

test("the pointer names a mark, and a click opens its detail", () =>
  open("small", "alone", { hash: "#view=cost", height: 1400 }, async (page) => {
    const mark = page.locator(".podium-best").first();
    await mark.hover();
    const name = await page.locator(".podium-tip strong").textContent();
    assert.ok(rowsOf("small").some((row) => row.team.startsWith(name.replace("…", ""))));
    await mark.click();
    const opened = await page.locator("dialog[open] h3").textContent();
    assert.ok(opened.startsWith(name.replace("…", "")));
  }));

test("arrow keys go from tab to tab", () =>
  open("small", "alone", {}, async (page) => {
    const selected = () => page.locator("[aria-selected=true]").textContent();
    await page.getByRole("tab", { name: "Table" }).focus();
    await page.keyboard.press("ArrowRight");
    assert.equal(await selected(), "Rank intervals");
    await page.keyboard.press("End");
    assert.equal(await selected(), "Profiles");
    await page.keyboard.press("ArrowRight");
    assert.equal(await selected(), "Table");
  }));

// The deadline is 2023-11-18T12:00:00Z: midnight of the 18th in UTC-12, 17:30 in UTC+5:30.
const LEFT = [
  ["2023-11-16T10:58:57Z", "2 days and 01:01:03 left."],
  ["2023-11-17T11:00:00Z", "1 day and 01:00:00 left."],
  ["2023-11-18T11:59:59Z", "00:00:01 left."],
  ["2023-11-18T12:00:00Z", "Closed today."],
  ["2023-11-20T13:00:00Z", "Closed 2 days ago."],
];

test("the countdown says what is left, to the second, and at the instant that nothing is", () =>
  open("contest", "alone", { now: LEFT[0][0] }, async (page) => {
    for (const [now, left] of LEFT) {
      await page.clock.setFixedTime(new Date(now));
      await page.reload();
      assert.equal(await page.getByRole("timer").textContent(), left, now);
    }
  }));

test("the deadline stands in UTC, Anywhere on Earth and the reader's zone, with its changes", () =>
  open("contest", "alone", {}, async (page) => {
    assert.deepEqual(await page.locator(".podium-instants dd").allTextContents(), [
      "2023-11-18 12:00:00 UTC",
      "2023-11-18 00:00:00 AoE",
      "2023-11-18 17:30:00 UTC+05:30",
    ]);
    assert.equal(
      await page.locator(".podium-changes li").innerText(),
      "2023-11-08 12:00:00 UTC: moved from 2023-11-17 12:00:00 UTC to 2023-11-18 12:00:00 UTC. Reason: training data replaced",
    );
  }));

test("times change to the zone that is chosen, hidden rows too", () =>
  open("contest", "alone", {}, async (page) => {
    const first = () => page.locator(".podium-ranked td time").first().textContent();
    assert.equal(await first(), "2023-11-08 12:00:00 UTC");
    await page.getByLabel("Team or entry").first().fill("no such team");
    await page.getByLabel("Times in").first().selectOption("AoE");
    await page.getByLabel("Team or entry").first().fill("");
    assert.equal(await first(), "2023-11-08 00:00:00 AoE");
    await page.getByLabel("Times in").first().selectOption("local");
    assert.equal(await first(), "2023-11-08 17:30:00 UTC+05:30");
  }));
