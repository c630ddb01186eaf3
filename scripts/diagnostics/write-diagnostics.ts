// What an engineer needs to see of a failure that they were not there for, in one folder of `.lab/`.
//
// Best effort: a collector that fails is named in the folder, and the failure itself stays what is told.

import { apiMessage } from '../cluster/api-error.ts';
import type { Workshop } from '../environment/workshop.ts';
import type { Collector } from './collector.ts';
import { clusterCollectors } from './collectors/cluster.ts';
import { machineCollectors } from './collectors/machine.ts';
import { DiagnosticsFolder, folderName } from './folder.ts';
import { firstAbort } from '../process/first-abort.ts';

export interface DiagnosticsOptions {
  readonly workshop: Workshop;
  /** Begins the folder's name: `03-retries`. */
  readonly subject: string;
  /** The failure in lines for people. */
  readonly failure: readonly string[];
  /** Written as report.json. */
  readonly report?: unknown;
  /** Those of the lab. */
  readonly namespaces: readonly string[];
  readonly signal: AbortSignal;
  /** @default 20_000 */
  readonly withinMs?: number;
}

/** Its path; undefined where not even the folder could be made. Rejects only when `signal` is aborted. */
export async function writeDiagnostics(options: DiagnosticsOptions): Promise<string | undefined> {
  const { workshop, subject, report, signal } = options;
  try {
    const folder = new DiagnosticsFolder(workshop.labDir.diagnostics, folderName(subject, new Date()));
    if (report !== undefined) folder.put('report.json', `${JSON.stringify(report, null, 2)}\n`);
    const collectors = collectorsFor(options);
    const missing = (
      await Promise.all(collectors.map(async (collector) => attempt(collector, folder, options)))
    ).flat();
    folder.put('README.txt', readme(options, folder, missing));
    folder.removeOld();
    return folder.path;
  } catch {
    // A full disk, say: nothing that should hide what has failed.
    signal.throwIfAborted();
    return undefined;
  }
}

function collectorsFor({ workshop, namespaces }: DiagnosticsOptions): readonly Collector[] {
  const { engine, labDir } = workshop;
  const concerned = engine.shared === true ? [...namespaces, 'istio-system'] : undefined;
  return [
    ...machineCollectors(workshop),
    ...clusterCollectors({ kubeconfig: labDir.kubeconfig, namespaces, concerned }),
    ...(engine.evidence ?? []),
  ];
}

/** Resolves with a line for each that did not work. */
async function attempt(
  { name, collect }: Collector,
  folder: DiagnosticsFolder,
  { signal, withinMs = 20_000 }: DiagnosticsOptions,
): Promise<readonly string[]> {
  const tooLong = AbortSignal.timeout(withinMs);
  try {
    const within = firstAbort(signal, tooLong);
    await orAborted(
      collect((file, text) => folder.put(file, text), within),
      within,
    );
    return [];
  } catch (error) {
    signal.throwIfAborted();
    return [`${name}: ${tooLong.aborted ? `nothing within ${withinMs / 1000} s` : apiMessage(error)}`];
  }
}

/** Not every call of the Kubernetes client can be aborted. */
async function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { signal: done.signal });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    done.abort();
  }
}

function readme(
  { workshop, failure }: DiagnosticsOptions,
  folder: DiagnosticsFolder,
  missing: readonly string[],
): string {
  const list = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
  return [
    ...failure,
    '',
    `Engine: ${workshop.engine.name}, ${workshop.engine.summary}`,
    ...list(
      'What is here:',
      contents.filter((line) => folder.has(line.split(' ')[0] ?? '')),
    ),
    ...list('Not found out:', missing),
    ...list('Not whole:', folder.short),
    '',
    'Secrets are not read, and what looks like a key or a token is left out. Look it through before you hand it on:',
    'logs hold what programs have written there.',
    '',
  ].join('\n');
}

const contents = [
  'report.json    the run, step by step',
  'doctor.json    what npm run doctor says of the machine',
  'versions.json  of the project, its programs and the cluster',
  'events.txt     what the cluster reported, oldest first',
  'pods.txt       every pod, and of those that are not ready the reason',
  'findings.txt   mistakes in the resources of Istio, as npm run lab analyze finds them',
  'objects/       the objects of each namespace',
  'logs/          what containers have written, and those before them that crashed',
  'proxies/       configuration and counters of each proxy of the lab, and of the gateways',
  'istiod/        which configuration istiod has sent to which proxy, and which was taken',
  'engine/        logs of what makes the cluster',
];
