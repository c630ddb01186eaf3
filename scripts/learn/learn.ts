// `npm run lab N`: a lab step by step. Commands run in the lab's bash, or in the learner's own terminal.

import type { CheckContext, CheckResult } from '../lab/checks/check.ts';
import { checksOf, type Command, type Lab, type Step, type StepText } from '../lab/format/lab.ts';
import type { CommandRunner } from '../lab/shell/shell.ts';
import type { Progress } from '../state/progress.ts';
import { renderMarkdown } from './render-markdown.ts';
import { showCheck, showCommand, showStepTitle, showSummary } from './show.ts';
import type { Ui } from './ui.ts';

export interface LearnOptions {
  readonly lab: Lab;
  readonly ui: Ui;
  readonly shell: CommandRunner;
  readonly context: CheckContext;
  readonly progress: Progress;
  readonly saveProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** `quit`: the learner left, and can come back. `red`: nobody was there to repair a red check. */
export type LearnOutcome = 'done' | 'quit' | 'red';

type Answer = 'go' | 'quit' | 'red';

export async function learn(options: LearnOptions): Promise<LearnOutcome> {
  const { lab, ui, progress, saveProgress } = options;
  const done = [...progress.done];
  if (done.length === 0) ui.print(`\n${renderMarkdown(introOf(lab), ui)}`);
  for (const [index, step] of lab.steps.entries()) {
    if (done.includes(step.id)) {
      ui.print(`\n${showStepTitle(step, index, lab.steps.length, ui)} (done before)`);
      continue;
    }
    ui.print(`\n${showStepTitle(step, index, lab.steps.length, ui)}\n`);
    const answer = await takeStep(step, options);
    if (answer !== 'go') return answer;
    done.push(step.id);
    saveProgress({ ...progress, done });
  }
  ui.print(`\n${showSummary(lab, progress)}`);
  return 'done';
}

const introOf = (lab: Lab): Parameters<typeof renderMarkdown>[0] =>
  lab.intro.flatMap((block) => (block.kind === 'prose' ? block.nodes : []));

async function takeStep(step: Step, options: LearnOptions): Promise<Answer> {
  for (const block of step.blocks) {
    if (
      block.kind === 'prose' ||
      block.kind === 'command' ||
      block.kind === 'manifest' ||
      block.kind === 'skipped'
    ) {
      const answer = await takeText(block, step, options);
      if (answer !== 'go') return answer;
    } else if (block.kind === 'solution' && !options.ui.interactive) {
      const answer = await takeSolution(step, options);
      if (answer !== 'go') return answer;
    }
  }
  return passChecks(step, options);
}

async function takeText(block: StepText, step: Step, options: LearnOptions): Promise<Answer> {
  const { ui } = options;
  if (block.kind === 'command') return takeCommand(block, step, options);
  if (block.kind === 'prose') ui.print(`${renderMarkdown(block.nodes, ui)}\n`);
  else ui.print(`${indent(block.text)}\n`);
  return 'go';
}

const indent = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`.trimEnd())
    .join('\n');

async function takeCommand(command: Command, step: Step, options: LearnOptions): Promise<Answer> {
  const { ui } = options;
  ui.print(showCommand(command, ui));
  for (;;) {
    const choice = await ui.ask('Run it?', [
      { value: 'run', name: 'Run it here' },
      { value: 'mine', name: 'I have run it in my own terminal' },
      ...hintChoice(step),
      { value: 'quit', name: 'Leave; the lab goes on here next time' },
    ]);
    if (choice === 'quit') return 'quit';
    if (choice === 'mine') return 'go';
    if (choice === 'hint') {
      showHints(step, ui);
      continue;
    }
    if (await runCommand(command, options)) return 'go';
    if (!ui.interactive) return 'red';
  }
}

/** True when it ended as the lab says. */
async function runCommand(command: Command, { ui, shell, signal }: LearnOptions): Promise<boolean> {
  let printed = '\n';
  const result = await shell.run(command.text, {
    timeoutMs: command.timeoutMs,
    signal,
    onOutput: (text) => {
      printed = text;
      ui.write(text);
    },
  });
  ui.print(printed.endsWith('\n') ? '' : '\n');
  const { exitCode } = result;
  if (exitCode === undefined) {
    ui.print(`It did not end within ${command.timeoutMs / 1000} s and was stopped.`);
    return false;
  }
  const asWritten = command.exit === 'nonzero' ? exitCode !== 0 : exitCode === command.exit;
  // A command that only looks may come too early; its check will tell.
  if (asWritten || command.withinMs !== undefined) return true;
  const expected = command.exit === 'nonzero' ? 'an error' : `exit code ${command.exit}`;
  ui.print(`It ended with exit code ${exitCode}; the lab expects ${expected} here.`);
  return false;
}

async function passChecks(step: Step, options: LearnOptions): Promise<Answer> {
  const { ui } = options;
  const answer = await takeTask(step, options);
  if (answer !== 'go') return answer;
  for (;;) {
    const red = await runChecks(step, options);
    if (red.length === 0) return 'go';
    if (!ui.interactive) return 'red';
    const choice = await ui.ask('What next?', [
      { value: 'again', name: 'Check again' },
      ...hintChoice(step),
      ...solveChoice(step),
      { value: 'quit', name: 'Leave; the lab goes on here next time' },
    ]);
    if (choice === 'quit') return 'quit';
    if (choice === 'hint') showHints(step, ui);
    if (choice === 'solve' && (await takeSolution(step, options)) === 'quit') return 'quit';
  }
}

/** Waits while the learner works on a task: its checks would look for half a minute at what nobody has done yet. */
async function takeTask(step: Step, options: LearnOptions): Promise<Answer> {
  const { ui } = options;
  if (!ui.interactive || !hasTask(step)) return 'go';
  for (;;) {
    const choice = await ui.ask('Your turn. What next?', [
      { value: 'check', name: 'I have done it: check' },
      ...hintChoice(step),
      ...solveChoice(step),
      { value: 'quit', name: 'Leave; the lab goes on here next time' },
    ]);
    if (choice === 'check') return 'go';
    if (choice === 'quit') return 'quit';
    if (choice === 'solve') return takeSolution(step, options);
    showHints(step, ui);
  }
}

const hasTask = (step: Step): boolean => step.blocks.some(({ kind }) => kind === 'solution');

async function runChecks(step: Step, { ui, context }: LearnOptions): Promise<readonly CheckResult[]> {
  const red: CheckResult[] = [];
  for (const { check } of checksOf(step)) {
    const result = await check.run(context, 'within');
    ui.print(showCheck(result, ui));
    if (result.status !== 'pass') red.push(result);
  }
  return red;
}

async function takeSolution(step: Step, options: LearnOptions): Promise<Answer> {
  for (const block of step.blocks) {
    if (block.kind !== 'solution') continue;
    for (const text of block.blocks) {
      const answer = await takeText(text, step, options);
      if (answer !== 'go') return answer;
    }
  }
  return 'go';
}

const hintChoice = (step: Step): { value: 'hint'; name: string }[] =>
  step.blocks.some(({ kind }) => kind === 'hint') ? [{ value: 'hint', name: 'Show the hint' }] : [];

const solveChoice = (step: Step): { value: 'solve'; name: string }[] =>
  hasTask(step) ? [{ value: 'solve', name: 'Show and run the solution' }] : [];

function showHints(step: Step, ui: Ui): void {
  for (const block of step.blocks) {
    if (block.kind === 'hint') ui.print(`${renderMarkdown(block.body, ui)}\n`);
  }
}
