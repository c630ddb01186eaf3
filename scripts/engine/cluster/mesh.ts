// The Istio of the user's cluster: is there one, and is it one that the labs work with?

import type { V1Deployment, V1Service } from '@kubernetes/client-node';
import { coerce, satisfies } from 'semver';
import { parseImageReference } from '../../../apps/image-reference.ts';
import { ignoreMissing } from '../../cluster/api-error.ts';
import type { ClusterClient } from '../../cluster/client.ts';
import { LabError } from '../../error.ts';
import { findInjector } from './injector.ts';

const namespace = 'istio-system';
const gateway = 'istio-ingressgateway';

/** From the oldest of the tracks on. What comes after the newest is likely to do. */
const suits = '>=1.17.0';
const gatewayPorts = [80, 15_021] as const;

/** Its version, `1.25.1`. undefined when there is none. @throws LabError when there is one that will not do */
export async function findMesh(cluster: ClusterClient): Promise<string | undefined> {
  const { apps, core } = cluster;
  const { items } = await apps.listNamespacedDeployment({ namespace, labelSelector: 'app=istiod' });
  const [first] = items;
  if (first === undefined) return undefined;
  const revision = await findInjector(cluster);
  const istiod = items.find(({ metadata }) => metadata?.labels?.['istio.io/rev'] === revision) ?? first;
  const version = versionOf(istiod);
  if (version !== undefined && !satisfies(version, suits)) {
    throw new LabError('MESH_UNSUITABLE', `Istio ${version} of this cluster is too old for the labs`, {
      hint: `they need ${suits}, and leave the Istio of others as it is: use another cluster, or --engine kind`,
    });
  }
  requireAvailable(istiod);
  requireGateway(await ignoreMissing(core.readNamespacedService({ namespace, name: gateway })));
  return version ?? 'of unknown version';
}

export const missingMesh = (context: string): LabError =>
  new LabError('MESH_MISSING', `The cluster of context "${context}" has no Istio in ${namespace}`, {
    hint: 'add --install-mesh to have it installed, or install it yourself with an ingress gateway',
  });

/** `docker.io/istio/pilot:1.25.1-distroless` */
function versionOf({ spec }: V1Deployment): string | undefined {
  const image = spec?.template.spec?.containers.find(({ name }) => name === 'discovery')?.image ?? '';
  return coerce(parseImageReference(image)?.tag)?.version;
}

function requireAvailable({ metadata, status }: V1Deployment): void {
  if ((status?.availableReplicas ?? 0) > 0) return;
  const name = metadata?.name ?? 'istiod';
  throw new LabError('MESH_UNSUITABLE', `Istio of this cluster does not run: ${name} has no ready pod`, {
    hint: `kubectl -n ${namespace} describe deployment ${name}`,
  });
}

/** Gateways of the labs select pods by the label that the ones of this Service have. */
function requireGateway(service: V1Service | undefined): void {
  if (service === undefined) {
    throw new LabError('MESH_UNSUITABLE', `Istio of this cluster has no Service ${gateway} in ${namespace}`, {
      hint: 'install its ingress gateway there, under this name: the labs send their requests through it',
    });
  }
  const selected = service.spec?.selector?.['istio'];
  if (selected !== 'ingressgateway') {
    throw new LabError(
      'MESH_UNSUITABLE',
      `The Service ${gateway} selects pods with istio=${selected ?? ''}, and the labs' Gateways need istio=ingressgateway`,
      { hint: 'give the pods of the gateway the label istio=ingressgateway, and select them by it' },
    );
  }
  const ports = service.spec?.ports?.map(({ port }) => port) ?? [];
  const missing = gatewayPorts.filter((port) => !ports.includes(port));
  if (missing.length > 0) {
    throw new LabError('MESH_UNSUITABLE', `The Service ${gateway} lacks port ${missing.join(', ')}`, {
      hint: `kubectl -n ${namespace} edit service ${gateway}: 80 leads to 8080, 15021 to 15021`,
    });
  }
}
