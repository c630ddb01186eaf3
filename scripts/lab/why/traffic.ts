// The sixth rung: the program that is reached answers as it should. Chaos is as the step has ordered it, and no rule
// injects faults of its own.

import { hostsOf } from './follow.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { IntendedChaos } from './intended.ts';
import { nameOf, workloadOf, type Scene } from './scene.ts';
import { namespaceOf, type Scope } from './scope.ts';
import { virtualServiceOf, type Fault } from '../../../sandbox/mesh/kube/virtual-service.ts';
import type { SeenChaos } from '../../cluster/picture.ts';

export function traffic(scope: Scope): Diagnosis | undefined {
  return chaosLeft(scope) ?? chaosMissing(scope) ?? fault(scope);
}

/** On, and the lab has not ordered it (or no longer). */
function chaosLeft({ scene, namespaces }: Scope): Diagnosis | undefined {
  for (const { pod, orders } of scene.picture.chaos) {
    if (!namespaces.includes(pod.metadata.namespace ?? '')) continue;
    for (const order of Object.values(orders).filter(isOn)) {
      const wanted = orderedFor(scene, workloadOf(pod), pod.metadata.namespace ?? '').find(
        (each) => each.order['type'] === order['type'],
      );
      if (wanted !== undefined && isOn(wanted.order)) continue;
      return {
        rung: 'traffic',
        cause: 'chaos',
        text: `Chaos is still on in ${workloadOf(pod)}: it ${effectOf(order)}, because it was told to at /blowup. At this step it should be off.`,
        fix: wanted?.command ?? switchOff(pod, order),
        evidence: [`pod ${pod.metadata.name}, GET /blowup: ${JSON.stringify(order)}`],
      };
    }
  }
  return undefined;
}

type Order = SeenChaos['orders'][string];

const isOn = (order: Order): boolean => order['active'] === true;

const orderedFor = (scene: Scene, deployment: string, namespace: string): readonly IntendedChaos[] =>
  scene.question.intended.chaos.filter(
    (each) => each.deployment === deployment && each.namespace === namespace,
  );

export function effectOf(order: Order): string {
  const share = Number(order['percentage']) || 100;
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

/** Ordered by the step's commands, and off or otherwise. */
function chaosMissing({ scene, namespaces }: Scope): Diagnosis | undefined {
  for (const wanted of scene.question.intended.chaos) {
    if (!namespaces.includes(wanted.namespace) || !isOn(wanted.order)) continue;
    for (const { pod, orders } of scene.picture.chaos) {
      if (workloadOf(pod) !== wanted.deployment || pod.metadata.namespace !== wanted.namespace) continue;
      const order = Object.values(orders).find((each) => each['type'] === wanted.order['type']);
      if (order !== undefined && isOn(order) && percentage(order) === percentage(wanted.order)) continue;
      const now = order === undefined || !isOn(order) ? 'is off' : effectOf(order);
      return {
        rung: 'traffic',
        cause: 'chaos',
        text: `The chaos that this step is about is not as it should be in ${wanted.deployment}: it ${now}, and should be so that it ${effectOf(wanted.order)}. (A pod that was replaced has forgotten its orders.)`,
        fix: wanted.command,
        evidence: [`pod ${pod.metadata.name}, GET /blowup: ${JSON.stringify(orders)}`],
      };
    }
  }
  return undefined;
}

const percentage = (order: Order): number => Number(order['percentage']) || 100;

/** A fault that a rule injects and the lab's version of the rule does not. */
function fault({ scene, hops, namespaces }: Scope): Diagnosis | undefined {
  const called = new Set(hops.flatMap((hop) => [hop.request.host, ...hostsOf(hop)]));
  for (const object of scene.of('VirtualService')) {
    if (!namespaces.includes(namespaceOf(object))) continue;
    const { http, hosts } = virtualServiceOf(object);
    const lab = scene.wanted(object)?.object;
    const isWanted =
      lab !== undefined && virtualServiceOf(lab).http.some((route) => route.fault !== undefined);
    const injected = http.find((route) => route.fault !== undefined)?.fault;
    if (injected === undefined || isWanted || !hosts.some((host) => host === '*' || called.has(host)))
      continue;
    return {
      rung: 'traffic',
      cause: 'fault',
      text: `${nameOf(object)} injects a fault: ${faultText(injected)}. The lab's rule has none.`,
      fix: 'remove fault from spec.http',
      evidence: [`fault: ${JSON.stringify(injected)}`],
    };
  }
  return undefined;
}

const faultText = ({ abort, delay }: Fault): string =>
  [
    ...(abort === undefined
      ? []
      : [
          `${abort.percentage?.value ?? 0} % of the requests are answered with ${abort.httpStatus ?? 'an error'}`,
        ]),
    ...(delay === undefined
      ? []
      : [`${delay.percentage?.value ?? 0} % of the requests wait for ${delay.fixedDelay ?? ''}`]),
  ].join(' and ');
