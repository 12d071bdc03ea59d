// Hostile names, small screens, and what axe-core has to say.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, PAGES, shoot, show, teams, violations } from "./harness.mjs";
import { HOSTILE } from "./sample.mjs";

const VIEWS = ["", "ranks", "time", "cost", "profile"];

for (const kind of Object.keys(PAGES)) {
  for (const dark of [false, true]) {
    const light = dark ? "dark" : "light";

    test(`axe-core finds nothing in the ${kind} page, ${light}, in any view, with a detail open, on a phone`, () =>
      open("small", kind, { dark }, async (page) => {
        // The charts are the same in both pages.
        for (const view of kind === "alone" ? VIEWS : [""]) {
          await show(page, `#view=${view}`);
          await page.locator(".podium-panel:visible").waitFor();
          assert.deepEqual(await violations(page), [], `view '${view}'`);
        }
        await show(page, "#team=constructor");
        await page.locator("dialog[open]").waitFor();
        assert.deepEqual(await violations(page), [], "detail");
        await shoot(page, `${kind}-detail-${light}`);
        await show(page, "#");
        await page.setViewportSize({ width: 360, height: 740 });
        assert.deepEqual(await violations(page), [], "phone");
      }));
  }

  test(`axe-core finds nothing in the ${kind} page without its module`, () =>
    open("practice", kind, {}, async (page) => {
      assert.deepEqual(await violations(page), []);
    }));

  test(`the ${kind} page shows hostile names as they are, in every view and detail, and runs none`, () =>
    open("small", kind, {}, async (page) => {
      const shown = new Set(await teams(page));
      for (const name of HOSTILE) assert.ok(shown.has(name), `'${name}' is not shown as it is`);
      for (const view of VIEWS) {
        await show(page, `#view=${view}`);
        assert.equal(
          await page
            .locator(".podium img, .podium iframe, .podium object, .podium [onload], .podium [onerror]")
            .count(),
          0,
        );
      }
      for (const name of HOSTILE) {
        await show(page, `#team=${encodeURIComponent(name)}`);
        await page.locator("dialog[open]").waitFor();
        assert.equal(await page.locator("dialog h3").textContent(), name);
      }
      const scripts = await page.evaluate(() =>
        [...document.scripts].map((script) => script.type).filter((type) => type !== "application/ld+json"),
      );
      assert.deepEqual(scripts.sort(), ["application/json", "module"]);
    }));

  test(`the ${kind} page does not scroll sideways on a phone, with scripts or without`, async () => {
    const fits = () => document.documentElement.scrollWidth <= document.documentElement.clientWidth;
    await open("large", kind, { width: 360, height: 1800 }, async (page) => {
      for (const view of VIEWS) {
        await show(page, `#view=${view}`);
        await page.locator(".podium-panel:visible").waitFor();
        assert.ok(await page.evaluate(fits), `view '${view}'`);
        await shoot(page, `${kind}-phone-${view || "table"}`);
      }
      await show(page, "#team=constructor");
      await page.locator("dialog[open]").waitFor();
      assert.ok(await page.evaluate(fits), "detail");
      assert.ok(
        await page.locator("dialog").evaluate((dialog) => dialog.scrollWidth <= dialog.clientWidth),
        "inside of the detail",
      );
    });
    await open("large", kind, { width: 360, height: 740, script: false }, async (page) => {
      const box = await page.locator(".podium").boundingBox();
      const cells = await page
        .locator(".podium-ranked tbody td")
        .evaluateAll((list) => Math.max(...list.map((cell) => cell.getBoundingClientRect().right)));
      assert.ok(box.x + box.width <= 360 && cells <= 360);
    });
  });

  test(`the ${kind} page in the dark`, () =>
    open("large", kind, { dark: true }, async (page) => {
      const paper = await page.locator(".podium").evaluate((node) => getComputedStyle(node).backgroundColor);
      assert.equal(paper, "rgb(21, 24, 28)");
      await shoot(page, `${kind}-dark`);
    }));
}

test("axe-core does find what is wrong", () =>
  open("practice", "alone", {}, async (page) => {
    await page.evaluate(() => document.querySelector("main").append(document.createElement("select")));
    assert.match((await violations(page)).join(), /^select-name: /);
  }));

test("the page of its own runs no script but its own", () =>
  open("small", "alone", { allowed: /Content Security Policy/ }, async (page) => {
    const refused = await page.evaluate(
      () =>
        new Promise((resolve) => {
          document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective), {
            once: true,
          });
          const script = document.createElement("script");
          script.textContent = "window.pwned = 8";
          document.body.append(script);
        }),
    );
    assert.equal(refused, "script-src-elem");
  }));
