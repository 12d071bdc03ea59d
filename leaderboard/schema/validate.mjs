// Checks leaderboard.json files against leaderboard.schema.json.
//
//   node validate.mjs             the examples must pass, each of examples/bad must not
//   node validate.mjs FILE...     these must pass
//
// A file in examples/bad changes one place of an example and names the one error that must
// follow: an example that fails for another reason proves nothing.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import addFormats from "ajv-formats";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const examples = join(here, "examples");
const load = (path) => JSON.parse(readFileSync(path, "utf8"));

const ajv = addFormats(new Ajv({ allErrors: true, strict: true, strictRequired: false, strictTypes: false }));
const validate = ajv.compile(load(join(here, "leaderboard.schema.json")));

let failed = 0;
function fail(path, reason) {
  failed += 1;
  console.log(`${path}: ${reason}`);
}

function messages(board) {
  if (validate(board)) return [];
  // "if" only repeats that its branch failed.
  return validate.errors
    .filter((error) => error.keyword !== "if")
    .map((error) => `${error.instancePath || "/"} ${error.keyword}`);
}

function checkGood(path) {
  for (const message of messages(load(path))) fail(path, message);
}

// Sets, or removes where the change has no "value", what stands at its JSON pointer.
function apply(board, change) {
  const keys = change.at.split("/").slice(1);
  const last = keys.pop();
  const parent = keys.reduce((value, key) => value[key], board);
  if ("value" in change) parent[last] = change.value;
  else if (last in parent) delete parent[last];
  else throw new Error(`nothing at ${change.at}`);
}

function checkBad(path) {
  const change = load(path);
  const board = load(join(examples, change.of));
  apply(board, change);
  const found = messages(board);
  if (!found.includes(change.error))
    fail(path, `expected "${change.error}", found ${found.length ? found.join(", ") : "no error"}`);
}

const inFolder = (folder) =>
  readdirSync(folder).filter((name) => name.endsWith(".json")).sort().map((name) => join(folder, name));

let good = process.argv.slice(2);
let bad = [];
if (good.length === 0) {
  good = inFolder(examples);
  bad = inFolder(join(examples, "bad"));
}
good.forEach(checkGood);
bad.forEach(checkBad);
if (failed > 0) process.exit(1);
console.log(`${good.length} valid${bad.length ? `, ${bad.length} refused as they must be` : ""}`);
