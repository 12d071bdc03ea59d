// Writes a made-up leaderboard.json that is as large and as unkind as one may become.
//
//   node sample.mjs TEAMS [SEED] > leaderboard.json
//
// Five cases, intervals, tie groups, histories, timings, failed cases, unranked entries, and
// names that try to break the page. Same arguments, same bytes. Valid by the schema: what
// podium would have escaped stands escaped.
import { pathToFileURL } from "node:url";

const LONG = `<b>${"long ".repeat(38)}</b>`; // 197 characters
export const HOSTILE = [
  "<script>window.pwned = 1</script>",
  "</script><script>window.pwned = 2</script>",
  '<img src=x onerror="window.pwned = 3">',
  "</td></tr></table><svg onload='window.pwned = 4'>",
  "{{ site.title }} {% raw %} {% endraw %} {{ 7 | times: 6 }}",
  "[link](javascript:window.pwned=5) **bold** | `code`",
  "<!-- <script> --> ]]> &lt;b&gt; &amp;",
  "\\u202eevil txt.exe\\u202c", // as podium writes a change of direction
  "שלום עולם (rtl) 123",
  "فريق التعلم <الآلي>",
  "日本語のチーム 🧪",
  "a\"b'c\\d=e&f#g?h%20i/j",
  "constructor",
  "__proto__",
  LONG,
  "x".repeat(200),
];

// mulberry32: a few lines, and the same numbers on every machine.
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const COLLECTIONS = [
  ["tile", "tile-xla", "tile:xla"],
  ["layout", "layout-xla-random", "layout:xla:random"],
  ["layout", "layout-xla-default", "layout:xla:default"],
  ["layout", "layout-nlp-random", "layout:nlp:random"],
  ["layout", "layout-nlp-default", "layout:nlp:default"],
];
const RATIOS = [1, 1.05, 1.1, 1.2, 1.5, 2, 4, 10];
const OPENED = Date.UTC(2023, 7, 29);
const CLOSED = Date.UTC(2023, 10, 18, 12);

const instantText = (iso) => `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
const secondsText = (ns) => (ns < 0.9995e9 ? `${Math.round(ns / 1e6)} ms` : `${(ns / 1e9).toFixed(2)} s`);
const memoryText = (bytes) => `${(bytes / 1048576).toFixed(1)} MiB`;
const range = (low, high, digits) => ({
  low,
  high,
  text: low === high ? low.toFixed(digits) : `${low.toFixed(digits)} to ${high.toFixed(digits)}`,
});

function costs(cpu, wall, memory, hasRun = true) {
  return {
    cpu_ns: cpu,
    cpu_text: hasRun ? secondsText(cpu) : "-",
    wall_ns: wall,
    wall_text: hasRun ? secondsText(wall) : "-",
    memory_bytes: memory,
    memory_text: hasRun ? memoryText(memory) : "-",
  };
}

function makeCase(random, id, skill) {
  const cpu = Math.floor(5e8 + random() ** 3 * 6e10);
  const cost = costs(cpu, Math.floor(cpu * (1 + random())), Math.floor(3e7 + random() * 9e8));
  if (random() < 0.02) {
    const verdict = ["WA", "RTE", "TLE", "MLE", "SV"][Math.floor(random() * 5)];
    return {
      id,
      verdict,
      value: 0,
      value_text: "0.00000",
      ...cost,
      message: `case ${id}\n</script><b>&'" ended as ${verdict}`,
    };
  }
  const raw = Math.max(0, Math.min(1, skill + (random() - 0.5) * 0.25));
  const median = Math.floor(cpu * (0.9 + random() * 0.2));
  const ratio = median / 1.25e9;
  const mad = Math.floor(median * random() * 0.03);
  const timing = {
    repeats: 5,
    outliers: random() < 0.1 ? 1 : 0,
    median_ns: median,
    median_text: secondsText(median),
    mad_ns: mad,
    ratio,
    ratio_text: ratio.toFixed(2),
    text: `${secondsText(median)} ± ${secondsText(mad)}, ${ratio.toFixed(2)} times the reference, 5 runs`,
  };
  return {
    id,
    verdict: "OK",
    value: raw,
    value_text: raw.toFixed(5),
    raw,
    raw_text: raw.toFixed(5),
    points: raw * 100,
    points_text: (raw * 100).toFixed(1),
    ...cost,
    message: "",
    timing,
  };
}

