// The table of one track: sorts and filters the rows that the page came with.
import { breakable, el } from "./dom.js";
import { linkTo } from "./state.js";

const number = (text) => (text === "" || Number.isNaN(Number(text)) ? null : Number(text));

// How each kind of column is read, and which end of it a reader wants first.
const KINDS = {
  rank: { isDown: false, read: (row) => row.index },
  team: { isDown: false, read: (row) => row.team },
  score: { isDown: true, read: (row) => row.score },
  ranks: { isDown: false, read: (row) => row.rankLow },
  cpu: { isDown: false, read: (row) => row.cpuNs },
  received: { isDown: false, read: (row) => (Number.isNaN(row.at) ? null : row.at) },
};

const taskValue = (row, task) => number(row.tasks.find((item) => item.id === task.id).valueText);

function caseColumn(head, task, at) {
  return {
    key: `${head.dataset.task}/${task.cases[at].id}`,
    isDown: true,
    read(row) {
      const found = row.tasks.find((item) => item.id === task.id).cases[at];
      return found.verdict === "OK" ? number(found.valueText) : null;
    },
  };
}

function wholeTaskColumn(task) {
  return { key: task.id, isDown: true, read: (row) => taskValue(row, task) };
}

function readColumns(track) {
  const seen = new Map();
  return [...track.table.querySelectorAll(".podium-heads th")].map((head) => {
    const kind = head.dataset.column;
    const title = head.textContent;
    const task = track.tasks.find((item) => item.id === head.dataset.task);
    if (!task) return { head, title, key: kind, ...KINDS[kind] };
    if (kind === "task") return { head, title, task: task.id, isWhole: true, ...wholeTaskColumn(task) };
    const at = seen.get(task.id) ?? 0;
    seen.set(task.id, at + 1);
    return { head, title, task: task.id, ...caseColumn(head, task, at) };
  });
}

const collator = new Intl.Collator("en", { numeric: true });

// Rows without a value stand last either way; equal ones keep the board's order.
function compare(column, isDown) {
  return (a, b) => {
    const left = column.read(a);
    const right = column.read(b);
    if (left === null || right === null) return (left === null) - (right === null) || a.index - b.index;
    const order = typeof left === "string" ? collator.compare(left, right) : left - right;
    return (isDown ? -order : order) || a.index - b.index;
  };
}

function addBars(track) {
  const rows = track.rows.filter((row) => row.scoreLow !== null);
  const low = Math.min(...rows.map((row) => row.scoreLow));
  const span = Math.max(...rows.map((row) => row.scoreHigh)) - low || 1;
  const percent = (value) => `${((value - low) / span) * 100}%`;
  for (const row of rows) {
    const range = el("i");
    range.style.left = percent(row.scoreLow);
    range.style.width = percent(row.scoreHigh - row.scoreLow + low);
    const mark = el("b");
    mark.style.left = percent(row.score);
    row.cells.get("score").append(el("span", { class: "podium-bar", "aria-hidden": "true" }, range, mark));
  }
}

// The name becomes a link to the entry's detail.
export function linkNames(track, rows, isOnlyTrack, open) {
  for (const row of rows) {
    const name = row.element.querySelector(".podium-team");
    const to = { track: isOnlyTrack ? "" : track.id, team: row.team, seq: row.isRanked ? "" : row.seq };
    const link = el("a", { href: linkTo(to) });
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(row);
    });
    name.before(link);
    link.append(name);
  }
}

function headButtons(columns, choose) {
  for (const column of columns) {
    const button = el("button", { type: "button", onclick: () => choose(column) });
    button.append(...breakable(column.head.textContent));
    column.head.replaceChildren(button);
  }
}

function showOrder(columns, chosen, isDown) {
  for (const column of columns) {
    if (column === chosen) column.head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
    else column.head.removeAttribute("aria-sort");
  }
}

// The value of the chosen task gets a column of its own after the score.
function taskColumn(track) {
  const scoreHead = track.table.querySelector("th[data-column=score]");
  const head = el("th", { scope: "col", role: "columnheader" });
  let shown;
  const cells = track.rows.map((row) => ({ row, cell: el("td", { role: "cell", class: "podium-task" }) }));
  return (task, isOrder) => {
    if (isOrder) head.setAttribute("aria-sort", "descending");
    else head.removeAttribute("aria-sort");
    if (task === shown) return;
    shown = task;
    head.remove();
    for (const { cell } of cells) cell.remove();
    if (!task) return;
    head.replaceChildren(...breakable(task.title));
    scoreHead.after(head);
    for (const { row, cell } of cells) {
      cell.dataset.label = task.title;
      cell.textContent = row.tasks.find((item) => item.id === task.id).valueText;
      row.cells.get("score").after(cell);
    }
  };
}

function hideColumns(columns, rows, taskId) {
  const cells = (row) => [...row.element.children].filter((cell) => cell.className !== "podium-task");
  const isHidden = columns.map((column) => Boolean(taskId && column.task && column.task !== taskId));
  columns.forEach((column, at) => (column.head.hidden = isHidden[at]));
  for (const row of rows) cells(row).forEach((cell, at) => (cell.hidden = isHidden[at]));
}

function byTask(task) {
  return compare({ read: (row) => taskValue(row, task) }, true);
}

// Lines between the groups that cannot be told apart; only where they stand in one piece.
function markGroups(rows, isOrdered) {
  rows.forEach((row, at) => {
    const isFirst = isOrdered && at > 0 && row.tieGroup !== rows[at - 1].tieGroup;
    row.element.classList.toggle("podium-group", isFirst);
  });
}

// The board's own order is what the address says nothing of.
export function sortBy(column, isDown, state) {
  const isPlain = column.key === "rank" && !isDown && !state.values.task;
  state.set({ sort: isPlain ? "" : column.key, down: isDown ? "1" : "" });
}

export function makeTable(track, state) {
  const columns = readColumns(track);
  // Where each task has a column it needs no other.
  const showTask = columns.some((column) => column.isWhole) ? () => {} : taskColumn(track);
  let shownTask;
  headButtons(columns, (column) => {
    const { sort, down, task } = state.values;
    const isSame = sort === column.key || (!sort && column.key === "rank" && !task);
    sortBy(column, isSame ? !down : column.isDown, state);
  });
  if (track.rows.some((row) => row.scoreLow !== null)) addBars(track);

  // Returns the rows that are shown, in their order.
  function show({ find, task: taskId, sort, down }) {
    const task = track.tasks.find((item) => item.id === taskId);
    const column = columns.find((item) => item.key === (sort || "rank")) ?? columns[0];
    const isByTask = Boolean(task && !sort);
    if (task !== shownTask) hideColumns(columns, track.rows, task ? task.id : "");
    shownTask = task;
    showTask(task, isByTask);
    const wanted = find.trim().toLowerCase();
    const rows = track.rows.filter((row) => row.search.includes(wanted));
    rows.sort(isByTask ? byTask(task) : compare(column, Boolean(down)));
    showOrder(columns, isByTask ? null : column, Boolean(down));
    track.table.tBodies[0].replaceChildren(...rows.map((row) => row.element));
    markGroups(rows, !isByTask && column.key === "rank");
    return rows;
  }
  return { columns, show };
}
