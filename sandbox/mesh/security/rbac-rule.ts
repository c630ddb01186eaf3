// One rule of an AuthorizationPolicy as a policy of Envoy's RBAC (istio.io/istio pilot/pkg/security/authz/model).

import { anyText, bracketed, cidrRange, claim, claimIn, headerMatcher, textMatcher } from './rbac-values.ts';
import type { Condition, Operation, Rule, Source } from './authorization-policy.ts';
import type { Permission, Principal, Rbac, RbacPolicy } from '../../envoy/rbac.ts';
import type { StringMatcher } from '../../envoy/route.ts';

export interface RuleContext {
  /** Of the policy: service accounts without a namespace are of this one. */
  readonly namespace: string;
  readonly action: NonNullable<Rbac['action']>;
  /** For connections: there are no requests to look at. */
  readonly forTcp: boolean;
}

/**
 * Undefined for a rule that cannot be enforced. What needs a request makes an ALLOW rule for TCP such a one, and is
 * left out of the others, which so become wider.
 */
export function rbacPolicy(rule: Rule, context: RuleContext): RbacPolicy | undefined {
  const when = (rule.when ?? []).map((condition) => attribute(condition, context.namespace));
  if (when.includes(undefined)) return undefined;
  const known = when.filter((each) => each !== undefined);
  const ofConnection = known.flatMap((each) => (each.side === 'principal' ? [each] : []));
  const ofRequest = known.flatMap((each) => (each.side === 'permission' ? [each] : []));
  const sources = rule.from?.length ? rule.from : [{}];
  const operations = rule.to?.length ? rule.to : [{}];
  const permissions = operations.map(({ operation = {} }) =>
    allOf([...operationConditions(operation), ...ofRequest], permissionAlgebra, context),
  );
  const principals = sources.map(({ source = {} }) =>
    allOf([...sourceConditions(source, context.namespace), ...ofConnection], principalAlgebra, context),
  );
  if (permissions.includes(undefined) || principals.includes(undefined)) return undefined;
  return {
    permissions: permissions.filter((each) => each !== undefined),
    principals: principals.filter((each) => each !== undefined),
  };
}

/** Values that must, and values that must not be. */
interface Wanted<T> {
  readonly values: readonly string[] | undefined;
  readonly notValues: readonly string[] | undefined;
  readonly matcher: (value: string) => T;
  readonly httpOnly?: boolean;
}

interface Algebra<T> {
  readonly any: T;
  readonly and: (all: readonly T[]) => T;
  readonly or: (all: readonly T[]) => T;
  readonly not: (one: T) => T;
}

const permissionAlgebra: Algebra<Permission> = {
  any: { any: true },
  and: (rules) => ({ and_rules: { rules } }),
  or: (rules) => ({ or_rules: { rules } }),
  not: (rule) => ({ not_rule: rule }),
};

const principalAlgebra: Algebra<Principal> = {
  any: { any: true },
  and: (ids) => ({ and_ids: { ids } }),
  or: (ids) => ({ or_ids: { ids } }),
  not: (id) => ({ not_id: id }),
};

function allOf<T>(
  conditions: readonly Wanted<T>[],
  { any, and, or, not }: Algebra<T>,
  { forTcp, action }: RuleContext,
): T | undefined {
  const given = conditions.filter(({ values = [], notValues = [] }) => values.length + notValues.length > 0);
  const possible = given.filter(({ httpOnly }) => httpOnly !== true || !forTcp);
  if (possible.length < given.length && action === 'ALLOW') return undefined;
  const parts = possible.flatMap(({ values = [], notValues = [], matcher }) => [
    ...(values.length > 0 ? [or(values.map(matcher))] : []),
    ...(notValues.length > 0 ? [not(or(notValues.map(matcher)))] : []),
  ]);
  return and(parts.length > 0 ? parts : [any]);
}

const operationConditions = (operation: Operation): readonly Wanted<Permission>[] => [
  {
    values: operation.hosts,
    notValues: operation.notHosts,
    matcher: (value) => ({ header: headerMatcher(':authority', value, true) }),
    httpOnly: true,
  },
  {
    values: operation.methods,
    notValues: operation.notMethods,
    matcher: (value) => ({ header: headerMatcher(':method', value) }),
    httpOnly: true,
  },
  { values: operation.paths, notValues: operation.notPaths, matcher: path, httpOnly: true },
  { values: operation.ports, notValues: operation.notPorts, matcher: port },
];

const port = (value: string): Permission => ({ destination_port: Number(value) });

function path(value: string): Permission {
  if (!/\{\*{1,2}\}/u.test(value)) return { url_path: { path: textMatcher(value) } };
  return {
    uri_template: {
      name: 'uri-template',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig',
        path_template: value.replaceAll('{*}', '*').replaceAll('{**}', '**'),
      },
    },
  };
}

