// Which pods stand behind a Service, at which ports.

import type { ServicePort } from 'kubernetes-types/core/v1.js';
import type { Cluster } from '../../kube/cluster.ts';
import { type Pod, type Service, pods } from '../../kube/resources.ts';
import { type Labels, matchesLabels } from '../label-selector.ts';
import { isPodReady, isPodTerminal } from '../pod-state.ts';

export interface BackendPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol?: string;
}

export interface Backend {
  readonly pod: Pod;
  readonly ip: string;
  readonly ports: readonly BackendPort[];
  /** Passes its readiness probe, or the Service publishes pods that don't. */
  readonly serving: boolean;
  readonly terminating: boolean;
}

/** Whether its endpoints are looked after here; those of a Service without selector are the user's own. */
export const isSelecting = ({ spec }: Service): boolean =>
  spec?.type !== 'ExternalName' && Object.keys(spec?.selector ?? {}).length > 0;

export const isHeadless = ({ spec }: Service): boolean => spec?.clusterIP === 'None';

/** The selected pods that have an address and have not ended, in order of name. */
export function backendsOf(cluster: Cluster, service: Service): Backend[] {
  const selector: Labels = service.spec?.selector ?? {};
  const publish = service.spec?.publishNotReadyAddresses === true;
  return cluster
    .list(pods, service.metadata.namespace ?? '')
    .filter((pod) => matchesLabels(selector, pod.metadata.labels) && !isPodTerminal(pod))
    .flatMap((pod) => {
      const ip = pod.status?.podIP ?? '';
      if (ip === '') return [];
      const ports = (service.spec?.ports ?? []).flatMap((port) => resolve(port, pod) ?? []);
      const terminating = pod.metadata.deletionTimestamp !== undefined;
      return { pod, ip, ports, serving: publish || isPodReady(pod), terminating };
    });
}

/** The pod's own name in the Service's domain: `web-0.web.shop.svc.cluster.local`. */
export function hostnameOf({ spec }: Pod, service: Service): string | undefined {
  const named = (spec?.hostname ?? '') !== '' && spec?.subdomain === service.metadata.name;
  return named ? spec.hostname : undefined;
}

/** Pods that do not have the named port are left out of it. */
function resolve(
  { name = '', port, targetPort, protocol = 'TCP', appProtocol }: ServicePort,
  pod: Pod,
): BackendPort | undefined {
  const number = typeof targetPort === 'string' ? namedPort(pod, targetPort, protocol) : (targetPort ?? port);
  if (number === undefined) return undefined;
  return { name, port: number, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) };
}

const namedPort = ({ spec }: Pod, name: string, protocol: string): number | undefined =>
  [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]
    .flatMap(({ ports = [] }) => ports)
    .find((port) => port.name === name && (port.protocol ?? 'TCP') === protocol)?.containerPort;
