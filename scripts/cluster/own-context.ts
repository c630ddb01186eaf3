// The kubeconfig of the lab is exported in terminals, so kubectl and other programs write to it: `kubectl config
// use-context` changes the first of several files, `kind create cluster` adds a cluster. Nothing of the lab may then
// happen in that other cluster.

import { LabError } from '../error.ts';

/** As the sandbox and kind write them; that of a user's cluster has the user's name. */
const ownContexts = new Set(['mesh-workshop', 'kind-mesh-workshop']);

export interface Contexts {
  readonly current: string;
  readonly all: readonly string[];
}

/** @throws LabError when the current context is not the lab's */
export function requireOwnContext(kubeconfig: string, { current, all }: Contexts): void {
  const own = all.find((name) => ownContexts.has(name));
  if (all.includes(current) && (own === undefined || own === current)) return;
  throw new LabError(
    'CONTEXT_LOST',
    `The lab's kubeconfig was given the context "${current}", which is another cluster's: kubectl does not talk to the lab`,
    { hint: `kubectl --kubeconfig ${kubeconfig} config use-context ${own ?? all[0] ?? ''}` },
  );
}
