// `npm run bench`: the bars of the project, each with a peer measured in the same run where there is one.

import { labRuns, sandboxStart } from './bench/cold.ts';
import { table, type Row } from './bench/measure.ts';
import { memory } from './bench/memory.ts';
import { proxyHop } from './bench/proxy-hop.ts';
import { warmBenches } from './bench/warm.ts';

const rows: Row[] = [];
for (const bench of [
  async (): Promise<readonly Row[]> => [await sandboxStart()],
  labRuns,
  async (): Promise<readonly Row[]> => [await memory()],
  warmBenches,
  async (): Promise<readonly Row[]> => [await proxyHop()],
]) {
  rows.push(...(await bench()));
}
process.stdout.write(`${table(rows)}\n`);
