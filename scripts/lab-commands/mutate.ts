// `npm run lab N mutate`: a lab with wrong manifests. A check must notice each, and why must name the rung.

import { join, relative } from 'node:path';
import type { LabFlags } from '../cli/lab-command.ts';
import { openLibrary } from '../environment/library.ts';
import { engineLine, openWorkshop, type Workshop } from '../environment/workshop.ts';
import type { Lab } from '../lab/format/lab.ts';
import { listLabs, loadLab, type Library } from '../lab/format/labs.ts';
import { showPlace } from '../lab/format/place.ts';
import { invalidLab } from '../lab/format/problem.ts';
import { readText } from '../lab/format/project-files.ts';
import { generateMutations } from '../lab/mutate/generate.ts';
import type { Mutation } from '../lab/mutate/mutation.ts';
import { readMutations } from '../lab/mutate/read-mutations.ts';
import { runMutations, type MutationReport } from '../lab/mutate/run-mutations.ts';
import { labFiles, openAskWhy } from './ask-why.ts';
import { atPortBase } from './at-port-base.ts';
import { openStage } from './stage.ts';

/** Exit code 0 when every mutation of every lab was caught. */
export async function mutate(which: number | 'all', flags: LabFlags, signal: AbortSignal): Promise<number> {
  const { env } = process;
  const library = openLibrary(env);
  const numbers = which === 'all' ? listLabs(library).flatMap(({ number }) => number ?? []) : [which];
  const workshop = await openWorkshop({
    env,
    ...flags,
    signal,
  });
  const labs = numbers.map((number) => {
    const lab = loadLab(library, number);
    return { lab, mutations: mutationsOf(lab, library, workshop) };
  });
  const write = (text: string): void => {
    if (!flags.json) process.stdout.write(text);
  };
  write(`${engineLine(workshop)}\n`);
  const all: { readonly lab: number; readonly mutations: readonly MutationReport[] }[] = [];
  for (const { lab, mutations } of labs) {
    if (!lab.engines.includes(workshop.engine.name)) {
      write(`Lab ${lab.lab} is left out: it runs on ${lab.engines.join(', ')}\n`);
      continue;
    }
    const startedAt = performance.now();
    const reports = await mutateLab(lab, mutations, { workshop, env, signal, write, quiet: flags.json });
    all.push({ lab: lab.lab, mutations: reports });
    const caught = reports.filter(({ outcome }) => outcome === 'caught').length;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    write(
      `${caught === reports.length ? '✔' : '✖'} Lab ${lab.lab}: ${caught} of ${reports.length} mutations caught in ${seconds} s\n`,
    );
  }
  if (flags.json) process.stdout.write(`${JSON.stringify({ labs: all }, null, 2)}\n`);
  return all.every(({ mutations }) => mutations.every(({ outcome }) => outcome === 'caught')) ? 0 : 1;
}

/** The author's and the generated ones. @throws LabError for a mistake in mutations.yaml */
function mutationsOf(lab: Lab, { labsDir, projectRoot }: Library, workshop: Workshop): readonly Mutation[] {
  const files = labFiles(lab, workshop);
  const path = join(labsDir, lab.id, 'mutations.yaml');
  const file = relative(projectRoot, path);
  const { mutations, problems } = readMutations(file, readText(path) ?? '', lab, files.read);
  if (problems.length > 0) throw invalidLab(file, problems);
  return [...generateMutations(lab, files), ...mutations].toSorted((a, b) => a.step - b.step);
}

interface Surroundings {
  readonly workshop: Workshop;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly write: (text: string) => void;
  readonly quiet: boolean;
}

async function mutateLab(
  written: Lab,
  mutations: readonly Mutation[],
  { workshop, env, signal, write, quiet }: Surroundings,
): Promise<readonly MutationReport[]> {
  const lab = atPortBase(written, workshop.portBase);
  const output = quiet ? 'quiet' : 'visible';
  await using stage = await openStage({ lab, workshop, clean: true, output, env, signal });
  return await runMutations({
    lab,
    mutations,
    files: labFiles(lab, workshop),
    ask: await openAskWhy(lab, workshop),
    context: { ...stage, onEvent: () => undefined, signal },
    onReport: (report) => write(`${reportLines(lab, report).join('\n')}\n`),
  });
}

function reportLines({ lab }: Lab, report: MutationReport): readonly string[] {
  const { mutation, step, outcome, check, why, durationMs } = report;
  const what = `lab ${lab}, step ${mutation.step + 1}, ${mutation.name}`;
  const seconds = `${(durationMs / 1000).toFixed(1)} s`;
  const said = why === undefined ? [] : [`  why:   ${why.text}`];
  switch (outcome) {
    case 'caught':
      return [`✔ ${what}: ${mutation.rung}, by "${check ?? ''}" (${seconds})`];
    case 'unnoticed':
      return [`✖ ${what}: no check of the step notices it (${showPlace(step.at)})`];
    case 'refused':
      return [`✖ ${what}: the cluster refuses it, so no check can notice it (${showPlace(step.at)})`];
    case 'other-rung':
      return [
        `✖ ${what}: why names the rung ${why?.rung ?? 'none'}, and it should be ${mutation.rung}`,
        `  check: ${check ?? ''} (${showPlace(step.at)})`,
        ...said,
      ];
  }
}
