// `npm run lab` and `npm run lab lint`: the labs, and the mistakes in their texts.

import type { LabFlags } from '../cli/lab-command.ts';
import { openLibrary } from '../environment/library.ts';
import { projectRoot } from '../environment/project-root.ts';
import { lintLabs, listLabs } from '../lab/format/labs.ts';
import { showProblem } from '../lab/format/problem.ts';
import { openLabDir } from '../state/lab-dir.ts';
import { readProgress } from '../state/progress.ts';

export function list({ json }: LabFlags): number {
  const entries = listLabs(openLibrary(process.env));
  const labs = entries.flatMap(({ lab }) => (lab === undefined ? [] : [lab]));
  if (json) {
    const rows = labs.map(({ lab, id, title, summary, minutes, apps, engines, file }) => ({
      lab,
      id,
      title,
      summary,
      minutes,
      apps,
      engines,
      file,
    }));
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return 0;
  }
  const labDir = openLabDir(projectRoot, process.env);
  for (const { lab, title, summary, minutes, steps } of labs) {
    const done = readProgress(labDir, lab)?.done.length ?? 0;
    const state =
      done === 0 ? `${minutes} min` : done >= steps.length ? 'done' : `${done} of ${steps.length} steps`;
    process.stdout.write(`${String(lab).padStart(3)}  ${title.padEnd(22)} ${state}\n     ${summary}\n`);
  }
  process.stdout.write('\nStart one: npm run lab 1     What else: npm run lab -- --help\n');
  const broken = entries.filter(({ lab }) => lab === undefined);
  for (const { file } of broken) process.stderr.write(`${file} has mistakes: npm run lab lint\n`);
  return broken.length === 0 ? 0 : 1;
}

export function lint({ json }: LabFlags): number {
  const library = openLibrary(process.env);
  const problems = lintLabs(library);
  if (json) process.stdout.write(`${JSON.stringify(problems, null, 2)}\n`);
  else if (problems.length === 0) process.stdout.write(`No mistakes in ${count(listLabs(library).length)}\n`);
  else {
    const lines = [
      ...problems.map(showProblem),
      '',
      'In brackets is the rule: npm run lab lint explain RULE says more.',
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  return problems.length === 0 ? 0 : 1;
}

const count = (labs: number): string => (labs === 1 ? 'one lab' : `${labs} labs`);
