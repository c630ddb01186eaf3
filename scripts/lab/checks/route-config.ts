// Reads Envoy's RoutesConfigDump: the route that a request to a host would take at this proxy.

export interface RouteRetries {
  readonly num_retries?: number;
  readonly retry_on?: string;
  readonly per_try_timeout?: string;
}

/** The part of envoy.config.route.v3.Route that a lab compares. */
export interface EnvoyRoute {
  readonly name?: string;
  readonly match?: {
    readonly prefix?: string;
    readonly path?: string;
    readonly path_separated_prefix?: string;
    readonly safe_regex?: { readonly regex: string };
    readonly headers?: readonly EnvoyHeaderMatch[];
  };
  readonly route?: {
    readonly cluster?: string;
    readonly weighted_clusters?: {
      readonly clusters: readonly { readonly name: string; readonly weight?: number }[];
    };
    readonly timeout?: string;
    readonly retry_policy?: RouteRetries;
    readonly request_mirror_policies?: readonly { readonly cluster?: string }[];
  };
  readonly direct_response?: { readonly status?: number };
  readonly redirect?: object;
  readonly metadata?: { readonly filter_metadata?: { readonly istio?: { readonly config?: string } } };
}

interface EnvoyHeaderMatch {
  readonly name: string;
  readonly present_match?: boolean;
  readonly invert_match?: boolean;
  readonly string_match?: {
    readonly exact?: string;
    readonly prefix?: string;
    readonly safe_regex?: { readonly regex: string };
  };
}

interface RoutesDump {
  readonly configs?: readonly {
    readonly '@type'?: string;
    readonly dynamic_route_configs?: readonly { readonly route_config?: RouteConfiguration }[];
  }[];
}

interface RouteConfiguration {
  readonly name?: string;
  readonly virtual_hosts?: readonly {
    readonly domains?: readonly string[];
    readonly routes?: readonly EnvoyRoute[];
  }[];
}

export interface Request {
  readonly host: string;
  /** Name of the route configuration: `80` at a sidecar, `http.8080` at a gateway. */
  readonly config: string;
  /** undefined: any. */
  readonly path: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export type FoundRoute =
  | { readonly route: EnvoyRoute }
  | { readonly problem: string; readonly evidence: readonly string[] };

/** The first route that takes the request; Envoy's order of domains and routes. */
export function findRoute(dump: string, request: Request): FoundRoute {
  const configs = ((JSON.parse(dump) as RoutesDump).configs ?? [])
    .flatMap(({ dynamic_route_configs: dynamic }) => dynamic ?? [])
    .flatMap(({ route_config: config }) => (config === undefined ? [] : [config]));
  const config = configs.find(({ name }) => name === request.config);
  if (config === undefined) {
    const names = configs.map(({ name }) => name ?? '').join(', ');
    return {
      problem: `the proxy has no route configuration ${request.config}`,
      evidence: [`it has: ${names}`],
    };
  }
  const hosts = config.virtual_hosts ?? [];
  const exact = hosts.find(({ domains }) => domains?.includes(request.host));
  const host = exact ?? hosts.find(({ domains }) => domains?.includes('*'));
  const route = host?.routes?.find((candidate) => takes(candidate, request));
  return route === undefined
    ? {
        problem: `the proxy has no route for ${request.host}${request.path ?? ''}`,
        evidence: hosts.map(({ domains }) => (domains ?? []).join(' ')),
      }
    : { route };
}

function takes({ match }: EnvoyRoute, { path, headers }: Request): boolean {
  if (match === undefined) return true;
  const byPath =
    path === undefined ||
    ((match.prefix === undefined || path.startsWith(match.prefix)) &&
      (match.path === undefined || path === match.path) &&
      (match.path_separated_prefix === undefined ||
        path === match.path_separated_prefix ||
        path.startsWith(`${match.path_separated_prefix}/`)) &&
      (match.safe_regex === undefined || whole(match.safe_regex.regex, path)));
  return byPath && (match.headers ?? []).every((header) => headerTakes(header, headers));
}

function headerTakes(matcher: EnvoyHeaderMatch, headers: Readonly<Record<string, string>>): boolean {
  const value = Object.entries(headers).find(([name]) => name.toLowerCase() === matcher.name)?.[1];
  const { exact, prefix, safe_regex: regex } = matcher.string_match ?? {};
  const fits =
    value !== undefined &&
    (exact === undefined || value === exact) &&
    (prefix === undefined || value.startsWith(prefix)) &&
    (regex === undefined || whole(regex.regex, value));
  return fits !== (matcher.invert_match ?? false);
}

const whole = (regex: string, text: string): boolean => new RegExp(`^(?:${regex})$`, 'u').test(text);

/** Destination → weight; a single destination has weight 100. */
export function weightsOf({ route }: EnvoyRoute): ReadonlyMap<string, number> {
  const clusters = route?.weighted_clusters?.clusters;
  if (clusters !== undefined)
    return new Map(clusters.map(({ name, weight = 0 }) => [shortName(name), weight]));
  return route?.cluster === undefined ? new Map() : new Map([[shortName(route.cluster), 100]]);
}

/** True when each destination has the same part of the whole: 1 and 1 are what 50 and 50 are. */
export function sameShares(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  const total = (weights: ReadonlyMap<string, number>): number =>
    [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const [all, others] = [total(one), total(other)];
  return (
    one.size === other.size &&
    [...one].every(([name, weight]) => weight * others === (other.get(name) ?? Number.NaN) * all)
  );
}

/** The route in short lines: what it takes, where to, and which object it is made from. */
export function evidenceOf({ name, match, route, metadata }: EnvoyRoute): readonly string[] {
  const clusters = route?.weighted_clusters?.clusters ?? [];
  const [, namespace, kind, object] =
    /namespaces\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(metadata?.filter_metadata?.istio?.config ?? '') ?? [];
  return [
    `${name ?? 'a route without a name'} takes ${JSON.stringify(match ?? {})}`,
    ...(route?.cluster === undefined ? [] : [`all to ${route.cluster}`]),
    ...clusters.map((cluster) => `${cluster.weight ?? 0} to ${cluster.name}`),
    ...(object === undefined ? [] : [`made from ${kind ?? ''} ${namespace ?? ''}/${object}`]),
  ];
}

export function showRetries(policy: RouteRetries | undefined): string {
  if (policy === undefined) return 'no retries';
  const perTry = policy.per_try_timeout === undefined ? '' : `, each within ${policy.per_try_timeout}`;
  return `${policy.num_retries ?? 1} retries on ${policy.retry_on ?? ''}${perTry}`;
}

/** `outbound|80|version-v1|catalog.ns.svc.cluster.local` → `version-v1`; without a subset the service's name. */
function shortName(cluster: string): string {
  const [, , subset = '', host = ''] = cluster.split('|');
  return subset === '' ? (host.split('.')[0] ?? cluster) : subset;
}
