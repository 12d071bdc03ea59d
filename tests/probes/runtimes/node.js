// expect: end=exit exit=0 stdout=learned collect=ok refused=none needs=/usr/bin/node
// Node with worker threads over shared memory: a regression, half of the rows in each.
const { Worker, isMainThread, workerData, parentPort } = require('worker_threads');
const fs = require('fs');

const rows = 600;

function fit(first, sums) {
  for (let i = first; i < rows; i += 2) {
    const x = (i * 17 % 59) / 59;
    const y = 4 * x - 1;
    [1, x, y, x * x, x * y].forEach((term, j) => { sums[j] += term; });
  }
}

async function main() {
  const shared = [0, 1].map(() => new Float64Array(new SharedArrayBuffer(40)));
  await Promise.all(shared.map((sums, first) => new Promise((resolve, reject) => {
    const worker = new Worker(__filename, { workerData: { first, sums } });
    worker.on('message', resolve).on('error', reject);
  })));
  const [n, x, y, xx, xy] = shared[0].map((v, j) => v + shared[1][j]);
  const slope = (n * xy - x * y) / (n * xx - x * x);
  await fs.promises.writeFile('/out/model', JSON.stringify({ slope, at0: (y - slope * x) / n }));
  const model = JSON.parse(fs.readFileSync('/out/model'));
  const error = Math.abs(model.slope * 2 + model.at0 - 7);
  console.log(error < 1e-6 ? 'learned' : `failed by ${error}`);
}

if (isMainThread) {
  main();
} else {
  fit(workerData.first, workerData.sums);
  parentPort.postMessage('done');
}
