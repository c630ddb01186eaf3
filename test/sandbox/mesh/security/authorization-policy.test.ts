import { describe, expect, it } from 'vitest';
import type { Ask } from '../../proxy/support/mesh-world.ts';
import { policy, start, type Pods } from './support/pods.ts';

// Over the pod network, through the proxies: facts §7.2.

const status = async ({ world, client, server }: Pods, ask?: Ask): Promise<number> =>
  (await world.ask(client, server, ask)).status;

describe('which requests pass (facts §7.2)', () => {
  it.each([
    ['none', '', 200],
    ['an empty spec allows nothing', policy('{}'), 403],
    ['ALLOW without rules allows nothing', policy('{ action: ALLOW }'), 403],
    ['an empty rule allows everything', policy('{ rules: [{}] }'), 200],
    ['DENY with an empty rule denies everything', policy('{ action: DENY, rules: [{}] }'), 403],
    ['DENY without rules denies nothing', policy('{ action: DENY }'), 200],
    ['AUDIT only logs', policy('{ action: AUDIT, rules: [{}] }'), 200],
    [
      'DENY comes before ALLOW',
      `${policy('{ rules: [{}] }')}---${policy('{ action: DENY, rules: [{}] }', 'deny')}`,
      403,
    ],
    [
      'one ALLOW rule of several policies suffices',
      `${policy('{ rules: [{ to: [{ operation: { methods: [PUT] } }] }] }')}---${policy('{ rules: [{}] }', 'all')}`,
      200,
    ],
    [
      'the root namespace’s policies count too',
      policy('{ action: DENY, rules: [{}] }', 'all', ', namespace: istio-system'),
      403,
    ],
    ['another namespace’s do not', policy('{ action: DENY, rules: [{}] }', 'all', ', namespace: other'), 200],
    [
      'those that select other workloads do not',
      policy('{ action: DENY, rules: [{}], selector: { matchLabels: { app: other } } }'),
      200,
    ],
    [
      'those that select this one do',
      policy('{ action: DENY, rules: [{}], selector: { matchLabels: { app: web } } }'),
      403,
    ],
    [
      'those with targetRefs are for gateways and waypoints',
      policy('{ action: DENY, rules: [{}], targetRefs: [{ kind: Service, name: web }] }'),
      200,
    ],
    [
      'a dry run changes nothing',
      policy('{ action: DENY, rules: [{}] }', 'web', ", annotations: { istio.io/dry-run: 'true' }"),
      200,
    ],
    [
      'CUSTOM without a known provider denies what it is for',
      policy('{ action: CUSTOM, provider: { name: ask }, rules: [{}] }'),
      403,
    ],
    [
      'and nothing else',
      policy(
        '{ action: CUSTOM, provider: { name: ask }, rules: [{ to: [{ operation: { paths: [/x] } }] }] }',
      ),
      200,
    ],
  ])('%s', async (_, policies, expected) => {
    await using pods = await start(policies);
    expect(await status(pods)).toBe(expected);
  });

  it('follows policies on connections that are open already', async () => {
    await using pods = await start();
    const seen = [await status(pods)];
    pods.world.apply(policy('{ action: DENY, rules: [{}] }'));
    seen.push(await status(pods));
    pods.world.apply(policy('{ action: DENY, rules: [{}] }'), true);
    expect([...seen, await status(pods)]).toEqual([200, 403, 200]);
  });
});

