// Both pages show the board, with and without their module.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { boards, open, PAGES, root, rowsOf, shoot, teams } from "./harness.mjs";

const file = (board, kind) => readFileSync(join(root, PAGES[kind](board)), "utf8");

// From the first mark to the data, which the two write with other spaces.
const markup = (html) =>
  html.slice(html.indexOf('<div class="podium"'), html.indexOf('<script type="application/json"'));
const data = (html) => JSON.parse(/class="podium-data">([^]*?)<\/script>/.exec(html)[1]);

for (const board of boards.keys()) {
  test(`podium renders ${board} as Jekyll does, byte for byte, and its data the same`, () => {
    const alone = file(board, "alone");
    const jekyll = file(board, "jekyll");
    assert.ok(markup(alone).length > 1000);
    assert.equal(markup(alone), markup(jekyll));
    assert.deepEqual(data(alone), data(jekyll));
  });
}

for (const kind of Object.keys(PAGES)) {
  test(`the ${kind} page of 616 teams stays below 300 kB gzipped`, (t) => {
    const size = gzipSync(file("large", kind), { level: 9 }).length;
    t.diagnostic(`${kind}: ${size} bytes gzipped`);
    assert.ok(size < 300_000, `${size} bytes`);
  });

  test(`the ${kind} page without scripts has every row in the board's order with score, verdicts and times`, () =>
    open("small", kind, { script: false }, async (page) => {
      const rows = rowsOf("small");
      assert.deepEqual(
        await teams(page),
        rows.map((row) => row.team),
      );
      const lines = await page
        .locator(".podium-ranked tbody tr")
        .evaluateAll((list) =>
          list.map((line) => [...line.querySelectorAll("td")].map((cell) => cell.firstChild.textContent)),
        );
      assert.deepEqual(
        lines,
        rows.map((row) => [
          row.rank_text,
          row.score_text,
          row.rank_interval.text,
          ...row.tasks.flatMap((task) =>
            task.cases.map((item) => (item.verdict === "OK" ? item.value_text : item.verdict)),
          ),
          row.cpu_text,
          row.received_text,
        ]),
      );
      const unranked = boards.get("small").tracks[0].unranked;
      assert.deepEqual(
        await page.locator(".podium-unranked .podium-prose").allTextContents(),
        unranked.map((row) => row.reason_text),
      );
      await shoot(page, `${kind}-without-scripts`, { fullPage: true });
    }));

  test(`the ${kind} page with its module opens with the same rows`, () =>
    open("small", kind, {}, async (page) => {
      assert.deepEqual(
        await teams(page),
        rowsOf("small").map((row) => row.team),
      );
      assert.equal(await page.locator(".podium-count").textContent(), "24 of 24 teams");
      await shoot(page, `${kind}-desktop`);
    }));
}

test("a practice board, which has no deadline, arrival or interval, is shown with its notice", () =>
  open("practice", "alone", {}, async (page) => {
    const board = boards.get("practice");
    assert.equal(await page.locator(".podium-notice").textContent(), board.competition.notice_text);
    assert.equal(await page.locator(".podium-deadline").count(), 0);
    assert.deepEqual(
      await teams(page),
      board.tracks[0].rows.map((row) => row.team),
    );
    assert.deepEqual(await page.getByRole("tab").allTextContents(), ["Table", "Score against time"]);
  }));

test("a board that podium wrote is shown in its order, with the reason of who is not ranked", () =>
  open("contest", "jekyll", {}, async (page) => {
    const [track] = boards.get("contest").tracks;
    assert.deepEqual(
      (await teams(page)).slice(0, track.rows.length),
      track.rows.map((row) => row.team),
    );
    const reasons = await page
      .locator(".podium-track")
      .first()
      .locator(".podium-unranked .podium-prose")
      .allTextContents();
    assert.deepEqual(
      reasons,
      track.unranked.map((row) => row.reason_text),
    );
  }));

test("a workshop without a board says so and nothing else", () =>
  open("none", "jekyll", {}, async (page) => {
    assert.equal(await page.getByText("There is no leaderboard yet.").count(), 1);
    assert.equal(await page.locator(".podium, script[type=module]").count(), 0);
  }));

test("all tracks are printed, also those that were never looked at", () =>
  open("tracks", "alone", { width: 718 }, async (page) => {
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    assert.equal(await page.locator(".podium-ranked tbody tr:visible").count(), 25);
    assert.equal(await page.locator(".podium-plot .podium-interval").count(), 25);
  }));

test("Jekyll lists the page in the bar of its workshop", () =>
  open("small", "jekyll", {}, async (page) => {
    assert.deepEqual(await page.locator(".bar a").allTextContents(), ["Overview", "Leaderboard"]);
  }));

test("616 teams are there, sorted and drawn", (t) =>
  open("large", "alone", {}, async (page) => {
    const took = await page.evaluate(() => performance.getEntriesByType("navigation")[0].domComplete);
    t.diagnostic(`616 teams usable ${Math.round(took)} ms after the request`);
    assert.equal((await teams(page)).length, 616);
    const sorted = await page.evaluate(() => {
      const start = performance.now();
      document.querySelector("th[data-column=team] button").click();
      void document.body.offsetHeight;
      return performance.now() - start;
    });
    t.diagnostic(`sorting them took ${Math.round(sorted)} ms`);
    assert.notEqual((await teams(page))[0], rowsOf("large")[0].team);
  }));

test("on paper all rows and all charts are there and nothing is cut at the side", () =>
  open("small", "alone", { width: 718 }, async (page) => {
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    assert.equal(await page.locator(".podium-ranked tbody tr:visible").count(), 24);
    assert.equal(await page.locator(".podium-plot:visible").count(), 4);
    assert.equal(await page.locator(".podium-toolbar:visible, .podium-tabs:visible").count(), 0);
    assert.ok(
      await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth),
    );
    await shoot(page, "alone-print", { fullPage: true });
  }));
