import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('../../apps/main.ts', import.meta.url));
const run = promisify(execFile);

function start(args: readonly string[], env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
    env: { ...process.env, ...env },
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

/** The first line a process prints, to either stream. */
async function firstLine({ stdout, stderr }: ChildProcess): Promise<string> {
  const [chunk] = (await Promise.race(
    [stdout, stderr].map((stream) => once(stream ?? process.stdin, 'data')),
  )) as [Buffer];
  return String(chunk).split('\n', 1)[0] ?? '';
}

it.each([
  ['an argument', ['catalog'], {}],
  ['APP', [], { APP: 'catalog' }],
])('a service named by %s answers curl and ends on SIGTERM with 0', async (_how, args, env) => {
  const child = start(args, { ...env, PORT: '0', SHOW_IMAGE: 'true' });
  const port = /^catalog listens on port (\d+)$/.exec(await firstLine(child))?.[1];
  const { stdout } = await run('curl', ['-sS', '-w', ' %{http_code}', `http://127.0.0.1:${port}/items/1`]);
  expect(stdout).toMatch(/"imageUrl": "[^"]+"\n\} 200$/);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('an unknown service is a sentence that names those there are, and exit code 2', async () => {
  const child = start(['catalogue'], {});
  const exit = once(child, 'exit');
  expect(await firstLine(child)).toMatch(
    /^There is no service "catalogue"\. Services: catalog, webapp, forum, /,
  );
  expect(await exit).toEqual([2, null]);
});

it('SIGTERM lets a request under way finish, then ends the process although its client stays connected', async () => {
  // This one keeps idle connections for ever: whoever waited for that would never see the end.
  const child = start(['whoami'], { PORT: '0' });
  const port = Number(/\d+$/.exec(await firstLine(child))?.[0]);
  const client = connect(port, '127.0.0.1');
  client.write('GET /?wait=300ms HTTP/1.1\r\nHost: whoami\r\nExpect: 100-continue\r\n\r\n');
  const [underWay] = (await once(client, 'data')) as [Buffer];
  expect(String(underWay)).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  const [answer, exit] = [once(client, 'data'), once(child, 'exit')];
  child.kill('SIGTERM');
  expect(String(await answer)).toContain('HTTP/1.1 200 OK');
  expect(await exit).toEqual([0, null]);
});
