// Which istiod of the user's cluster gives sidecars to the pods of the labs.

import {
  AdmissionregistrationV1Api,
  type V1MutatingWebhook,
  type V1MutatingWebhookConfiguration,
} from '@kubernetes/client-node';
import { matchesSelector } from '../../../sandbox/controllers/label-selector.ts';
import { apiCode } from '../../cluster/api-error.ts';
import type { ClusterClient } from '../../cluster/client.ts';
import { LabError } from '../../error.ts';

/** What the labs write on their namespaces, and what their texts are about. */
const ownLabels = { 'istio-injection': 'enabled' };

/**
 * The revision that injects there; undefined where nobody may look.
 * @throws LabError when every Istio of the cluster goes by its revision, and none takes the labs' label
 */
export async function findInjector({ config }: ClusterClient): Promise<string | undefined> {
  const all = await listConfigurations(config.makeApiClient(AdmissionregistrationV1Api));
  if (all === undefined) return undefined;
  const injectors = all.filter(({ webhooks = [] }) => webhooks.some(injects));
  const found = injectors.find(({ webhooks = [] }) => webhooks.some((one) => injects(one) && takesLabs(one)));
  if (found !== undefined) return revisionOf(found);
  throw noInjector(injectors.map(revisionOf).filter((revision) => revision !== 'default'));
}

async function listConfigurations(
  api: AdmissionregistrationV1Api,
): Promise<readonly V1MutatingWebhookConfiguration[] | undefined> {
  try {
    return (await api.listMutatingWebhookConfiguration()).items;
  } catch (error) {
    if (apiCode(error) === 403) return undefined;
    throw error;
  }
}

const injects = ({ name }: V1MutatingWebhook): boolean => name.endsWith('sidecar-injector.istio.io');

/** Those that were switched off select a label that nothing has. */
const takesLabs = ({ namespaceSelector, objectSelector }: V1MutatingWebhook): boolean =>
  matchesSelector(namespaceSelector ?? {}, ownLabels) && matchesSelector(objectSelector ?? {}, {});

const revisionOf = ({ metadata }: V1MutatingWebhookConfiguration): string =>
  metadata?.labels?.['istio.io/rev'] ?? 'default';

function noInjector(revisions: readonly string[]): LabError {
  const [first] = revisions;
  return first === undefined
    ? new LabError(
        'MESH_UNSUITABLE',
        'Istio of this cluster gives sidecars to no namespace with istio-injection=enabled',
        {
          hint: 'kubectl get mutatingwebhookconfigurations shows to which it does; the labs need that one',
        },
      )
    : new LabError(
        'MESH_UNSUITABLE',
        `Istio of this cluster gives sidecars only to namespaces with istio.io/rev=${[...new Set(revisions)].join(' or ')}, and those of the labs have istio-injection=enabled`,
        {
          hint: `istioctl tag set default --revision ${first} lets it take both; or use another cluster, or --engine kind`,
        },
      );
}
