// TLS to a server whose certificate nobody checks: IST0128 and IST0129.

import { nameOf, specOf, type Resources } from './resources.ts';
import type { AnyObject } from '../../kube/object.ts';
import type { Message } from './message.ts';

export const destinationRuleMessages = (resources: Resources): Message[] =>
  resources.of('DestinationRule').flatMap(unverified);

interface Policy {
  readonly tls?: {
    readonly mode?: string;
    readonly caCertificates?: string;
    readonly credentialName?: string;
  };
  readonly portLevelSettings?: readonly (Policy & { readonly port?: { readonly number?: number } })[];
}

function unverified(object: AnyObject): Message[] {
  const {
    host,
    trafficPolicy = {},
    workloadSelector,
  } = specOf(object) as {
    host?: string;
    trafficPolicy?: Policy;
    workloadSelector?: unknown;
  };
  const isUnverified = ({
    tls: { mode = '', caCertificates = '', credentialName = '' } = {},
  }: Policy): boolean =>
    ['SIMPLE', 'MUTUAL'].includes(mode) &&
    caCertificates === '' &&
    !(credentialName !== '' && workloadSelector !== undefined);
  const said = (policy: Policy): string =>
    `DestinationRule ${nameOf(object)} in namespace ${object.metadata.namespace ?? ''} has TLS mode set to ${policy.tls?.mode ?? ''} but no caCertificates are set to validate server identity for host: ${host ?? ''}`;
  const ports = (trafficPolicy.portLevelSettings ?? []).filter(isUnverified);
  return [
    ...(isUnverified(trafficPolicy)
      ? [{ code: 'IST0128', level: 'Warning', object, text: said(trafficPolicy) } as const]
      : []),
    ...ports.map((policy): Message => {
      const text = `${said(policy)} at port number:${policy.port?.number ?? 0}`;
      return { code: 'IST0129', level: 'Warning', object, text };
    }),
  ];
}
