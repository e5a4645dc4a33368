/**
 * `npm run bench [-- word …]`: every figure as a ratio within one run, beside what it must reach.
 * Words pick the benches whose name contains one of them. Exit code 1 when a figure is not reached.
 */
import type { Bench, Figure } from './bench/bench.ts';
import { clickBenches } from './bench/clicks.ts';
import { exportBenches } from './bench/exports.ts';
import { linkBenches } from './bench/links.ts';
import { qrBenches } from './bench/qr.ts';
import { redirectBenches } from './bench/redirect.ts';

const BENCHES: readonly Bench[] = [
  ...redirectBenches,
  ...clickBenches,
  ...exportBenches,
  ...linkBenches,
  ...qrBenches,
];

const words = process.argv.slice(2);
const chosen = BENCHES.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
if (chosen.length === 0) {
  console.error(
    `no bench is named like ${words.join(' ')}; there are: ${BENCHES.map(({ name }) => name).join(', ')}`,
  );
  process.exit(1);
}

const figures: Figure[] = [];
for (const { name, run } of chosen) {
  process.stderr.write(`measuring: ${name} …\n`);
  figures.push(...(await run()));
}
console.log('| work | against | measured | must reach | |');
console.log('|---|---|---|---|---|');
for (const { work, against, measured, wanted, reached } of figures) {
  console.log(
    `| ${work} | ${against} | ${measured} | ${wanted} | ${wanted === '' ? '' : reached ? 'yes' : 'NO'} |`,
  );
}
process.exitCode = figures.every(({ reached, wanted }) => reached || wanted === '') ? 0 : 1;
