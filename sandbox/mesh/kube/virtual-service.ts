// networking.istio.io VirtualService, its hosts and gateways resolved against its own namespace.

import { resolveGatewayName, resolveHost } from '../host.ts';
import type { CustomObject } from '../../kube/resources.ts';

export interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

export interface HttpMatch {
  readonly name?: string;
  readonly uri?: StringMatch;
  readonly scheme?: StringMatch;
  readonly method?: StringMatch;
  readonly authority?: StringMatch;
  readonly headers?: Readonly<Record<string, StringMatch>>;
  readonly withoutHeaders?: Readonly<Record<string, StringMatch>>;
  readonly queryParams?: Readonly<Record<string, StringMatch>>;
  readonly ignoreUriCase?: boolean;
  readonly port?: number;
  readonly sourceLabels?: Readonly<Record<string, string>>;
  readonly sourceNamespace?: string;
  readonly gateways?: readonly string[];
  readonly statPrefix?: string;
}

export interface Destination {
  readonly host: string;
  readonly subset?: string;
  readonly port?: { readonly number?: number };
}

export interface HeaderOperations {
  readonly set?: Readonly<Record<string, string>>;
  readonly add?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

export interface Headers {
  readonly request?: HeaderOperations;
  readonly response?: HeaderOperations;
}

export interface RouteDestination {
  readonly destination: Destination;
  readonly weight?: number;
  readonly headers?: Headers;
}

export interface Percent {
  readonly value?: number;
}

export interface Retries {
  readonly attempts?: number;
  readonly perTryTimeout?: string;
  readonly retryOn?: string;
  readonly retryRemoteLocalities?: boolean;
}

export interface Fault {
  readonly delay?: {
    readonly fixedDelay?: string;
    readonly percentage?: Percent;
    readonly percent?: number;
  };
  readonly abort?: {
    readonly httpStatus?: number;
    readonly grpcStatus?: string;
    readonly percentage?: Percent;
  };
}

export interface Cors {
  readonly allowOrigin?: readonly string[];
  readonly allowOrigins?: readonly StringMatch[];
  readonly allowMethods?: readonly string[];
  readonly allowHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAge?: string;
  readonly allowCredentials?: boolean;
  readonly unmatchedPreflights?: 'UNSPECIFIED' | 'FORWARD' | 'IGNORE';
}

export interface Redirect {
  readonly uri?: string;
  readonly authority?: string;
  readonly port?: number;
  readonly derivePort?: 'FROM_PROTOCOL_DEFAULT' | 'FROM_REQUEST_PORT';
  readonly scheme?: string;
  readonly redirectCode?: number;
}

export interface Rewrite {
  readonly uri?: string;
  readonly authority?: string;
  readonly uriRegexRewrite?: { readonly match: string; readonly rewrite: string };
}

export interface HttpRoute {
  readonly name?: string;
  readonly match?: readonly HttpMatch[];
  readonly route?: readonly RouteDestination[];
  readonly redirect?: Redirect;
  readonly directResponse?: {
    readonly status: number;
    readonly body?: { readonly string?: string; readonly bytes?: string };
  };
  readonly delegate?: { readonly name: string; readonly namespace?: string };
  readonly rewrite?: Rewrite;
  readonly timeout?: string;
  readonly retries?: Retries;
  readonly fault?: Fault;
  readonly mirror?: Destination;
  readonly mirrorPercent?: number;
  readonly mirrorPercentage?: Percent;
  readonly mirrors?: readonly { readonly destination: Destination; readonly percentage?: Percent }[];
  readonly corsPolicy?: Cors;
  readonly headers?: Headers;
}

export interface VirtualService {
  /** `namespace/name`. */
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  readonly createdAt: string;
  /** Empty for a delegate. */
  readonly hosts: readonly string[];
  /** `mesh` or `namespace/name`. */
  readonly gateways: readonly string[];
  readonly exportTo: readonly string[];
  readonly http: readonly HttpRoute[];
  /** It stands for a route of the Gateway API. */
  readonly gatewaySemantics?: true;
}

export function virtualServiceOf(object: CustomObject): VirtualService {
  const { name, namespace = '', creationTimestamp, annotations } = object.metadata;
  const spec = (object.spec ?? {}) as Spec;
  const gateways = spec.gateways?.length ? spec.gateways : ['mesh'];
  return {
    key: `${namespace}/${name}`,
    name,
    namespace,
    createdAt: creationTimestamp,
    hosts: (spec.hosts ?? []).map((host) => resolveHost(host, namespace).toLowerCase()),
    gateways: gateways.map((gateway) => resolveGatewayName(gateway, namespace)),
    exportTo: spec.exportTo ?? [],
    http: (spec.http ?? []).map((route) => resolved(route, namespace)),
    ...(annotations?.['internal.istio.io/route-semantics'] === 'gateway' && { gatewaySemantics: true }),
  };
}

/** Oldest first; Istio breaks the ties of one second by name, then by namespace. */
export function byAge(a: AgedObject, b: AgedObject): number {
  return compare(a.createdAt, b.createdAt) || compare(a.name, b.name) || compare(a.namespace, b.namespace);
}

export interface AgedObject {
  readonly createdAt: string;
  readonly name: string;
  readonly namespace: string;
}

interface Spec {
  readonly hosts?: readonly string[];
  readonly gateways?: readonly string[];
  readonly exportTo?: readonly string[];
  readonly http?: readonly HttpRoute[];
}

function resolved(route: HttpRoute, namespace: string): HttpRoute {
  const complete = <T extends Destination>(destination: T): T => ({
    ...destination,
    host: resolveHost(destination.host, namespace),
  });
  return {
    ...route,
    ...(route.match && {
      match: route.match.map((match) => ({
        ...match,
        ...(match.gateways && {
          gateways: match.gateways.map((gateway) => resolveGatewayName(gateway, namespace)),
        }),
      })),
    }),
    ...(route.route && {
      route: route.route.map((entry) => ({ ...entry, destination: complete(entry.destination) })),
    }),
    ...(route.mirror && { mirror: complete(route.mirror) }),
    ...(route.mirrors && {
      mirrors: route.mirrors.map((entry) => ({ ...entry, destination: complete(entry.destination) })),
    }),
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Every host this VirtualService sends requests or copies of requests to. */
export function destinationsOf({ http }: VirtualService): Set<string> {
  const destinations = http.flatMap(({ route = [], mirror, mirrors = [] }) => [
    ...route.map(({ destination }) => destination.host),
    ...(mirror ? [mirror.host] : []),
    ...mirrors.map(({ destination }) => destination.host),
  ]);
  return new Set(destinations);
}
