import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../sandbox/clock/clock.ts';
import { createNetwork } from '../../../sandbox/network/create-network.ts';
import type { Acceptor } from '../../../sandbox/network/network.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const asked = { mtlsServerName: 'outbound_.80_._.b' };
const ends: Acceptor = (socket) => void socket.destroy();

function twoPods() {
  const network = createNetwork({ clock: new ManualClock(), random: seededRandom(1) });
  const [a, b] = (['a', 'b'] as const).map((name) =>
    network.attach({ namespace: 'shop', name, serviceAccount: name }),
  );
  if (a === undefined || b === undefined) throw new Error('there are two');
  b.listen(80, ends);
  b.listen(15_020, ends);
  return { network, a, b };
}

describe('mutual TLS', () => {
  it('carries the identities of both ends to a proxy that ends it', async () => {
    const { a, b } = twoPods();
    const seen: unknown[] = [];
    b.redirect({
      outbound: ends,
      inbound: (socket) => {
        seen.push(socket.mtls);
        socket.destroy();
      },
      endsMutualTls: (destination, name) => destination.port === 80 && name === asked.mtlsServerName,
    });
    const socket = await a.connect({ ip: b.ip, port: 80 }, asked);
    const sni = asked.mtlsServerName;
    expect(socket.mtls).toEqual({ sni, peer: 'spiffe://cluster.local/ns/shop/sa/b' });
    expect(seen).toEqual([{ sni, peer: 'spiffe://cluster.local/ns/shop/sa/a' }]);
  });

  it('fails when it meets someone else than those that are asked for', async () => {
    const { network, a, b } = twoPods();
    b.redirect({ outbound: ends, inbound: ends, endsMutualTls: () => true });
    const to = { ip: b.ip, port: 80 };
    const someone = 'spiffe://cluster.local/ns/shop/sa/other';
    await expect(a.connect(to, { ...asked, mtlsPeers: [someone] })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    expect(network.openEnds).toBe(0);
    const peers = [someone, 'spiffe://cluster.local/ns/shop/sa/b'];
    await expect(a.connect(to, { ...asked, mtlsPeers: peers })).resolves.toBeDefined();
  });

  it.each([
    ['an app', undefined, 80],
    ['an app beside a proxy, at a port that is let through', true, 15_020],
    ['a proxy that takes plain text at that port', false, 80],
  ])('fails with EPROTO when it meets %s (facts §4.4)', async (_, atProxy, port) => {
    const { network, a, b } = twoPods();
    const inbound: Acceptor = (socket) => void socket.destroy();
    if (atProxy !== undefined) b.redirect({ outbound: ends, inbound, endsMutualTls: () => atProxy });
    await expect(a.connect({ ip: b.ip, port }, asked)).rejects.toMatchObject({
      code: 'EPROTO',
      syscall: 'write',
    });
    expect(network.openEnds).toBe(0);
  });
});
