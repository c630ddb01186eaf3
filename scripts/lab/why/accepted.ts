// The third rung: the mesh takes the rule. The gateway can be reached, its port is open, its hosts are those of the
// rule, and no older rule stands before it.

import { gatewayService } from './gateway-service.ts';
import { atGateway } from './at-gateway.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { Scope } from './scope.ts';
import { newMessages } from './valid.ts';
import { messageLine } from '../../../sandbox/istio-api/analyze/message.ts';
import { byAge, virtualServiceOf } from '../../../sandbox/mesh/kube/virtual-service.ts';

export function accepted(scope: Scope): Diagnosis | undefined {
  return gatewayService(scope) ?? atGateway(scope) ?? olderRule(scope);
}

/** Of two rules for one host in the mesh, the older is used alone. */
function olderRule(scope: Scope): Diagnosis | undefined {
  const { scene } = scope;
  const message = newMessages(scope).find(({ code }) => code === 'IST0109');
  if (message === undefined) return undefined;
  const host = /define the same host (\S+) /.exec(message.text)?.[1] ?? '';
  const rules = scene
    .of('VirtualService')
    .map((object) => ({ object, rule: virtualServiceOf(object) }))
    .filter(({ rule }) => rule.gateways.includes('mesh') && rule.hosts.includes(host))
    .toSorted((a, b) => byAge(a.rule, b.rule));
  const [used, ...others] = rules;
  if (used === undefined) return undefined;
  const isLabs = scene.wanted(used.object) !== undefined;
  const removed = isLabs ? others[0] : used;
  return {
    rung: 'accepted',
    cause: 'shadowed',
    text: `${rules.map(({ rule }) => `VirtualService ${rule.key}`).join(' and ')} are for the same host ${host}. A sidecar uses the older one, ${used.rule.name}, and nothing of the ${others.length === 1 ? 'other' : 'others'}.`,
    fix: `kubectl -n ${removed?.rule.namespace ?? ''} delete virtualservice ${removed?.rule.name ?? ''}, or join the rules in one`,
    evidence: [messageLine(message)],
  };
}
