// All that is known of one entry, in a dialog.
import { bdi, el, freshId } from "./dom.js";
import { instantText, ZONES } from "./times.js";

const VERDICTS = new Map([
  ["OK", "accepted"],
  ["WA", "wrong answer"],
  ["RTE", "run-time error"],
  ["TLE", "time limit exceeded"],
  ["MLE", "memory limit exceeded"],
  ["OLE", "output limit exceeded"],
  ["PLE", "process limit exceeded"],
  ["SV", "security violation"],
  ["CE", "build failed"],
  ["JE", "judge error, not the entry's fault"],
  ["-", "no result"],
]);

const WIDE = new Set(["Not ranked", "Received", "Digest"]); // take a line of their own

function facts(row, track) {
  const group = track.rows.filter((other) => other.tieGroup === row.tieGroup).length;
  const received = Number.isNaN(row.at) ? "-" : ZONES.map((zone) => instantText(row.at, zone)).join("; ");
  return [
    ["Not ranked", row.reasonText],
    ["Score", row.scoreIntervalText ? `${row.scoreText} (${row.scoreIntervalText})` : row.scoreText],
    ["Rank interval", row.rankIntervalText],
    ["Rank with one item left out", row.rangeText],
    ["Comes first with probability", row.firstText],
    ["Tie group", row.tieGroup && `${row.tieGroup}, of ${group} ${group === 1 ? "team" : "teams"}`],
    ["Entries of the team", String(row.entryCount)],
    ["Learnt of the hidden data", row.leakText],
    ["CPU time", row.cpuText],
    ["Wall time", row.wallText],
    ["Memory", row.memoryText],
    ["Received", received],
    ["Digest", row.digest],
  ].filter(([, text]) => text);
}

const cell = (text) => el("td", {}, text || "-");

function caseRow(task, item) {
  const verdict = VERDICTS.get(item.verdict);
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, bdi(item.column.title)),
    el(
      "td",
      { class: item.verdict === "OK" ? "" : "podium-bad" },
      item.verdict,
      verdict && item.verdict !== "OK" ? `, ${verdict}` : "",
    ),
    ...[item.valueText, item.rawText, item.pointsText, item.cpuText, item.wallText, item.memoryText].map(
      cell,
    ),
    el("td", { class: "podium-prose" }, item.timingText || "-"),
  );
}

const CASE_HEADS = ["Case", "Verdict", "Value", "Raw", "Points", "CPU time", "Wall time", "Memory", "Timing"];

function wideTable(label, heads, rows) {
  return el(
    "div",
    { class: "podium-wide", tabindex: "0", role: "region", "aria-label": label },
    el(
      "table",
      {},
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          heads.map((head) => el("th", { scope: "col" }, head)),
        ),
      ),
      el("tbody", {}, rows),
    ),
  );
}

// A column that says nothing of any case is left out.
function caseTable(row) {
  const rows = row.tasks.flatMap((task) => task.cases.map((item) => caseRow(task, item)));
  const table = wideTable("Results by case", CASE_HEADS, rows);
  for (let at = CASE_HEADS.length - 1; at > 1; at--) {
    if (rows.some((item) => item.children[at].textContent !== "-")) continue;
    for (const line of table.querySelectorAll("tr")) line.children[at].remove();
  }
  return table;
}

function messages(row) {
  return row.tasks
    .flatMap((task) => task.cases)
    .filter((item) => item.message)
    .map((item) =>
      el("div", {}, el("h5", {}, bdi(item.column.title)), el("pre", { tabindex: "0" }, bdi(item.message))),
    );
}

function historyTable(row) {
  const lines = row.history.map((step) =>
    el(
      "tr",
      {},
      el(
        "td",
        {},
        el("time", { datetime: step.receivedAt, "data-zone": "UTC" }, instantText(step.at, "UTC")),
      ),
      cell(step.scoreText),
      cell(String(step.rank ?? "-")),
      el("td", {}, bdi(step.entry)),
    ),
  );
  return wideTable("Improvements", ["Received", "Score", "Rank then", "Entry"], lines);
}

function part(title, ...content) {
  return content.length > 0 ? [el("h4", {}, title), ...content] : [];
}

function content(row, track, heading) {
  return [
    el("h3", { id: heading, tabindex: "-1", class: "podium-dialog-title" }, bdi(row.team)),
    el(
      "p",
      {},
      row.isRanked ? `Rank ${row.rankText} of ${track.rows.length}, entry ` : "Entry ",
      bdi(row.entry),
      ".",
    ),
    el(
      "dl",
      {},
      facts(row, track).map(([name, text]) =>
        el(
          "div",
          WIDE.has(name) ? { class: "podium-long" } : {},
          el("dt", {}, name),
          el("dd", {}, bdi(text)),
        ),
      ),
    ),
    ...part("Results by case", caseTable(row)),
    ...part("Messages", ...messages(row)),
    ...(row.history.length > 0 ? part("Improvements of the team", historyTable(row)) : []),
  ];
}

// onClose is called when the reader closes it, not when the state does.
export function makeDetail(root, onClose) {
  const heading = freshId();
  const body = el("div", { class: "podium-dialog-body" });
  const close = el(
    "button",
    { type: "button", class: "podium-close", onclick: () => dialog.close() },
    "Close",
  );
  const dialog = el("dialog", { class: "podium-dialog", "aria-labelledby": heading }, close, body);
  let shown = null;
  dialog.addEventListener("close", () => {
    if (shown) onClose();
    shown = null;
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // beside the dialog
  });
  root.append(dialog);
  return function show(row, track) {
    if (row === shown) return;
    shown = row;
    if (!row) {
      dialog.close();
      return;
    }
    body.replaceChildren(...content(row, track, heading));
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
  };
}
