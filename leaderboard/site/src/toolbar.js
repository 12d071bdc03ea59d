// What a reader can choose above the table of a track.
import { bdi, el, freshId } from "./dom.js";
import { sortBy } from "./table.js";
import { ZONES } from "./times.js";

function field(label, control, name = "") {
  control.id = freshId();
  return el("div", { class: `podium-field ${name}` }, el("label", { for: control.id }, label), control);
}

function select(options, onchange) {
  return el(
    "select",
    { onchange },
    options.map(([value, text]) => el("option", { value }, text)),
  );
}

// Said once typing has paused, and not at every letter.
const PAUSE_MS = 400;

function makeStatus() {
  const seen = el("span", { class: "podium-count", "aria-hidden": "true" });
  const heard = el("span", { class: "podium-heard", role: "status" });
  let timer = 0;
  return {
    node: el("div", { class: "podium-status" }, seen, heard),
    say(text) {
      if (seen.textContent === text) return;
      const isFirst = seen.textContent === "";
      seen.textContent = text;
      clearTimeout(timer);
      if (!isFirst) timer = setTimeout(() => (heard.textContent = text), PAUSE_MS);
    },
  };
}

// The heads of the table are not there on a phone.
function sortSelect(columns, state) {
  const node = select(
    columns.map(({ key, title }) => [key, title]),
    () => {
      const column = columns.find(({ key }) => key === node.value);
      sortBy(column, column.isDown, state);
    },
  );
  return node;
}

export function makeToolbar(track, columns, state) {
  const find = el("input", {
    type: "search",
    autocomplete: "off",
    spellcheck: "false",
    oninput: () => state.set({ find: find.value }),
  });
  const task = select([["", "All tasks"], ...track.tasks.map(({ id, title }) => [id, title])], () =>
    state.set({ task: task.value, sort: "", down: "" }),
  );
  const zone = select(
    ZONES.map((name, at) => [at === 0 ? "" : name, name === "local" ? "your zone" : name]),
    () => state.set({ zone: zone.value }),
  );
  const sort = sortSelect(columns, state);
  const clear = el(
    "button",
    {
      type: "button",
      class: "podium-clear",
      onclick: () => {
        state.set({ find: "", task: "", sort: "", down: "" });
        find.focus();
      },
    },
    "Clear",
  );
  const status = makeStatus();
  const node = el(
    "div",
    { class: "podium-toolbar", role: "search", "aria-label": `Choose from ${track.title}` },
    field("Team or entry", find),
    track.tasks.length > 1 ? field("Task", task) : undefined,
    field("Sort by", sort, "podium-small-only"),
    field("Times in", zone),
    clear,
    status.node,
  );
  return {
    node,
    show(values, count) {
      if (find.value !== values.find) find.value = values.find;
      task.value = values.task;
      zone.value = values.zone;
      sort.value = values.sort || (values.task ? "" : "rank");
      clear.hidden = !(values.find || values.task || values.sort);
      const chosen = track.tasks.find(({ id }) => id === values.task);
      const order = chosen && !values.sort ? `, by ${chosen.title}` : "";
      status.say(`${count} of ${track.rows.length} teams${order}`);
    },
  };
}

// One of several tracks is shown at a time.
export function makeTrackNav(board, choose) {
  const buttons = board.tracks.map((track) =>
    el("button", { type: "button", onclick: () => choose(track.id) }, bdi(track.title)),
  );
  return {
    node: el("nav", { class: "podium-tracks", "aria-label": "Tracks" }, buttons),
    show(current) {
      board.tracks.forEach((track, at) =>
        buttons[at].setAttribute("aria-current", String(track === current)),
      );
    },
  };
}
