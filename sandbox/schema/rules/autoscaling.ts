// Rules of HorizontalPodAutoscalers (pkg/apis/autoscaling/validation).

import type { HorizontalPodAutoscalerSpec } from 'kubernetes-types/autoscaling/v2.js';
import type { AnyObject } from '../../kube/object.ts';
import { invalid } from '../cause.ts';
import { type Causes, requiredName } from './check.ts';

export function horizontalPodAutoscalerRules(object: AnyObject): Causes {
  const spec = (object['spec'] ?? {}) as Partial<HorizontalPodAutoscalerSpec>;
  const { minReplicas: min, maxReplicas: max = 0, scaleTargetRef: target } = spec;
  const anything = (): readonly string[] => [];
  return [
    ...(min !== undefined && min < 1
      ? [invalid('spec.minReplicas', min, 'must be greater than or equal to 1')]
      : []),
    ...(max < 1 ? [invalid('spec.maxReplicas', max, 'must be greater than 0')] : []),
    ...(min !== undefined && max < min
      ? [invalid('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`')]
      : []),
    ...requiredName('spec.scaleTargetRef.kind', target?.kind, anything),
    ...requiredName('spec.scaleTargetRef.name', target?.name, anything),
  ];
}
