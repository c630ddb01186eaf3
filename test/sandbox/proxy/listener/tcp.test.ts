import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { FilterChain, Listener, ProxyConfig } from '../../../../sandbox/envoy/config.ts';
import { looksLikeHttp } from '../../../../sandbox/proxy/listener/sniff.ts';
import { deadPort } from '../../../support/dead-ports.ts';
import { ask, exchange } from '../support/client.ts';
import { cluster, endpoints, istioLog, listener, manager, toWeb, web, webConfig } from '../support/config.ts';
import { startProxy, startRawUpstream, startUpstream } from '../support/proxy.ts';

const tcp = (name: string): FilterChain => ({
  filters: [
    {
      name: 'envoy.filters.network.tcp_proxy',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
        stat_prefix: name,
        cluster: name,
        access_log: [istioLog],
      },
    },
  ],
});

const outbound = (chains: readonly FilterChain[]): Listener => ({
  name: 'virtualOutbound',
  address: { socket_address: { address: '0.0.0.0', port_value: 15_001 } },
  traffic_direction: 'OUTBOUND',
  use_original_dst: true,
  filter_chains: chains,
});

function tcpConfig(port: number): ProxyConfig {
  return {
    listeners: [outbound([tcp(web)])],
    routes: [],
    clusters: [cluster(web)],
    endpoints: [endpoints(web, [port])],
  };
}

describe('TCP', () => {
  it('passes bytes both ways, to the end of each, and logs one line (facts §8.1)', async () => {
    await using upstream = await startRawUpstream((socket) => {
      socket.on('data', (data) => socket.end(`got ${data.toString()}`));
    });
    await using mesh = await startProxy(tcpConfig(upstream.port));
    expect(await exchange(mesh.port, 'hi')).toBe('got hi');
    await expect.poll(() => mesh.logs.length).toBe(1);
    expect(mesh.logs[0]).toMatch(
      new RegExp(
        String.raw`"- - -" 0 - - - "-" 2 6 0 - "-" "-" "-" "-" "127\.0\.0\.1:${upstream.port}" outbound\|80\|\|web\.shop\.svc\.cluster\.local 127\.0\.0\.1:\d+ 10\.96\.0\.1:80 127\.0\.0\.1:\d+ - -$`,
      ),
    );
    const metrics = mesh.proxy.telemetry.render();
    expect(metrics).toMatch(
      /^istio_tcp_connections_opened_total\{reporter="source",.*request_protocol="tcp".*\} 1$/m,
    );
    expect(metrics).toMatch(/^istio_tcp_received_bytes_total\{.*\} 2$/m);
    expect(metrics).toMatch(/^istio_tcp_sent_bytes_total\{.*\} 6$/m);
  });

  it('delivers all of what an upstream sent before it closed', async () => {
    const bytes = 4 * 1024 * 1024;
    await using upstream = await startRawUpstream((socket) => socket.end(Buffer.alloc(bytes, 'x')));
    await using mesh = await startProxy(tcpConfig(upstream.port));
    expect(await exchange(mesh.port, '')).toHaveLength(bytes);
  });

  it('opens no more than max_connections: UO (facts §8.2)', async () => {
    await using upstream = await startRawUpstream((socket) => socket.write('open'));
    const config = tcpConfig(upstream.port);
    await using mesh = await startProxy({
      ...config,
      clusters: [cluster(web, { circuit_breakers: { thresholds: [{ max_connections: 1 }] } })],
    });
    const first = connect(mesh.port, '127.0.0.1');
    await once(first, 'data');
    expect(await exchange(mesh.port, '')).toBe('');
    expect(mesh.logs[0]).toContain('"- - -" 0 UO ');
    first.destroy();
    await expect.poll(() => mesh.logs.length).toBe(2);
  });

  it.each([
    ['nobody listens: UF', {}, 'UF'],
    ['there is no host: UH', { endpoints: [] }, 'UH'],
  ])('closes the connection when %s (facts §8.2)', async (_, change, flag) => {
    await using mesh = await startProxy({ ...tcpConfig(deadPort), ...change });
    expect(await exchange(mesh.port, 'hi')).toBe('');
    expect(mesh.logs[0]).toContain(`"- - -" 0 ${flag} `);
  });

  it('holds the sender back while the receiver does not read', async () => {
    const servers: Socket[] = [];
    await using upstream = await startRawUpstream((socket) => void servers.push(socket.pause()));
    await using mesh = await startProxy(tcpConfig(upstream.port));
    const client = connect(mesh.port, '127.0.0.1');
    let accepted = 0;
    const fill = (): void => {
      while (accepted < 256 * 1024 * 1024 && client.write(Buffer.alloc(64 * 1024))) accepted += 64 * 1024;
    };
    client.on('error', () => undefined);
    client.on('connect', fill);
    client.on('drain', fill);
    let before = -1;
    await expect
      .poll(
        () => {
          const still = accepted > 0 && accepted === before;
          before = accepted;
          return still;
        },
        { interval: 100 },
      )
      .toBe(true);
    expect(accepted).toBeLessThan(64 * 1024 * 1024);
    for (const server of servers) server.destroy();
    await expect.poll(() => mesh.logs.length).toBe(1);
    client.destroy();
  });
});

