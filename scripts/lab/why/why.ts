// Asks a cluster why checks of a lab are red.

import { apiCode, apiMessage } from '../../cluster/api-error.ts';
import { openCluster } from '../../cluster/client.ts';
import { takePicture, type Picture } from '../../cluster/picture.ts';
import { LabError } from '../../error.ts';
import type { Aim } from '../checks/aim.ts';
import type { Lab, Step } from '../format/lab.ts';
import { diagnose } from './diagnose.ts';
import type { Diagnosis } from './diagnosis.ts';
import { intendedBy, type IntendedOptions } from './intended.ts';
import type { Terminal } from './scene.ts';
import { namespaceOf } from './scope.ts';

export interface WhyOptions extends Omit<IntendedOptions, 'step'> {
  readonly lab: Lab;
  readonly kubeconfig: string;
  readonly gatewayNodePort?: number;
  readonly terminal?: Terminal;
}

/** One diagnosis for each aim, all from one look at the cluster. */
export type AskWhy = (step: Step, aims: readonly Aim[], signal: AbortSignal) => Promise<readonly Diagnosis[]>;

export function openWhy({ lab, kubeconfig, terminal, gatewayNodePort, ...files }: WhyOptions): AskWhy {
  const asked = {
    ...(terminal !== undefined && { terminal }),
    ...(gatewayNodePort !== undefined && { gatewayNodePort }),
  };
  const later = intendedBy(lab, { ...files, step: lab.steps.length - 1 });
  const namespaces = [
    ...new Set([...lab.namespaces, ...later.objects.map(({ object }) => namespaceOf(object))]),
  ];
  return async ({ id }, aims, signal) => {
    const step = lab.steps.findIndex((each) => each.id === id);
    const intended = intendedBy(lab, { ...files, step });
    const picture = await pictureOf(kubeconfig, namespaces, signal);
    return aims.map((aim) => diagnose({ aim, step, intended, later, picture, ...asked }));
  };
}

/** @throws LabError when the cluster does not answer */
async function pictureOf(
  kubeconfig: string,
  namespaces: readonly string[],
  signal: AbortSignal,
): Promise<Picture> {
  const cluster = openCluster(kubeconfig);
  try {
    return await takePicture(cluster, namespaces, signal);
  } catch (error) {
    signal.throwIfAborted();
    const isAnswer = apiCode(error) !== undefined || (error instanceof Error && 'code' in error);
    if (!isAnswer) throw error;
    throw new LabError('API_FAILED', `The cluster did not answer: ${apiMessage(error)}`, {
      cause: error,
      hint: 'npm run status shows whether it runs',
    });
  }
}
