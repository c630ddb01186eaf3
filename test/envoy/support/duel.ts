// Our proxy and a real Envoy side by side, each with upstreams of its own.

import { setTimeout as sleep } from 'node:timers/promises';
import type { ProxyConfig } from '../../../sandbox/envoy/config.ts';
import { differences, type Difference } from '../differences.ts';
import { sendRaw, type RawAnswer, type SendOptions } from './client.ts';
import { startEnvoy } from './envoy-process.ts';
import { factsOf, type Facts } from './facts.ts';
import { startOurs } from './our-proxy.ts';
import { startUpstreams, type Upstreams } from './upstreams.ts';

export interface Case {
  /** Unique in a run; `sendable` puts it into `x-case`. */
  readonly id: string;
  readonly bytes: string;
  /** By name; default: the only one. */
  readonly listener?: string;
  readonly options?: SendOptions;
  /** The rule it is about; printed when the two differ. */
  readonly about?: unknown;
}

export interface RunOptions {
  /** Requests under way at the same time on each side. */
  readonly parallel?: number;
  /** With `parallel: 1`: log lines need not name their case. */
  readonly unnamed?: boolean;
  /** Which of several equal hosts is chosen is left to chance. */
  readonly anyHost?: boolean;
  /** For what arrives after the answer: mirrors. */
  readonly settleMs?: number;
}

interface Side {
  readonly ports: ReadonlyMap<string, number>;
  readonly upstreams: Upstreams;
  readonly names: ReadonlyMap<number, string>;
  logs(): Promise<readonly string[]>;
}

export interface Outcome {
  readonly ours: Facts;
  readonly envoy: Facts;
}

export class Duel implements AsyncDisposable {
  readonly #ours: Side;
  readonly #envoy: Side;
  readonly #stop: () => Promise<void>;
  compared = 0;
  readonly #kept = new Map<Difference, number>();

  constructor(ours: Side, envoy: Side, stop: () => Promise<void>) {
    this.#ours = ours;
    this.#envoy = envoy;
    this.#stop = stop;
  }

  /** Sends every case to both. Answers what differs without being listed: nothing, when they agree. */
  async run(cases: readonly Case[], options: RunOptions = {}): Promise<string> {
    const outcomes = await this.outcomes(cases, options);
    const unlisted: string[] = [];
    for (const [at, { ours, envoy }] of outcomes.entries()) {
      const given = cases[at];
      if (given === undefined) continue;
      this.compared += 1;
      const lines = this.#differing(given, ours, envoy);
      if (lines.length > 0) unlisted.push(`${shown(given)}\n${lines.join('\n')}`);
    }
    if (unlisted.length === 0) return '';
    return `${unlisted.length} of ${cases.length} cases differ:\n${unlisted.slice(0, shownCases).join('\n')}`;
  }

  /** How often each listed difference was met. */
  get kept(): ReadonlyMap<Difference, number> {
    return this.#kept;
  }

