// `npm run lab N`: learn a lab, from where the learner left it.

import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import wrapAnsi from 'wrap-ansi';
import { systemClock, type Clock } from '../../sandbox/clock/clock.ts';
import { recordState, whereIs } from '../environment/lab-start.ts';
import { engineLine, openWorkshop } from '../environment/workshop.ts';
import { openLibrary } from '../environment/library.ts';
import { listLabs, loadLab } from '../lab/format/labs.ts';
import { readText } from '../lab/format/project-files.ts';
import { shellQuote } from '../shell-quote.ts';
import { learn, type LearnOutcome } from '../learn/learn.ts';
import { manifestViewer } from '../learn/manifest/view-manifest.ts';
import { openUi } from '../learn/ui.ts';
import { hanging } from '../cli/hanging.ts';
import type { LabFlags } from '../cli/lab-command.ts';
import { noProgress, readProgress, writeProgress } from '../state/progress.ts';
import { explainer } from './ask-why.ts';
import { atPortBase } from './at-port-base.ts';
import { replaySteps } from './goto.ts';
import { openStage } from './stage.ts';
import { toStart } from './to-start.ts';

const exitCodes: Readonly<Record<LearnOutcome, number>> = { done: 0, quit: 0, red: 1 };

export async function start(number: number, flags: LabFlags, signal: AbortSignal): Promise<number> {
  const { env } = process;
  const workshop = await openWorkshop({
    env,
    ...flags,
    ask: true,
    signal,
  });
  const library = openLibrary(env);
  const lab = atPortBase(loadLab(library, number), workshop.portBase);
  const ui = openUi({ input: process.stdin, output: process.stdout, env });
  const about = `Lab ${lab.lab}: ${lab.title}, about ${lab.minutes} minutes`;
  for (const line of [engineLine(workshop), about, lab.summary]) ui.print(hanging(line, ui.width));

  const { labDir, labsRoot } = workshop;
  const last = readProgress(labDir, number);
  const resumed = last !== undefined && last.done.length > 0 && last.done.length < lab.steps.length;
  await using stage = await openStage({ lab, workshop, clean: !resumed, output: 'visible', env, signal });
  if (stage.notice !== undefined) ui.print(stage.notice);
  const print = (line: string): void => ui.print(hanging(line, ui.width));
  const way = { workshop, lab, env, print, setUp: 'quiet', signal } as const;
  const goTo = async (index: number): Promise<void> => {
    await toStart(way);
    await replaySteps(index, stage, way);
  };
  const where = resumed ? await whereIs(workshop, lab, last.done, signal) : 'here';
  if (resumed && where === 'elsewhere') {
    ui.print('The cluster is not where you left it, so the steps that you did are done again:');
    await goTo(last.done.length);
  } else if (where === 'restarted') ui.print(`\n${wrapAnsi(restarted, ui.width)}\n`);
  // A new terminal opens somewhere else, and the paths of the commands count from here.
  const ownTerminal = `To work in a terminal of your own:\n  cd ${shellQuote(labsRoot)}\n  export KUBECONFIG=${shellQuote(labDir.kubeconfig)}`;

  // The Kubernetes client takes half a second to load, and is there by now.
  const [{ openCluster }, { watchChanges }, { lastApplied }] = await Promise.all([
    import('../cluster/client.ts'),
    import('../cluster/changes.ts'),
    import('../cluster/last-applied.ts'),
  ]);
  const cluster = openCluster(labDir.kubeconfig);
  await using changes = watchChanges(cluster);
  const outcome = await learn({
    lab,
    next: listLabs(library).find((entry) => (entry.number ?? 0) > number)?.lab,
    ui,
    ownTerminal,
    shell: stage.shell,
    context: { ...stage.checks, signal },
    changes,
    viewManifest: manifestViewer({
      read: (path) => readText(resolve(labsRoot, path)),
      readBefore: async (object) => lastApplied(cluster, object),
    }),
    clock: wakingClock,
    progress: resumed ? last : noProgress(Date.now()),
    saveProgress: (progress) => writeProgress(labDir, number, progress),
    explain: explainer(lab, workshop, env),
    stepDone: async (step) => recordState(workshop, lab, step, signal),
    travel: { reset: async () => toStart(way), goto: async (step) => goTo(lab.steps.indexOf(step)) },
    signal,
  });
  if (outcome === 'quit') ui.print(`Your place is kept: npm run lab ${number} goes on here.`);
  return exitCodes[outcome];
}

/** Stands still while the machine sleeps, so that a night is no time spent on a step. */
const wakingClock: Clock = { ...systemClock, now: () => performance.timeOrigin + performance.now() };

const restarted =
  'Programs in the cluster were started anew since your last step: what you told them while they ran is gone. If ' +
  'something is not as the step says, choose Goto in its menu, and the step itself.';
