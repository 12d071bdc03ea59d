// Rows that no other row beats in both cost and score, cheapest first. Of rows that are
// equal in both, all are kept.
export function paretoFront(rows) {
  const sorted = [...rows].sort((a, b) => a.cpuNs - b.cpuNs || b.score - a.score);
  const front = [];
  for (const row of sorted) {
    const last = front[front.length - 1];
    if (!last || row.score > last.score || (row.score === last.score && row.cpuNs === last.cpuNs))
      front.push(row);
  }
  return front;
}
