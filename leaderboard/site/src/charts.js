// The four charts. Each draws the rows that are shown, every one of them as a mark.
import { scaleLinear, scaleLog, scaleUtc } from "d3-scale";
import { curveStepAfter, line } from "d3-shape";
import { svg } from "./dom.js";
import { COLOURS, cutText, followPointer, legend, lineStyle, makePlot } from "./frame.js";
import { paretoFront } from "./pareto.js";
import { instantText } from "./times.js";

const LABELLED_ROWS = 120; // more than this, and names have no room

const isNarrow = (width) => width < 560;
const ticks = (width) => Math.max(3, Math.floor(width / 110));

function extent(values) {
  const finite = values.filter((value) => Number.isFinite(value));
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}

// Bands behind the groups that cannot be told apart.
function tieBands(plot, rows, y, step) {
  let start = 0;
  let isShaded = false;
  rows.forEach((row, at) => {
    const next = rows[at + 1];
    if (next && next.tieGroup === row.tieGroup) return;
    if (isShaded)
      plot.marks.append(
        svg("rect", {
          class: "podium-band",
          x: 0,
          width: plot.right,
          y: y(start) - step / 2,
          height: (at + 1 - start) * step,
        }),
      );
    isShaded = !isShaded;
    start = at + 1;
  });
}

function rankMark(row, x, y, step) {
  const half = Math.max(0.6, Math.min(5, step / 3));
  const tick = (rank) =>
    svg("line", { class: "podium-range", x1: x(rank), x2: x(rank), y1: y - half, y2: y + half });
  return svg(
    "g",
    { class: "podium-mark" },
    row.rankLow === null
      ? null
      : svg("line", {
          class: "podium-interval",
          x1: x(row.rankLow),
          x2: x(row.rankHigh),
          y1: y,
          y2: y,
          "stroke-width": Math.max(1, step / 5),
        }),
    ...(row.rangeLow === null ? [] : [tick(row.rangeLow), tick(row.rangeHigh)]),
    svg("circle", { class: "podium-dot", cx: x(row.rank), cy: y, r: Math.max(0.9, Math.min(4, step / 3.5)) }),
  );
}

function drawRanks(figure, shown, { width, open }) {
  const rows = [...shown].sort((a, b) => a.index - b.index);
  const isLabelled = rows.length <= LABELLED_ROWS;
  const step = isLabelled ? 18 : Math.max(1.5, Math.min(8, 1200 / rows.length));
  const margin = { left: isLabelled ? Math.min(230, width * 0.36) : 12, right: 14, top: 26, bottom: 44 };
  const height = Math.ceil(rows.length * step) + margin.top + margin.bottom;
  const plot = makePlot({
    width,
    height,
    margin,
    label: `Rank intervals of ${rows.length} teams; the table has the same numbers.`,
  });
  const last = Math.max(2, ...rows.map((row) => Math.max(row.rank, row.rankHigh ?? 0)));
  const x = scaleLinear([1, last], [margin.left + 8, plot.right]);
  const y = (at) => margin.top + (at + 0.5) * step;
  const ranks = x.ticks(ticks(width)).filter(Number.isInteger);
  plot.xAxis(x, "rank", ranks);
  plot.topAxis(x, ranks);
  if (rows.some((row) => row.tieGroup)) tieBands(plot, rows, y, step);
  const points = rows.map((row, at) => {
    const mark = rankMark(row, x, y(at), step);
    if (isLabelled)
      mark.append(
        svg(
          "text",
          { class: "podium-name", x: margin.left - 6, y: y(at), dy: "0.35em", "text-anchor": "end" },
          cutText(row.team, Math.floor(margin.left / 7.6)),
        ),
      );
    plot.marks.append(mark);
    return { row, mark, x: x(row.rank), y: y(at) };
  });
  figure.append(plot.node);
  const describe = ({ row }) =>
    [
      `rank ${row.rankText}`,
      row.rankIntervalText && `interval ${row.rankIntervalText}`,
      row.rangeText && `one item left out ${row.rangeText}`,
    ].filter(Boolean);
  followPointer(figure, plot, { points, describe, open, only: "y" });
}

