import { describe, expect, it } from 'vitest';
import { run } from '../../../scripts/process/run.ts';

describe('a program that was run', () => {
  it('and ended by Ctrl+C before we heard of it ends the run as our own Ctrl+C does', async () => {
    // A terminal sends SIGINT to the whole group, and nobody says who takes it first.
    await expect(run('bash', ['-c', 'kill -INT $$'])).rejects.toMatchObject({
      code: 'INTERRUPTED',
      exitCode: 130,
    });
  });

  it('and was killed otherwise has no exit code', async () => {
    expect(await run('bash', ['-c', 'kill -KILL $$'])).toMatchObject({
      exitCode: undefined,
      timedOut: false,
    });
  });
});
