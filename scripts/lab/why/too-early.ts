// What the lab brings in a later step only: this one is about what happens without it.

import type { Diagnosis } from './diagnosis.ts';
import { shown } from './differences.ts';
import { hostsOf } from './follow.ts';
import { keyOf } from './intended.ts';
import { nameOf, specOf, type Scene } from './scene.ts';
import { namespaceOf, type Scope } from './scope.ts';
import { isSubsetOf, resolveHost } from '../../../sandbox/mesh/host.ts';
import { virtualServiceOf } from '../../../sandbox/mesh/kube/virtual-service.ts';
import type { AnyObject } from '../../../sandbox/kube/object.ts';

export function tooEarly(scope: Scope): Diagnosis | undefined {
  const { scene, namespaces } = scope;
  const { later } = scene.question;
  const early = scene.picture.objects.find(
    (object) =>
      ['VirtualService', 'DestinationRule', 'Gateway'].includes(object.kind) &&
      namespaces.includes(namespaceOf(object)) &&
      scene.wanted(object) === undefined &&
      isOnTheWay(scope, object) &&
      later.objects.some((other) => keyOf(other.object) === keyOf(object)),
  );
  if (early === undefined) return labelTooEarly(scene, namespaces);
  return {
    rung: 'exists',
    cause: 'too-early',
    text: `${nameOf(early)} exists already, and the lab makes it in a later step: this one shows what happens without it.`,
    fix: `kubectl -n ${namespaceOf(early)} delete ${early.kind.toLowerCase()} ${early.metadata.name}`,
    evidence: [`${nameOf(early)} was created at ${shown(early.metadata.creationTimestamp)}`],
  };
}

/** It changes what a proxy on the way does, or what that proxy knows of the pods behind. */
function isOnTheWay({ hops }: Scope, object: AnyObject): boolean {
  if (object.kind === 'Gateway') return hops.some(({ isRouter }) => isRouter);
  if (object.kind === 'DestinationRule') {
    const host = resolveHost(specOf(object).host ?? '', namespaceOf(object));
    return hops.flatMap(hostsOf).some((name) => isSubsetOf(name, host));
  }
  const { hosts, gateways } = virtualServiceOf(object);
  return hops.some(
    ({ isRouter, routes, request }) =>
      routes.length > 0 &&
      gateways.some((gateway) => (gateway === 'mesh') !== isRouter) &&
      hosts.some((host) => isSubsetOf(request.host, host)),
  );
}

function labelTooEarly(scene: Scene, namespaces: readonly string[]): Diagnosis | undefined {
  const label = 'istio-injection';
  const name = namespaces.find((namespace) => {
    const own = scene.intended.find(
      ({ object }) => object.kind === 'Namespace' && namespaceOf(object) === namespace,
    );
    return (
      own !== undefined &&
      own.object.metadata.labels?.[label] === undefined &&
      scene.namespace(namespace)?.metadata.labels?.[label] === 'enabled'
    );
  });
  return name === undefined
    ? undefined
    : {
        rung: 'exists',
        cause: 'too-early',
        text: `Namespace ${name} asks for sidecars already, and in this step the pods have none yet.`,
        fix: `kubectl label namespace ${name} ${label}- && kubectl -n ${name} rollout restart deployment`,
        evidence: [`kubectl get namespace ${name} -L ${label}: enabled`],
      };
}
