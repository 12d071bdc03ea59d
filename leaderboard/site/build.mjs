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
    legalComments: "none", // licences() has them whole
    metafile: true,
    write: false,
  });
  return { text: result.outputFiles[0].text.trim(), inputs: Object.keys(result.metafile.inputs) };
}

// The licence of every package that is in the bundle, as its terms want it: with each copy.
function licences(inputs) {
  const names = new Set(inputs.flatMap((path) => /node_modules\/([^/]+)/.exec(path)?.[1] ?? []));
  const texts = [...names].sort().map((name) => `${name}\n\n${read(`node_modules/${name}/LICENSE`).trim()}`);
  return `/*!\n${texts.join("\n\n")}\n*/\n`;
}

// A value that is printed as it is would be markup of whoever chose it.
function checkPrints(name, text) {
  for (const [print] of text.matchAll(/\{\{.*?\}\}/g))
    if (!/ \| (escape|data) \}\}$/.test(print))
      throw new Error(`${name}: ${print} is not escaped: end it with "| escape" or "| data"`);
}

const DATA = ' | jsonify | replace: "<", "\\u003c" }}';

function expand(name) {
  const text = read(name);
  checkPrints(name, text);
  const whole = text.replace(/<!-- include (\S+) -->\n?/g, (_, part) => expand(part).trimEnd());
  return whole.replaceAll(" | data }}", DATA);
}

// Nothing inside may end the raw block of Liquid or the element of HTML.
function sealed(text, end) {
  if (text.includes("{% endraw") || text.toLowerCase().includes(end))
    throw new Error(`cannot inline the bundle: it holds "${end}" or the end of a raw block`);
  return text;
}

const style = sealed((await bundle("style.css")).text, "</style");
const script = await bundle("main.js");
const module = sealed(`\n${licences(script.inputs)}${script.text}\n`, "</script");
const digest = createHash("sha256").update(module).digest("base64");
const policy = [
  "default-src 'none'",
  `script-src 'sha256-${digest}'`,
  "style-src 'unsafe-inline'", // marks of a chart carry their place as style
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

function page(name) {
  return expand(name)
    .replace("<!-- style -->", () => `<style>{% raw %}${style}{% endraw %}</style>`)
    .replace("<!-- module -->", () => `<script type="module">{% raw %}${module}{% endraw %}</script>`)
    .replace("<!-- policy -->", () => policy);
}

mkdirSync(out, { recursive: true });
writeFileSync(join(out, "leaderboard.html"), page("../jekyll/page.html"));
writeFileSync(join(out, "index.template.html"), page("page.html"));
