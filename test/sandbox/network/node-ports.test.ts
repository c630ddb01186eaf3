import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../../sandbox/clock/clock.ts';
import { createNetwork, type Network } from '../../../sandbox/network/create-network.ts';
import { openNodePorts, type NodePorts } from '../../../sandbox/network/node-ports.ts';
import { claimPorts } from '../../support/claim-ports.ts';
import { ManualClock } from '../../support/manual-clock.ts';

let opened: NodePorts | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const start = async (network: Network): Promise<readonly number[]> => {
  opened = await openNodePorts({ network, basePort: 0 });
  return opened.ports;
};

const open = (): Network => createNetwork({ clock: new ManualClock(), random: seededRandom(1) });

const curl = (...args: string[]): Promise<{ code: number; stdout: string }> =>
  new Promise((resolve) => {
    execFile('curl', ['-s', '--max-time', '60', ...args], (error, stdout) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout }),
    );
  });

const serve = (network: Network, nodePort: number): void => {
  const pod = network.attach({ namespace: 'shop', name: 'a', serviceAccount: 'a' });
  const http = createServer((request, response) => {
    const { remoteAddress, localAddress, localPort } = request.socket;
    request.resume().on('end', () => response.end(`${remoteAddress} → ${localAddress}:${localPort}`));
  });
  pod.listen(8080, (socket) => http.emit('connection', socket));
  network.services.setService({
    namespace: 'shop',
    name: 'web',
    clusterIps: ['10.200.1.9'],
    ports: [{ name: '', port: 80, nodePort }],
  });
  network.services.setEndpoints({
    namespace: 'shop',
    name: 'web-1',
    service: 'web',
    ports: [{ name: '', port: 8080 }],
    endpoints: [{ ip: pod.ip, ready: true, draining: false }],
  });
};

describe('node ports', () => {
  it.each([30_000, 30_001, 30_005])('lead %i to its service, with the cluster’s addresses', async (port) => {
    const network = open();
    serve(network, port);
    const ports = await start(network);
    const { stdout } = await curl('-d', 'x'.repeat(100_000), `localhost:${ports[port - 30_000]}/`);
    expect(stdout).toBe('10.10.0.1 → 10.10.0.2:8080');
    expect(network.openEnds).toBeLessThanOrEqual(1);
  });

  it('reset a connection that nobody takes after accepting it', async () => {
    const ports = await start(open());
    expect((await curl(`http://127.0.0.1:${ports[0]}/`)).code).toBe(56);
  });

  it('reset a connection to a service without endpoints', async () => {
    const network = open();
    serve(network, 30_003);
    network.services.removeEndpoints('shop', 'web-1');
    const ports = await start(network);
    expect((await curl(`http://127.0.0.1:${ports[3]}/`)).code).toBe(56);
  });

  it.each([
    [1, 'Prometheus'],
    [2, 'Grafana'],
    [3, 'Kiali'],
    [4, 'tracing'],
    [5, 'kube-ops-view'],
  ])('30000 + %i says in one sentence that the sandbox has no %s', async (index, program) => {
    const ports = await start(open());
    const { stdout } = await curl('-w', '%{http_code}', `http://127.0.0.1:${ports[index]}/`);
    expect(stdout).toBe(`The sandbox has no ${program} yet; a cluster started with --engine kind has.\n501`);
  });

  it('name a busy port and leave none open', async () => {
    using ports = await claimPorts();
    const { base } = ports;
    const busy = createTcpServer();
    await new Promise<void>((resolve) => busy.listen(base + 2, '127.0.0.1', resolve));
    const refused = openNodePorts({ network: open(), basePort: base });
    await expect(refused).rejects.toThrow(`Port ${base + 2} of 127.0.0.1 is in use by another program`);
    expect((await curl(`http://127.0.0.1:${base}/`)).code).toBe(7);
    busy.close();
  });
});
