// Chaos in programs against what the lab's commands have ordered there.

import type { IntendedChaos } from './intended.ts';
import { workloadOf } from './scene.ts';
import type { SeenChaos } from '../../cluster/chaos.ts';

export type Order = SeenChaos['orders'][string];

export interface ChaosDifference {
  readonly pod: SeenChaos['pod'];
  /** undefined: it is off. */
  readonly now: Order | undefined;
  /** undefined: it should be off. */
  readonly wanted: Order | undefined;
  /** The command that makes it so. */
  readonly command: string;
  /** All orders of the pod. */
  readonly orders: SeenChaos['orders'];
}

/** In these namespaces; what should be off comes first. */
export function chaosDifferences(
  seen: readonly SeenChaos[],
  intended: readonly IntendedChaos[],
  namespaces: readonly string[],
): readonly ChaosDifference[] {
  const pods = seen.filter(({ pod }) => namespaces.includes(pod.metadata.namespace ?? ''));
  const left = pods.flatMap(({ pod, orders }) =>
    Object.values(orders)
      .filter(isOn)
      .flatMap((now): ChaosDifference[] => {
        const wanted = intended.find((each) => isFor(each, pod) && each.order['type'] === now['type']);
        if (wanted !== undefined && isOn(wanted.order)) return [];
        const command = wanted?.command ?? switchOff(pod, now);
        return [{ pod, now, wanted: undefined, command, orders }];
      }),
  );
  const missing = intended
    .filter(({ order, namespace }) => isOn(order) && namespaces.includes(namespace))
    .flatMap((wanted) =>
      pods
        .filter(({ pod }) => isFor(wanted, pod))
        .flatMap(({ pod, orders }): ChaosDifference[] => {
          const now = Object.values(orders).find(
            (each) => each['type'] === wanted.order['type'] && isOn(each),
          );
          if (now !== undefined && percentage(now) === percentage(wanted.order)) return [];
          return [{ pod, now, wanted: wanted.order, command: wanted.command, orders }];
        }),
    );
  return [...left, ...missing];
}

const isFor = ({ deployment, namespace }: IntendedChaos, pod: SeenChaos['pod']): boolean =>
  workloadOf(pod) === deployment && pod.metadata.namespace === namespace;

const isOn = (order: Order): boolean => order['active'] === true;

const percentage = (order: Order): number => Number(order['percentage']) || 100;

export function effectOf(order: Order): string {
  const share = percentage(order);
  const some = share === 100 ? 'every request' : `about ${share} % of the requests`;
  switch (order['type']) {
    case 'latency':
      return `lets every request wait for up to ${Number(order['latencyMs']) || 1000} ms`;
    case 'drop':
      return `drops the connection of ${some}`;
    default:
      return `answers ${some} with ${String(order['type'])}`;
  }
}

export const switchOff = (pod: SeenChaos['pod'], order: Order): string =>
  `kubectl -n ${pod.metadata.namespace ?? ''} exec deploy/${workloadOf(pod)} -- curl -s -X POST -H 'Content-Type: application/json' -d '{"active": false, "type": "${String(order['type'])}"}' http://localhost:3000/blowup`;
