// What every test of the site stands on: the two pages built from given boards by the real
// programs, served on loopback, opened in Chromium. Set by CMake:
// SITE_PAGES (what build.mjs wrote), SITE_RENDER (render.c), SITE_OUT (screenshots go there).
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { makeBoard } from "./sample.mjs";

export const here = dirname(fileURLToPath(import.meta.url));
const examples = join(here, "../../leaderboard/schema/examples");
const { SITE_PAGES, SITE_RENDER, SITE_OUT } = process.env;

const example = (name) => [name, JSON.parse(readFileSync(join(examples, `${name}.json`), "utf8"))];

// Boards by name: some that podium wrote, and made-up ones.
export const boards = new Map([
  ...["contest", "practice", "statistics", "rounded"].map(example),
  ["small", makeBoard(24, 7)],
  ["large", makeBoard(616, 1)],
  ["tracks", twoTracks()],
]);

function twoTracks() {
  const board = makeBoard(20, 3);
  const [first] = board.tracks;
  const [second] = makeBoard(5, 4).tracks;
  const texts = {
    id: "mixed <&>",
    title: "Mixed <&> track",
    combine: "weighted-points",
    ladder_text: "the Ladder <&>",
  };
  const rows = second.rows.map((row) => ({ ...row, leak_text: "at most 10.0 bits <&>" }));
  return { ...board, tracks: [first, { ...second, ...texts, rows }] };
}

const scratch = mkdtempSync(join(tmpdir(), "podium-site-"));
export const root = join(scratch, "served");

const write = (path, text) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

// What podium board --site writes.
function makeAlone(name, board) {
  const data = join(scratch, `${name}.json`);
  writeFileSync(data, JSON.stringify(board));
  const page = execFileSync(SITE_RENDER, [join(SITE_PAGES, "index.template.html"), data], {
    maxBuffer: 1 << 28,
  });
  write(join(root, name, "index.html"), page);
}

// One site for all boards, each a workshop of its own by one line of its page. "small" is the
// workshop of 2023, whose page is as it was built.
function makeJekyll() {
  const source = join(scratch, "jekyll");
  const built = readFileSync(join(SITE_PAGES, "leaderboard.html"), "utf8");
  cpSync(join(here, "jekyll"), source, { recursive: true });
  for (const [name, board] of boards) {
    const workshop = name === "small" ? "neurips2023" : name;
    write(join(source, "_data", workshop, "leaderboard.json"), JSON.stringify(board));
    write(
      join(source, name, "leaderboard.html"),
      built.replace("workshop_name: neurips2023", `workshop_name: ${workshop}`),
    );
  }
  write(
    join(source, "none/leaderboard.html"),
    built.replace("workshop_name: neurips2023", "workshop_name: none"),
  );
  execFileSync(
    "jekyll",
    ["build", "--quiet", "--disable-disk-cache", "-s", source, "-d", join(root, "jekyll"), "-b", "/jekyll"],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
}

const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".json": "application/json" };

function serve() {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://x").pathname));
    try {
      const body = readFileSync(join(root, path.endsWith("/") ? `${path}index.html` : path));
      response.writeHead(200, { "content-type": TYPES[extname(path)] ?? TYPES[".html"] }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

for (const [name, board] of boards) makeAlone(name, board);
makeJekyll();
const server = await serve();
const base = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

export async function finish() {
  await browser.close();
  server.close();
  rmSync(scratch, { recursive: true, force: true });
}

// Paths of the two pages of a board.
export const PAGES = {
  alone: (board) => `${board}/index.html`,
  jekyll: (board) => `jekyll/${board}/leaderboard.html`,
};

// Everything that a quiet page does not do.
function watch(page) {
  const noise = [];
  page.on(
    "console",
    (message) => ["error", "warning"].includes(message.type()) && noise.push(message.text()),
  );
  page.on("pageerror", (error) => noise.push(String(error)));
  page.on("dialog", (dialog) => {
    noise.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith("data:"))
      noise.push(`request: ${request.url()}`);
  });
  return noise;
}

// open("large", "alone", {hash, width, dark, script: false, now}, async (page) => ...): a fresh
// page that must have stayed quiet when the function is done, but for noise that is allowed.
export async function open(board, kind, options, use) {
  const {
    hash = "",
    width = 1200,
    height = 900,
    dark = false,
    script = true,
    now,
    zone = "Asia/Kolkata",
    allowed = /^$/,
  } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    javaScriptEnabled: script,
    timezoneId: zone,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const noise = watch(page);
  if (now) await page.clock.setFixedTime(new Date(now));
  await page.goto(`${base}/${PAGES[kind](board)}${hash}`);
  await use(page);
  assert.deepEqual(
    noise.filter((line) => !allowed.test(line)),
    [],
    `${kind} page of ${board} made noise`,
  );
  if (script) assert.equal(await page.evaluate("window.pwned"), undefined, "a name ran as a script");
  await context.close();
}

// Sets the hash of the address and returns when the page has seen it.
export const show = (page, hash) =>
  page.evaluate(
    (text) =>
      new Promise((resolve) => {
        const before = location.href;
        window.addEventListener("hashchange", resolve, { once: true });
        location.hash = text;
        if (location.href === before) resolve();
      }).then(() => undefined),
    hash,
  );

export async function shoot(page, name, options = {}) {
  mkdirSync(SITE_OUT, { recursive: true });
  await page.screenshot({ path: join(SITE_OUT, `${name}.png`), ...options });
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// What axe-core finds wrong, one line each.
export async function violations(page) {
  await page.evaluate(axeSource);
  const result = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  return result.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target}: ${node.failureSummary}`),
  );
}

export const teams = (page) => page.locator(".podium-ranked tbody .podium-team").allTextContents();
export const rowsOf = (name) => boards.get(name).tracks[0].rows;
