import { afterEach, describe, expect, it } from 'vitest';
import type { LogOptions } from '../../../sandbox/api/extension.ts';
import { settled } from '../../support/manual-clock.ts';
import { closeFixture, container, openFixture, type Fixture } from './fixture.ts';

let at: Fixture;
const open = (): Fixture => (at = openFixture());
afterEach(() => closeFixture(at));

const plain: LogOptions = { container: 'web', follow: false, previous: false, timestamps: false };

const read = async (options: Partial<LogOptions> = {}): Promise<string> => {
  let text = '';
  const { signal } = new AbortController();
  for await (const chunk of at.kubelet.logs(at.pod(), { ...plain, ...options }, signal)) text += chunk;
  return text;
};

/** A pod that says "listening", and a line each second after that. */
const talk = async (): Promise<void> => {
  open().add({});
  await settled();
  for (const line of ['one', 'two', 'drei €']) {
    await at.clock.advance(1_000);
    at.started[0]?.log(line);
  }
};

describe('logs', () => {
  it.each([
    [{}, 'listening\none\ntwo\ndrei €\n'],
    [{ tailLines: 2 }, 'two\ndrei €\n'],
    [{ tailLines: 0 }, ''],
    [{ tailLines: 99 }, 'listening\none\ntwo\ndrei €\n'],
    [{ sinceSeconds: 1 }, 'two\ndrei €\n'],
    [{ sinceTime: '2025-04-01T10:00:03Z' }, 'drei €\n'],
    [{ sinceSeconds: 2, tailLines: 1 }, 'drei €\n'],
    [{ limitBytes: 12 }, 'listening\non'],
    [
      { timestamps: true, tailLines: 2 },
      '2025-04-01T10:00:02.000000000Z two\n2025-04-01T10:00:03.000000000Z drei €\n',
    ],
  ])('with %j', async (options, text) => {
    await talk();
    expect(await read(options)).toBe(text);
  });

  it('are followed until the container ends', async () => {
    await talk();
    const reading = read({ follow: true, tailLines: 1 });
    await settled();
    at.started[0]?.log('three');
    await settled();
    at.started[0]?.log('four');
    await at.kubelet.close();
    expect(await reading).toBe('drei €\nthree\nfour\n');
  });

  it('are followed until the reader leaves', async () => {
    await talk();
    const leave = new AbortController();
    const chunks: string[] = [];
    const reading = (async () => {
      const options = { ...plain, follow: true, tailLines: 0 };
      for await (const chunk of at.kubelet.logs(at.pod(), options, leave.signal)) chunks.push(chunk);
    })();
    await settled();
    at.started[0]?.log('more');
    await settled();
    leave.abort();
    await reading;
    expect(chunks).toEqual(['more\n']);
  });

  it('keep the newest half MiB', async () => {
    open().add({});
    await settled();
    for (let line = 0; line < 10_000; line += 1) at.started[0]?.log(`${line} ${'x'.repeat(100)}`);
    const text = await read();
    expect(text.length).toBeGreaterThan(500_000);
    expect(text.length).toBeLessThan(530_000);
    expect(text.endsWith(`9999 ${'x'.repeat(100)}\n`)).toBe(true);
  });
});

describe('logs of a container', () => {
  const refusal = async (options: Partial<LogOptions> = {}): Promise<unknown> =>
    read(options).catch((error: unknown) => {
      const { reason, message } = error as { reason: string; message: string };
      return [reason, message];
    });

  it('that crashes are those of its last run, and the run before with --previous', async () => {
    open().add({ containers: [container('web', 'exits:1', { env: [{ name: 'EXIT_CODE', value: '1' }] })] });
    await at.clock.advance(0);
    expect(at.pod().status?.containerStatuses?.[0]?.state?.waiting?.reason).toBe('CrashLoopBackOff');
    expect(await read()).toBe('run 2\n');
    expect(await read({ previous: true })).toBe('run 2\n');
  });

  it('that was restarted and runs', async () => {
    const env = [
      { name: 'EXIT_CODE', value: '1' },
      { name: 'RUNS_MS', value: '1000' },
    ];
    open().add({ containers: [container('web', 'exits:1', { env })] });
    await at.clock.advance(1_500);
    expect(await read()).toBe('run 2\n');
    expect(await read({ previous: true })).toBe('run 1\n');
  });

  it.each([
    ['nginx:1', {}, 'container "web" in pod "web" is waiting to start: trying and failing to pull image'],
    ['web:1', { previous: true }, 'previous terminated container "web" in pod "web" not found'],
    ['web:1', { container: 'nope' }, 'container nope is not valid for pod web'],
  ])('%s with %j are refused: %s', async (image, options, message) => {
    open().add({ containers: [container('web', image)] });
    await settled();
    expect(await refusal(options)).toEqual(['BadRequest', message]);
  });

  it('that waits for an init container or for a volume are refused', async () => {
    open().add({ initContainers: [container('init', 'stubborn:1')] });
    await settled();
    expect(await refusal()).toEqual([
      'BadRequest',
      'container "web" in pod "web" is waiting to start: PodInitializing',
    ]);
    at.add({ volumes: [{ name: 'v', secret: { secretName: 'nope' } }] }, 'other');
    await settled();
    const waiting = at.kubelet.logs(at.pod('other'), plain, new AbortController().signal);
    await expect(waiting[Symbol.asyncIterator]().next()).rejects.toThrow(
      'container "web" in pod "other" is waiting to start: ContainerCreating',
    );
  });
});