// A row without a history has the one point that it stands on.
const steps = (row) =>
  row.history.length > 0
    ? row.history
    : [{ at: row.at, score: row.score, scoreText: row.scoreText, entry: row.entry }];

function drawTime(figure, shown, { width, open, deadline, asOf }) {
  const rows = shown.filter((row) => steps(row).every((step) => Number.isFinite(step.at)));
  const all = rows.flatMap(steps);
  const margin = { left: 56, right: 14, top: 26, bottom: 46 };
  const plot = makePlot({
    width,
    height: isNarrow(width) ? 340 : 440,
    margin,
    label: `Best score over time of ${rows.length} teams; an entry's detail has the same numbers.`,
  });
  const end = Math.max(
    ...all.map((step) => step.at),
    Number.isFinite(deadline) ? Math.min(deadline, asOf) : -Infinity,
  );
  const x = scaleUtc(extent([...all.map((step) => step.at), end]), [plot.left, plot.right]);
  const y = scaleLinear(extent(all.map((step) => step.score)), [plot.bottom, plot.top]).nice();
  const path = line(
    (step) => x(step.at),
    (step) => y(step.score),
  ).curve(curveStepAfter);
  plot.xAxis(x, "time received, UTC", ticks(width));
  plot.yAxis(y, "score", 6);
  if (deadline >= x.domain()[0] && deadline <= x.domain()[1])
    plot.marks.append(
      svg("line", { class: "podium-limit", x1: x(deadline), x2: x(deadline), y1: plot.top, y2: plot.bottom }),
    );
  const points = [];
  // The coloured ones last, so that they lie on top.
  rows
    .map((row, at) => ({ row, at }))
    .reverse()
    .forEach(({ row, at }) => {
      const best = steps(row);
      const mark = svg(
        "g",
        { class: "podium-mark" },
        svg("path", {
          ...lineStyle(at, rows.length),
          d: path([...best, { ...best[best.length - 1], at: end }]),
        }),
      );
      for (const step of best) {
        if (at < COLOURS)
          mark.append(
            svg("circle", { class: `podium-step podium-c${at}`, cx: x(step.at), cy: y(step.score), r: 3 }),
          );
        points.push({ row, mark, step, x: x(step.at), y: y(step.score) });
      }
      plot.marks.append(mark);
    });
  figure.append(plot.node, legend(rows, open));
  const describe = ({ step }) => [
    `${step.scoreText}${step.rank ? `, rank ${step.rank} then` : ""}`,
    instantText(step.at, "UTC"),
    step.entry,
  ];
  followPointer(figure, plot, { points, describe, open });
}

// Staircase: at every cost, the best score that can be had for it.
function drawFront(plot, front, x, y) {
  const corners = [
    ...front.map((row) => [x(seconds(row)), y(row.score)]),
    [plot.right, y(front[front.length - 1].score)],
  ];
  plot.marks.append(svg("path", { class: "podium-front", d: line().curve(curveStepAfter)(corners) }));
}

const seconds = (row) => Math.max(row.cpuNs, 1e6) / 1e9; // a logarithm has no zero

