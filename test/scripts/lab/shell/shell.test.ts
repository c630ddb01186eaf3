import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LabShell, type ShellOptions, type ShellResult } from '../../../../scripts/lab/shell/shell.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { patienceMs } from '../../../support/patience.ts';

const path = process.env['PATH'] ?? '';
let folder: string;
let shell: LabShell;
let stop: AbortController;

const open = async (options: Partial<ShellOptions> = {}): Promise<LabShell> =>
  LabShell.open({ cwd: folder, env: { PATH: path, GREETING: 'hello' }, ...options });

const run = async (command: string): Promise<ShellResult> =>
  shell.run(command, { timeoutMs: patienceMs, signal: stop.signal });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shell-test-'));
  stop = new AbortController();
  shell = await open();
});

afterEach(async () => {
  await shell.close();
  await rm(folder, { recursive: true });
});

describe('a command', () => {
  it.each([
    ['prints', 'echo one; echo two', 'one\ntwo\n', 0],
    ['fails with its own code', 'echo no >&2; (exit 42)', 'no\n', 42],
    [
      'keeps the order of both streams',
      'for i in 1 2 3; do echo o$i; echo e$i >&2; done',
      'o1\ne1\no2\ne2\no3\ne3\n',
      0,
    ],
    ['may hold blank lines, comments and continued lines', 'echo a \\\n  b\n\n# c\necho d', 'a b\nd\n', 0],
    ['may hold a heredoc', 'cat <<EOF\n$GREETING "$((1 + 1))"\nEOF', 'hello "2"\n', 0],
    ['may quote anything', `echo '$x' "\`echo 'y"z'\`" \\\\`, '$x y"z \\\n', 0],
    ['reads end-of-file', 'cat; read -r line; echo "$?"', '1\n', 0],
    ['may print no newline at the end', 'printf abc', 'abc', 0],
    ['may print nothing', ':', '', 0],
    [
      'is told what is not there',
      'nosuch-program',
      expect.stringMatching(/^bash: line \d+: nosuch-program: command not found\n$/),
      127,
    ],
    // The exit code is 1 in the bash of macOS, and 2 in later ones.
    ['is told of its mistakes', 'if true', expect.stringContaining('syntax error'), expect.toBeOneOf([1, 2])],
    ['may redirect all of its output', 'exec 5>&1 >/dev/null; echo hidden; exec >&5; echo seen', 'seen\n', 0],
    ['that loops may break', 'while true; do break; done; break 2>/dev/null; echo on', 'on\n', 0],
    ['may hold UTF-8', 'echo "héllo 안녕 👋"', 'héllo 안녕 👋\n', 0],
  ])('%s', async (_title, command, output, exitCode) => {
    const result = await run(command);
    expect(result).toMatchObject({ output, exitCode, droppedBytes: 0 });
    expect(result).not.toHaveProperty('shellEnded');
  });

  it('tells its output while it runs', async () => {
    const seen: string[] = [];
    const first = new Promise<void>((resolve) => {
      void shell.run('echo first; until [ -e go ]; do sleep 0.01; done; echo second', {
        timeoutMs: patienceMs,
        signal: stop.signal,
        onOutput: (text) => {
          seen.push(text);
          resolve();
        },
      });
    });
    await first;
    expect(seen).toEqual(['first\n']);
  });

  it('that prints what is not UTF-8 gets U+FFFD for it', async () => {
    expect((await run(String.raw`printf 'a\xffb\0c'`)).output).toBe('a\uFFFDb\0c');
  });

  it('sees the environment it was given and no other', async () => {
    expect((await run('echo "$GREETING ${HOME-unset}"')).output).toBe('hello unset\n');
  });

  it('runs in the folder it was given', async () => {
    expect((await run('pwd')).output).toBe(`${folder}\n`);
  });

  it('that prints megabytes keeps the beginning, the end and a note', async () => {
    await using small = await open({ bounds: { headBytes: 100, tailBytes: 50 } });
    const seen: number[] = [];
    const result = await small.run('seq 1 200000', {
      timeoutMs: patienceMs,
      signal: stop.signal,
      onOutput: ({ length }) => seen.push(length),
    });
    const total = seen.reduce((sum, length) => sum + length, 0);
    expect(total).toBe(1_288_895);
    expect(result.droppedBytes).toBe(total - 150);
    expect(result.output).toMatch(/^1\n2\n3\n/);
    expect(result.output).toContain(`\n… ${total - 150} bytes left out …\n`);
    expect(result.output).toMatch(/\n200000\n$/);
  });
});

describe('from one command to the next', () => {
  it.each([
    ['variables', 'x="a  b"', 'echo "$x"', 'a  b\n'],
    ['exported variables', "export y=$'two\\nlines'", 'bash -c \'echo "$y"\'', 'two\nlines\n'],
    ['functions', 'f() { echo "f $1"; }', 'f 1', 'f 1\n'],
    ['the folder', 'cd /', 'pwd', '/\n'],
    ['options', 'set -f', 'echo *', '*\n'],
    ['the exit code', '(exit 7)', 'echo "$?"', '7\n'],
    ['the exit code of a success', 'true', 'echo "$?"', '0\n'],
    ['background jobs', 'sleep 100 & job=$!', 'kill -0 "$job" && echo alive', 'alive\n'],
    ['descriptors', 'exec 3>kept.txt', 'echo x >&3; cat kept.txt', 'x\n'],
  ])('%s live on', async (_what, first, second, output) => {
    await run(first);
    expect((await run(second)).output).toBe(output);
  });
});

