// What the kubelet of a node that failed says, from its log: why it ended, or why it cannot run the control plane's pods.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tail } from './docker.ts';
import { nodeName } from './node.ts';

const telling =
  /"(?:Failed to run kubelet|command failed|Error syncing pod, skipping)" err="(.*)"(?: \S+=.*)?$/;

/** The last of its lines that tells, its end where it is long. `logs`: as `kind export logs` writes them. */
export async function kubeletError(logs: string): Promise<string | undefined> {
  const log = await readFile(join(logs, nodeName, 'kubelet.log'), 'utf8').catch(() => '');
  const said = log
    .split('\n')
    .findLast((line) => telling.test(line))
    ?.replace(/^.*?(?=")/, '');
  return said === undefined ? undefined : `kubelet: ${tail(said)}`;
}
