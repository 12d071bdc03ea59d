// What all charts share: the plot with its axes, the nearest mark under the pointer, the
// coloured teams and their legend. Colours and strokes are classes, so that the style sheet
// has them for light, dark and paper.
import { axisBottom, axisLeft, axisTop } from "d3-axis";
import { select } from "d3-selection";
import { bdi, el, svg } from "./dom.js";

// As many as can be told apart by colour and dash together.
export const COLOURS = 8;

// By code points, so that no character is cut in two.
export function cutText(text, length) {
  const points = [...text];
  return points.length <= length ? text : `${points.slice(0, length - 1).join("")}…`;
}

// ticks: about how many, or the very values.
function withTicks(axis, ticks, format) {
  return Array.isArray(ticks) ? axis.tickValues(ticks).tickFormat(String) : axis.ticks(ticks, format);
}

export function makePlot({ width, height, margin, label }) {
  const plot = svg("svg", {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    "aria-label": label,
    class: "podium-plot",
  });
  const marks = svg("g");
  plot.append(marks);
  const right = width - margin.right;
  const bottom = height - margin.bottom;
  const axis = (make, place) =>
    select(plot).insert("g", "g").attr("class", "podium-axis").attr("transform", place).call(make);
  const title = (text, attributes) =>
    plot.append(svg("text", { class: "podium-axis-title", ...attributes }, text));
  return {
    node: plot,
    marks,
    left: margin.left,
    right,
    top: margin.top,
    bottom,
    xAxis(scale, text, ticks, format) {
      axis(
        withTicks(axisBottom(scale), ticks, format)
          .tickSize(-(bottom - margin.top))
          .tickPadding(8),
        `translate(0,${bottom})`,
      );
      title(text, { x: right, y: height - 4, "text-anchor": "end" });
    },
    topAxis(scale, ticks) {
      axis(withTicks(axisTop(scale), ticks).tickSize(0).tickPadding(6), `translate(0,${margin.top})`);
    },
    yAxis(scale, text, ticks) {
      axis(
        axisLeft(scale)
          .ticks(ticks)
          .tickSize(-(right - margin.left))
          .tickPadding(8),
        `translate(${margin.left},0)`,
      );
      title(text, { x: 4, y: 12 });
    },
  };
}

function nearest(points, x, y, only) {
  let best = null;
  let least = 40 ** 2; // farther than this is beside every mark
  for (const point of points) {
    const dx = only === "y" ? 0 : point.x - x;
    const distance = dx ** 2 + (point.y - y) ** 2;
    if (distance < least) {
      least = distance;
      best = point;
    }
  }
  return best;
}

// The pointer names the nearest mark and opens its entry. Nothing is lost without one: the
// table has the same numbers, and it is where the keyboard gets them.
export function followPointer(figure, plot, { points, describe, open, only }) {
  const tip = el("div", { class: "podium-tip", "aria-hidden": "true", hidden: true });
  figure.append(tip);
  let current = null;
  const leave = () => {
    if (current) current.mark.classList.remove("podium-near");
    current = null;
    tip.hidden = true;
  };
  const move = (event) => {
    const box = plot.node.getBoundingClientRect();
    const found = nearest(points, event.clientX - box.left, event.clientY - box.top, only);
    if (found === current) return;
    leave();
    if (!found) return;
    current = found;
    found.mark.classList.add("podium-near");
    tip.replaceChildren(
      el("strong", {}, bdi(cutText(found.row.team, 40))),
      ...describe(found).map((line) => el("div", {}, line)),
    );
    tip.hidden = false;
    const at = Math.max(0, Math.min(found.x + 12, figure.clientWidth - tip.offsetWidth - 4));
    tip.style.left = `${at}px`;
    tip.style.top = `${plot.node.offsetTop + found.y + 14}px`;
  };
  plot.node.addEventListener("pointermove", move);
  plot.node.addEventListener("pointerdown", move);
  plot.node.addEventListener("pointerleave", leave);
  plot.node.addEventListener("click", () => current && open(current.row));
}

// The first teams have a colour; the fainter the others, the more of them there are.
export function lineStyle(at, count) {
  if (at < COLOURS) return { class: `podium-line podium-c${at}` };
  return {
    class: "podium-line podium-faint",
    "stroke-opacity": Math.max(0.05, Math.min(0.5, 60 / count)).toFixed(2),
  };
}

function legendItem(row, at, open) {
  const line = svg("line", { x1: 0, y1: 6, x2: 28, y2: 6, ...lineStyle(at, 1) });
  const swatch = svg("svg", { width: 28, height: 12, "aria-hidden": "true" }, line);
  const button = el("button", { type: "button", onclick: () => open(row) }, swatch, bdi(row.team));
  return el("li", {}, button);
}

export function legend(rows, open) {
  return el(
    "ul",
    { class: "podium-legend" },
    rows.slice(0, COLOURS).map((row, at) => legendItem(row, at, open)),
  );
}
