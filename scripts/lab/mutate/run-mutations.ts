// Runs a lab with wrong manifests: each must turn a check of its step red, and why must name the rung.
//
// A step is done as it should be, then made wrong and put right again, once for each mutation.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { sleep } from '../../../sandbox/clock/clock.ts';
import type { AnyObject } from '../../../sandbox/kube/object.ts';
import { LabError } from '../../error.ts';
import type { Check } from '../checks/check.ts';
import { checksOf, type CheckBlock, type Lab, type Step } from '../format/lab.ts';
import type { RunContext } from '../run/context.ts';
import { replayStep } from '../run/replay.ts';
import type { Diagnosis } from '../why/diagnosis.ts';
import { intendedBy, keyOf, objectsOf, type IntendedOptions } from '../why/intended.ts';
import type { AskWhy } from '../why/why.ts';
import type { FileChange, Mutation } from './mutation.ts';

export interface MutationReport {
  readonly mutation: Mutation;
  readonly step: Pick<Step, 'id' | 'title' | 'at'>;
  /** `unnoticed`: all checks stay green. `refused`: the cluster does not take it. */
  readonly outcome: 'caught' | 'unnoticed' | 'other-rung' | 'refused';
  /** The check that is red, and what is said of it. */
  readonly check?: string;
  readonly why?: Diagnosis;
  readonly durationMs: number;
}

export interface MutateOptions {
  readonly lab: Lab;
  readonly mutations: readonly Mutation[];
  readonly files: Omit<IntendedOptions, 'step'>;
  readonly ask: AskWhy;
  readonly context: RunContext;
  readonly onReport: (report: MutationReport) => void;
}

