// The tabs of one track: its table and its charts. A chart is drawn when it is looked at.
import { el, freshId } from "./dom.js";
import { CHARTS } from "./charts.js";

const TABLE = { id: "", title: "Table" };
const PAPER_WIDTH = 680;

function makeTab(view, panel, choose) {
  const tab = el(
    "button",
    { type: "button", role: "tab", id: freshId(), "aria-controls": panel.id, onclick: () => choose(view.id) },
    view.title,
  );
  panel.setAttribute("aria-labelledby", tab.id);
  return { view, panel, tab };
}

// Arrow keys, Home and End, as the tabs pattern of ARIA has them.
function moveByKey(event, tabs, choose) {
  const at = tabs.findIndex(({ tab }) => tab === event.target);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  const next = tabs[(to + tabs.length) % tabs.length];
  next.tab.focus();
  choose(next.view.id);
}

function chartPanel(chart) {
  const figure = el("figure", { class: "podium-figure" });
  const panel = el("div", { role: "tabpanel", id: freshId(), class: "podium-panel", hidden: true }, figure);
  return { panel, figure, chart };
}

function drawChart({ figure, chart }, rows, context) {
  figure.replaceChildren(el("figcaption", {}, chart.caption));
  if (rows.length > 0) chart.draw(figure, rows, context);
  else figure.append(el("p", {}, "No team is shown."));
}

// parts: the elements of the track that make the panel of the table.
export function makeViews(track, parts, context, choose) {
  const charts = CHARTS.filter((chart) => chart.isFor(track)).map(chartPanel);
  const tablePanel = el("div", { role: "tabpanel", id: freshId(), class: "podium-panel" });
  const bar = el("div", { role: "tablist", class: "podium-tabs", "aria-label": `Views of ${track.title}` });
  parts[0].before(bar, tablePanel);
  tablePanel.append(...parts);
  tablePanel.after(...charts.map(({ panel }) => panel));
  const tabs = [
    makeTab(TABLE, tablePanel, choose),
    ...charts.map(({ chart, panel }) => makeTab(chart, panel, choose)),
  ];
  bar.append(...tabs.map(({ tab }) => tab));
  bar.addEventListener("keydown", (event) => moveByKey(event, tabs, choose));

  let rows = track.rows; // a track that is never looked at is printed whole
  let current = tabs[0];
  const draw = (item, width) => drawChart(item, rows, { ...context, ratios: track.ratios, width });
  const drawCurrent = () => {
    const item = charts.find(({ panel }) => panel === current.panel);
    if (item && item.panel.clientWidth > 0) draw(item, item.panel.clientWidth);
  };
  let width = 0;
  new ResizeObserver(() => {
    if (bar.clientWidth === width) return;
    width = bar.clientWidth;
    drawCurrent();
  }).observe(bar);
  window.addEventListener("beforeprint", () => charts.forEach((item) => draw(item, PAPER_WIDTH)));
  window.addEventListener("afterprint", drawCurrent);

  return function show(viewId, shownRows) {
    rows = shownRows;
    current = tabs.find(({ view }) => view.id === viewId) ?? tabs[0];
    for (const { tab, panel } of tabs) {
      const isCurrent = panel === current.panel;
      tab.setAttribute("aria-selected", String(isCurrent));
      tab.tabIndex = isCurrent ? 0 : -1;
      panel.hidden = !isCurrent;
    }
    drawCurrent();
  };
}
