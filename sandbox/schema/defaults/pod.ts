import type { Container, PodSpec, Toleration } from 'kubernetes-types/core/v1.js';
import type { AnyObject, NewObject } from '../../kube/object.ts';
import type { Pod } from '../../kube/resources.ts';
import { quantityNanos } from '../quantity.ts';
import { defaultPodSpec } from './pod-spec.ts';

/**
 * A pod's defaults, what Kubernetes' default admission adds (priority, tolerations of a node's loss), and the status
 * it begins with. The service account is left to admission, which knows whether there is one.
 */
export function defaultPod(object: NewObject, old: AnyObject | undefined): void {
  const spec = (object['spec'] ??= {}) as Partial<PodSpec>;
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  for (const { resources } of containers) {
    // A limit without a request is the request as well.
    if (resources?.limits !== undefined) resources.requests = { ...resources.limits, ...resources.requests };
  }
  defaultPodSpec(spec);
  spec.enableServiceLinks ??= true;
  if (old !== undefined) return;
  spec.preemptionPolicy ??= 'PreemptLowerPriority';
  spec.priority ??= 0;
  addTolerations(spec);
  object['status'] ??= { phase: 'Pending', qosClass: qosClass(spec) } satisfies Pod['status'];
}

function addTolerations(spec: Partial<PodSpec>): void {
  const tolerations = (spec.tolerations ??= []);
  for (const condition of ['not-ready', 'unreachable']) {
    const key = `node.kubernetes.io/${condition}`;
    const isTolerated = tolerations.some(
      (toleration) =>
        (toleration.key === key || toleration.key === undefined) &&
        (toleration.effect === 'NoExecute' || toleration.effect === undefined),
    );
    if (!isTolerated) tolerations.push(lossToleration(key));
  }
}

const lossToleration = (key: string): Toleration => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
});

/** Quality of service as the scheduler sees it: only cpu and memory count. */
function qosClass({
  containers = [],
  initContainers = [],
}: Partial<PodSpec>): 'BestEffort' | 'Burstable' | 'Guaranteed' {
  const all = [...containers, ...initContainers];
  const amounts = all.flatMap(({ resources }) => [
    ...counted.map((name) => resources?.limits?.[name]),
    ...counted.map((name) => resources?.requests?.[name]),
  ]);
  if (amounts.every((amount) => isZero(amount))) return 'BestEffort';
  return all.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

const counted = ['cpu', 'memory'];

const isZero = (amount: string | undefined): boolean => amount === undefined || quantityNanos(amount) === 0n;

const isGuaranteed = ({ resources }: Container): boolean =>
  counted.every((name) => {
    const limit = resources?.limits?.[name];
    return !isZero(limit) && limit === resources?.requests?.[name];
  });
