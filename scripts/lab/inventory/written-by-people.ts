// Which objects of a cluster belong into its inventory. The others come back by themselves, or mean nothing an hour
// later.

import { groupOf } from './inventory.ts';

/** An object as the API gives it. */
export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly unknown[];
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
  };
  readonly [field: string]: unknown;
}

/** Kinds that only the cluster itself writes, or that are computed when they are asked for. */
const ownKinds = new Set([
  'Event',
  'Lease',
  'Node',
  'CSINode',
  'VolumeAttachment',
  'PersistentVolume',
  'ControllerRevision',
  'CertificateSigningRequest',
  'APIService',
  'ComponentStatus',
  'FlowSchema',
  'PriorityLevelConfiguration',
  'IPAddress',
  'ServiceCIDR',
  'StorageVersion',
]);

/** ConfigMaps that a controller puts into every namespace. */
const everywhere = new Set(['kube-root-ca.crt', 'istio-ca-root-cert']);

export function isKindOfPeople({ group, kind }: { readonly group: string; readonly kind: string }): boolean {
  return !ownKinds.has(kind) && group !== 'metrics.k8s.io';
}

/** Those of `objects` that somebody made, and not a controller. */
export function writtenByPeople(objects: readonly ApiObject[]): readonly ApiObject[] {
  const selecting = new Set(objects.filter(hasSelector).map(placeOf));
  return objects.filter((object) => isKindOfPeople(withGroup(object)) && !isDerived(object, selecting));
}

const withGroup = ({ apiVersion, kind }: ApiObject): { group: string; kind: string } => ({
  group: groupOf(apiVersion),
  kind,
});

function isDerived(object: ApiObject, selecting: ReadonlySet<string>): boolean {
  const { kind, metadata } = object;
  const { name, labels = {}, annotations = {}, ownerReferences = [] } = metadata;
  if (ownerReferences.length > 0) return true;
  switch (kind) {
    case 'ConfigMap':
      return everywhere.has(name) || 'control-plane.alpha.kubernetes.io/leader' in annotations;
    case 'Secret':
      return object['type'] === 'kubernetes.io/service-account-token';
    case 'ServiceAccount':
      return name === 'default' && isAsMade(object);
    case 'GatewayClass':
      return controllerOf(object).startsWith('istio.io/');
    case 'Endpoints':
      return selecting.has(placeOf(object)) || name === 'kubernetes';
    case 'EndpointSlice':
      return 'endpointslice.kubernetes.io/managed-by' in labels || name === 'kubernetes';
    default:
      return false;
  }
}

/** Nothing was added to what every namespace has from its beginning. */
const isAsMade = ({ metadata: { labels, annotations }, ...fields }: ApiObject): boolean =>
  labels === undefined &&
  annotations === undefined &&
  Object.keys(fields).every((field) => ['apiVersion', 'kind', 'secrets'].includes(field));

/** Istio makes its own classes as soon as the cluster knows the kind. */
const controllerOf = ({ spec }: ApiObject): string =>
  typeof spec === 'object' && spec !== null && 'controllerName' in spec ? String(spec.controllerName) : '';

/** A Service with a selector gets its endpoints from a controller; one without has those that somebody wrote. */
const hasSelector = ({ kind, spec }: ApiObject): boolean =>
  kind === 'Service' && typeof spec === 'object' && spec !== null && 'selector' in spec;

const placeOf = ({ metadata: { namespace, name } }: ApiObject): string => `${namespace ?? ''}/${name}`;