function makeTask(random, id, skill) {
  const cases = COLLECTIONS.filter(([task]) => task === id).map(([, name]) => makeCase(random, name, skill));
  const value = cases.reduce((sum, item) => sum + item.value, 0) / cases.length;
  const sum = (key) => cases.reduce((total, item) => total + item[key], 0);
  const bad = cases.find((item) => item.verdict !== "OK");
  return {
    id,
    verdict: bad ? bad.verdict : "OK",
    value,
    value_text: value.toFixed(5),
    ...costs(sum("cpu_ns"), sum("wall_ns"), Math.max(...cases.map((item) => item.memory_bytes))),
    cases,
  };
}

const WORDS = [
  "graph",
  "tensor",
  "layout",
  "tile",
  "kernel",
  "random",
  "forest",
  "lazy",
  "greedy",
  "deep",
  "quiet",
  "node",
  "cache",
  "fusion",
  "copper",
  "delta",
];

function makeEntry(random, index, team) {
  const skill = 0.85 - 0.6 * random() ** 2;
  const tasks = ["tile", "layout"].map((id) => makeTask(random, id, skill));
  const values = tasks.flatMap((task) => task.cases.map((item) => item.value));
  const score = values.reduce((a, b) => a + b, 0) / values.length;
  const received = new Date(OPENED + Math.floor(random() * (CLOSED - OPENED))).toISOString();
  const sum = (key) => tasks.reduce((total, task) => total + task[key], 0);
  const digest = Array.from({ length: 64 }, () => Math.floor(random() * 16).toString(16)).join("");
  return {
    team,
    entry: `${WORDS[index % 16]}-${1 + (index % 7)}`,
    digest,
    received_at: received,
    received_text: instantText(received),
    seq: index + 1,
    entry_count: 1 + Math.floor(random() * 30),
    score,
    score_text: score.toFixed(5),
    verdict: tasks.find((task) => task.verdict !== "OK")?.verdict ?? "OK",
    ...costs(sum("cpu_ns"), sum("wall_ns"), Math.max(...tasks.map((task) => task.memory_bytes))),
    tasks,
  };
}

// The improvements that led to the score of the row, which is the last of them.
function makeHistory(random, row, teams) {
  const end = Date.parse(row.received_at);
  const steps = Math.floor(random() * 5);
  const history = [];
  for (let i = 0; i < steps; i++) {
    const received = new Date(
      OPENED + Math.floor(((end - OPENED) * (i + random() * 0.9)) / (steps + 1)),
    ).toISOString();
    const score = row.score * (0.6 + (0.35 * i) / steps);
    history.push({
      received_at: received,
      received_text: instantText(received),
      seq: row.seq,
      entry: `try-${i + 1}`,
      score,
      score_text: score.toFixed(5),
      rank: Math.max(1, Math.min(teams, row.rank - 20 * (steps - i) + 60)),
    });
  }
  const { received_at, received_text, seq, entry, score, score_text, rank } = row;
  return [...history, { received_at, received_text, seq, entry, score, score_text, rank }];
}

function rankRows(random, rows) {
  rows.sort((a, b) => b.score - a.score || a.seq - b.seq);
  let group = 0;
  rows.forEach((row, index) => {
    const half = 0.012 + random() * 0.02;
    const wide = Math.ceil(rows.length * half);
    const at = (offset) => Math.max(1, Math.min(rows.length, index + 1 + offset));
    if (index === 0 || random() < 0.3) group += 1;
    row.rank = index > 0 && rows[index - 1].score === row.score ? rows[index - 1].rank : index + 1;
    const isShared = [rows[index - 1], rows[index + 1]].some((near) => near?.score === row.score);
    row.rank_text = `${isShared ? "=" : ""}${row.rank}`;
    row.score_interval = range(row.score - half, row.score + half, 5);
    row.rank_interval = range(at(-wide), at(wide), 0);
    row.rank_range = range(at(-Math.ceil(wide / 2)), at(Math.ceil(wide / 2)), 0);
    row.tie_group = group;
    row.first_probability = index < 3 ? [0.71, 0.22, 0.07][index] : 0;
    row.first_text = `${Math.round(row.first_probability * 100)} %`;
    row.profile = RATIOS.map((ratio) => Math.round(Math.min(1, row.score * ratio ** 0.5) * 100) / 100);
    row.history = makeHistory(random, row, rows.length);
  });
  return rows;
}

