// What selects workloads: Sidecars (IST0101, 0110, 0111), Telemetries (IST0101, 0157, 0159, 0160),
// AuthorizationPolicies (IST0101, 0127), and policies that select pods of the Gateway API's Gateways (IST0166).

import { hasLabels, type Labels } from '../../mesh/kube/workload.ts';
import { fieldsOf, groupedBy, nameOf, selectorText, specOf, type Resources } from './resources.ts';
import type { AnyObject } from '../../kube/object.ts';
import type { Message } from './message.ts';

export const selectorMessages = (resources: Resources): Message[] => [
  ...overlaps(sidecars, resources),
  ...overlaps(telemetries, resources),
  ...resources.of('Telemetry').flatMap(withoutProviders),
  ...resources.of('AuthorizationPolicy').flatMap((policy) => policyMessages(policy, resources)),
  ...['AuthorizationPolicy', 'RequestAuthentication', 'Telemetry'].flatMap((kind) =>
    resources.of(kind).flatMap((policy) => ineffectiveSelectors(policy, resources)),
  ),
];

/** Kinds of which one holds for a pod, and one for all others of a namespace. */
interface Exclusive {
  readonly kind: string;
  /** As Istio calls several of them. */
  readonly plural: string;
  readonly codes: readonly [conflicting: string, several: string];
  readonly labelsOf: (object: AnyObject) => Labels | undefined;
}

const sidecars: Exclusive = {
  kind: 'Sidecar',
  plural: 'Sidecars',
  codes: ['IST0110', 'IST0111'],
  labelsOf: (object) => (specOf(object)['workloadSelector'] as { labels?: Labels } | undefined)?.labels,
};

const telemetries: Exclusive = {
  kind: 'Telemetry',
  plural: 'Telemetries',
  codes: ['IST0159', 'IST0160'],
  labelsOf: (object) => (specOf(object)['selector'] as { matchLabels?: Labels } | undefined)?.matchLabels,
};

function overlaps({ kind, plural, codes, labelsOf }: Exclusive, resources: Resources): Message[] {
  const all = resources.of(kind);
  const selecting = all.filter((object) => Object.keys(labelsOf(object) ?? {}).length > 0);
  const wide = all.filter((object) => !selecting.includes(object));
  const selects = (object: AnyObject, pod: AnyObject): boolean =>
    pod.metadata.namespace === object.metadata.namespace &&
    hasLabels(pod.metadata.labels ?? {}, labelsOf(object) ?? {});
  const missing = selecting
    .filter((object) => !resources.of('Pod').some((pod) => selects(object, pod)))
    .map((object) => {
      const text = `Referenced selector not found: ${JSON.stringify(selectorText(labelsOf(object) ?? {}))}`;
      return { code: 'IST0101', level: 'Error', object, text } as const;
    });
  const conflicting = resources.of('Pod').flatMap((pod) => {
    const own = selecting.filter((object) => selects(object, pod));
    if (own.length < 2) return [];
    const { name, namespace = '' } = pod.metadata;
    const text = `The ${plural} [${namesOf(own)}] in namespace ${JSON.stringify(namespace)} select the same workload pod ${JSON.stringify(name)}, which can lead to undefined behavior.`;
    return own.map((object) => ({ code: codes[0], level: 'Error', object, text }) as const);
  });
  const several = [...groupedBy(wide, ({ metadata }) => metadata.namespace ?? '')].flatMap(
    ([namespace, own]) => {
      if (own.length < 2) return [];
      const text = `The ${plural} [${namesOf(own)}] in namespace ${JSON.stringify(namespace)} have no workload selector, which can lead to undefined behavior.`;
      return own.map((object) => ({ code: codes[1], level: 'Error', object, text }) as const);
    },
  );
  return [...missing, ...conflicting, ...several];
}

const namesOf = (objects: readonly AnyObject[]): string =>
  objects.map(({ metadata }) => metadata.name).join(' ');

/** The mesh has no default provider of access logs that an entry without one would mean. */
function withoutProviders(object: AnyObject): Message[] {
  const entries = fieldsOf(object, 'accessLogging') as readonly {
    disabled?: boolean;
    providers?: readonly unknown[];
  }[];
  const { name, namespace = '' } = object.metadata;
  return entries
    .filter(({ disabled = false, providers = [] }) => !disabled && providers.length === 0)
    .map(() => {
      const text = `The Telemetry ${name} in namespace ${JSON.stringify(namespace)} with empty providers will be ignored.`;
      return { code: 'IST0157', level: 'Warning', object, text } as const;
    });
}

function policyMessages(object: AnyObject, resources: Resources): Message[] {
  const { namespace } = object.metadata;
  const { selector, rules = [] } = specOf(object) as {
    selector?: { matchLabels?: Labels };
    rules?: readonly { from?: readonly { source?: Record<string, readonly string[]> }[] }[];
  };
  const isMeshWide = namespace === 'istio-system';
  const labels = selector?.matchLabels ?? {};
  const idle =
    !(isMeshWide && selector === undefined) && !resources.hasPods(labels, isMeshWide ? undefined : namespace);
  const named = rules.flatMap(({ from = [] }) =>
    from.flatMap(({ source = {} }) => [...(source['namespaces'] ?? []), ...(source['notNamespaces'] ?? [])]),
  );
  const unknown = named.filter((pattern) => !resources.of('Namespace').some((one) => matches(pattern, one)));
  return [
    ...(idle
      ? [
          {
            code: 'IST0127',
            level: 'Warning',
            object,
            text: `No matching workloads for this resource with the following labels: ${selectorText(labels)}`,
          } as const,
        ]
      : []),
    ...unknown.map((pattern): Message => {
      const text = `Referenced namespace not found: ${JSON.stringify(pattern)}`;
      return { code: 'IST0101', level: 'Error', object, text };
    }),
  ];
}

const gatewayName = 'gateway.networking.k8s.io/gateway-name';

function ineffectiveSelectors(object: AnyObject, resources: Resources): Message[] {
  const { selector, targetRef } = specOf(object) as {
    selector?: { matchLabels?: Labels };
    targetRef?: object;
  };
  if (selector === undefined || targetRef !== undefined) return [];
  const gateways = resources.of('Pod').flatMap(({ metadata: { namespace, labels = {} } }) => {
    const isSelected =
      namespace === object.metadata.namespace && hasLabels(labels, selector.matchLabels ?? {});
    return isSelected ? (labels[gatewayName] ?? []) : [];
  });
  return [...new Set(gateways)].map((gateway): Message => {
    const text = `Ineffective selector on Kubernetes Gateway ${gateway}. Use the TargetRef field instead.`;
    return { code: 'IST0166', level: 'Warning', object, text };
  });
}

/** `*`, `a*` and `*a` stand for several. */
function matches(pattern: string, namespace: AnyObject): boolean {
  const name = nameOf(namespace);
  if (pattern.startsWith('*')) return name.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
