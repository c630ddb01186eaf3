// The tasks of a set-up on the screen: a list that moves on a terminal, lines elsewhere.

import { styleText } from 'node:util';
import { Listr, type ListrTaskWrapper, type DefaultRenderer, type SimpleRenderer } from 'listr2';
import type { OnSetUpEvent, SetUpEvent } from './event.ts';
import type { SetUpTask } from './task.ts';

/** Runs `body`, whose events are shown. What went wrong is told by whoever catches it, not here. */
export type Show = (
  tasks: readonly SetUpTask[],
  body: (onEvent: OnSetUpEvent) => Promise<void>,
) => Promise<void>;

export const showNothing: Show = async (_, body) => body(() => undefined);

/** For pipes, files and CI: a line for each start, note and end. */
export const showLines =
  (write: (line: string) => void): Show =>
  async (tasks, body) => {
    const titles = titlesOf(tasks);
    const timer = openTimer();
    await body((event) => {
      const seconds = timer(event);
      const title = titles.get(event.id) ?? event.id;
      if (event.kind === 'started') write(`❯ ${title}`);
      if (event.kind === 'note') write(`› ${title}: ${event.text}`);
      if (event.kind === 'done') write(`✔ ${event.title}${seconds}`);
      if (event.kind === 'failed') write(`✖ ${title}`);
    });
  };

type Card = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

/** For a terminal: every task from the start, with what it waits for. */
export const showList: Show = async (tasks, body) => {
  const titles = titlesOf(tasks);
  const timer = openTimer();
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const cards = new Map<string, Card>();
  const list = new Listr(
    tasks.map(({ id, title }) => ({
      title,
      task: async (_: unknown, card: Card): Promise<void> => {
        cards.set(id, card);
        await new Promise<void>((resolve, reject) => {
          ends.set(id, { resolve, reject });
        });
      },
    })),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: { collapseSubtasks: false, collapseErrors: false, showErrorMessage: false },
    },
  );
  const shown = list.run();
  // Listr calls the tasks one after the other, each in a turn of its own.
  while (ends.size < tasks.length) await new Promise(setImmediate);
  try {
    await body((event) => {
      const seconds = timer(event);
      const [card, end] = [cards.get(event.id), ends.get(event.id)];
      if (card === undefined || end === undefined) return;
      const title = titles.get(event.id) ?? event.id;
      if (event.kind === 'waiting') {
        const needs = event.needs.map((id) => titles.get(id)).join(', ');
        card.title = `${title} ${styleText('dim', `(waits for ${needs})`)}`;
      }
      if (event.kind === 'started') card.title = title;
      if (event.kind === 'note') card.output = event.text;
      if (event.kind === 'done') card.title = `${event.title}${seconds}`;
      if (event.kind === 'done') end.resolve();
      if (event.kind === 'failed') end.reject(new Error(title));
      if (event.kind === 'stopped') {
        card.title = title;
        card.skip();
        end.resolve();
      }
    });
  } finally {
    for (const { resolve } of ends.values()) resolve();
    await shown;
  }
};

const titlesOf = (tasks: readonly SetUpTask[]): ReadonlyMap<string, string> =>
  new Map(tasks.map(({ id, title }) => [id, title]));

const leastShownMs = 100;

/** ` [1.2 s]` for the end of a task that took a moment. */
function openTimer(): (event: SetUpEvent) => string {
  const startedAt = new Map<string, number>();
  return ({ kind, id }) => {
    if (kind === 'started') startedAt.set(id, performance.now());
    const ms = performance.now() - (startedAt.get(id) ?? performance.now());
    return ms >= leastShownMs ? ` [${(ms / 1000).toFixed(1)} s]` : '';
  };
}
