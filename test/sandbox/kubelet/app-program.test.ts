import { createServer, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { CreateApp } from '../../../apps/app.ts';
import { createCatalog } from '../../../apps/catalog/app.ts';
import { seededRandom } from '../../../sandbox/clock/clock.ts';
import { appProgram } from '../../../sandbox/kubelet/app-program.ts';
import type { ContainerContext, RunningContainer } from '../../../sandbox/kubelet/program.ts';
import { createNetwork, type AttachedPod, type Network } from '../../../sandbox/network/create-network.ts';
import { PodAgent } from '../../../sandbox/network/pod-agent.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';

interface Started {
  readonly clock: ManualClock;
  readonly network: Network;
  readonly pod: AttachedPod;
  readonly lines: string[];
  readonly program: RunningContainer;
}

const start = async (
  create: CreateApp,
  prepare: (pod: AttachedPod) => void = () => undefined,
): Promise<Started> => {
  const clock = new ManualClock();
  const random = seededRandom(1);
  const network = createNetwork({ clock, random });
  const pod = network.attach({ namespace: 'shop', name: 'catalog', serviceAccount: 'catalog' });
  const lines: string[] = [];
  prepare(pod);
  const context: ContainerContext = {
    pod: {
      name: 'catalog-1',
      namespace: 'shop',
      uid: 'u',
      ip: pod.ip,
      nodeName: 'node',
      serviceAccount: 'catalog',
      labels: {},
      annotations: {},
    },
    container: 'catalog',
    image: 'catalog',
    command: [],
    args: [],
    env: { HOSTNAME: 'catalog-1', COLOR: 'red' },
    network: pod,
    clock,
    random,
    log: (line) => lines.push(line),
  };
  return { clock, network, pod, lines, program: await appProgram(create)(context) };
};

const get = ({ pod }: Started, port: number, agent: PodAgent): Promise<string> =>
  new Promise((resolve, reject) => {
    const asked = request(
      { host: pod.ip, port, agent, path: '/items' },
      (response) => void text(response).then(resolve),
    );
    asked.once('error', reject).end();
  });

const agentOf = ({ network }: Started): PodAgent => new PodAgent({ network: network.node, keepAlive: true });

const slow: CreateApp = ({ after, env, hostname, connect, log }) => ({
  port: 9000,
  server: createServer((_, response) => {
    after(1_000, () => response.end(`${hostname} ${env['COLOR']}`));
    connect('nobody', 80).catch((error: NodeJS.ErrnoException) => log(`${error.code}`));
  }),
});

describe('an app in a pod', () => {
  it('answers in the pod’s network and logs for its container', async () => {
    const started = await start(createCatalog);
    const agent = agentOf(started);
    expect(await get(started, 3000, agent)).toContain('"Elinor Glasses"');
    expect(started.lines).toEqual([expect.stringMatching(/^GET 10\.10\.0\.2:3000 \/items 200 /)]);
    agent.destroy();
    started.program.kill();
    expect(await started.program.exited).toBe(137);
    await settled();
    expect(started.network.openEnds).toBe(0);
  });

  it('is given the pod’s environment, name, time and connections', async () => {
    const started = await start(slow);
    const agent = agentOf(started);
    const answer = get(started, 9000, agent);
    await started.clock.advance(1_000);
    expect(await answer).toBe('catalog-1 red');
    expect(started.lines).toEqual(['ENOTFOUND']);
    agent.destroy();
    started.program.kill();
  });

  it('finishes the request under way when it is stopped, then exits with 0', async () => {
    const started = await start(slow);
    const [busy, idle] = [agentOf(started), agentOf(started)];
    const answer = get(started, 9000, busy);
    await settled();
    started.program.stop();
    started.program.stop();
    await expect(get(started, 9000, idle)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await started.clock.advance(1_000);
    expect(await answer).toBe('catalog-1 red');
    expect(await started.program.exited).toBe(0);
    await settled();
    expect(started.network.openEnds).toBe(0);
    expect(started.clock.pending).toBe(0);
    busy.destroy();
    idle.destroy();
  });

  it('closes idle connections when it is stopped', async () => {
    const started = await start(createCatalog);
    const agent = agentOf(started);
    await get(started, 3000, agent);
    await settled();
    started.program.stop();
    expect(await started.program.exited).toBe(0);
    agent.destroy();
  });

  it('exits with 1 when its port is taken', async () => {
    const started = await start(createCatalog, (pod) => pod.listen(3000, (socket) => socket.end()));
    expect(await started.program.exited).toBe(1);
    expect(started.lines).toEqual(['listen EADDRINUSE: address already in use 0.0.0.0:3000']);
  });

  it('answers who speaks TLS to it in plain text', async () => {
    const started = await start(createCatalog);
    const destination = { ip: started.pod.ip, port: 3000 };
    const asked = started.network.node.connect(destination, { mtlsServerName: 'x' });
    await expect(asked).rejects.toMatchObject({ code: 'EPROTO' });
    started.program.kill();
  });
});
