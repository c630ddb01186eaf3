// `npm run up`: start the cluster, or find it running.

import { readFlags } from './cli/flags.ts';
import { entry } from './cli/entry.ts';
import { prepare } from './environment/prepare.ts';
import { engineLine, openWorkshop } from './environment/workshop.ts';
import { portNames } from './engine/ports.ts';

await entry(async (signal) => {
  const { engine } = readFlags('up', ['engine']);
  const workshop = await openWorkshop({ env: process.env, engine, ask: true, signal });
  process.stdout.write(`${engineLine(workshop)}\n`);
  const nothing = { apps: [], namespaces: [] };
  await prepare({ workshop, needs: nothing, clean: false, output: 'visible', signal });
  const { labDir, portBase } = workshop;
  process.stdout.write(
    `${[
      `Gateway:  http://localhost:${portBase} (${portNames.slice(1).join(', ')} follow on the next ports)`,
      `kubectl:  export KUBECONFIG=${labDir.kubeconfig}`,
      'Next:     npm run lab 1',
    ].join('\n')}\n`,
  );
  return 0;
});