describe('a rule (facts §7.2)', () => {
  const me = 'cluster.local/ns/shop/sa/webapp';
  const from = (source: string): string => `{ from: [{ source: { ${source} } }] }`;
  const to = (operation: string): string => `{ to: [{ operation: { ${operation} } }] }`;
  const when = (key: string, values: string, name = 'values'): string =>
    `{ when: [{ key: '${key}', ${name}: ${values} }] }`;
  const x: Ask = { headers: { 'x-user': 'abc' } };

  it.each<[string, string, Ask, boolean]>([
    ['principal', from(`principals: [${me}]`), {}, true],
    ['principal, prefix', from('principals: [cluster.local/ns/shop/*]'), {}, true],
    ['principal, suffix', from("principals: ['*/sa/webapp']"), {}, true],
    ['any principal', from("principals: ['*']"), {}, true],
    ['another principal', from('principals: [cluster.local/ns/shop/sa/other]'), {}, false],
    ['with spiffe:// it is none', from(`principals: ['spiffe://${me}']`), {}, false],
    ['not the principal', from(`notPrincipals: [${me}]`), {}, false],
    ['namespace', from('namespaces: [shop]'), {}, true],
    ['namespace is not a prefix', from('namespaces: [sho]'), {}, false],
    ['namespace, wildcard', from("namespaces: ['sh*']"), {}, true],
    ['not the namespace', from('notNamespaces: [shop]'), {}, false],
    ['service account', from('serviceAccounts: [shop/webapp]'), {}, true],
    ['service account of the policy’s namespace', from('serviceAccounts: [webapp]'), {}, true],
    ['another service account', from('serviceAccounts: [other/webapp]'), {}, false],
    ['ip block', from('ipBlocks: [10.10.0.0/16]'), {}, true],
    ['another ip block', from('ipBlocks: [10.245.0.0/16, 10.246.0.1]'), {}, false],
    [
      'remote ip, of x-forwarded-for',
      from('remoteIpBlocks: [1.2.3.4]'),
      { headers: { 'x-forwarded-for': '1.2.3.4' } },
      true,
    ],
    ['two fields of a source: both', from('namespaces: [shop], ipBlocks: [1.1.1.1]'), {}, false],
    [
      'two sources: one',
      `{ from: [{ source: { ipBlocks: [1.1.1.1] } }, { source: { namespaces: [shop] } }] }`,
      {},
      true,
    ],
    [
      'a source and an operation: both',
      '{ from: [{ source: { namespaces: [shop] } }], to: [{ operation: { methods: [PUT] } }] }',
      {},
      false,
    ],
    ['method', to('methods: [GET]'), {}, true],
    ['method, case', to('methods: [get]'), {}, false],
    ['not the method', to('notMethods: [GET]'), {}, false],
    ['path without the query', to('paths: [/a]'), { path: '/a?b=c' }, true],
    ['path, prefix', to("paths: ['/a*']"), { path: '/abc' }, true],
    ['path, suffix', to("paths: ['*.html']"), { path: '/x/y.html' }, true],
    ['path is no regex', to('paths: [/a.c]'), { path: '/abc' }, false],
    ['path, normalised', to('paths: [/admin]'), { path: '/x/../admin' }, true],
    ['template, one segment', to("paths: ['/a/{*}/c']"), { path: '/a/b/c' }, true],
    ['template, two are not one', to("paths: ['/a/{*}/c']"), { path: '/a/b/b/c' }, false],
    ['template, the rest', to("paths: ['/a/{**}']"), { path: '/a/b/c' }, true],
    ['not the path', to('notPaths: [/healthz]'), { path: '/a' }, true],
    ['host, with its port', to('hosts: [web.shop]'), { headers: { host: 'WEB.shop' } }, true],
    ['host, but for its port', to('hosts: [web.shop]'), { headers: { host: 'web.shop:80' } }, false],
    ['host, prefix', to("hosts: ['web.shop*']"), { headers: { host: 'web.shop:80' } }, true],
    ['the workload’s port', to("ports: ['3000']"), {}, true],
    ['not the service’s port', to("ports: ['80']"), {}, false],
    ['a header', when('request.headers[X-User]', '[abc]'), x, true],
    ['a header, prefix', when('request.headers[x-user]', "['a*']"), x, true],
    ['a header that is not there', when('request.headers[x-user]', "['*']"), {}, false],
    ['not a header’s value', when('request.headers[x-user]', '[abc]', 'notValues'), x, false],
    ['not a header’s value, none there', when('request.headers[x-user]', '[abc]', 'notValues'), {}, true],
    ['source.ip', when('source.ip', '[10.10.0.0/16]'), {}, true],
    ['remote.ip', when('remote.ip', '[9.9.9.9]'), { headers: { 'x-forwarded-for': '9.9.9.9' } }, true],
    ['source.namespace', when('source.namespace', '[shop]'), {}, true],
    ['source.principal', when('source.principal', `['*/webapp']`), {}, true],
    ['source.serviceAccount', when('source.serviceAccount', '[shop/webapp]'), {}, true],
    ['destination.ip', when('destination.ip', '[10.10.0.0/16]'), {}, true],
    ['destination.port', when('destination.port', "['3000']"), {}, true],
    ['connection.sni', when('connection.sni', "['outbound_.80_._.web.shop.svc.cluster.local']"), {}, true],
    [
      'every condition',
      `{ when: [{ key: source.namespace, values: [shop] }, { key: destination.port, values: ['1'] }] }`,
      {},
      false,
    ],
    ['an unknown key makes the rule void', when('request.time', '[now]'), {}, false],
    ['a principal of a request without a token', from("requestPrincipals: ['*']"), {}, false],
    ['none, of such a request', from("notRequestPrincipals: ['*']"), {}, true],
  ])('ALLOW by %s', async (_, rule, ask, allowed) => {
    await using pods = await start(policy(`{ rules: [${rule}] }`));
    expect(await status(pods, ask)).toBe(allowed ? 200 : 403);
  });

  it.each([
    ['principals', from("principals: ['*']"), 403],
    ['namespaces', from("namespaces: ['*']"), 403],
    ['notNamespaces', from('notNamespaces: [shop]'), 200],
  ])('cannot know a client in plain text: ALLOW by %s', async (_, rule, expected) => {
    await using pods = await start(policy(`{ rules: [${rule}] }`));
    const to3000 = { ip: pods.server.network.ip, port: 3000 };
    expect((await pods.world.ask(pods.plain, pods.server, { to: to3000 })).status).toBe(expected);
  });
});

