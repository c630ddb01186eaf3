// `npm run up`: start the cluster, or find it running.

import { addressLines, line } from './cli/address-lines.ts';
import { clusterFlagNames } from './cli/cluster-flags.ts';
import { readFlags } from './cli/flags.ts';
import { entry } from './cli/entry.ts';
import { noNeeds, prepare } from './environment/prepare.ts';
import { engineLine, openWorkshop } from './environment/workshop.ts';
import { renderTimeline } from './setup/render-timeline.ts';
import type { Timeline } from './setup/timeline.ts';
import { requireWritable, writeReport } from './state/report-file.ts';

/** A set-up that found everything in place has no story to tell. */
const leastToldMs = 3000;

await entry(async (signal) => {
  const {
    engine,
    track,
    timings,
    with: extras,
    cluster,
  } = readFlags('up', ['engine', 'track', 'with', 'timings', ...clusterFlagNames]);
  const workshop = await openWorkshop({
    env: process.env,
    engine,
    track,
    extras,
    cluster,
    ask: true,
    signal,
  });
  if (timings !== undefined) await requireWritable('--timings', timings);
  process.stdout.write(`${engineLine(workshop)}\n`);
  let timeline: Timeline | undefined;
  try {
    await prepare({
      workshop,
      needs: noNeeds,
      clean: false,
      output: 'visible',
      signal,
      onTimeline: (recorded) => {
        timeline = recorded;
      },
    });
  } catch (error) {
    const { diagnosticsOfSetUp } = await import('./diagnostics/of-set-up.ts');
    const folder = await diagnosticsOfSetUp(workshop, error, signal);
    if (folder !== undefined) process.stdout.write(`Diagnostics: ${folder}\n`);
    throw error;
  } finally {
    // Also of a set-up that failed: it shows at what.
    if (timeline !== undefined && timings !== undefined) {
      await writeReport('--timings', timings, `${JSON.stringify(timeline, null, 2)}\n`);
    }
  }
  if (timeline !== undefined && timeline.totalMs >= leastToldMs) {
    process.stdout.write(`\n${renderTimeline(timeline, process.stdout.columns || 80)}\n\n`);
  }
  const { engine: started, labDir, portBase } = workshop;
  const { urls } = await started.status(signal);
  const { kubeconfig } = labDir;
  const addresses = addressLines({ gateway: `http://localhost:${portBase}`, urls, kubeconfig });
  process.stdout.write(`${[...addresses, line('Next', 'npm run lab 1')].join('\n')}\n`);
  return 0;
});
