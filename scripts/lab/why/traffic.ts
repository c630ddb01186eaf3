// The sixth rung: the program that is reached answers as it should. Chaos is as the step has ordered it, and no rule
// injects faults of its own.

import { chaosDifferences, effectOf } from './chaos.ts';
import { hostsOf } from './follow.ts';
import type { Diagnosis } from './diagnosis.ts';
import { nameOf, workloadOf } from './scene.ts';
import { namespaceOf, type Scope } from './scope.ts';
import { virtualServiceOf, type Fault } from '../../../sandbox/mesh/kube/virtual-service.ts';

export function traffic(scope: Scope): Diagnosis | undefined {
  return chaos(scope) ?? fault(scope);
}

function chaos({ scene, namespaces }: Scope): Diagnosis | undefined {
  const ordered = scene.question.intended.chaos;
  const [found] = chaosDifferences(scene.picture.chaos, ordered, namespaces);
  if (found === undefined) return undefined;
  const { pod, now, wanted, command, orders } = found;
  const program = workloadOf(pod);
  const seen = `pod ${pod.metadata.name}, GET /blowup: `;
  if (now !== undefined && wanted === undefined) {
    return {
      rung: 'traffic',
      cause: 'chaos',
      text: `Chaos is still on in ${program}: it ${effectOf(now)}, because it was told to at /blowup. At this step it should be off.`,
      fix: command,
      evidence: [`${seen}${JSON.stringify(now)}`],
    };
  }
  const is = now === undefined ? 'is off' : effectOf(now);
  return {
    rung: 'traffic',
    cause: 'chaos',
    text: `The chaos that this step is about is not as it should be in ${program}: it ${is}, and should be so that it ${effectOf(wanted ?? {})}. (A pod that was replaced has forgotten its orders.)`,
    fix: command,
    evidence: [`${seen}${JSON.stringify(orders)}`],
  };
}

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
