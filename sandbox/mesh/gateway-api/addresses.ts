// Which Services carry a Gateway's traffic (istio.io/istio pilot/pkg/config/kube/gateway/conversion.go).

import { domainSuffix } from '../host.ts';
import type { KubeGateway } from './resources.ts';

/** Without an address, or with one IP, istiod makes the Deployment and the Service. */
export function isManaged({ spec: { addresses = [] } }: KubeGateway): boolean {
  const [first] = addresses;
  return first === undefined || (addresses.length === 1 && (first.type ?? 'IPAddress') === 'IPAddress');
}

/** Of the Deployment, the Service and the ServiceAccount of a managed gateway. */
export const managedName = ({ metadata, spec }: KubeGateway): string =>
  metadata.annotations?.['gateway.istio.io/name-override'] ?? `${metadata.name}-${spec.gatewayClassName}`;

/** Host names of the Services. */
export function gatewayServices(gateway: KubeGateway): string[] {
  const { namespace = '' } = gateway.metadata;
  if (isManaged(gateway)) return [`${managedName(gateway)}.${namespace}.${domainSuffix}`];
  return (gateway.spec.addresses ?? [])
    .filter(({ type = 'IPAddress' }) => type === 'Hostname')
    .map(({ value }) => (value.includes('.') ? value : `${value}.${namespace}.${domainSuffix}`));
}

/** Addresses of a gateway with several, which are no host names. */
export const ignoredAddresses = (gateway: KubeGateway): string[] =>
  isManaged(gateway)
    ? []
    : (gateway.spec.addresses ?? [])
        .filter(({ type = 'IPAddress' }) => type !== 'Hostname')
        .map(({ value }) => value);

/** Name and namespace of a Service by its host name; undefined for other hosts. */
export function serviceOf(
  hostname: string,
): { readonly name: string; readonly namespace: string } | undefined {
  if (!hostname.endsWith(`.${domainSuffix}`)) return undefined;
  const [name = '', namespace, ...more] = hostname.slice(0, -domainSuffix.length - 1).split('.');
  return namespace === undefined || more.length > 0 ? undefined : { name, namespace };
}
