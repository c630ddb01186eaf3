// What an instructor wants to see, and the audience not: the notes of a step, its checks, and what comes next.

import { checksOf, type Lab } from '../lab/format/lab.ts';
import type { LabReport } from '../lab/run/report.ts';
import { renderMarkdown, type RenderOptions } from '../learn/render-markdown.ts';
import { notesOf } from './beats.ts';

export interface NotesLook extends RenderOptions {
  /** Of the last rehearsal, for what the cluster took. */
  readonly rehearsal: Pick<LabReport, 'steps'> | undefined;
}

/** @param step from 0; -1 for the introduction */
export function notesPage(lab: Lab, step: number, look: NotesLook): string {
  const here = lab.steps[step];
  const took = look.rehearsal?.steps.find(({ id }) => id === here?.id)?.durationMs;
  const next = lab.steps[step + 1];
  const title = here === undefined ? lab.title : `Step ${step + 1} of ${lab.steps.length}: ${here.title}`;
  const notes = notesOf(lab, step).map(({ body }) => renderMarkdown(body, look));
  const checks = here === undefined ? [] : checksOf(here).map((check) => `- ${check.title}`);
  return [
    title,
    ...(notes.length === 0 ? ['No notes.'] : notes),
    ...(checks.length === 0 ? [] : [['Must turn green:', ...checks].join('\n')]),
    ...(took === undefined
      ? []
      : [`The cluster took ${(took / 1000).toFixed(1)} s for it at the rehearsal.`]),
    next === undefined ? 'Then the lab is done.' : `Then: ${next.title}`,
  ].join('\n\n');
}
