import type { NewObject } from '../kube/object.ts';
import type { StatusCause } from '../kube/status-error.ts';
import { parseGoDuration } from '../istio-api/go-duration.ts';
import type {
  HttpRouteObject,
  KubeGateway,
  Listener,
  ObjectReference,
  RouteFilter,
  RouteRule,
} from '../mesh/gateway-api/resources.ts';
import { invalid } from '../schema/cause.ts';

/** The CEL rules of the Gateway API's definitions that an object breaks. It is valid by the rest of the schema. */
export function brokenRules(object: NewObject): StatusCause[] {
  if (object.kind === 'Gateway') return brokenByListeners((object['spec'] as KubeGateway['spec']).listeners);
  if (object.kind !== 'HTTPRoute') return [];
  const { rules = [] } = (object['spec'] ?? {}) as NonNullable<HttpRouteObject['spec']>;
  return rules.flatMap((rule, index) => brokenByRule(rule, `spec.rules[${index}]`));
}

function brokenByListeners(listeners: readonly Listener[]): StatusCause[] {
  const places = listeners.map(({ port, protocol, hostname = '' }) => `${port} ${protocol} ${hostname}`);
  const rules: readonly (readonly [boolean, string])[] = [
    [
      new Set(places).size === places.length,
      'Combination of port, protocol and hostname must be unique for each listener',
    ],
    [
      listeners.every(({ protocol, tls }) => tls === undefined || !['HTTP', 'TCP', 'UDP'].includes(protocol)),
      "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']",
    ],
    [
      listeners.every(({ protocol, hostname = '' }) => hostname === '' || !['TCP', 'UDP'].includes(protocol)),
      "hostname must not be specified for protocols ['TCP', 'UDP']",
    ],
  ];
  return rules.flatMap(([holds, message]) => (holds ? [] : [invalid('spec.listeners', 'array', message)]));
}

function brokenByRule(rule: RouteRule, path: string): StatusCause[] {
  const { matches = [], filters = [], backendRefs = [], timeouts } = rule;
  const redirects = filters.some(({ type }) => type === 'RequestRedirect');
  const [request, backend] = [timeouts?.request, timeouts?.backendRequest].map((text) =>
    parseGoDuration(text ?? ''),
  );
  return [
    ...(redirects && backendRefs.length > 0
      ? [invalid(path, 'object', 'RequestRedirect filter must not be used together with backendRefs')]
      : []),
    ...matches.flatMap((match, index) => brokenByPath(match.path, `${path}.matches[${index}].path`)),
    ...brokenByFilters(filters, `${path}.filters`),
    ...backendRefs.flatMap((reference, index) => withoutPort(reference, `${path}.backendRefs[${index}]`)),
    ...(request !== undefined && backend !== undefined && request > 0 && backend > request
      ? [
          invalid(
            `${path}.timeouts`,
            'object',
            'backendRequest timeout cannot be longer than request timeout',
          ),
        ]
      : []),
  ];
}

type Path = NonNullable<RouteRule['matches']>[number]['path'];

function brokenByPath({ type = 'PathPrefix', value = '/' }: Path = {}, path: string): StatusCause[] {
  if (type === 'RegularExpression') return [];
  const when = "when type one of ['Exact', 'PathPrefix']";
  const absolute = `value must be an absolute path and start with '/' ${when}`;
  return [
    ...(value.startsWith('/') ? [] : [invalid(path, 'object', absolute)]),
    ...['//', '/./', '/../', '%2f', '%2F', '#']
      .filter((part) => value.includes(part))
      .map((part) => invalid(path, 'object', `must not contain '${part}' ${when}`)),
  ];
}

const once = ['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite'];

function brokenByFilters(filters: readonly RouteFilter[], path: string): StatusCause[] {
  const count = (wanted: string): number => filters.filter(({ type }) => type === wanted).length;
  const both = count('RequestRedirect') > 0 && count('URLRewrite') > 0;
  return [
    ...(both
      ? [
          invalid(
            path,
            'array',
            'May specify either httpRouteFilterRequestRedirect or httpRouteFilterRequestRewrite, but not both',
          ),
        ]
      : []),
    ...once
      .filter((type) => count(type) > 1)
      .map((type) => invalid(path, 'array', `${type} filter cannot be repeated`)),
    ...filters.flatMap(({ requestMirror }, index) =>
      requestMirror === undefined
        ? []
        : withoutPort(requestMirror.backendRef, `${path}[${index}].requestMirror.backendRef`),
    ),
  ];
}

const withoutPort = ({ group = '', kind = 'Service', port }: ObjectReference, path: string): StatusCause[] =>
  group === '' && kind === 'Service' && port === undefined
    ? [invalid(path, 'object', 'Must have port for Service reference')]
    : [];
