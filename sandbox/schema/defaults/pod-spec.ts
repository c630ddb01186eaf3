// Kubernetes' defaults of a pod's spec (pkg/apis/core/v1/defaults.go), whether in a pod or in a template.

import type { Container, Lifecycle, PodSpec, Probe, Volume } from 'kubernetes-types/core/v1.js';
import { canonicalQuantity } from '../quantity.ts';

/** In place. */
export function defaultPodSpec(spec: Partial<PodSpec>): void {
  // Which fields a stored spec has says more than their order: they are set in the API's own order.
  spec.dnsPolicy ??= 'ClusterFirst';
  spec.restartPolicy ??= 'Always';
  spec.schedulerName ??= 'default-scheduler';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  if (spec.serviceAccountName !== undefined) spec.serviceAccount = spec.serviceAccountName;
  else if (spec.serviceAccount !== undefined) spec.serviceAccountName = spec.serviceAccount;
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    defaultContainer(container, spec.hostNetwork === true);
  }
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
}

function defaultContainer(container: Container, hostNetwork: boolean): void {
  container.imagePullPolicy ??= isLatest(container.image ?? '') ? 'Always' : 'IfNotPresent';
  container.resources ??= {};
  container.terminationMessagePath ??= '/dev/termination-log';
  container.terminationMessagePolicy ??= 'File';
  for (const port of container.ports ?? []) {
    port.protocol ??= 'TCP';
    if (hostNetwork) port.hostPort ??= port.containerPort;
  }
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef !== undefined) valueFrom.fieldRef.apiVersion ??= 'v1';
    if (valueFrom?.resourceFieldRef !== undefined) valueFrom.resourceFieldRef.divisor ??= '0';
  }
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (probe !== undefined) defaultProbe(probe);
  }
  if (container.lifecycle !== undefined) defaultLifecycle(container.lifecycle);
  for (const list of [container.resources.limits, container.resources.requests]) canonicalize(list);
}

/** The tag decides, and no tag means `latest`; a digest names one image for good. */
function isLatest(image: string): boolean {
  if (image.includes('@')) return false;
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest';
}

function defaultProbe(probe: Probe): void {
  probe.failureThreshold ??= 3;
  probe.periodSeconds ??= 10;
  probe.successThreshold ??= 1;
  probe.timeoutSeconds ??= 1;
  defaultHandler(probe);
  if (probe.grpc !== undefined) probe.grpc.service ??= '';
}

function defaultLifecycle({ postStart, preStop }: Lifecycle): void {
  if (postStart !== undefined) defaultHandler(postStart);
  if (preStop !== undefined) defaultHandler(preStop);
}

function defaultHandler({ httpGet }: Pick<Probe, 'httpGet'>): void {
  if (httpGet === undefined) return;
  if (httpGet.path === undefined || httpGet.path === '') httpGet.path = '/';
  httpGet.scheme ??= 'HTTP';
}

/** Files may be read by all, written by their owner. */
const fileMode = 0o644;

function defaultVolume(volume: Volume): void {
  if (Object.keys(volume).length === 1) volume.emptyDir = {};
  for (const source of [volume.secret, volume.configMap, volume.downwardAPI, volume.projected]) {
    if (source !== undefined) source.defaultMode ??= fileMode;
  }
  if (volume.hostPath !== undefined) volume.hostPath.type ??= '';
  for (const { fieldRef } of volume.downwardAPI?.items ?? []) {
    if (fieldRef !== undefined) fieldRef.apiVersion ??= 'v1';
  }
  for (const { serviceAccountToken, downwardAPI } of volume.projected?.sources ?? []) {
    if (serviceAccountToken !== undefined) serviceAccountToken.expirationSeconds ??= 3600;
    for (const { fieldRef } of downwardAPI?.items ?? []) {
      if (fieldRef !== undefined) fieldRef.apiVersion ??= 'v1';
    }
  }
}

/** Writes every quantity of the list in its one spelling. */
export function canonicalize(list: Record<string, unknown> | undefined): void {
  if (list === undefined) return;
  for (const [name, value] of Object.entries(list)) list[name] = canonicalQuantity(value);
}
