// Builds the two pages that podium publishes, each one file with everything inside:
//
//   node build.mjs FOLDER    writes FOLDER/leaderboard.html (for Jekyll) and
//                            FOLDER/index.template.html (for podium board --site)
//
// A page's source is Liquid with marks: `<!-- include FILE -->`, `<!-- style -->`,
// `<!-- module -->`, `<!-- policy -->`, and the filter `data`, which stands for JSON that
// cannot end the script block it is in.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) {
  console.error("no folder to write to: node build.mjs FOLDER");
  process.exit(2);
}

const read = (name) => readFileSync(join(here, name), "utf8");

async function bundle(entry) {
  const result = await build({
    entryPoints: [join(here, "src", entry)],
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2020", "chrome90", "firefox90", "safari15"],
    charset: "utf8",
    legalComments: "none", // the licence follows in one comment, see licences()
    write: false,
  });
  return result.outputFiles[0].text.trim();
}

// d3's packages keep no comment of their own in the bundle; their ISC licence wants its text
// in every copy, once is enough for all of them.
function licences() {
  const text = readFileSync(join(here, "node_modules", "d3-scale", "LICENSE"), "utf8").trim();
  return `/*! d3-array, -axis, -color, -format, -interpolate, -path, -scale, -selection, -shape, -time, -time-format:\n${text}\n*/\n`;
}

function expand(text) {
  const whole = text.replace(/<!-- include (\S+) -->\n?/g, (_, name) => expand(read(name)).trimEnd());
  return whole.replaceAll(" | data }}", ' | jsonify | replace: "<", "\\u003c" }}');
}

// Nothing inside may end the raw block of Liquid or the element of HTML.
function sealed(text, end) {
  if (text.includes("{% endraw") || text.toLowerCase().includes(end))
    throw new Error(`cannot inline the bundle: it holds "${end}" or the end of a raw block`);
  return text;
}

const style = sealed(await bundle("style.css"), "</style");
const module = `\n${licences()}${sealed(await bundle("main.js"), "</script")}\n`;
const digest = createHash("sha256").update(module).digest("base64");
const policy = [
  "default-src 'none'",
  `script-src 'sha256-${digest}'`,
  "style-src 'unsafe-inline'", // marks of a chart carry their place as style
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

function page(source) {
  return expand(source)
    .replace("<!-- style -->", () => `<style>{% raw %}${style}{% endraw %}</style>`)
    .replace("<!-- module -->", () => `<script type="module">{% raw %}${module}{% endraw %}</script>`)
    .replace("<!-- policy -->", () => policy);
}

mkdirSync(out, { recursive: true });
writeFileSync(join(out, "leaderboard.html"), page(read("../jekyll/page.html")));
writeFileSync(join(out, "index.template.html"), page(read("page.html")));
