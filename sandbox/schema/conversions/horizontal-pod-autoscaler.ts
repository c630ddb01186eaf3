// autoscaling/v1 is autoscaling/v2 with one field for the CPU's utilization. What else v2 says travels in annotations
// (pkg/apis/autoscaling/v1/conversion.go), so that a client of v1 that reads and writes loses nothing of it.

import type { HorizontalPodAutoscaler as V1 } from 'kubernetes-types/autoscaling/v1.js';
import type { HorizontalPodAutoscaler as V2, MetricSpec } from 'kubernetes-types/autoscaling/v2.js';
import type { VersionConversion } from '../type.ts';

const annotation = {
  metrics: 'autoscaling.alpha.kubernetes.io/metrics',
  behavior: 'autoscaling.alpha.kubernetes.io/behavior',
  conditions: 'autoscaling.alpha.kubernetes.io/conditions',
} as const;

export const horizontalPodAutoscalerV1: VersionConversion = {
  fromStored(object) {
    const { spec, status } = object as V2;
    const { metrics = [], behavior, ...plainSpec } = spec ?? {};
    const cpu = metrics.find(isCpu);
    const others = metrics.filter((metric) => metric !== cpu);
    const percentage = cpu?.resource?.target.averageUtilization;
    const { currentMetrics: _metrics, conditions = [], ...plainStatus } = status ?? {};
    const notes = {
      ...(others.length === 0 ? {} : { [annotation.metrics]: JSON.stringify(others) }),
      ...(behavior === undefined ? {} : { [annotation.behavior]: JSON.stringify(behavior) }),
      ...(conditions.length === 0 ? {} : { [annotation.conditions]: JSON.stringify(conditions) }),
    };
    const annotations = { ...object.metadata.annotations, ...notes };
    return {
      ...object,
      metadata: { ...object.metadata, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
      spec: {
        ...plainSpec,
        ...(percentage === undefined ? {} : { targetCPUUtilizationPercentage: percentage }),
      },
      status: { currentReplicas: 0, desiredReplicas: 0, ...plainStatus },
    };
  },
  toStored(object) {
    const { spec, status } = object as V1;
    const { targetCPUUtilizationPercentage: percentage, ...plain } = spec ?? {};
    const { currentCPUUtilizationPercentage: _percentage, ...plainStatus } = status ?? {};
    const { annotations, ...metadata } = object.metadata;
    const {
      [annotation.metrics]: metrics,
      [annotation.behavior]: behavior,
      [annotation.conditions]: conditions,
      ...notes
    } = annotations ?? {};
    const all = [
      ...(parsed(metrics) as MetricSpec[]),
      ...(percentage === undefined ? [] : [cpuAt(percentage)]),
    ];
    return {
      ...object,
      metadata: { ...metadata, ...(annotations === undefined ? {} : { annotations: notes }) },
      spec: {
        ...plain,
        ...(all.length === 0 ? {} : { metrics: all }),
        ...(behavior === undefined ? {} : { behavior: parsed(behavior) }),
      },
      ...(status === undefined
        ? {}
        : {
            status: {
              ...plainStatus,
              ...(conditions === undefined ? {} : { conditions: parsed(conditions) }),
            },
          }),
    };
  },
};

const isCpu = ({ type, resource }: MetricSpec): boolean =>
  type === 'Resource' && resource?.name === 'cpu' && resource.target.type === 'Utilization';

const cpuAt = (averageUtilization: number): MetricSpec => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

/** What somebody wrote by hand and that is no JSON says nothing. */
function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '[]');
  } catch {
    return [];
  }
}
