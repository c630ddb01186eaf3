// Why a check is red: climbs the ladder, and tells of the first rung that is broken.

import { accepted } from './accepted.ts';
import { effectOf, switchOff } from './chaos.ts';
import type { Diagnosis } from './diagnosis.ts';
import { distribution } from './distribution.ts';
import { endpoints } from './endpoints.ts';
import { exists } from './exists.ts';
import { gatewayApi } from './gateway-api.ts';
import { reached } from './reached.ts';
import { Scene, workloadOf, type Question } from './scene.ts';
import { scopeOf, type Scope } from './scope.ts';
import { tooEarly } from './too-early.ts';
import { traffic } from './traffic.ts';
import { valid } from './valid.ts';

// In the order of `rungs`. What the Gateway API says of a learner's own routes comes before all that the lab would have
// in their place; what is there too early only explains what nothing else does.
const ladder = [
  gatewayApi,
  exists,
  valid,
  accepted,
  reached,
  endpoints,
  traffic,
  tooEarly,
  distribution,
  orderedChaos,
] as const;

/** Depends on the question alone. */
export function diagnose(question: Question): Diagnosis {
  const scope = scopeOf(new Scene(question));
  for (const rung of ladder) {
    const found = rung(scope);
    if (found !== undefined) return found;
  }
  return nothingFound(scope);
}

/** Chaos that the lab itself has ordered, and that nothing on the way makes up for. */
function orderedChaos(scope: Scope): Diagnosis | undefined {
  const { scene, namespaces } = scope;
  const found = scene.picture.chaos.find(
    ({ pod, orders }) =>
      namespaces.includes(pod.metadata.namespace ?? '') &&
      Object.values(orders).some((order) => order['active'] === true),
  );
  const order = Object.values(found?.orders ?? {}).find((each) => each['active'] === true);
  if (found === undefined || order === undefined) return undefined;
  return {
    rung: 'traffic',
    cause: 'chaos',
    text: `Chaos is on in ${workloadOf(found.pod)}, as this step has ordered it: it ${effectOf(order)}. Whoever calls gets that, as far as no rule tries again.`,
    fix: `retries with attempts and retryOn: 5xx in the VirtualService, or switch it off: ${switchOff(found.pod, order)}`,
    evidence: [`pod ${found.pod.metadata.name}, GET /blowup: ${JSON.stringify(order)}`],
  };
}

/** Everything is as the lab has it, and the check was red all the same: say how far the request got. */
function nothingFound({ scene, hops, namespaces }: Scope): Diagnosis {
  const way = hops.flatMap(({ caller, request, routes }) => {
    const [clusters = []] = routes.map((route) => route.clusters);
    return `${caller} calls ${request.host}${request.path ?? ''} → ${clusters.join(', ') || 'nothing'}`;
  });
  const chaos = scene.picture.chaos.map(
    ({ pod, orders }) => `${pod.metadata.name}: ${JSON.stringify(orders)}`,
  );
  return {
    rung: 'traffic',
    cause: 'not-found',
    text: `All objects in ${namespaces.join(', ')} are as the lab has them, their pods are ready, and the proxies have their rules. What was seen may have been the moment before.`,
    fix: 'look again; if it stays red, what differs is in the program that answers: kubectl logs shows it',
    evidence: [...way, ...chaos],
  };
}
