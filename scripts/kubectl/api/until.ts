// Waits for a state of one object: its present one, then every change.

import type { KubeList, KubeObject } from '../objects/object.ts';
import type { Cluster } from '../verb.ts';
import { pathOf, type Resource } from './resource.ts';
import { watch } from './watch.ts';
import { firstAbort } from '../../process/first-abort.ts';

export interface Wanted {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string;
  /** Called with undefined when there is no such object. True: this is it. */
  readonly reached: (object: KubeObject | undefined) => boolean;
  /** Of the terminal. */
  readonly signal: AbortSignal;
  readonly withinMs: number;
}

/** False when the time was over first. @throws what `reached` throws; the terminal signal's reason */
export async function until({ client }: Cluster, wanted: Wanted): Promise<boolean> {
  const { resource, namespace, name, reached, signal, withinMs } = wanted;
  const path = pathOf(resource, namespace);
  const fieldSelector = `metadata.name=${name}`;
  // Node's longest timer is 2^31 - 1 ms; kubectl's "for ever" is a week.
  const deadline = AbortSignal.timeout(Math.ceil(Math.max(0, Math.min(withinMs, 2 ** 31 - 1))));
  const stop = firstAbort(signal, deadline);
  try {
    for (;;) {
      const list = await client.json<KubeList>({ path, query: { fieldSelector }, signal });
      if (reached(list.items[0])) return true;
      stop.throwIfAborted();
      const query = { fieldSelector, resourceVersion: list.metadata?.resourceVersion };
      for await (const { type, object } of watch<KubeObject>(client, { path, query, signal: stop })) {
        if (reached(type === 'DELETED' ? undefined : object)) return true;
      }
    }
  } catch (error) {
    if (signal.aborted || !deadline.aborted) throw error;
    return false;
  }
}