const UNRANKED = [
  ["late", "late: received 2023-11-18T12:00:00.000Z, the deadline was 2023-11-18T12:00:00.000Z"],
  ["disqualified", "disqualified: <script>window.pwned = 6</script>"],
  ["pending", "not judged to the end yet"],
];

function makeTrack(random, teams) {
  const names = Array.from(
    { length: teams },
    (_, i) => HOSTILE[i] ?? `${WORDS[Math.floor(random() * 16)]} ${WORDS[Math.floor(random() * 16)]} ${i}`,
  );
  const rows = rankRows(
    random,
    names.map((name, i) => makeEntry(random, i, name)),
  );
  const unranked = UNRANKED.map(([reason, reason_text], i) => ({
    reason,
    reason_text,
    ...makeEntry(random, teams + i, i === 1 ? "</script>{{ 1 }}" : `unlucky ${i}`),
  }));
  const column = (id) =>
    COLLECTIONS.filter(([task]) => task === id).map(([, name, title]) => ({ id: name, title, worst: 0 }));
  return {
    id: "2023",
    title: "Final score of 2023",
    combine: "mean-of-cases",
    combine_text:
      "unweighted mean of the raw values of all cases; a case without an OK result counts as its worst value",
    decimals: 5,
    team_count: teams + 3,
    entry_count: teams * 17,
    statistics: {
      replicates: 2000,
      seed: "00000000c0ffee01",
      level: 0.95,
      unit_count: 84,
      tie_alpha: 0.05,
      method_text:
        "paired bootstrap of 84 graphs, 2000 replicates, percentiles of 95 %; tie groups by paired differences at 0.05 with Holm's correction",
      warning_text: "",
    },
    profile_ratios: RATIOS,
    tasks: [
      {
        id: "tile",
        title: "Tile size",
        metric: "tile score",
        unit: "mean of 2 - chosen/best, K = 5",
        better: "higher",
        cases: column("tile"),
      },
      {
        id: "layout",
        title: "Layout",
        metric: "Kendall tau-b",
        unit: "mean tau-b",
        better: "higher",
        cases: column("layout"),
      },
    ],
    rows,
    unranked,
  };
}

export function makeBoard(teams, seed) {
  return {
    schema: "podium.leaderboard/1",
    podium_version: "0.1.0",
    competition: {
      id: "mlsys-2023",
      title: "ML for Systems 2023 <b>&",
      split: "hidden",
      is_practice: false,
      notice_text: "",
    },
    as_of: "2023-11-19T12:00:00.000Z",
    as_of_text: "2023-11-19 12:00:00 UTC",
    log_head: "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9",
    deadline: {
      instant: "2023-11-18T12:00:00.000Z",
      label: "17 November 2023 AoE",
      utc_text: "2023-11-18 12:00:00 UTC",
      aoe_text: "2023-11-18 00:00:00 AoE",
      history: [
        {
          announced_at: "2023-11-08T12:00:00.000Z",
          old_instant: "2023-11-11T12:00:00.000Z",
          new_instant: "2023-11-18T12:00:00.000Z",
          reason: "training data replaced </script><script>window.pwned = 7</script>",
        },
      ],
    },
    order_text:
      "valid before invalid, higher exact score, earlier arrival, lower sequence number; equal exact scores share a rank; the best entry of a team stands for it",
    tracks: [makeTrack(generator(seed), teams)],
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [teams = "616", seed = "1"] = process.argv.slice(2);
  process.stdout.write(`${JSON.stringify(makeBoard(Number(teams), Number(seed)))}\n`);
}
