// What the page knows: the table's own text, and the block of JSON beside it (row.liquid has
// the order of its arrays). Nothing is fetched.

function readCase(values, column) {
  const [verdict, valueText, rawText, pointsText, cpuText, wallText, memoryText, timingText, message] =
    values;
  return {
    column,
    verdict,
    valueText,
    rawText,
    pointsText,
    cpuText,
    wallText,
    memoryText,
    timingText,
    message,
  };
}

function readTasks(values, tasks) {
  return values.map(([valueText, ...cases], at) => ({
    id: tasks[at].id,
    valueText,
    cases: cases.map((values, index) => readCase(values, tasks[at].cases[index])),
  }));
}

function readStep([receivedAt, scoreText, rank, entry]) {
  return { at: Date.parse(receivedAt), receivedAt, scoreText, score: Number(scoreText), rank, entry };
}

// The cells of a row by what their column is; those of the cases and tasks are in the JSON.
function cellsOf(element, keys) {
  return new Map(keys.map((key, at) => [key, element.children[at]]).filter(([key]) => key !== "case" && key !== "task"));
}

// What a cell says: its own text, and the small print below it.
function cellText(cell) {
  const small = cell ? cell.querySelector("small") : null;
  const whole = cell ? cell.textContent : "";
  const smallText = small ? small.textContent : "";
  return [whole.slice(0, whole.length - smallText.length), smallText];
}

function readRow(element, keys, values, track) {
  const [
    cpuNs,
    wallText,
    memoryText,
    digest,
    entryCount,
    scoreLow,
    scoreHigh,
    rankLow,
    rankHigh,
    rangeLow,
    rangeHigh,
    rangeText,
    firstText,
    leakText,
    profile,
    history,
    tasks,
  ] = values;
  const cells = cellsOf(element, keys);
  const text = (key) => cellText(cells.get(key))[0];
  const time = element.querySelector("time");
  const [team, entry] = [...cells.get("team").querySelectorAll("bdi")].map((name) => name.textContent);
  return {
    element,
    cells,
    team,
    entry,
    seq: element.dataset.seq,
    search: `${team}\n${entry}`.toLowerCase(),
    isRanked: cells.has("rank"),
    rankText: text("rank"),
    scoreText: text("score"),
    reasonText: text("reason"),
    rank: Number(text("rank").replace("=", "")),
    score: Number(text("score")),
    scoreIntervalText: cellText(cells.get("score"))[1],
    rankIntervalText: text("ranks"),
    tieGroup: element.dataset.tie,
    receivedAt: time.getAttribute("datetime"),
    at: Date.parse(time.getAttribute("datetime")),
    cpuNs,
    cpuText: text("cpu"),
    wallText,
    memoryText,
    digest,
    entryCount,
    scoreLow,
    scoreHigh,
    rankLow,
    rankHigh,
    rangeLow,
    rangeHigh,
    rangeText,
    firstText,
    leakText,
    profile,
    history: history.map(readStep),
    tasks: readTasks(tasks, track.tasks),
  };
}

function readRows(table, list, track) {
  if (!table) return [];
  const keys = [...table.querySelectorAll(".podium-heads th")].map((head) => head.dataset.column);
  return [...table.tBodies[0].rows].map((element, index) => ({
    index,
    ...readRow(element, keys, list[index], track),
  }));
}

function readTrack(section, track) {
  const table = section.querySelector(".podium-ranked");
  return {
    id: track.id,
    title: track.title,
    tasks: track.tasks,
    ratios: track.ratios,
    section,
    table,
    rows: readRows(table, track.rows, track),
    unranked: readRows(section.querySelector(".podium-unranked"), track.unranked, track),
  };
}

export function readBoard(root) {
  const { tracks } = JSON.parse(root.querySelector(".podium-data").textContent);
  const sections = root.querySelectorAll(".podium-track");
  const deadline = root.querySelector(".podium-deadline");
  return {
    deadline: deadline ? Date.parse(deadline.dataset.deadline) : NaN,
    asOf: Date.parse(root.querySelector(".podium-asof time").getAttribute("datetime")),
    tracks: tracks.map((track, index) => readTrack(sections[index], track)),
  };
}
