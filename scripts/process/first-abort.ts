import { setMaxListeners } from 'node:events';

/** Aborts with the first of them that does. As many may listen as like: many requests at the same time are no leak. */
export function firstAbort(...signals: readonly AbortSignal[]): AbortSignal {
  const first = AbortSignal.any([...signals]);
  setMaxListeners(0, first);
  return first;
}
