// The Service of the ingress gateway: localhost leads through it, whatever the Gateways say.

import type { Diagnosis } from './diagnosis.ts';
import { nameOf } from './scene.ts';
import type { Scope } from './scope.ts';
import type { Service } from '../../../sandbox/kube/resources.ts';
import { hasLabels } from '../../../sandbox/mesh/kube/workload.ts';

const httpPort = 80;

export function gatewayService({ scene, hops }: Scope): Diagnosis | undefined {
  const [pod] = hops.find(({ isRouter }) => isRouter)?.pods ?? [];
  if (pod === undefined) return undefined;
  const { namespace = '', labels = {} } = pod.metadata;
  const services = scene
    .of('Service', namespace)
    .filter(({ spec }) => spec?.selector !== undefined && hasLabels(labels, spec.selector));
  const { gatewayNodePort } = scene.question;
  if (services.some((service) => leadsIn(service, gatewayNodePort))) return undefined;
  const base = { rung: 'accepted', cause: 'not-exposed', evidence: services.map(portsLine) } as const;
  const [service] = services;
  if (service === undefined) {
    return {
      ...base,
      text: `No Service in ${namespace} selects the pods of the ingress gateway, and localhost leads through one.`,
      fix: 'npm run down, then up again',
    };
  }
  const nodePort = gatewayNodePort === undefined ? '' : `,"nodePort":${gatewayNodePort}`;
  const type = gatewayNodePort === undefined ? '' : '"type":"NodePort",';
  const patch = `{"spec":{${type}"ports":[{"name":"http2","port":${httpPort},"targetPort":8080${nodePort}}]}}`;
  const wanted = gatewayNodePort === undefined ? '' : ` as node port ${gatewayNodePort}`;
  return {
    ...base,
    text: `${nameOf(service)} of the ingress gateway does not open its port ${httpPort}${wanted}, to which localhost leads.`,
    fix: `kubectl -n ${namespace} patch service ${service.metadata.name} -p '${patch}'`,
  };
}

/** `nodePort` undefined: the port itself is forwarded. */
const leadsIn = ({ spec }: Service, nodePort: number | undefined): boolean =>
  (spec?.ports ?? []).some(
    (each) => each.port === httpPort && (nodePort === undefined || each.nodePort === nodePort),
  );

function portsLine(service: Service): string {
  const ports = (service.spec?.ports ?? []).map(({ port, nodePort }) =>
    nodePort === undefined ? `${port}` : `${port}:${nodePort}`,
  );
  return `Service ${service.metadata.name}: type ${service.spec?.type ?? 'ClusterIP'}, ports ${ports.join(', ')}`;
}
