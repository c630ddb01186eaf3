// Rules of Deployments, ReplicaSets and their relatives (pkg/apis/apps/validation).

import type { DeploymentSpec, ReplicaSetSpec, StatefulSetSpec } from 'kubernetes-types/apps/v1.js';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import type { LabelSelector } from 'kubernetes-types/meta/v1.js';
import type { AnyObject } from '../../kube/object.ts';
import { forbidden, invalid, notSupported, required } from '../cause.ts';
import { matchesSelector } from '../selector-match.ts';
import { type Causes, immutable, notNegative } from './check.ts';
import { goIntOrString, goSelector, goStringMap } from './go-value.ts';
import { podTemplateRules } from './pod-spec.ts';
import { selectorRules } from './selector.ts';

export function deploymentRules(object: AnyObject, old: AnyObject | undefined): Causes {
  const spec = specOf(object) as DeploymentSpec;
  const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = spec;
  return [
    ...replicatedRules(spec, 'deployment'),
    ...strategyRules(spec),
    ...notNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...notNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
    ...notNegative('spec.progressDeadlineSeconds', deadline),
    ...(deadline !== undefined && deadline <= minReadySeconds
      ? [invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')]
      : []),
    ...sameSelector(spec, old),
  ];
}

export function replicaSetRules(object: AnyObject, old: AnyObject | undefined): Causes {
  const spec = specOf(object) as ReplicaSetSpec;
  return [
    ...replicatedRules(spec, 'replicaset'),
    ...notNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...sameSelector(spec, old),
  ];
}

export function statefulSetRules(object: AnyObject, old: AnyObject | undefined): Causes {
  const spec = specOf(object) as StatefulSetSpec;
  return [...replicatedRules(spec, 'statefulset'), ...sameSelector(spec, old)];
}

export function daemonSetRules(object: AnyObject, old: AnyObject | undefined): Causes {
  const spec = specOf(object) as Replicated;
  return [...replicatedRules(spec, 'daemonset'), ...sameSelector(spec, old)];
}

interface Replicated {
  readonly replicas?: number;
  readonly selector?: LabelSelector;
  readonly template?: PodTemplateSpec;
}

const specOf = (object: AnyObject): unknown => object['spec'] ?? {};

function replicatedRules({ replicas, selector, template }: Replicated, kind: string): Causes {
  return [
    ...notNegative('spec.replicas', replicas),
    ...(selector === undefined ? [required('spec.selector')] : selectorOf(selector, kind)),
    ...(template === undefined ? [required('spec.template')] : templateRules(template, selector, kind)),
  ];
}

function selectorOf(selector: LabelSelector, kind: string): Causes {
  const { matchLabels = {}, matchExpressions = [] } = selector;
  const isEmpty = Object.keys(matchLabels).length + matchExpressions.length === 0;
  return [
    ...selectorRules('spec.selector', selector),
    ...(isEmpty
      ? [invalid('spec.selector', goSelector(selector), `empty selector is invalid for ${kind}`)]
      : []),
  ];
}

function templateRules(template: PodTemplateSpec, selector: LabelSelector | undefined, kind: string): Causes {
  const labels = template.metadata?.labels;
  const isSelected = selector === undefined || matchesSelector(selector, labels ?? {});
  const { restartPolicy, activeDeadlineSeconds } = template.spec ?? {};
  return [
    ...(isSelected
      ? []
      : [
          invalid(
            'spec.template.metadata.labels',
            goStringMap(labels),
            '`selector` does not match template `labels`',
          ),
        ]),
    ...podTemplateRules('spec.template', template),
    ...(restartPolicy === undefined || restartPolicy === 'Always'
      ? []
      : [notSupported('spec.template.spec.restartPolicy', restartPolicy, ['Always'])]),
    ...(activeDeadlineSeconds === undefined
      ? []
      : [
          forbidden(
            'spec.template.spec.activeDeadlineSeconds',
            `activeDeadlineSeconds in ${controllers[kind] ?? kind} is not Supported`,
          ),
        ]),
  ];
}

// A Deployment's template is checked as the ReplicaSet's that it becomes.
const controllers: Readonly<Record<string, string>> = {
  deployment: 'ReplicaSet',
  replicaset: 'ReplicaSet',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
};

function sameSelector({ selector }: Replicated, old: AnyObject | undefined): Causes {
  if (old === undefined || selector === undefined) return [];
  return immutable('spec.selector', selector, (specOf(old) as Replicated).selector, goSelector(selector));
}

function strategyRules({ strategy }: DeploymentSpec): Causes {
  const field = 'spec.strategy.rollingUpdate';
  const rolling = strategy?.rollingUpdate;
  if (rolling === undefined) return [];
  if (strategy?.type === 'Recreate') {
    return [forbidden(field, "may not be specified when strategy `type` is 'Recreate'")];
  }
  const { maxUnavailable = 0, maxSurge = 0 } = rolling;
  return [
    ...amountRules(`${field}.maxUnavailable`, maxUnavailable),
    ...amountRules(`${field}.maxSurge`, maxSurge),
    ...(isZero(maxUnavailable) && isZero(maxSurge)
      ? [
          invalid(
            `${field}.maxUnavailable`,
            goIntOrString(maxUnavailable),
            'may not be 0 when `maxSurge` is 0',
          ),
        ]
      : []),
    ...(typeof maxUnavailable === 'string' && Number.parseInt(maxUnavailable, 10) > 100
      ? [invalid(`${field}.maxUnavailable`, goIntOrString(maxUnavailable), 'must not be greater than 100%')]
      : []),
  ];
}

const isZero = (amount: number | string): boolean => Number.parseInt(String(amount), 10) === 0;

function amountRules(field: string, amount: number | string): Causes {
  if (typeof amount === 'number') return notNegative(field, amount);
  return /^\d+%$/.test(amount)
    ? []
    : [
        invalid(
          field,
          goIntOrString(amount),
          "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
        ),
      ];
}
