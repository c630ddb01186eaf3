import { isVisible, type MeshService, type ServicePort } from '../kube/service.ts';
import type { MeshSnapshot } from '../model.ts';
import type { ProxyNode } from '../proxy-node.ts';

/** A service's port as a pod behind it serves it. */
export interface ServiceTarget {
  readonly service: MeshService;
  readonly port: ServicePort;
  /** The pod's own port. */
  readonly targetPort: number;
}

/** The services a proxy's pod stands behind, oldest first. */
export function serviceTargets({ services }: MeshSnapshot, proxy: ProxyNode): ServiceTarget[] {
  return services
    .selecting(proxy.namespace, proxy.labels)
    .filter((service) => isVisible(service, proxy.namespace))
    .flatMap((service) =>
      service.ports.flatMap((port) => {
        const targetPort = resolve(port.targetPort, proxy);
        return targetPort === undefined ? [] : [{ service, port, targetPort }];
      }),
    );
}

/** A named port the pod does not have makes no endpoint, so the proxy does not serve it. */
const resolve = (targetPort: number | string, { ports }: ProxyNode): number | undefined =>
  typeof targetPort === 'number' ? targetPort : ports.find(({ name }) => name === targetPort)?.containerPort;