describe('a denied request (facts §7.2, §8.1, §8.3)', () => {
  it.each([
    ['[none]', policy('{}')],
    [
      '[ns[shop]-policy[b]-rule[1]]',
      policy('{ action: DENY, rules: [{ to: [{ operation: { methods: [PUT] } }] }, {}] }', 'b'),
    ],
    [
      '[istio-ext-authz-ns[shop]-policy[c]-rule[0]-deny-due-to-bad-CUSTOM-action]',
      policy('{ action: CUSTOM, provider: { name: ask }, rules: [{}] }', 'c'),
    ],
  ])('is 403, 19 bytes of text; its log line tells the policy: %s', async (told, policies) => {
    await using pods = await start(policies);
    const { world, client, server } = pods;
    const answer = await world.ask(client, server);
    expect(answer).toMatchObject({
      status: 403,
      body: 'RBAC: access denied',
      headers: { 'content-type': 'text/plain', 'content-length': '19' },
    });
    expect(server.seen).toEqual([]);
    expect(server.logs.at(-1)).toContain(
      `"GET / HTTP/1.1" 403 - rbac_access_denied_matched_policy${told} - "-" 0 19 `,
    );
    expect(server.logs.at(-1)).toMatch(
      / "-" inbound\|3000\|\| - [\d.]+:3000 [\d.]+:\d+ outbound_\S+ default$/,
    );
    expect(client.logs.at(-1)).toContain('"GET / HTTP/1.1" 403 - via_upstream - ');
  });

  it('is counted at both ends', async () => {
    await using pods = await start(policy('{}'));
    const { world, client, server, plain } = pods;
    await world.ask(client, server);
    for (const [pod, reporter] of [
      [client, 'source'],
      [server, 'destination'],
    ] as const) {
      const to = { ip: pod.network.ip, port: 15_020 };
      const { body } = await world.ask(plain, pod, { to, path: '/stats/prometheus' });
      const line = body.split('\n').find((text) => text.startsWith('istio_requests_total'));
      expect(line).toContain(`reporter="${reporter}"`);
      expect(line).toContain('destination_service="web.shop.svc.cluster.local"');
      expect(line).toContain('response_code="403"');
    }
  });

  it('of gRPC is status 7', async () => {
    await using pods = await start(policy('{}'));
    const { headers, status: http } = await pods.world.ask(pods.client, pods.server, {
      method: 'POST',
      headers: { 'content-type': 'application/grpc' },
    });
    expect([http, headers['grpc-status']]).toEqual([200, '7']);
  });
});
