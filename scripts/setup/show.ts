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
  const rows = new Map(tasks.map(({ id, title }) => [id, new Row(title)]));
  const list = new Listr(
    [...rows.values()].map((row) => ({
      title: row.title,
      task: async (_: unknown, card: Card): Promise<void> => row.showOn(card),
    })),
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      rendererOptions: { collapseSubtasks: false, collapseErrors: false, showErrorMessage: false },
    },
  );
  const shown = list.run();
  try {
    await body((event) => {
      const seconds = timer(event);
      const row = rows.get(event.id);
      const title = titles.get(event.id) ?? event.id;
      if (event.kind === 'waiting') {
        const needs = event.needs.map((id) => titles.get(id)).join(', ');
        row?.say({ title: `${title} ${styleText('dim', `(waits for ${needs})`)}` });
      }
      if (event.kind === 'started') row?.say({ title });
      if (event.kind === 'note') row?.say({ note: event.text });
      if (event.kind === 'done') row?.say({ title: `${event.title}${seconds}`, end: 'done' });
      if (event.kind === 'failed') row?.say({ end: 'failed' });
      if (event.kind === 'stopped') row?.say({ title, end: 'stopped' });
    });
  } finally {
    for (const row of rows.values()) row.say({ end: 'stopped' });
    await shown;
  }
};

interface Said {
  readonly title?: string;
  readonly note?: string;
  readonly end?: 'done' | 'failed' | 'stopped';
}

/** A line of the list. Tasks do not wait until Listr has drawn all of them, so it keeps what was said before. */
class Row {
  title: string;
  #note: string | undefined;
  #end: Said['end'];
  #card: Card | undefined;
  #settle: () => void = () => undefined;

  constructor(title: string) {
    this.title = title;
  }

  /** Resolves or rejects when the task has ended. */
  async showOn(card: Card): Promise<void> {
    this.#card = card;
    await new Promise<void>((resolve, reject) => {
      this.#settle = () => {
        if (this.#end === 'failed') reject(new Error(this.title));
        if (this.#end === 'stopped') card.skip();
        if (this.#end !== undefined) resolve();
      };
      this.#draw();
    });
  }

  /** What comes after the end changes nothing. */
  say({ title, note, end }: Said): void {
    if (this.#end !== undefined) return;
    this.title = title ?? this.title;
    this.#note = note ?? this.#note;
    this.#end = end;
    this.#draw();
  }

  #draw(): void {
    if (this.#card === undefined) return;
    this.#card.title = this.title;
    if (this.#note !== undefined) this.#card.output = this.#note;
    this.#settle();
  }
}

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
