// networking.istio.io Gateway.

import type { CustomObject } from '../../kube/resources.ts';

export interface GatewayServer {
  readonly port: { readonly number: number; readonly protocol: string; readonly name?: string };
  readonly bind?: string;
  /** `host` or `namespace/host`. */
  readonly hosts: readonly string[];
  readonly tls?: {
    readonly mode?: string;
    readonly httpsRedirect?: boolean;
    readonly credentialName?: string;
  };
  readonly name?: string;
}

export interface Gateway {
  /** `namespace/name`. */
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  readonly createdAt: string;
  /** Labels of the gateway pods; empty selects all of them. */
  readonly selector: Readonly<Record<string, string>>;
  readonly servers: readonly GatewayServer[];
  /** Host names of Services: it is for the pods behind them, in place of those the selector selects. */
  readonly services?: readonly string[];
}

export function gatewayOf(object: CustomObject): Gateway {
  const { name, namespace = '', creationTimestamp, annotations } = object.metadata;
  const services = annotations?.['internal.istio.io/gateway-service'];
  const spec = (object.spec ?? {}) as Partial<Pick<Gateway, 'selector' | 'servers'>>;
  return {
    key: `${namespace}/${name}`,
    name,
    namespace,
    createdAt: creationTimestamp,
    selector: spec.selector ?? {},
    servers: spec.servers ?? [],
    ...(services !== undefined && { services: services.split(',') }),
  };
}
