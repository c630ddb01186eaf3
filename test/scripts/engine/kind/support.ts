// A kind engine on stand-ins, in a folder and on ports of its own.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../../../scripts/engine/engine.ts';
import { kindEngine, type KindEngineOptions } from '../../../../scripts/engine/kind/kind-engine.ts';
import { LabError } from '../../../../scripts/error.ts';
import type { OnSetUpEvent } from '../../../../scripts/setup/event.ts';
import { runGraph } from '../../../../scripts/setup/graph.ts';
import type { SetUpTask } from '../../../../scripts/setup/task.ts';
import { openLabDir, type LabDir } from '../../../../scripts/state/lab-dir.ts';
import { claimPorts, type PortClaim } from '../../../support/claim-ports.ts';
import { StandIns } from '../../../support/stand-ins.ts';

export const projectRoot: string = join(import.meta.dirname, '..', '..', '..', '..');

export interface RunOptions {
  /** The task after which nothing is done, or what it gives; without it, all. */
  readonly upTo?: string;
  readonly signal?: AbortSignal;
  readonly onEvent?: OnSetUpEvent;
}

export class KindStage implements Disposable {
  readonly standIns: StandIns = new StandIns();
  readonly labDir: LabDir = openLabDir(mkdtempSync(join(tmpdir(), 'mesh-workshop-kind-')), {});
  readonly portBase: number;
  readonly #ports: PortClaim;

  private constructor(ports: PortClaim) {
    this.#ports = ports;
    this.portBase = ports.base;
  }

  static async open(): Promise<KindStage> {
    return new KindStage(await claimPorts());
  }

  /** Whose programs fail as `fail` says. */
  engine(fail: readonly string[] = [], options: Partial<KindEngineOptions> = {}): Engine {
    return kindEngine({
      labDir: this.labDir,
      projectRoot,
      portBase: this.portBase,
      env: this.standIns.env(...fail),
      track: undefined,
      extras: undefined,
      ...options,
    });
  }

  /** The set-up of an engine, for a lab with the catalog. */
  async setUp(engine: Engine, { upTo, signal, onEvent = () => undefined }: RunOptions = {}): Promise<void> {
    const tasks = engine.setUp({ images: ['istioinaction/catalog:latest'], namespaces: [] });
    // What is left out of the graph may still run for it: the rest of `kind create cluster`.
    const end = new AbortController();
    try {
      await runGraph(upTo === undefined ? tasks : tasksUpTo(tasks, upTo), {
        signal: signal === undefined ? end.signal : AbortSignal.any([signal, end.signal]),
        onEvent,
      });
    } finally {
      end.abort();
    }
  }

  async failure(engine: Engine, options: RunOptions = {}): Promise<LabError> {
    const error: unknown = await this.setUp(engine, options).catch((thrown: unknown) => thrown);
    if (error instanceof LabError) return error;
    throw new Error('It did not fail as it should', { cause: error });
  }

  [Symbol.dispose](): void {
    this.standIns[Symbol.dispose]();
    this.#ports[Symbol.dispose]();
    rmSync(this.labDir.root, { recursive: true, force: true });
  }
}

/** The tasks that the last one needs. */
function tasksUpTo(tasks: readonly SetUpTask[], last: string): readonly SetUpTask[] {
  const wanted = new Set<SetUpTask>();
  const add = (name: string): void => {
    const task = tasks.find(({ id, gives = [] }) => id === name || gives.includes(name));
    if (task === undefined || wanted.has(task)) return;
    wanted.add(task);
    for (const need of task.needs) add(need);
  };
  add(last);
  return tasks.filter((task) => wanted.has(task));
}
