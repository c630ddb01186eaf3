import { once } from 'node:events';
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noKubectl } from '../api/support/kubectl.ts';
import { openCluster, type TestCluster } from './support/cluster.ts';

interface Forward {
  readonly port: number;
  /** Everything kubectl printed on standard error, when it has ended. */
  readonly said: Promise<string>;
  readonly stop: () => Promise<void>;
}

async function forward(cluster: TestCluster, ...args: readonly string[]): Promise<Forward> {
  const child = cluster.kubectl.start(['port-forward', '--address=127.0.0.1', ...args]);
  const said = text(child.stderr);
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), once(child, 'exit')])) as [unknown];
  const port = Number(/Forwarding from 127\.0\.0\.1:(\d+) ->/u.exec(String(line))?.[1]);
  if (Number.isNaN(port)) throw new Error(await said);
  return {
    port,
    said,
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}

const get = async (port: number, path: string): Promise<string> =>
  (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } })).text();

describe.skipIf(noKubectl !== undefined)(
  `kubectl port-forward${noKubectl === undefined ? '' : ` (skipped: ${noKubectl})`}`,
  () => {
    describe.each([
      ['WebSocket', {}],
      ['SPDY', { KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false', KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false' }],
    ])('over %s', (_name, env) => {
      let cluster: TestCluster;
      beforeAll(async () => {
        cluster = await openCluster(env);
        await cluster.stdout('create deployment web --image=istioinaction/catalog --port=3000');
        await cluster.stdout('expose deployment web --port=80 --target-port=3000');
        await cluster.stdout('rollout status deployment/web --timeout=60s');
      });
      afterAll(() => cluster.close());

      it.each([
        ['deployment/web', ':3000'],
        ['service/web', ':80'],
      ])('reaches %s %s, again and again', async (target, ports) => {
        const { port, stop } = await forward(cluster, target, ports);
        const answers = await Promise.all(Array.from({ length: 20 }, () => get(port, '/items/1')));
        expect(new Set(answers).size).toBe(1);
        expect(JSON.parse(answers[0] ?? '')).toMatchObject({ id: 1 });
        await stop();
      });

      it('says what a closed port says, and ends', async () => {
        const { port, said } = await forward(cluster, 'deployment/web', ':81');
        createConnection(port, '127.0.0.1').on('error', () => undefined);
        const message = await said;
        expect(message).toMatch(
          /an error occurred forwarding \d+ -> 81: error forwarding port 81 to pod [0-9a-f]{64}, uid : failed to execute portforward in network namespace/u,
        );
        expect(message).toContain('dial tcp4 127.0.0.1:81: connect: connection refused');
        expect(message).toContain('error: lost connection to pod');
      });

      it('runs commands, with input, output, errors and an exit code', async () => {
        expect(await cluster.stdout('exec deploy/web -- echo hello')).toBe('hello\n');
        expect(await cluster.run('exec -i deploy/web -- cat', 'x'.repeat(300_000))).toMatchObject({
          stdout: 'x'.repeat(300_000),
        });
        expect(await cluster.run('exec deploy/web -- sh -c no-such-command')).toMatchObject({
          exitCode: 127,
        });
      });

      it('reaches pods and services through the API server', async () => {
        const item = await cluster.stdout('get --raw /api/v1/namespaces/default/services/web/proxy/items/1');
        expect(JSON.parse(item)).toMatchObject({ id: 1 });
        const [pod = ''] = (await cluster.stdout('get pods -l app=web -o name')).trim().split('\n');
        expect(
          await cluster.stdout(
            `get --raw /api/v1/namespaces/default/pods/${pod.slice(4)}:3000/proxy/items/1`,
          ),
        ).toBe(item);
      });

      it.each([
        ['services/none/proxy/', 'services "none" not found'],
        ['services/web:81/proxy/', 'no service port "81" found for service "web"'],
        ['services/https:web:80/proxy/', 'the sandbox reaches http ports only'],
        ['pods/none:http/proxy/', 'pods "none" not found'],
        ['services/kubernetes/proxy/', 'no endpoints available for service "kubernetes"'],
      ])('refuses %s through the API server', async (path, reason) => {
        const { stderr } = await cluster.run(`get --raw /api/v1/namespaces/default/${path}`);
        expect(stderr).toContain(reason);
      });

      it('logs no fault of the server', () => {
        expect(cluster.logged.filter((line) => line.includes('failed:'))).toEqual([]);
      });
    });
  },
);
