// A pod's status from the state of its containers (k8s.io/kubernetes/pkg/kubelet/kubelet_pods.go, status/generate.go).

import type { PodCondition, PodStatus } from 'kubernetes-types/core/v1.js';
import type { Pod } from '../kube/resources.ts';
import type { ContainerRunner } from './container-runner.ts';
import { qosClass } from './qos-class.ts';

export interface PodFacts {
  readonly pod: Pod;
  readonly init: readonly ContainerRunner[];
  readonly apps: readonly ContainerRunner[];
  /** Undefined until the pod has its network. */
  readonly podIp: string | undefined;
  readonly hostIp: string;
  readonly startTime: string;
  /** The current time, for conditions that change with this status. */
  readonly now: string;
}

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

export function podStatus(facts: PodFacts): PodStatus {
  const { pod, init, apps, podIp, hostIp, startTime } = facts;
  const initStatuses = init.map(({ status }) => status);
  return {
    ...pod.status,
    phase: podPhase(facts),
    conditions: conditions(facts),
    hostIP: hostIp,
    hostIPs: [{ ip: hostIp }],
    ...(podIp === undefined ? {} : { podIP: podIp, podIPs: [{ ip: podIp }] }),
    startTime,
    qosClass: pod.status?.qosClass ?? qosClass(pod),
    ...(initStatuses.length === 0 ? {} : { initContainerStatuses: initStatuses }),
    containerStatuses: apps.map(({ status }) => status),
  };
}

export function podPhase({ init, apps }: Pick<PodFacts, 'init' | 'apps'>): PodPhase {
  if (init.some(({ role, done, succeeded }) => role === 'init' && done && !succeeded)) return 'Failed';
  if (apps.every(({ done }) => done))
    return apps.every(({ succeeded }) => succeeded) ? 'Succeeded' : 'Failed';
  if (!isInitialized(init)) return 'Pending';
  const begun = apps.every(({ state, status }) => {
    const crashed = state.waiting !== undefined && status.lastState?.terminated !== undefined;
    return state.waiting === undefined || crashed;
  });
  return begun ? 'Running' : 'Pending';
}

export const isInitialized = (init: readonly ContainerRunner[]): boolean =>
  init.every(({ role, succeeded, started }) => (role === 'sidecar' ? started : succeeded));

function conditions(facts: PodFacts): PodCondition[] {
  const { pod, init, apps, podIp, now } = facts;
  const phase = podPhase(facts);
  const over = phase === 'Succeeded' || phase === 'Failed';
  const sidecars = init.filter(({ role }) => role === 'sidecar');
  const unready = [...sidecars, ...apps].filter(({ ready }) => !ready);
  const containersReady = over
    ? no(phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed')
    : unready.length === 0
      ? yes
      : no('ContainersNotReady', `containers with unready status: [${names(unready)}]`);
  const gates = pod.spec?.readinessGates ?? [];
  const closed = gates.filter(
    ({ conditionType }) =>
      pod.status?.conditions?.find(({ type }) => type === conditionType)?.status !== 'True',
  );
  const ready =
    containersReady.status === 'True' && closed.length > 0
      ? no(
          'ReadinessGatesNotReady',
          closed.map(({ conditionType }) => `readiness gate "${conditionType}" is not "True"`).join(', '),
        )
      : containersReady;
  const incomplete = init.filter(
    ({ role, succeeded, started }) => !(role === 'sidecar' ? started : succeeded),
  );
  const initialized =
    incomplete.length === 0 || over
      ? over && phase === 'Succeeded'
        ? { status: 'True', reason: 'PodCompleted' }
        : yes
      : no('ContainersNotInitialized', `containers with incomplete status: [${names(incomplete)}]`);
  const computed: [string, Verdict][] = [
    ['PodReadyToStartContainers', podIp === undefined || over ? { status: 'False' } : yes],
    ['Initialized', initialized],
    ['Ready', ready],
    ['ContainersReady', containersReady],
  ];
  const mine = new Set(computed.map(([type]) => type));
  const others = (pod.status?.conditions ?? []).filter(({ type }) => !mine.has(type));
  const scheduled: PodCondition[] = others.some(({ type }) => type === 'PodScheduled')
    ? []
    : [{ type: 'PodScheduled', status: 'True', lastTransitionTime: now }];
  return [...computed.map(([type, verdict]) => condition(pod, type, verdict, now)), ...others, ...scheduled];
}

interface Verdict {
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

const yes: Verdict = { status: 'True' };

const no = (reason: string, message?: string): Verdict => ({
  status: 'False',
  reason,
  ...(message === undefined ? {} : { message }),
});

const names = (containers: readonly ContainerRunner[]): string =>
  containers.map(({ spec }) => spec.name).join(' ');

/** Keeps the time of the last change of status. */
function condition(pod: Pod, type: string, verdict: Verdict, now: string): PodCondition {
  const old = pod.status?.conditions?.find((other) => other.type === type);
  const since = old?.status === verdict.status ? (old.lastTransitionTime ?? now) : now;
  return { type, ...verdict, lastTransitionTime: since };
}