  async outcomes(cases: readonly Case[], options: RunOptions = {}): Promise<readonly Outcome[]> {
    const first = observe(this.#ours, cases, options);
    if (this.#ours.upstreams === this.#envoy.upstreams) {
      await first;
      this.#ours.upstreams.forget();
    }
    const [ours, envoy] = await Promise.all([first, observe(this.#envoy, cases, options)]);
    return cases.map((_, at) => ({ ours: ours[at] ?? new Map(), envoy: envoy[at] ?? new Map() }));
  }

  /** One request to one of them, outside any comparison. */
  ask(side: keyof Outcome, { bytes, listener, options }: Case): Promise<RawAnswer> {
    const { ports } = side === 'ours' ? this.#ours : this.#envoy;
    return sendRaw(portOf(ports, listener), bytes, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }

  #differing(given: Case, ours: Facts, envoy: Facts): string[] {
    const lines: string[] = [];
    for (const fact of new Set([...ours.keys(), ...envoy.keys()])) {
      const our = ours.get(fact);
      const its = envoy.get(fact);
      if (our === its) continue;
      const known = differences.find((difference) =>
        difference.covers({
          fact,
          ours: our,
          envoy: its,
          bytes: given.bytes,
          about: given.about,
          all: { ours, envoy },
        }),
      );
      if (known === undefined) lines.push(`  ${fact}: ours ${quoted(our)}, Envoy ${quoted(its)}`);
      else this.#kept.set(known, (this.#kept.get(known) ?? 0) + 1);
    }
    return lines;
  }
}

/**
 * @param config given the port of each upstream by name; `dead` has a port nobody listens on
 * @param shared both have the same upstreams, one after the other: for what depends on their addresses
 */
export async function startDuel(
  config: (port: (upstream: string) => number) => ProxyConfig,
  names: readonly string[] = ['a', 'b', 'c'],
  { shared = false } = {},
): Promise<Duel> {
  const first = await startUpstreams(names);
  const second = shared ? first : await startUpstreams(names);
  const of = (upstreams: Upstreams) => (name: string) => upstreams.ports.get(name) ?? 1;
  const ours = await startOurs(config(of(first)));
  const envoy = await startEnvoy(config(of(second)));
  const side = (ports: ReadonlyMap<string, number>, upstreams: Upstreams, logs: Side['logs']): Side => ({
    ports,
    upstreams,
    logs,
    names: new Map([
      ...[...upstreams.ports].map(([name, port]) => [port, name] as const),
      ...[...ports].map(([, port]) => [port, 'listener'] as const),
      [1, 'dead'],
    ]),
  });
  return new Duel(
    side(ours.ports, first, () => Promise.resolve(ours.logs)),
    side(envoy.ports, second, () => envoy.logs()),
    async () => {
      await Promise.all([ours.stop(), envoy.stop()]);
      await first.close();
      if (!shared) await second.close();
    },
  );
}

const shownCases = Number(process.env['SHOWN'] ?? 20);

async function observe(
  side: Side,
  cases: readonly Case[],
  { parallel = 8, unnamed = false, anyHost = false, settleMs = 0 }: RunOptions,
): Promise<readonly Facts[]> {
  const answers: RawAnswer[] = [];
  const logs: (readonly string[])[] = [];
  const queue = cases.entries();
  const work = async (): Promise<void> => {
    for (const [at, { bytes, listener, options }] of queue) {
      const before = unnamed ? (await side.logs()).length : 0;
      answers[at] = await sendRaw(portOf(side.ports, listener), bytes, options);
      if (unnamed) logs[at] = await newLines(side, before);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  await sleep(settleMs);
  if (!unnamed) await assignLogs(side, cases, logs);
  return cases.map(({ id }, at) =>
    factsOf({
      answer: answers[at] ?? { line: '', headers: [], body: '', closed: true },
      arrivals: side.upstreams.arrivals(id),
      logs: logs[at] ?? [],
      names: side.names,
      anyHost,
    }),
  );
}

function portOf(ports: ReadonlyMap<string, number>, listener: string | undefined): number {
  return (listener === undefined ? [...ports.values()][0] : ports.get(listener)) ?? 0;
}

/** Lines are written when a request ends, and Envoy's reach the file a moment later. */
async function newLines(side: Side, before: number): Promise<readonly string[]> {
  for (let waitedMs = 0; waitedMs < 500; waitedMs += 10) {
    const lines = await side.logs();
    if (lines.length > before) return lines.slice(before);
    await sleep(10);
  }
  return [];
}

async function assignLogs(side: Side, cases: readonly Case[], logs: (readonly string[])[]): Promise<void> {
  for (let waitedMs = 0; waitedMs < 3000; waitedMs += 50) {
    const lines = new Map<string, string[]>();
    for (const line of await side.logs()) {
      const id = line.slice(0, line.indexOf('\t'));
      lines.set(id, [...(lines.get(id) ?? []), line]);
    }
    for (const [at, { id }] of cases.entries()) logs[at] = lines.get(id) ?? [];
    if (logs.every(({ length }) => length > 0)) return;
    await sleep(50);
  }
}

function shown({ id, bytes, about }: Case): string {
  const text = JSON.stringify(bytes.length > 600 ? `${bytes.slice(0, 600)}…` : bytes);
  return `${id}: ${text}${about === undefined ? '' : `\n  ${JSON.stringify(about)}`}`;
}

function quoted(value: string | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
