// Events last an hour after they were last seen (kube-apiserver's --event-ttl).

import { events } from '../kube/resources.ts';
import type { Controller } from './context.ts';
import { queueFor } from './context.ts';
import { keyOf, splitKey } from './keys.ts';

const lifetimeMs = 3_600_000;

export const startEventExpiry: Controller = (context) => {
  const { cluster, clock } = context;
  const queue = queueFor(context, {
    name: 'event expiry',
    reconcile: (key) => {
      const { namespace, name } = splitKey(key);
      const event = cluster.get(events, namespace, name);
      if (event === undefined) return;
      const seen = event.lastTimestamp ?? event.metadata.creationTimestamp;
      const left = Date.parse(seen) + lifetimeMs - clock.now();
      if (left <= 0) cluster.delete(events, namespace, name);
      else queue.addAfter(key, left);
    },
  });
  const unwatch = cluster.watch(events, ({ type, object }) => {
    if (type === 'ADDED') queue.add(keyOf(object));
  });
  return () => {
    unwatch();
    queue.close();
  };
};
