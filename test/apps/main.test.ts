import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
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

/** Waits until the process has printed `text`. */
async function printed({ stdout }: ChildProcess, text: string): Promise<void> {
  let seen = '';
  for await (const chunk of on(stdout ?? process.stdin, 'data')) {
    seen += String(chunk);
    if (seen.includes(text)) return;
  }
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
  const child = start(['catalog'], { PORT: '0' });
  const port = Number(/\d+$/.exec(await firstLine(child))?.[0]);
  const body = '{"active":true,"type":"latency","latencyMs":200}';
  const headers = { 'content-type': 'application/json' };
  await fetch(`http://127.0.0.1:${port}/blowup`, { method: 'POST', headers, body });
  const slow = connect(port, '127.0.0.1');
  const answer = once(slow, 'data');
  slow.write('GET /items HTTP/1.1\r\nHost: catalog\r\n\r\n');
  await printed(child, 'Sending a latency blowup');
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  expect(String(await answer)).toContain('HTTP/1.1 200 OK');
  // A connection that is kept for its full five seconds fails this test by its time limit.
  expect(await exit).toEqual([0, null]);
}, 4_000);
