import { afterEach, expect, it } from 'vitest';
import { settled } from '../../support/manual-clock.ts';
import { closeFixture, container, openFixture, type Fixture } from './fixture.ts';

let at: Fixture;
afterEach(() => closeFixture(at));

const tools = async (...args: string[]): Promise<void> => {
  at = openFixture();
  at.add({});
  at.add({ restartPolicy: 'Never', containers: [container('tools', 'tools:1', { args })] }, 'tools');
  await settled();
  await settled();
};

const logs = async (): Promise<string> => {
  const options = { container: 'tools', follow: false, previous: false, timestamps: false };
  let text = '';
  for await (const chunk of at.kubelet.logs(at.pod('tools'), options, new AbortController().signal))
    text += chunk;
  return text;
};

it('a pod of tools runs its command to the end', async () => {
  await tools('curl', '-sS', 'http://10.10.0.2:8080/x', 'http://10.10.0.2:9/');
  await settled();
  expect(await logs()).toBe(
    "GET /x of web\ncurl: (7) Failed to connect to 10.10.0.2 port 9 after 0 ms: Couldn't connect to server\n",
  );
  expect(at.pod('tools').status).toMatchObject({
    phase: 'Failed',
    containerStatuses: [{ state: { terminated: { exitCode: 7 } } }],
  });
});

it('a pod of tools sleeps until it is killed', async () => {
  await tools('sleep', '1h');
  expect(at.pod('tools').status?.phase).toBe('Running');
  at.cluster.delete({ group: '', resource: 'pods' }, 'shop', 'tools');
  await at.clock.advance(29_000);
  expect(at.pod('tools').metadata.deletionTimestamp).toBeDefined();
  await at.clock.advance(1_000);
  expect(at.network.pod('10.10.0.3')).toBeUndefined();
});

it('a pod of tools without such a command cannot start', async () => {
  await tools('python3', '-m', 'http.server');
  expect(at.pod('tools').status?.containerStatuses?.[0]?.state?.terminated).toMatchObject({
    reason: 'StartError',
    exitCode: 128,
    message: expect.stringContaining('exec: "python3": executable file not found in $PATH: unknown'),
  });
});
