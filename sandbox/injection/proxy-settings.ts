// Annotations of a pod that change its proxy.

import { embeddedYaml } from '../kube/embedded-yaml.ts';
import type { ResourceRequirements } from 'kubernetes-types/core/v1.js';

export type Annotations = Readonly<Record<string, string>>;

export const interceptionMode = (annotations: Annotations): string =>
  annotations['sidecar.istio.io/interceptionMode'] ?? 'REDIRECT';

/** Any of the four annotations replaces the defaults altogether. */
export function proxyResources(annotations: Annotations): ResourceRequirements {
  const value = (name: string): string | undefined => annotations[`sidecar.istio.io/proxy${name}`];
  const requests = sizes(value('CPU'), value('Memory'));
  const limits = sizes(value('CPULimit'), value('MemoryLimit'));
  if (requests === undefined && limits === undefined) {
    return { limits: { cpu: '2', memory: '1Gi' }, requests: { cpu: '100m', memory: '128Mi' } };
  }
  return { ...(limits === undefined ? {} : { limits }), ...(requests === undefined ? {} : { requests }) };
}

function sizes(cpu: string | undefined, memory: string | undefined): Record<string, string> | undefined {
  if (cpu === undefined && memory === undefined) return undefined;
  return { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
}

/** The settings of `proxy.istio.io/config`; none where it cannot be read. */
export const proxyConfig = (annotations: Annotations): Readonly<Record<string, unknown>> =>
  embeddedYaml(annotations['proxy.istio.io/config'] ?? '');

/** Istio is asked to start the proxy before the app. */
export const holdsApplication = (annotations: Annotations): boolean =>
  proxyConfig(annotations)['holdApplicationUntilProxyStarts'] === true;

/** The proxy as an init container that keeps running; off by default in 1.25. */
export const isNativeSidecar = (annotations: Annotations): boolean =>
  annotations['sidecar.istio.io/nativeSidecar'] === 'true';

export const rewritesProbes = (annotations: Annotations): boolean =>
  annotations['sidecar.istio.io/rewriteAppHTTPProbers'] !== 'false';

/** A pod that asks for a gateway instead of a sidecar: its container istio-proxy is completed, nothing is redirected. */
export const isGateway = (annotations: Annotations): boolean =>
  annotations['inject.istio.io/templates'] === 'gateway';
