// The hints of a step, one after the other: on request, and by themselves when tries go wrong.

import type { Hint, Step } from '../lab/format/lab.ts';
import { renderMarkdown, type RenderOptions } from './render-markdown.ts';

/** So many tries go wrong before a hint comes unasked. */
const patience = 2;

export class Hints {
  #hints: readonly Hint[];
  #canSolve: boolean;
  #shown = 0;
  #wrongTries = 0;

  constructor(step: Step) {
    this.#hints = step.blocks.filter((block) => block.kind === 'hint');
    this.#canSolve = step.blocks.some(({ kind }) => kind === 'solution');
  }

  /** How many the learner has seen. */
  get shown(): number {
    return this.#shown;
  }

  /** The next one; all of them once all are known. */
  next(look: RenderOptions): string {
    if (this.#shown === this.#hints.length)
      return this.#hints.map((_, index) => this.#render(index, look)).join('\n\n');
    this.#shown += 1;
    return this.#render(this.#shown - 1, look);
  }

  /** Told after a try that went wrong; the result is to be shown, unless it is empty. */
  afterWrongTry(look: RenderOptions): string {
    this.#wrongTries += 1;
    if (this.#wrongTries < patience) return '';
    if (this.#shown < this.#hints.length) return this.next(look);
    return this.#canSolve && this.#wrongTries > patience
      ? 'Stuck? solve shows the solution and runs it; nothing is lost by it.'
      : '';
  }

  #render(index: number, look: RenderOptions): string {
    const count = this.#hints.length;
    const title = count === 1 ? 'Hint' : `Hint ${index + 1} of ${count}`;
    return `${title}:\n${renderMarkdown(this.#hints[index]?.body ?? [], look)}`;
  }
}
