// What an instructor wants to see, and the audience not: the notes of a step, its checks, and what comes next.

import { checksOf, type Lab } from '../lab/format/lab.ts';
import { renderMarkdown, type RenderOptions } from '../learn/render-markdown.ts';
import { notesOf } from './beats.ts';

/** @param step from 0; -1 for the introduction */
export function notesPage(lab: Lab, step: number, look: RenderOptions): string {
  const here = lab.steps[step];
  const next = lab.steps[step + 1];
  const title = here === undefined ? lab.title : `Step ${step + 1} of ${lab.steps.length}: ${here.title}`;
  const notes = notesOf(lab, step).map(({ body }) => renderMarkdown(body, look));
  const checks = here === undefined ? [] : checksOf(here).map((check) => `- ${check.title}`);
  return [
    title,
    ...(notes.length === 0 ? ['No notes.'] : notes),
    ...(checks.length === 0 ? [] : [['Must turn green:', ...checks].join('\n')]),
    next === undefined ? 'Then the lab is done.' : `Then: ${next.title}`,
  ].join('\n\n');
}
