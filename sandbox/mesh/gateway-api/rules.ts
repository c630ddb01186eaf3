import type { HttpMatch, HttpRoute, RouteDestination, StringMatch } from '../kube/virtual-service.ts';
import { backendOf } from './backends.ts';
import { headerOperations, mirrorShare, redirectOf, rewriteOf, type Mirror } from './filters.ts';
import type {
  BackendReference,
  GatewayApiWorld,
  HttpRouteObject,
  Problem,
  RouteFilter,
  RouteMatch,
  RouteRule,
  ValueMatch,
} from './resources.ts';

export interface ConvertedRules {
  /** One rule per match. Empty when one of them cannot be made at all: then the route does nothing. */
  readonly http: readonly HttpRoute[];
  /** The last one found. */
  readonly problem: Problem | undefined;
}

/** A route's rules, for gateways or (`inMesh`) for sidecars. */
export function convertedRules(
  route: HttpRouteObject,
  world: GatewayApiWorld,
  inMesh: boolean,
): ConvertedRules {
  const { name, namespace = '' } = route.metadata;
  const http: HttpRoute[] = [];
  let problem: Problem | undefined;
  for (const [index, rule] of (route.spec?.rules ?? []).entries()) {
    for (const match of rule.matches?.length ? rule.matches : [{}]) {
      const problems: Problem[] = [];
      const converted = convertedRule(rule, match, { namespace, world, inMesh, problems });
      problem = problems.at(-1) ?? problem;
      if (converted === undefined) return { http: [], problem };
      http.push({ name: `${namespace}.${name}.${index}`, ...converted });
    }
  }
  return { http, problem };
}

interface Conversion {
  readonly namespace: string;
  readonly world: GatewayApiWorld;
  readonly inMesh: boolean;
  /** What goes wrong is added here. */
  readonly problems: Problem[];
}

function convertedRule(rule: RouteRule, match: RouteMatch, conversion: Conversion): HttpRoute | undefined {
  const filtered = filteredRule(rule.filters ?? [], match, conversion);
  if (filtered === undefined) return undefined;
  const base = { ...matchOf(match), ...filtered, ...timeoutOf(rule) };
  const backends = (rule.backendRefs ?? []).filter(({ weight = 1 }) => weight > 0);
  if (base.redirect !== undefined) return base;
  if (backends.length === 0) return { ...base, directResponse: { status: 500 } };
  const route = backends.map((backend) => destinationOf(backend, conversion));
  return route.some((entry) => entry === undefined)
    ? undefined
    : { ...base, route: route.flatMap((entry) => entry ?? []) };
}

function timeoutOf({ timeouts }: RouteRule): Pick<HttpRoute, 'timeout'> {
  // Without retries of its own a rule has one try.
  const timeout = [timeouts?.backendRequest, timeouts?.request].find(
    (value) => value !== undefined && /[1-9]/u.test(value),
  );
  return timeout === undefined ? {} : { timeout };
}

function matchOf({ path, method, headers = [], queryParams = [] }: RouteMatch): Pick<HttpRoute, 'match'> {
  const uri = path && uriOf(path);
  const match: HttpMatch = {
    ...(uri && { uri }),
    ...(method !== undefined && { method: { exact: method } }),
    ...(headers.length > 0 && { headers: valuesOf(headers) }),
    ...(queryParams.length > 0 && { queryParams: valuesOf(queryParams) }),
  };
  return Object.keys(match).length === 0 ? {} : { match: [match] };
}

function uriOf({ type = 'PathPrefix', value = '/' }: NonNullable<RouteMatch['path']>): StringMatch {
  if (type === 'Exact') return { exact: value };
  if (type === 'RegularExpression') return { regex: value };
  return { prefix: value.length > 1 ? value.replace(/\/$/u, '') : '/' };
}

/** Of several entries with one name the first counts. */
const valuesOf = (entries: readonly ValueMatch[]): Record<string, StringMatch> =>
  Object.fromEntries(
    entries
      .toReversed()
      .map(({ name, type, value }) => [
        name,
        type === 'RegularExpression' ? { regex: value } : { exact: value },
      ]),
  );

type Filtered = Pick<HttpRoute, 'headers' | 'redirect' | 'rewrite' | 'mirrors'>;

/** Undefined when one of the filters is not known. */
function filteredRule(
  filters: readonly RouteFilter[],
  match: RouteMatch,
  conversion: Conversion,
): Filtered | undefined {
  const unknown = filters.find(({ type }) => !ruleFilters.has(type));
  if (unknown !== undefined) {
    conversion.problems.push(unsupported(unknown));
    return undefined;
  }
  const redirect = filters.find(({ type }) => type === 'RequestRedirect');
  const rewrite = filters.find(({ type }) => type === 'URLRewrite');
  const headers = headersOf(filters);
  const mirrors = filters.flatMap(({ requestMirror }) => mirrorOf(requestMirror, conversion));
  return {
    ...(headers && { headers }),
    ...(redirect && { redirect: redirectOf(redirect.requestRedirect ?? {}, match) }),
    ...(rewrite && { rewrite: rewriteOf(rewrite.urlRewrite ?? {}, match) }),
    ...(mirrors.length > 0 && { mirrors }),
  };
}

const headerFilters: ReadonlySet<string> = new Set(['RequestHeaderModifier', 'ResponseHeaderModifier']);
const ruleFilters: ReadonlySet<string> = new Set([
  ...headerFilters,
  'RequestRedirect',
  'URLRewrite',
  'RequestMirror',
]);

function mirrorOf(mirror: RouteFilter['requestMirror'], conversion: Conversion): Mirror[] {
  if (mirror === undefined) return [];
  const { namespace, world, inMesh, problems } = conversion;
  const { destination, problem } = backendOf(mirror.backendRef, namespace, world, !inMesh);
  if (problem !== undefined) problems.push(problem);
  if (problem !== undefined || destination === undefined) return [];
  return [{ destination, percentage: { value: mirrorShare(mirror) } }];
}

function destinationOf(
  backend: BackendReference,
  { namespace, world, inMesh, problems }: Conversion,
): RouteDestination | undefined {
  const { destination, problem } = backendOf(backend, namespace, world, !inMesh);
  if (problem !== undefined) problems.push(problem);
  if (destination === undefined) return undefined;
  const { filters = [], weight = 1 } = backend;
  const unknown = filters.find(({ type }) => !headerFilters.has(type));
  if (unknown !== undefined) {
    problems.push(unsupported(unknown));
    return undefined;
  }
  const headers = headersOf(filters);
  return { destination, weight, ...(headers && { headers }) };
}

function headersOf(filters: readonly RouteFilter[]): RouteDestination['headers'] {
  const request = filters.find(({ type }) => type === 'RequestHeaderModifier');
  const response = filters.find(({ type }) => type === 'ResponseHeaderModifier');
  if (request === undefined && response === undefined) return undefined;
  return {
    ...(request && { request: headerOperations(request.requestHeaderModifier) }),
    ...(response && { response: headerOperations(response.responseHeaderModifier) }),
  };
}

const unsupported = ({ type }: RouteFilter): Problem => ({
  reason: 'InvalidFilter',
  message: `unsupported filter type "${type}"`,
});
