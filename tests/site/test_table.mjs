// Sorting, searching, a task's own order, details and links.
import assert from "node:assert/strict";
import { test } from "node:test";
import { boards, open, rowsOf, shoot, show, teams } from "./harness.mjs";

const headButton = (page, column) => page.locator(`.podium-ranked th[data-column=${column}] button`).first();
const names = (rows) => rows.map((row) => row.team);

// The order that the page must show, worked out from the board itself.
function sorted(rows, value, isDown) {
  const order = (a, b) => (isDown ? value(b) - value(a) : value(a) - value(b));
  return names([...rows].sort((a, b) => order(a, b) || rows.indexOf(a) - rows.indexOf(b)));
}

test("each head sorts by its column, again the other way, and says so", () =>
  open("small", "alone", {}, async (page) => {
    for (const [column, value, isDownFirst] of [
      ["score", (row) => Number(row.score_text), true],
      ["cpu", (row) => row.cpu_ns, false],
      ["received", (row) => Date.parse(row.received_at), false],
      ["ranks", (row) => row.rank_interval.low, false],
      ["rank", (row) => rowsOf("small").indexOf(row), false],
    ]) {
      for (const isDown of [isDownFirst, !isDownFirst]) {
        await headButton(page, column).click();
        assert.deepEqual(await teams(page), sorted(rowsOf("small"), value, isDown), column);
        const head = page.locator(`.podium-ranked th[data-column=${column}]`);
        assert.equal(await head.getAttribute("aria-sort"), isDown ? "descending" : "ascending", column);
      }
      assert.equal(await page.locator("[aria-sort]").count(), 1);
    }
  }));

test("a case sorts best first, and rows without an OK result stand last either way", () =>
  open("small", "alone", {}, async (page) => {
    const rows = rowsOf("small");
    const result = (row) => row.tasks[1].cases[0];
    const bad = names(rows.filter((row) => result(row).verdict !== "OK"));
    const good = rows.filter((row) => result(row).verdict === "OK");
    const button = page.locator("th[data-column=case] button").nth(1);
    await button.click();
    assert.deepEqual(await teams(page), [
      ...sorted(good, (row) => Number(result(row).value_text), true),
      ...bad,
    ]);
    await button.click();
    assert.deepEqual(await teams(page), [
      ...sorted(good, (row) => Number(result(row).value_text), false),
      ...bad,
    ]);
  }));

test("the search finds teams and entries, counts them, and clears", () =>
  open("small", "alone", {}, async (page) => {
    await page.getByLabel("Team or entry").fill("TENSOR");
    const wanted = rowsOf("small").filter((row) =>
      `${row.team}\n${row.entry}`.toLowerCase().includes("tensor"),
    );
    assert.ok(wanted.length > 0 && wanted.length < 24);
    assert.deepEqual(await teams(page), names(wanted));
    await page
      .getByRole("status")
      .filter({ hasText: `${wanted.length} of 24 teams` })
      .waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Clear" }).click();
    assert.equal((await teams(page)).length, 24);
    assert.equal(await page.evaluate(() => document.activeElement.type), "search");
  }));

test("a task shows its columns only, and its own order and value", () =>
  open("small", "alone", {}, async (page) => {
    await page.getByLabel("Task").selectOption("tile");
    const value = (row) => Number(row.tasks[0].value_text);
    assert.deepEqual(await teams(page), sorted(rowsOf("small"), value, true));
    assert.deepEqual(await page.locator("th[data-column=case]:visible").allTextContents(), ["tile:xla"]);
    const shown = await page.locator(".podium-task").allTextContents();
    assert.deepEqual(
      shown.map(Number),
      rowsOf("small")
        .map(value)
        .sort((a, b) => b - a),
    );
    await page.getByLabel("Task").selectOption("");
    assert.deepEqual(await teams(page), names(rowsOf("small")));
    assert.equal(await page.locator("th[data-column=case]:visible").count(), 5);
  }));

test("an address opens the page as it was left", () =>
  open("small", "alone", {}, async (page) => {
    await page.getByLabel("Team or entry").fill("e");
    await headButton(page, "cpu").click();
    await page.getByLabel("Times in").selectOption("AoE");
    const before = await page.locator(".podium-ranked tbody").innerText();
    const hash = new URL(page.url()).hash;
    await open("small", "alone", { hash }, async (other) => {
      assert.equal(await other.locator(".podium-ranked tbody").innerText(), before);
      assert.equal(await other.getByLabel("Team or entry").inputValue(), "e");
      assert.equal(await other.getByLabel("Times in").inputValue(), "AoE");
    });
  }));