/** @throws LabError when the lab does not work as it is written */
export async function runMutations(options: MutateOptions): Promise<readonly MutationReport[]> {
  const { lab, mutations, context, onReport } = options;
  const folder = await mkdtemp(join(tmpdir(), 'mesh-workshop-mutate-'));
  const reports: MutationReport[] = [];
  try {
    for (const [index, step] of lab.steps.entries()) {
      // What comes after the last mutation proves nothing.
      if (!mutations.some((mutation) => mutation.step >= index)) break;
      await replayStep(lab, step, context);
      const own = mutations.filter((mutation) => mutation.step === index);
      if (own.length > 0) await requireGreen(step, checksOf(step), context);
      for (const mutation of own) {
        const report = await new MutationRun(mutation, step, options, folder).report();
        onReport(report);
        reports.push(report);
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return reports;
}

async function requireGreen(
  { title }: Step,
  blocks: readonly CheckBlock[],
  { checks, signal }: RunContext,
): Promise<void> {
  for (const block of blocks) {
    const { status, observed, expected } = await block.check.run({ ...checks, signal }, 'within');
    if (status === 'pass') continue;
    throw new LabError('MUTATE_RED', `"${block.title}" of the step "${title}" is red without a mistake`, {
      evidence: [`seen:     ${observed}`, `expected: ${expected}`],
      hint: 'npm run lab N verify shows whether the lab works here at all',
    });
  }
}

/** So long a check has to turn red, and why to see the cause, in milliseconds. */
const patienceMs = 3000;
const pauseMs = 100;

/** Those that ask one question before those that send hundreds of requests. */
const order: readonly Check['kind'][] = ['resource', 'route', 'http', 'command', 'metric', 'traffic'];

/** Where chance has a say, one red look proves nothing: a learner's check looks until it is green. */
const looks: Readonly<Partial<Record<Check['kind'], number>>> = { http: 6, command: 3 };

class MutationRun {
  #mutation: Mutation;
  #step: Step;
  #options: MutateOptions;
  #folder: string;
  #blocks: readonly CheckBlock[];

  constructor(mutation: Mutation, step: Step, options: MutateOptions, folder: string) {
    this.#mutation = mutation;
    this.#step = step;
    this.#options = options;
    this.#folder = folder;
    this.#blocks = checksOf(step).toSorted(
      (a, b) => order.indexOf(a.check.kind) - order.indexOf(b.check.kind),
    );
  }

  async report(): Promise<MutationReport> {
    const { clock } = this.#options.context;
    const startedAt = clock.now();
    const { id, title, at } = this.#step;
    const seen = await this.#see();
    return {
      mutation: this.#mutation,
      step: { id, title, at },
      ...seen,
      durationMs: clock.now() - startedAt,
    };
  }

  async #see(): Promise<Pick<MutationReport, 'outcome' | 'check' | 'why'>> {
    const { rung } = this.#mutation;
    if (!(await this.#makeWrong())) {
      await this.#putRight();
      return { outcome: 'refused' };
    }
    const red = await this.#redCheck();
    if (red === undefined) {
      await this.#putRight();
      return { outcome: 'unnoticed' };
    }
    const why = await this.#why(red);
    await this.#putRight();
    await requireGreen(this.#step, [red], this.#options.context);
    return { outcome: why?.rung === rung ? 'caught' : 'other-rung', check: red.title, ...(why && { why }) };
  }

  /** False when the cluster refuses it. */
  async #makeWrong(): Promise<boolean> {
    const { change } = this.#mutation;
    if (change.kind === 'command') return this.#run(change.run);
    const wrong = objectsOf(change.text);
    const kept = new Set(wrong.map(keyOf));
    for (const object of this.#written(change).filter((each) => !kept.has(keyOf(each))))
      await this.#takeBack(object);
    return this.#apply('wrong.yaml', change.text);
  }

  async #putRight(): Promise<void> {
    const { change } = this.#mutation;
    if (change.kind === 'command') {
      await this.#run(change.undo);
      return;
    }
    const right = new Set(this.#written(change).map(keyOf));
    for (const object of objectsOf(change.text).filter((each) => !right.has(keyOf(each))))
      await this.#delete(object);
    // In double quotes bash still knows $MESH_WORKSHOP.
    await this.#run(`kubectl apply -f "${change.file}"`);
  }

  #written({ file }: FileChange): readonly AnyObject[] {
    return objectsOf(this.#options.files.read(file) ?? '');
  }

  /** As it was before the step, or not at all. */
  async #takeBack(object: AnyObject): Promise<void> {
    const { lab, files } = this.#options;
    const before = intendedBy(lab, { ...files, step: this.#mutation.step - 1 }).objects.find(
      (each) => keyOf(each.object) === keyOf(object),
    );
    if (before === undefined) await this.#delete(object);
    else await this.#apply('before.yaml', stringify(before.object));
  }

  async #delete({ kind, apiVersion, metadata }: AnyObject): Promise<void> {
    const [group = ''] = apiVersion.split('/');
    const type = apiVersion.includes('/') ? `${kind.toLowerCase()}.${group}` : kind.toLowerCase();
    const namespace = metadata.namespace === undefined ? '' : `-n ${metadata.namespace} `;
    await this.#run(`kubectl ${namespace}delete ${type} ${metadata.name} --ignore-not-found`);
  }

  async #apply(name: string, text: string): Promise<boolean> {
    const file = join(this.#folder, name);
    await writeFile(file, text);
    return this.#run(`kubectl apply -f ${file}`);
  }

  async #run(command: string): Promise<boolean> {
    const { shell, signal } = this.#options.context;
    const { exitCode } = await shell.run(command, { timeoutMs: 120_000, signal });
    return exitCode === 0;
  }

  /** The first that is surely red; undefined when none becomes so. */
  async #redCheck(): Promise<CheckBlock | undefined> {
    const { clock, signal } = this.#options.context;
    const deadline = clock.now() + patienceMs;
    do {
      await sleep(clock, pauseMs, signal);
      for (const block of this.#blocks) if (await this.#isRed(block)) return block;
    } while (clock.now() < deadline);
    return undefined;
  }

  async #isRed({ check }: CheckBlock): Promise<boolean> {
    const { checks, signal } = this.#options.context;
    for (let look = 0; look < (looks[check.kind] ?? 1); look += 1) {
      if ((await check.run({ ...checks, signal }, 'once')).status === 'pass') return false;
    }
    return true;
  }

  /** Asked again while what was applied may be on its way. */
  async #why({ check }: CheckBlock): Promise<Diagnosis | undefined> {
    const { clock, signal } = this.#options.context;
    const deadline = clock.now() + patienceMs;
    for (;;) {
      const [why] = await this.#options.ask(this.#step, [check.aim], signal);
      if (why?.rung === this.#mutation.rung || clock.now() >= deadline) return why;
      await sleep(clock, pauseMs, signal);
    }
  }
}
