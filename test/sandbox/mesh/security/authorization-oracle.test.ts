import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { runs } from '../../../support/properties.ts';
import type { Operation, Rule, Source } from '../../../../sandbox/mesh/security/authorization-policy.ts';
import { httpFilters } from '../../../../sandbox/mesh/security/rbac-filters.ts';
import { Headers } from '../../../../sandbox/proxy/http1/headers.ts';
import { rbacEngine, type Subject } from '../../../../sandbox/proxy/rbac/engine.ts';
import type { StreamInfo } from '../../../../sandbox/proxy/stream/stream-info.ts';

// Facts §7.2, said once more and as simply as can be: whether a request passes, with no regard to Envoy.

interface Request {
  readonly namespace: string | undefined;
  readonly account: string;
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
}

const fits = (value: string, wanted: string): boolean => {
  if (wanted === '*') return value !== '';
  if (wanted.startsWith('*')) return value.endsWith(wanted.slice(1));
  return wanted.endsWith('*') ? value.startsWith(wanted.slice(0, -1)) : value === wanted;
};

const list = (
  value: string | undefined,
  wanted: readonly string[] = [],
  unwanted: readonly string[] = [],
): boolean => {
  const has = (all: readonly string[]) => value !== undefined && all.some((each) => fits(value, each));
  return (wanted.length === 0 || has(wanted)) && (unwanted.length === 0 || !has(unwanted));
};

const identity = ({ namespace, account }: Request) =>
  namespace === undefined ? undefined : `cluster.local/ns/${namespace}/sa/${account}`;

const fromFits = (source: Source, request: Request): boolean =>
  list(identity(request), source.principals, source.notPrincipals) &&
  list(request.namespace, source.namespaces, source.notNamespaces);

const toFits = (operation: Operation, request: Request): boolean =>
  list(request.method, operation.methods, operation.notMethods) &&
  list(request.path, operation.paths, operation.notPaths) &&
  list(request.host, operation.hosts, operation.notHosts) &&
  list(String(request.port), operation.ports, operation.notPorts);

const ruleFits = ({ from = [], to = [], when = [] }: Rule, request: Request): boolean =>
  (from.length === 0 || from.some(({ source = {} }) => fromFits(source, request))) &&
  (to.length === 0 || to.some(({ operation = {} }) => toFits(operation, request))) &&
  when.every(({ values, notValues }) => list(request.user, values, notValues));

interface Written {
  readonly action: 'ALLOW' | 'DENY';
  readonly rules: readonly Rule[];
}

function oracle(policies: readonly Written[], request: Request): boolean {
  const of = (wanted: Written['action']) => policies.filter(({ action }) => action === wanted);
  const any = (some: readonly Written[]) =>
    some.some(({ rules }) => rules.some((rule) => ruleFits(rule, request)));
  return !any(of('DENY')) && (of('ALLOW').length === 0 || any(of('ALLOW')));
}

const some = (...values: readonly string[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 });
const optional = <T>(fields: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { requiredKeys: [] });

const principals = some('*', 'cluster.local/ns/a/sa/x', 'cluster.local/ns/b*', '*/sa/y');
const namespaces = some('a', 'b');
const methods = some('GET', 'PUT');
const paths = some('/', '/a', '/a*', '*/b', '*');
const hosts = some('web', 'web*', '*:80');
const ports = some('3000', '9000');
const users = some('u', 'u*', '*');

const rule: fc.Arbitrary<Rule> = optional({
  from: fc.array(
    fc.record({
      source: optional({ principals, notPrincipals: principals, namespaces, notNamespaces: namespaces }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  to: fc.array(
    fc.record({
      operation: optional({
        methods,
        notMethods: methods,
        paths,
        notPaths: paths,
        hosts,
        notHosts: hosts,
        ports,
        notPorts: ports,
      }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  when: fc.array(
    fc.record(
      { key: fc.constant('request.headers[x-user]'), values: users, notValues: users },
      { requiredKeys: ['key'] },
    ),
    { maxLength: 2 },
  ),
});

const policies = fc.array(
  fc.record({
    action: fc.constantFrom('ALLOW' as const, 'DENY' as const),
    rules: fc.array(rule, { maxLength: 2 }),
  }),
  { maxLength: 3 },
);

const request = fc.record({
  namespace: fc.constantFrom('a', 'b', undefined),
  account: fc.constantFrom('x', 'y'),
  method: fc.constantFrom('GET', 'PUT', 'POST'),
  path: fc.constantFrom('/', '/a', '/a/b', '/c'),
  host: fc.constantFrom('web', 'web:80', 'other:80'),
  port: fc.constantFrom(3000, 9000),
  user: fc.constantFrom('u', 'us', 'v', undefined),
});

function subject({ namespace, account, method, path, host, port, user }: Request): Subject {
  const peer = `spiffe://cluster.local/ns/${namespace}/sa/${account}`;
  const address = { ip: '10.10.0.2', port };
  const info = {
    mtls: namespace === undefined ? undefined : { sni: '', peer },
    downstreamLocal: address,
    downstreamDirect: address,
    downstreamRemote: address,
  };
  return {
    info: info as StreamInfo,
    request: {
      method,
      path: `${path}?q`,
      authority: host,
      scheme: 'http',
      headers: new Headers(user === undefined ? [] : ['x-user', user]),
    },
  };
}

it('decides as the rules say, whatever they are', () => {
  fc.assert(
    fc.property(policies, fc.array(request, { minLength: 1, maxLength: 8 }), (written, requests) => {
      const filters = httpFilters(
        written.map((policy, index) => ({
          ...policy,
          key: `shop/p${index}`,
          name: `p${index}`,
          namespace: 'shop',
          createdAt: '',
          selector: {},
          targets: [],
          dryRun: false,
        })),
      );
      const engines = filters.flatMap((filter) =>
        filter.name === 'envoy.filters.http.rbac' && filter.typed_config.rules !== undefined
          ? [rbacEngine(filter.typed_config.rules, 'rules')]
          : [],
      );
      for (const each of requests) {
        expect(engines.every((decide) => decide(subject(each)).allowed)).toBe(oracle(written, each));
      }
    }),
    { numRuns: runs(1000) },
  );
});
