// The page works without this module; with it, it answers. See README.md for the parts.
import { readBoard } from "./data.js";
import { showDeadline } from "./deadline.js";
import { makeDetail } from "./detail.js";
import { makeState } from "./state.js";
import { linkNames, makeTable } from "./table.js";
import { showZone } from "./times.js";
import { makeToolbar, makeTrackNav } from "./toolbar.js";
import { makeViews } from "./views.js";

// A head that stays in sight needs a table that does not scroll by itself; what does not
// scroll needs no stop of the keyboard.
function watchWidth(table) {
  const wrapper = table.parentElement;
  const check = () => {
    wrapper.classList.remove("podium-fits");
    const fits = table.scrollWidth <= wrapper.clientWidth;
    wrapper.classList.toggle("podium-fits", fits);
    if (fits) wrapper.removeAttribute("tabindex");
    else wrapper.tabIndex = 0;
  };
  new ResizeObserver(check).observe(wrapper);
}

function enhanceTrack(track, board, state, open) {
  const isOnly = board.tracks.length === 1;
  linkNames(track, [...track.rows, ...track.unranked], isOnly, (row) => open(track, row));
  if (!track.table) return () => {};
  const table = makeTable(track, state);
  const toolbar = makeToolbar(track, table.columns, state);
  const wrapper = track.table.parentElement;
  const parts = [...track.section.children];
  const context = { deadline: board.deadline, asOf: board.asOf, open: (row) => open(track, row) };
  const showView = makeViews(track, parts.slice(parts.indexOf(wrapper)), context, (view) =>
    state.set({ view }),
  );
  track.section.querySelector(".podium-tabs").after(toolbar.node);
  watchWidth(track.table);
  return (values) => {
    const rows = table.show(values);
    toolbar.show(values, rows.length);
    showView(values.view, rows);
  };
}

function findRow(track, { team, seq }) {
  if (!team) return null;
  const rows = [...track.rows, ...track.unranked].filter((row) => row.team === team);
  return rows.find((row) => !seq || row.seq === seq) ?? rows[0] ?? null;
}

// What of the state decides on the rows; the rest changes without them.
const rowsKey = (values) =>
  JSON.stringify([
    values.track,
    values.view,
    values.find,
    values.task,
    values.sort,
    values.down,
    values.zone,
  ]);

function enhance(root) {
  const board = readBoard(root);
  const shows = new Map();
  const current = (values) => board.tracks.find((track) => track.id === values.track) ?? board.tracks[0];
  let shownRows = "";

  const state = makeState((values) => {
    const track = current(values);
    for (const other of board.tracks) other.section.hidden = other !== track;
    nav.show(track);
    if (rowsKey(values) !== shownRows) {
      shows.get(track)(values);
      showZone(root, values.zone || "UTC");
    }
    shownRows = rowsKey(values);
    showDetail(findRow(track, values), track);
  });
  const open = (track, row) =>
    state.go({
      track: board.tracks.length > 1 ? track.id : "",
      team: row.team,
      seq: row.isRanked ? "" : row.seq,
    });
  const nav = makeTrackNav(board, (track) => state.set({ track, task: "", sort: "", down: "", view: "" }));
  const showDetail = makeDetail(root, () => state.go({ team: "", seq: "" }));
  if (board.tracks.length > 1) board.tracks[0].section.before(nav.node);
  for (const track of board.tracks) shows.set(track, enhanceTrack(track, board, state, open));
  showDeadline(root, board.deadline);
  root.classList.add("podium-live");
  state.show();
}

for (const root of document.querySelectorAll("[data-podium]")) enhance(root);