function drawCost(figure, rows, { width, open }) {
  const margin = { left: 56, right: 14, top: 26, bottom: 46 };
  const plot = makePlot({
    width,
    height: isNarrow(width) ? 340 : 440,
    margin,
    label: `Score against CPU time of ${rows.length} teams; the table has the same numbers.`,
  });
  const [low, high] = extent(rows.map(seconds));
  const x = scaleLog([Math.max(low, 1e-3) / 1.2, high * 1.2], [plot.left, plot.right]);
  const y = scaleLinear(extent(rows.map((row) => row.score)), [plot.bottom, plot.top]).nice();
  const front = paretoFront(rows);
  plot.xAxis(x, "CPU time in seconds, logarithmic", ticks(width), "~g");
  plot.yAxis(y, "score", 6);
  drawFront(plot, front, x, y);
  const isBest = new Set(front);
  const points = rows.map((row) => {
    const mark = svg("circle", {
      class: `podium-mark podium-dot${isBest.has(row) ? " podium-best" : " podium-other"}`,
      cx: x(seconds(row)),
      cy: y(row.score),
      r: isBest.has(row) ? 5 : 3.2,
    });
    plot.marks.append(mark);
    return { row, mark, x: x(seconds(row)), y: y(row.score) };
  });
  figure.append(plot.node);
  const describe = ({ row }) =>
    [
      `score ${row.scoreText}`,
      `CPU time ${row.cpuText}`,
      isBest.has(row) ? "on the Pareto front" : "",
    ].filter(Boolean);
  followPointer(figure, plot, { points, describe, open });
}

function drawProfile(figure, shown, { width, open, ratios }) {
  const rows = shown.filter((row) => row.profile);
  const margin = { left: 56, right: 14, top: 26, bottom: 46 };
  const plot = makePlot({
    width,
    height: isNarrow(width) ? 340 : 440,
    margin,
    label: `Performance profiles of ${rows.length} teams.`,
  });
  const x = scaleLog(extent(ratios), [plot.left, plot.right]);
  const y = scaleLinear([0, 1], [plot.bottom, plot.top]);
  const path = line(
    (_, at) => x(ratios[at]),
    (value) => y(value),
  ).curve(curveStepAfter);
  plot.xAxis(x, "ratio to the best", ticks(width), "~g");
  plot.yAxis(y, "share of the cases", 5);
  const points = [];
  rows
    .map((row, at) => ({ row, at }))
    .reverse()
    .forEach(({ row, at }) => {
      const mark = svg(
        "g",
        { class: "podium-mark" },
        svg("path", { ...lineStyle(at, rows.length), d: path(row.profile) }),
      );
      plot.marks.append(mark);
      row.profile.forEach((value, index) =>
        points.push({ row, mark, value, ratio: ratios[index], x: x(ratios[index]), y: y(value) }),
      );
    });
  figure.append(plot.node, legend(rows, open));
  const describe = ({ value, ratio }) => [`${Math.round(value * 100)} % within ${ratio} times the best`];
  followPointer(figure, plot, { points, describe, open });
}

const COLOURED = `The first ${COLOURS} of the teams shown are coloured: search or sort to choose others.`;

// isFor: the board has what the chart needs.
export const CHARTS = [
  {
    id: "ranks",
    title: "Rank intervals",
    draw: drawRanks,
    isFor: (track) => track.rows.some((row) => row.rankLow !== null),
    caption:
      "Dot: rank. Line: interval of the rank when the items are resampled. Ticks: least and greatest rank when one item is left out. Shaded in turn: tie groups, whose teams cannot be told apart from the first of the group.",
  },
  {
    id: "time",
    title: "Score over time",
    draw: drawTime,
    isFor: (track) => track.rows.some((row) => steps(row).every((step) => Number.isFinite(step.at))),
    caption: `Best score of each team so far; the dashed upright line is the deadline. ${COLOURED}`,
  },
  {
    id: "cost",
    title: "Score against time",
    draw: drawCost,
    isFor: () => true,
    caption:
      "Each dot is a team. Line: the Pareto front, for each CPU time the best score that was had for it.",
  },
  {
    id: "profile",
    title: "Profiles",
    draw: drawProfile,
    isFor: (track) => Boolean(track.ratios) && track.rows.some((row) => row.profile),
    caption: `Share of the cases on which a team is within a ratio of the best (performance profile, Dolan and Moré 2002). ${COLOURED}`,
  },
];
