import type { PodSpec, Toleration } from 'kubernetes-types/core/v1.js';
import type { AnyObject, KubeObject } from '../../kube/object.ts';
import type { Pod } from '../../kube/resources.ts';
import { forbidden, invalid } from '../cause.ts';
import { sameJson } from '../json.ts';
import type { Causes } from './check.ts';
import { podSpecRules } from './pod-spec.ts';

export function podRules(object: AnyObject, old: AnyObject | undefined): Causes {
  const spec = specOf(object);
  return old === undefined ? podSpecRules('spec', spec) : updateRules(spec, specOf(old));
}

const specOf = (object: KubeObject): PodSpec => (object as Pod).spec ?? { containers: [] };

/** Almost everything about a pod is decided when it is created (ValidatePodUpdate). */
function updateRules(next: PodSpec, old: PodSpec): Causes {
  const counted = (['containers', 'initContainers'] as const).filter(
    (list) => (next[list] ?? []).length !== (old[list] ?? []).length,
  );
  if (counted.length > 0) {
    return counted.map((list) => forbidden(`spec.${list}`, 'pod updates may not add or remove containers'));
  }
  const causes = [...podSpecRules('spec', next), ...deadlineRules(next, old), ...tolerationRules(next, old)];
  if (!sameJson(unchangeable(next), unchangeable(old, next))) causes.push(forbidden('spec', mayChange));
  return causes;
}

const mayChange =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
  '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

function deadlineRules(next: PodSpec, old: PodSpec): Causes {
  const [after, before] = [next.activeDeadlineSeconds, old.activeDeadlineSeconds];
  if (before === undefined) return [];
  if (after === undefined) {
    return [
      invalid('spec.activeDeadlineSeconds', null, 'must not update from a positive integer to nil value'),
    ];
  }
  return after > before
    ? [invalid('spec.activeDeadlineSeconds', after, 'must be less than or equal to previous value')]
    : [];
}

function tolerationRules(next: PodSpec, old: PodSpec): Causes {
  const after = next.tolerations ?? [];
  const kept = (toleration: Toleration): boolean =>
    after.some((one) => sameJson(sameButSeconds(one), sameButSeconds(toleration)));
  return (old.tolerations ?? []).every(kept)
    ? []
    : [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
}

const sameButSeconds = ({ tolerationSeconds: _seconds, ...rest }: Toleration): object => rest;

/**
 * The spec without what an update may change. A pod without a node may be given one: there is no Binding
 * subresource here, the scheduler updates the pod.
 */
function unchangeable(spec: PodSpec, next: PodSpec = spec): object {
  const {
    activeDeadlineSeconds: _deadline,
    tolerations: _tolerations,
    containers,
    initContainers = [],
    nodeName = next.nodeName,
    ...rest
  } = spec;
  const withoutImage = ({ image: _image, ...container }: PodSpec['containers'][number]): object => container;
  return {
    ...rest,
    ...(nodeName === undefined ? {} : { nodeName }),
    containers: containers.map(withoutImage),
    initContainers: initContainers.map(withoutImage),
  };
}
