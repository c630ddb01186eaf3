// `npm run bench`: the bars of the project, each with a peer measured in the same run where there is one.
// `npm run bench timeline FILE`: where the time of a saved set-up went.

import { entry } from './cli/entry.ts';
import { LabError } from './error.ts';

await entry(async () => {
  const [word, file, ...rest] = process.argv.slice(2);
  if (word === undefined) return benches();
  if (word === 'timeline' && file !== undefined && rest.length === 0) return timeline(file);
  throw new LabError('UNKNOWN_WORD', `npm run bench takes no words, or: timeline FILE`, {
    hint: 'npm run bench timeline FILE shows what npm run up -- --timings FILE saved',
  });
});

async function timeline(file: string): Promise<number> {
  const [{ readTimeline }, { renderTimeline }] = await Promise.all([
    import('./setup/read-timeline.ts'),
    import('./setup/render-timeline.ts'),
  ]);
  process.stdout.write(`${renderTimeline(readTimeline(file), process.stdout.columns || 100)}\n`);
  return 0;
}

async function benches(): Promise<number> {
  const [{ labRuns, sandboxStart }, { table }, { memory }, { proxyHop }, { warmBenches }] = await Promise.all(
    [
      import('./bench/cold.ts'),
      import('./bench/measure.ts'),
      import('./bench/memory.ts'),
      import('./bench/proxy-hop.ts'),
      import('./bench/warm.ts'),
    ],
  );
  const rows = [
    await sandboxStart(),
    ...(await labRuns()),
    await memory(),
    ...(await warmBenches()),
    await proxyHop(),
  ];
  process.stdout.write(`${table(rows)}\n`);
  return 0;
}