describe('a command that ends the shell', () => {
  it.each([
    ['exit', 'echo bye; exit 3', 'bye\n', 3],
    ['a failure under set -e', 'set -e\necho before\nfalse\necho after', 'before\n', 1],
    ['a signal', 'kill -KILL $$', '', 137],
  ])('by %s is reported, and a fresh shell goes on', async (_title, command, output, exitCode) => {
    await run('x=1; cd /');
    expect(await run(command)).toMatchObject({ output, exitCode, shellEnded: 'exit' });
    expect((await run('echo "x=$x in $PWD, $?"')).output).toBe(`x= in ${folder}, 0\n`);
  });

  it('takes its background jobs along', async () => {
    await run('sleep 100 & echo $! >job');
    await run('exit 0');
    expect(livingOf('job')).toEqual([]);
  });
});

describe('a command that takes too long', () => {
  it('is killed with its children, and a fresh shell goes on', async () => {
    const clock = new ManualClock();
    await using timed = await open({ clock });
    const options = { timeoutMs: 1000, signal: stop.signal };
    const running = timed.run(
      'echo start; bash -c "sleep 100 & echo \\$! >new; mv new grandchild; wait"',
      options,
    );
    await made('grandchild');
    await clock.advance(1000);
    expect(await running).toMatchObject({ output: 'start\n', exitCode: undefined, shellEnded: 'timeout' });
    expect(livingOf('grandchild')).toEqual([]);
    expect(await timed.run('echo on', options)).toMatchObject({ output: 'on\n' });
    expect(clock.pending).toBe(0);
  });

  it('is killed even when it ignores SIGTERM', async () => {
    const clock = new ManualClock();
    await using timed = await open({ clock });
    const command = "trap '' TERM; touch deaf; while true; do sleep 0.05; done";
    const running = timed.run(command, { timeoutMs: 1000, signal: stop.signal });
    await made('deaf');
    await clock.advance(1000);
    expect(await running).toMatchObject({ shellEnded: 'timeout' });
  });
});

describe('an aborted run', () => {
  it('rejects with the reason and leaves no process of its session', async () => {
    const running = run(`
      echo $$ >>pids.tmp
      sleep 100 & echo $! >>pids.tmp
      set -m
      sleep 100 & echo $! >>pids.tmp
      (sleep 100 & echo $! >>pids.tmp; wait) &
      while [ "$(wc -l <pids.tmp)" -lt 4 ]; do sleep 0.01; done
      mv pids.tmp pids
      sleep 100`);
    await made('pids');
    expect(livingOf('pids')).toHaveLength(4);
    stop.abort(new Error('Stopped by Ctrl+C'));
    await expect(running).rejects.toThrow('Stopped by Ctrl+C');
    expect(livingOf('pids')).toEqual([]);
  });

  it.each(['true', 'exit 1'])(
    'rejects with the reason whenever it is aborted, after %s too',
    async (before) => {
      for (const delayMs of [0, 1, 2, 5, 10]) {
        await using another = await open();
        const abort = new AbortController();
        await another.run(before, { timeoutMs: patienceMs, signal: abort.signal });
        const running = another.run('echo $$ >>shells; sleep 100', {
          timeoutMs: patienceMs,
          signal: abort.signal,
        });
        setTimeout(() => abort.abort(new Error('Stopped by Ctrl+C')), delayMs);
        await expect(running).rejects.toThrow('Stopped by Ctrl+C');
      }
      expect(existsSync(join(folder, 'shells')) ? livingOf('shells') : []).toEqual([]);
    },
  );

  it('does not begin when the signal was aborted before', async () => {
    stop.abort(new Error('too late'));
    await expect(run('touch made')).rejects.toThrow('too late');
    expect(existsSync(join(folder, 'made'))).toBe(false);
  });
});

describe('close', () => {
  it('ends background jobs, removes the temporary folder, and may be called twice', async () => {
    vi.stubEnv('TMPDIR', folder);
    await using another = await open();
    await another.run('sleep 100 & echo $! >jobs; set -m; sleep 100 & echo $! >>jobs', {
      timeoutMs: patienceMs,
      signal: stop.signal,
    });
    expect(livingOf('jobs')).toHaveLength(2);
    await Promise.all([another.close(), another.close()]);
    expect(livingOf('jobs')).toEqual([]);
    expect(readdirSync(folder)).toEqual(['jobs']);
  });

  it('refuses what comes after', async () => {
    await shell.close();
    await expect(run('true')).rejects.toThrow('closed');
  });
});

it('a folder that does not exist is a LabError that names it', async () => {
  await expect(open({ cwd: join(folder, 'none') })).rejects.toMatchObject({
    code: 'SHELL_FAILED',
    message: `bash does not start in ${join(folder, 'none')}`,
  });
});

it('leaves no listener for the exit of this process behind', async () => {
  const before = process.listenerCount('exit');
  const another = await open();
  await another.close();
  expect(process.listenerCount('exit')).toBe(before);
});

const made = async (file: string): Promise<void> => {
  await expect.poll(() => existsSync(join(folder, file)), { interval: 5 }).toBe(true);
};

/** Those of the processes named in a file that still run. */
const livingOf = (file: string): readonly number[] =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .flatMap((line) => (line === '' ? [] : Number(line)))
    .filter((pid) => {
      try {
        // A container's first process may never collect the dead.
        const isDead =
          process.platform === 'linux' && /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
        return process.kill(pid, 0) && !isDead;
      } catch {
        return false;
      }
    });
