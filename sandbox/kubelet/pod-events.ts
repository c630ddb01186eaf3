// What a kubelet reports about a pod as Events.

import type { KubeObject } from '../kube/object.ts';
import type { Pod } from '../kube/resources.ts';

export interface NewPodEvent {
  readonly regarding: KubeObject;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  readonly component: string;
  /** Part of the pod: `spec.containers{webapp}`. */
  readonly fieldPath?: string;
}

export type RecordPodEvent = (event: NewPodEvent) => void;

/** Reports on one container (or, without a name, on the pod). */
export type Report = (
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  container?: { readonly name: string; readonly init: boolean },
) => void;

export const reporter =
  (record: RecordPodEvent, pod: () => Pod): Report =>
  (type, reason, message, container) => {
    const fieldPath =
      container === undefined
        ? {}
        : { fieldPath: `spec.${container.init ? 'initContainers' : 'containers'}{${container.name}}` };
    record({ regarding: pod(), type, reason, message, component: 'kubelet', ...fieldPath });
  };