describe('which listener and filter chain', () => {
  it('takes the listener of the address, then of the port, then the one that catches the rest', async () => {
    await using upstream = await startRawUpstream((socket) =>
      socket.once('data', () => socket.end('passed through')),
    );
    const at = (address: string, text: string): Listener => {
      const http = manager({
        route_config: {
          name: text,
          virtual_hosts: [
            {
              name: text,
              domains: ['*'],
              routes: [
                { match: { prefix: '/' }, direct_response: { status: 200, body: { inline_string: text } } },
              ],
            },
          ],
        },
      });
      return {
        ...listener(),
        name: `${address}_80`,
        address: { socket_address: { address, port_value: 80 } },
        filter_chains: [
          { filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: http }] },
        ],
      };
    };
    const config: ProxyConfig = {
      listeners: [at('0.0.0.0', 'port'), at('10.96.0.1', 'address'), outbound([tcp(web)])],
      routes: [],
      clusters: [cluster(web)],
      endpoints: [endpoints(web, [upstream.port])],
    };
    for (const [ip, port, expected] of [
      ['10.96.0.1', 80, 'address'],
      ['10.96.0.2', 80, 'port'],
      ['10.96.0.1', 81, 'passed through'],
    ] as const) {
      await using mesh = await startProxy(config, { destination: { ip, port } });
      const text = await exchange(mesh.port, 'GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
      expect(text.endsWith(expected), `${ip}:${port}`).toBe(true);
    }
  });

  it('tells HTTP from TCP by the first line, and loses no byte of it', async () => {
    await using http = await startUpstream((request, response) => void request.pipe(response));
    await using raw = await startRawUpstream((socket) =>
      socket.on('data', (data) => socket.end(`raw ${data.toString()}`)),
    );
    const base = webConfig([{ match: { prefix: '/' }, route: toWeb() }], [http.port]);
    const httpChain: FilterChain = {
      filter_chain_match: { application_protocols: ['http/1.1', 'h2c'] },
      filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager() }],
    };
    await using mesh = await startProxy({
      ...base,
      listeners: [outbound([httpChain, tcp('raw')])],
      clusters: [...base.clusters, cluster('raw')],
      endpoints: [...base.endpoints, endpoints('raw', [raw.port])],
    });
    expect((await ask(mesh.port, '/', { method: 'POST', body: 'posted' })).body).toBe('posted');
    expect(await exchange(mesh.port, 'HELO mail\r\n')).toBe('raw HELO mail\r\n');
  });

  it.each([
    ['GET / HTTP/1.1\r\n', true],
    ['G', undefined],
    ['GET /a', undefined],
    ['GET / HTTP/0.9\r\n', false],
    ['HELO x\r\n', false],
    ['\x16\x03\x01', false],
    ['GETX', false],
  ])('%j looks like HTTP: %s', (bytes, expected) => {
    expect(looksLikeHttp(Buffer.from(bytes, 'latin1'))).toBe(expected);
  });
});
