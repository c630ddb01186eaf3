// Whether istiod's webhooks answer. After a restart of the node the API goes on telling of an istiod that is available,
// some time before it runs again, and refuses what its webhook cannot look at.

import { LabError } from '../error.ts';
import { waitUntil } from '../process/wait-until.ts';
import type { TaskContext } from '../setup/task.ts';
import { apiMessage } from './api-error.ts';
import type { ClusterClient } from './client.ts';

const namespace = 'istio-system';

/** Served by every Istio from 1.17 on; tried, and not kept. */
const attempt = {
  apiVersion: 'networking.istio.io/v1beta1',
  kind: 'DestinationRule',
  metadata: { name: 'mesh-workshop-attempt', namespace },
  spec: { host: 'attempt.invalid' },
};

const pollMs = 500;

/** Resolves as soon as a resource of Istio gets past the webhook. @throws LabError when none does in time */
export async function meshAccepts(
  { objects }: Pick<ClusterClient, 'objects'>,
  { signal, note }: TaskContext,
  withinMs = 180_000,
): Promise<void> {
  await waitUntil(async () => refused(objects), {
    withinMs,
    pollMs,
    signal,
    onWait: () => note('waiting for istiod to answer'),
    tooLate: (refusal) =>
      new LabError('ISTIOD_SILENT', `istiod does not answer after ${Math.round(withinMs / 1000)} s`, {
        evidence: [refusal],
        hint: `kubectl -n ${namespace} describe pod -l app=istiod; then run the same command again`,
      }),
  });
}

/** In the API's words. Another refusal than the webhook's, as for want of a right, says nothing of istiod. */
async function refused(objects: ClusterClient['objects']): Promise<string | undefined> {
  try {
    await objects.create(attempt, undefined, 'All');
    return undefined;
  } catch (error) {
    const message = apiMessage(error);
    return message.includes('failed calling webhook') ? message : undefined;
  }
}
