// Annotations and labels that Istio reads and the sandbox does not act on (istio.io/docs/reference/config/annotations).

import type { AdmissionPlugin } from '../api/extension.ts';
import type { NewObject, ObjectMeta } from '../kube/object.ts';
import type { ResourceType } from '../schema/type.ts';
import { proxyConfig } from './proxy-settings.ts';

/** Warns of them where they are set or changed: on pods, on templates of pods, on namespaces. */
export function unexecutedMarks(): AdmissionPlugin {
  return {
    name: 'unexecuted-marks',
    validate({ type, object, old, warn }) {
      const place = places.get(`${type.group}/${type.resource}`);
      if (place === undefined || object === undefined) return;
      const before = new Map(old === undefined ? [] : marksOf(old, place));
      for (const [path, value] of marksOf(object, place)) {
        if (before.get(path) !== value) warn(`${path} has no effect in this sandbox; use --engine kind`);
      }
    },
  };
}

interface Place {
  readonly path: string;
  readonly metadata: (object: NewObject) => Partial<ObjectMeta> | undefined;
}

const own: Place = { path: 'metadata', metadata: ({ metadata }) => metadata };
const template: Place = {
  path: 'spec.template.metadata',
  metadata: ({ spec }) =>
    (spec as { template?: { metadata?: Partial<ObjectMeta> } } | undefined)?.template?.metadata,
};

const places: ReadonlyMap<`${ResourceType['group']}/${string}`, Place> = new Map([
  ['/pods', own],
  ['/namespaces', own],
  ['apps/deployments', template],
  ['apps/replicasets', template],
]);

function marksOf(object: NewObject, { path, metadata }: Place): (readonly [path: string, value: string])[] {
  const { annotations = {}, labels = {} } = metadata(object) ?? {};
  return [
    ...Object.entries(annotations)
      .filter(([name, value]) => unexecuted.get(name)?.includes(value) === false)
      .map(([name, value]) => [`${path}.annotations[${name}]`, value] as const),
    ...Object.entries(proxyConfig(annotations))
      .filter(([name]) => !['holdApplicationUntilProxyStarts', 'proxyStatsMatcher'].includes(name))
      .map(
        ([name, value]) =>
          [`${path}.annotations[proxy.istio.io/config]: ${name}`, JSON.stringify(value)] as const,
      ),
    ...Object.entries(labels)
      .filter(([name, value]) => ambient.get(name)?.includes(value) === false)
      .map(([name, value]) => [`${path}.labels[${name}]`, value] as const),
  ];
}

/** With the values that mean what the sandbox does anyway. */
const unexecuted: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'inject.istio.io/templates': ['', 'sidecar', 'gateway'],
    'istio.io/reroute-virtual-interfaces': [''],
    'proxy.istio.io/overrides': [],
    'readiness.status.sidecar.istio.io/applicationPorts': [],
    'readiness.status.sidecar.istio.io/failureThreshold': [],
    'readiness.status.sidecar.istio.io/initialDelaySeconds': [],
    'readiness.status.sidecar.istio.io/periodSeconds': [],
    'sidecar.istio.io/agentLogLevel': [],
    'sidecar.istio.io/bootstrapOverride': [],
    'sidecar.istio.io/componentLogLevel': [],
    'sidecar.istio.io/controlPlaneAuthPolicy': [],
    'sidecar.istio.io/discoveryAddress': [],
    'sidecar.istio.io/enableCoreDump': ['false'],
    'sidecar.istio.io/extraStatTags': [],
    'sidecar.istio.io/interceptionMode': ['REDIRECT'],
    'sidecar.istio.io/logLevel': [],
    'sidecar.istio.io/proxyImage': [],
    'sidecar.istio.io/proxyImageType': ['', 'default'],
    'sidecar.istio.io/statsHistogramBuckets': [],
    'sidecar.istio.io/userVolume': [],
    'sidecar.istio.io/userVolumeMount': [],
    'status.sidecar.istio.io/port': ['15020'],
    'traffic.sidecar.istio.io/excludeInterfaces': [''],
    'traffic.sidecar.istio.io/excludeOutboundIPRanges': [''],
    'traffic.sidecar.istio.io/includeInboundPorts': ['*'],
    'traffic.sidecar.istio.io/includeOutboundIPRanges': ['*'],
    'traffic.sidecar.istio.io/includeOutboundPorts': [''],
    'traffic.sidecar.istio.io/kubevirtInterfaces': [''],
  }),
);

/** The mesh without sidecars. */
const ambient: ReadonlyMap<string, readonly string[]> = new Map([
  ['istio.io/dataplane-mode', ['none']],
  ['istio.io/use-waypoint', ['', 'none']],
]);
