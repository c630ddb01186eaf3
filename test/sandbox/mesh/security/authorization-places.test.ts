import { describe, expect, it } from 'vitest';
import type { Ask } from '../../proxy/support/mesh-world.ts';
import { policy, start, type Pods } from './support/pods.ts';

// Where AuthorizationPolicies hold besides the HTTP of sidecars.

describe('TCP (facts §7.2)', () => {
  /** What comes back of "hi", and the server's log line. */
  async function echoed({ world, client, server }: Pods): Promise<string> {
    const socket = await client.network.connect({ ip: world.addressOf(server), port: 9000 });
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      socket.end();
    });
    const over = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.write('hi');
    await over;
    return text;
  }

  it.each([
    ['an empty spec closes the connection', policy('{}'), ''],
    ['DENY does', policy("{ action: DENY, rules: [{ to: [{ operation: { ports: ['9000'] } }] }] }"), ''],
    [
      'another port’s does not',
      policy("{ action: DENY, rules: [{ to: [{ operation: { ports: ['3000'] } }] }] }"),
      'hi',
    ],
    [
      'an ALLOW rule with HTTP attributes never matches',
      policy("{ rules: [{ to: [{ operation: { methods: [GET], ports: ['9000'] } }] }] }"),
      '',
    ],
    [
      'a DENY rule ignores them, and so is wider',
      policy('{ action: DENY, rules: [{ to: [{ operation: { methods: [GET] } }] }] }'),
      '',
    ],
    ['ALLOW by identity', policy('{ rules: [{ from: [{ source: { namespaces: [shop] } }] }] }'), 'hi'],
  ])('%s', async (_, policies, expected) => {
    await using pods = await start(policies);
    expect(await echoed(pods)).toBe(expected);
  });

  it('says in the log why', async () => {
    await using pods = await start(policy('{}'));
    await echoed(pods);
    expect(pods.server.logs.at(-1)).toMatch(
      /"- - -" 0 - - rbac_access_denied_matched_policy\[none\] "-" \d+ 0 .* inbound\|9000\|\| /,
    );
  });
});

describe('at a gateway (facts §5.1, §7.2)', () => {
  const routed = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: gateway }
spec: { selector: { app: ingress }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec:
  hosts: ['*']
  gateways: [gateway]
  http:
    - fault: { abort: { httpStatus: 418, percentage: { value: 100 } } }
      corsPolicy: { allowOrigins: [{ exact: 'http://a' }] }
      route: [{ destination: { host: web } }]
`;
  it('decides before faults and CORS, with no call to the service', async () => {
    await using pods = await start(routed);
    const { world, server, plain } = pods;
    const gateway = await world.pod('ingress', { namespace: 'istio-system', proxy: 'router' });
    const ask: Ask = {
      to: { ip: gateway.network.ip, port: 8080 },
      method: 'OPTIONS',
      headers: { origin: 'http://a', 'access-control-request-method': 'GET' },
    };
    const seen = [(await world.ask(plain, gateway, ask)).status];
    const deny = policy(
      '{ action: DENY, rules: [{}], selector: { matchLabels: { app: ingress } } }',
      'deny',
      ', namespace: istio-system',
    );
    world.apply(deny);
    seen.push((await world.ask(plain, gateway, ask)).status);
    expect(gateway.logs.at(-1)).toContain(
      ' 403 - rbac_access_denied_matched_policy[ns[istio-system]-policy[deny]-rule[0]] ',
    );
    world.apply(deny, true);
    expect([...seen, (await world.ask(plain, gateway, ask)).status]).toEqual([418, 403, 418]);
    expect(server.seen).toEqual([]);
  });
});
