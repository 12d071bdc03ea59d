// Checks files that podium writes against the schemas of this folder.
//
//   node validate.mjs                         the examples must pass, each bad one must not
//   node validate.mjs [--schema NAME] FILE... these must pass NAME.schema.json (leaderboard)
//
// Examples of the leaderboard lie in examples/, of another schema in examples/NAME/. A file in
// the folder bad there changes one place of an example and names the one error that must
// follow: an example that fails for another reason proves nothing.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import addFormats from "ajv-formats";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const examples = join(here, "examples");
const load = (path) => JSON.parse(readFileSync(path, "utf8"));

const ajv = addFormats(new Ajv({ allErrors: true, strict: true, strictRequired: false, strictTypes: false }));
let failed = 0;
function fail(path, reason) {
  failed += 1;
  console.log(`${path}: ${reason}`);
}

function compile(name) {
  return ajv.compile(load(join(here, `${name}.schema.json`)));
}

function messages(validate, value) {
  if (validate(value)) return [];
  // "if" only repeats that its branch failed.
  return validate.errors
    .filter((error) => error.keyword !== "if")
    .map((error) => `${error.instancePath || "/"} ${error.keyword}`);
}

function checkGood(validate, path) {
  for (const message of messages(validate, load(path))) fail(path, message);
}

// Sets, or removes where the change has no "value", what stands at its JSON pointer.
function apply(root, change) {
  const keys = change.at.split("/").slice(1);
  const last = keys.pop();
  const parent = keys.reduce((value, key) => value[key], root);
  if ("value" in change) parent[last] = change.value;
  else if (last in parent) delete parent[last];
  else throw new Error(`nothing at ${change.at}`);
}

function checkBad(validate, folder, path) {
  const change = load(path);
  const value = load(join(folder, change.of));
  apply(value, change);
  const found = messages(validate, value);
  if (!found.includes(change.error))
    fail(path, `expected "${change.error}", found ${found.length ? found.join(", ") : "no error"}`);
}

const inFolder = (folder) =>
  readdirSync(folder).filter((name) => name.endsWith(".json")).sort().map((name) => join(folder, name));

// Every field says what it is, here or in the definition that it points to.
function checkDocumented(path, node, at) {
  if (node === null || typeof node !== "object") return;
  for (const [key, field] of Object.entries({ ...node.properties, ...node.patternProperties }))
    if (typeof field === "object" && !field.description && !field.$ref)
      fail(path, `${at}: "${key}" has no description`);
  for (const [key, child] of Object.entries(node))
    if (key !== "if" && key !== "then" && key !== "else") checkDocumented(path, child, `${at}/${key}`);
}

function checkExamples(name) {
  const folder = name === "leaderboard" ? examples : join(examples, name);
  const validate = compile(name);
  const schema = join(here, `${name}.schema.json`);
  checkDocumented(schema, load(schema), "");
  const good = inFolder(folder);
  const bad = inFolder(join(folder, "bad"));
  if (good.length === 0 || bad.length === 0) fail(folder, "examples are missing, good or bad");
  good.forEach((path) => checkGood(validate, path));
  bad.forEach((path) => checkBad(validate, folder, path));
  return `${name}: ${good.length} valid, ${bad.length} refused as they must be`;
}

function checkFiles(words) {
  const hasName = words[0] === "--schema";
  const validate = compile(hasName ? words[1] : "leaderboard");
  const paths = words.slice(hasName ? 2 : 0);
  paths.forEach((path) => checkGood(validate, path));
  return `${paths.length} valid`;
}

const words = process.argv.slice(2);
const suffix = ".schema.json";
const names = readdirSync(here).filter((name) => name.endsWith(suffix)).sort();
const said =
  words.length > 0 ? [checkFiles(words)] : names.map((name) => checkExamples(name.slice(0, -suffix.length)));
if (failed > 0) process.exit(1);
console.log(said.join("\n"));
