import { describe, expect, it } from 'vitest';
import { runGraph } from '../../../scripts/setup/graph.ts';
import { showLines } from '../../../scripts/setup/show.ts';
import type { SetUpTask } from '../../../scripts/setup/task.ts';

const task = (id: string, needs: readonly string[], run: SetUpTask['run']): SetUpTask => ({
  id,
  title: `Task ${id}`,
  needs,
  run,
});

async function linesOf(tasks: readonly SetUpTask[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const { signal } = new AbortController();
  await showLines((line) => lines.push(line))(tasks, async (onEvent) =>
    runGraph(tasks, { signal, onEvent }),
  ).catch((error: Error) => lines.push(`thrown: ${error.message}`));
  return lines;
}

describe('a set-up without a terminal', () => {
  it('is a line for each start, note and end', async () => {
    const lines = await linesOf([
      task('a', [], async ({ note }) => {
        note('waiting for the node');
        note('waiting for the node');
        return 'Task a: ready';
      }),
      task('b', ['a'], async () => undefined),
    ]);
    expect(lines).toEqual([
      '❯ Task a',
      '› Task a: waiting for the node',
      '✔ Task a: ready',
      '❯ Task b',
      '✔ Task b',
    ]);
  });

  it('marks the task that failed, and leaves its error to the caller', async () => {
    const lines = await linesOf([
      task('a', [], async () => {
        throw new Error('no room');
      }),
      task('b', ['a'], async () => undefined),
    ]);
    expect(lines).toEqual(['❯ Task a', '✖ Task a', 'thrown: no room']);
  });
});