test("every team's link opens its detail, whatever it is called", () =>
  open("small", "alone", {}, async (page) => {
    const links = await page
      .locator(".podium-ranked th a")
      .evaluateAll((list) => list.map((link) => link.getAttribute("href")));
    for (const [at, row] of rowsOf("small").entries()) {
      await show(page, links[at]);
      assert.equal(await page.locator("dialog h3").textContent(), row.team);
      assert.ok((await page.locator("dialog").innerText()).includes(row.digest));
    }
  }));

test("the detail has each case's verdict, numbers, timing and message, and the history", () =>
  open("small", "alone", {}, async (page) => {
    const row = rowsOf("small").find((item) => item.verdict !== "OK" && item.history.length > 1);
    await page.getByRole("link", { name: row.team, exact: true }).click();
    const text = await page.locator("dialog").innerText();
    for (const item of row.tasks.flatMap((task) => task.cases)) {
      const wanted =
        item.verdict === "OK"
          ? [
              item.value_text,
              item.points_text,
              item.cpu_text,
              item.wall_text,
              item.memory_text,
              item.timing.text,
            ]
          : [item.verdict, item.message];
      for (const part of wanted) assert.ok(text.includes(part), `'${part}' is not in the detail`);
    }
    for (const step of row.history) assert.ok(text.includes(step.score_text) && text.includes(step.entry));
    assert.ok(text.includes(row.rank_range.text) && text.includes(row.first_text));
  }));

test("an entry without a rank opens by its link, with the reason", () =>
  open("small", "alone", {}, async (page) => {
    const row = boards.get("small").tracks[0].unranked[1];
    await page.locator(".podium-unranked").getByRole("link", { name: row.team, exact: true }).click();
    assert.ok((await page.locator("dialog").innerText()).includes(row.reason_text));
    assert.ok(new URL(page.url()).hash.includes(`seq=${row.seq}`));
  }));

test("the keyboard alone sorts, opens a detail, closes it and is back where it was", () =>
  open("small", "alone", {}, async (page) => {
    const focused = () => page.evaluate(() => document.activeElement.textContent);
    await page.getByRole("tab", { name: "Table" }).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.type("constructor");
    for (let i = 0; i < 40 && (await focused()) !== "Score"; i++) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    assert.equal(
      await page.locator(".podium-ranked th[data-column=score]").getAttribute("aria-sort"),
      "descending",
    );
    for (let i = 0; i < 20 && (await focused()) !== "constructor"; i++) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("dialog[open]").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.closest("dialog") !== null), true);
    await page.keyboard.press("Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    assert.equal(await focused(), "constructor");
    assert.ok(!page.url().includes("team="));
  }));

test("the browser's back button closes a detail", () =>
  open("small", "alone", {}, async (page) => {
    await page.getByRole("link", { name: "constructor", exact: true }).click();
    await page.locator("dialog[open]").waitFor();
    await page.goBack();
    await page.locator("dialog[open]").waitFor({ state: "detached" });
    assert.equal((await teams(page)).length, 24);
  }));

test("of two tracks one is shown, and the other is a click or a link away", () =>
  open("tracks", "alone", {}, async (page) => {
    const shown = () => page.locator(".podium-track:visible h3").allTextContents();
    assert.deepEqual(await shown(), ["Final score of 2023"]);
    await page.getByRole("button", { name: "Mixed <&> track" }).click();
    assert.deepEqual(await shown(), ["Mixed <&> track"]);
    assert.equal(await page.locator(".podium-ranked tbody tr:visible").count(), 5);
    assert.equal(await page.getByText("Scores: the Ladder <&>.").count(), 1);
    await shoot(page, "alone-second-track");
    // Points add up by task: a column is a task, and its cases are in the detail.
    const heads = page.locator(".podium-ranked:visible thead th");
    assert.deepEqual((await heads.allTextContents()).slice(4, -2), ["tile", "layout"]);
    const column = async () =>
      (await page.locator(".podium-ranked:visible td[data-label=layout]").allTextContents()).map(Number);
    await page.locator(".podium-ranked:visible").getByRole("button", { name: "layout" }).click();
    const values = await column();
    assert.deepEqual(values, [...values].sort((a, b) => b - a));
    assert.ok(values[0] > values.at(-1));
    await page.locator(".podium-ranked:visible a").first().click();
    assert.ok((await page.locator("dialog").innerText()).includes("at most 10.0 bits <&>"));
    await page.keyboard.press("Escape");
    await open("tracks", "alone", { hash: new URL(page.url()).hash }, async (other) => {
      assert.deepEqual(await other.locator(".podium-track:visible h3").allTextContents(), [
        "Mixed <&> track",
      ]);
    });
  }));
