// Work that others can build on before its end: one task for the way to that point, one for the rest.

import type { SetUpTask, TaskContext } from './task.ts';

export type Half = Omit<SetUpTask, 'run'>;

/**
 * `work` calls `reached` at that point; its end is the end of the second task, and a failure is that of the half in
 * which it happens.
 */
export function inTwo(
  first: Half,
  second: Half,
  work: (context: TaskContext, reached: () => void) => Promise<string | void>,
): readonly [SetUpTask, SetUpTask] {
  let end: Promise<string | void> | undefined;
  let note: (text: string) => void = () => undefined;
  return [
    {
      ...first,
      run: async (context) => {
        note = context.note;
        const reached = new Promise<void>((resolve) => {
          end = work({ signal: context.signal, note: (text) => note(text) }, resolve);
        });
        // The second half awaits it; until then nobody does.
        end?.catch(() => undefined);
        await Promise.race([reached, end]);
      },
    },
    {
      ...second,
      needs: [first.id, ...second.needs],
      run: async (context) => {
        note = context.note;
        return end;
      },
    },
  ];
}