const sourceConditions = (source: Source, namespace: string): readonly Wanted<Principal>[] => [
  { values: source.principals, notValues: source.notPrincipals, matcher: principal },
  {
    values: source.requestPrincipals,
    notValues: source.notRequestPrincipals,
    matcher: requestPrincipal,
    httpOnly: true,
  },
  { values: source.namespaces, notValues: source.notNamespaces, matcher: ofNamespace },
  {
    values: source.serviceAccounts,
    notValues: source.notServiceAccounts,
    matcher: (value) => serviceAccount(value, namespace),
  },
  { values: source.remoteIpBlocks, notValues: source.notRemoteIpBlocks, matcher: remoteIp },
  { values: source.ipBlocks, notValues: source.notIpBlocks, matcher: directIp },
];

const authenticated = (name: StringMatcher): Principal => ({ authenticated: { principal_name: name } });

const principal = (value: string): Principal => authenticated(textMatcher(value, 'spiffe://'));

const ofNamespace = (value: string): Principal =>
  authenticated({ safe_regex: { regex: `.*/ns/${value.replaceAll('*', '.*')}/.*` } });

function serviceAccount(value: string, policyNamespace: string): Principal {
  const [first = '', second] = value.split('/');
  const [namespace, account] = second === undefined ? [policyNamespace, first] : [first, second];
  return authenticated({ safe_regex: { regex: `spiffe://.+/ns/${namespace}/(.+/|)sa/${account}(/.+)?` } });
}

const remoteIp = (value: string): Principal => ({ remote_ip: cidrRange(value) });
const directIp = (value: string): Principal => ({ direct_remote_ip: cidrRange(value) });

/** `issuer/subject`, cut at the last slash: an issuer may be a URL. */
function requestPrincipal(value: string): Principal {
  const slash = value.lastIndexOf('/');
  const issuer = slash < 0 ? value : value.slice(0, slash);
  const subject = slash < 0 ? '' : value.slice(slash + 1);
  const both = (iss: StringMatcher, sub: StringMatcher): Principal => ({
    and_ids: {
      ids: [
        { metadata: claim(['iss'], { string_match: iss }) },
        { metadata: claim(['sub'], { string_match: sub }) },
      ],
    },
  });
  if (value === '*') return both(anyText, anyText);
  if (slash < 0 && value.startsWith('*')) return both(anyText, textMatcher(value));
  if (slash < 0 && value.endsWith('*')) return both(textMatcher(value), anyText);
  if (value.startsWith('*')) return both(textMatcher(issuer), { exact: subject });
  if (value.endsWith('*')) return both({ exact: issuer }, textMatcher(subject));
  return both({ exact: issuer }, { exact: subject });
}

type Attribute =
  | ({ readonly side: 'permission' } & Wanted<Permission>)
  | ({ readonly side: 'principal' } & Wanted<Principal>);

/** A condition of `when`; undefined for a key that Istio does not know. */
function attribute({ key, values, notValues }: Condition, namespace: string): Attribute | undefined {
  const lists = { values, notValues };
  const ofRequest = (matcher: (value: string) => Permission): Attribute => ({
    side: 'permission',
    ...lists,
    matcher,
  });
  const ofClient = (matcher: (value: string) => Principal, httpOnly = false): Attribute => ({
    side: 'principal',
    ...lists,
    matcher,
    httpOnly,
  });
  const ofToken = (claims: readonly string[]): Attribute =>
    ofClient((value) => ({ metadata: claimIn(claims, [textMatcher(value)]) }), true);
  switch (key) {
    case 'destination.ip':
      return ofRequest((value) => ({ destination_ip: cidrRange(value) }));
    case 'destination.port':
      return ofRequest(port);
    case 'connection.sni':
      return ofRequest((value) => ({ requested_server_name: textMatcher(value) }));
    case 'source.ip':
      return ofClient(directIp);
    case 'remote.ip':
      return ofClient(remoteIp);
    case 'source.namespace':
      return ofClient(ofNamespace);
    case 'source.principal':
      return ofClient(principal);
    case 'source.serviceAccount':
      return ofClient((value) => serviceAccount(value, namespace));
    case 'request.auth.principal':
      return ofClient(requestPrincipal, true);
    case 'request.auth.audiences':
      return ofToken(['aud']);
    case 'request.auth.presenter':
      return ofToken(['azp']);
    default:
      break;
  }
  const names = bracketed(key);
  const [name] = names;
  if (name === undefined) return undefined;
  if (key.startsWith('request.headers[')) {
    return ofClient((value) => ({ header: headerMatcher(name, value) }), true);
  }
  return key.startsWith('request.auth.claims[') ? ofToken(names) : undefined;
}
