import type { ContainerState, ContainerStatus, PodStatus } from 'kubernetes-types/core/v1.js';
import type { Pod } from '../../kube/resources.ts';
import { ageOf } from './age.ts';
import { age, orNone, printer } from './printer.ts';

export const podPrinter = printer<Pod>(
  [
    'Ready',
    'Status',
    'Restarts',
    'Age',
    'IP:wide',
    'Node:wide',
    'Nominated Node:wide',
    'Readiness Gates:wide',
  ],
  (pod, now) => {
    const { ready, total, status, restarts, lastRestart } = podSummary(pod);
    return [
      `${ready}/${total}`,
      status,
      restarts > 0 && lastRestart !== undefined
        ? `${restarts} (${ageOf(lastRestart, now)} ago)`
        : `${restarts}`,
      age(pod, now),
      orNone(pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP),
      orNone(pod.spec?.nodeName),
      orNone(pod.status?.nominatedNodeName),
      readinessGates(pod),
    ];
  },
);

export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  /** `kubectl get pods`' STATUS: `Running`, `CrashLoopBackOff`, `Init:0/1`, `Terminating`, … */
  readonly status: string;
  readonly restarts: number;
  /** When the last of those restarted containers ended; RFC 3339. */
  readonly lastRestart: string | undefined;
}

/** What one line says of a pod (printPod in Kubernetes' printers). */
export function podSummary(pod: Pod): PodSummary {
  const status: PodStatus = pod.status ?? {};
  const gated = status.conditions?.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  const phase = gated === true ? 'SchedulingGated' : (status.reason ?? status.phase ?? '');
  const init = initSummary(pod, phase);
  const started = !init.initializing || isTrue(status, 'Initialized');
  const main = started ? containersSummary(status, init.status) : undefined;
  const counted = started ? [...init.sidecars, ...(status.containerStatuses ?? [])] : init.seen;
  return {
    ready: init.readySidecars + (main?.ready ?? 0),
    total: (pod.spec?.containers.length ?? 0) + init.sidecarNames.size,
    status: endingStatus(pod) ?? main?.status ?? init.status,
    restarts: counted.reduce((sum, { restartCount }) => sum + restartCount, 0),
    lastRestart: lastEnd(counted),
  };
}

interface InitSummary {
  readonly initializing: boolean;
  readonly status: string;
  readonly readySidecars: number;
  readonly sidecarNames: ReadonlySet<string>;
  /** Statuses up to the one that holds the pod up. */
  readonly seen: readonly ContainerStatus[];
  /** Those of `seen` that belong to init containers which keep running. */
  readonly sidecars: readonly ContainerStatus[];
}

function initSummary(pod: Pod, phase: string): InitSummary {
  const containers = pod.spec?.initContainers ?? [];
  const sidecarNames = new Set(
    containers.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
  const statuses = pod.status?.initContainerStatuses ?? [];
  const done = ({ name, state, started }: ContainerStatus): boolean =>
    state?.terminated?.exitCode === 0 || (sidecarNames.has(name) && started === true);
  const blocked = statuses.findIndex((status) => !done(status));
  const seen = blocked === -1 ? statuses : statuses.slice(0, blocked + 1);
  const sidecars = seen.filter(({ name }) => sidecarNames.has(name));
  const blocking = statuses[blocked];
  return {
    initializing: blocking !== undefined,
    status: blocking === undefined ? phase : `Init:${initReason(blocking.state, blocked, containers.length)}`,
    readySidecars: sidecars.filter((status) => status !== blocking && status.ready && !ended(status)).length,
    sidecarNames,
    seen,
    sidecars,
  };
}

const ended = ({ state }: ContainerStatus): boolean => state?.terminated?.exitCode === 0;

function initReason(state: ContainerState | undefined, index: number, count: number): string {
  if (state?.terminated !== undefined) return endReason(state.terminated);
  const waiting = state?.waiting?.reason ?? '';
  return waiting === '' || waiting === 'PodInitializing' ? `${index}/${count}` : waiting;
}

function containersSummary(status: PodStatus, before: string): { ready: number; status: string } {
  let reason = before;
  let ready = 0;
  // The first container's reason wins, so it is looked at last.
  for (const container of (status.containerStatuses ?? []).toReversed()) {
    const { waiting, terminated, running } = container.state ?? {};
    if (waiting?.reason !== undefined && waiting.reason !== '') reason = waiting.reason;
    else if (terminated !== undefined) reason = endReason(terminated);
    else if (container.ready && running !== undefined) ready += 1;
  }
  if (reason === 'Completed' && ready > 0) reason = isTrue(status, 'Ready') ? 'Running' : 'NotReady';
  return { ready, status: reason };
}

function endReason({
  reason,
  signal,
  exitCode,
}: {
  reason?: string;
  signal?: number;
  exitCode: number;
}): string {
  if (reason !== undefined && reason !== '') return reason;
  return signal !== undefined && signal !== 0 ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}

function endingStatus({ metadata, status }: Pod): string | undefined {
  if (metadata.deletionTimestamp === undefined) return undefined;
  if (status?.reason === 'NodeLost') return 'Unknown';
  return status?.phase === 'Succeeded' || status?.phase === 'Failed' ? undefined : 'Terminating';
}

const isTrue = (status: PodStatus, condition: string): boolean =>
  status.conditions?.some(({ type, status: value }) => type === condition && value === 'True') ?? false;

function lastEnd(statuses: readonly ContainerStatus[]): string | undefined {
  const ends = statuses.flatMap(({ lastState }) => lastState?.terminated?.finishedAt ?? []);
  return ends.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
}

function readinessGates({ spec, status }: Pod): string {
  const gates = spec?.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const open = gates.filter(({ conditionType }) => isTrue(status ?? {}, conditionType));
  return `${open.length}/${gates.length}`;
}
