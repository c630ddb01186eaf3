// What the node can tell of a failure: a container with a system of its own in it.

import type { Collector } from '../../diagnostics/collector.ts';
import { nodeName } from './node.ts';
import type { Call } from './programs.ts';

const lines = '2000';

/** File → what is asked of docker for it. */
const questions: Readonly<Record<string, readonly string[]>> = {
  'node.log': ['logs', '--tail', lines, nodeName],
  'kubelet.log': ['exec', nodeName, 'journalctl', '--no-pager', '--lines', lines, '--unit', 'kubelet'],
  'containerd.log': ['exec', nodeName, 'journalctl', '--no-pager', '--lines', lines, '--unit', 'containerd'],
  'containers.txt': ['exec', nodeName, 'crictl', 'ps', '--all'],
  'images.txt': ['exec', nodeName, 'crictl', 'images'],
  'disk.txt': ['exec', nodeName, 'df', '-h'],
};

/** What docker refuses stands where its answer would. */
export const nodeCollector = (docker: Call): Collector => ({
  name: 'node',
  collect: async (put, signal) => {
    await Promise.all(
      Object.entries(questions).map(async ([file, question]) => {
        const { stdout, stderr } = await docker(question, { signal });
        put(`engine/${file}`, `${stdout}${stderr}`);
      }),
    );
  },
});
