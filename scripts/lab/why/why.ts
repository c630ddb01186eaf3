// Asks a cluster why checks of a lab are red.

import { openCluster } from '../../cluster/client.ts';
import { takePicture } from '../../cluster/picture.ts';
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
  readonly terminal?: Terminal;
}

/** One diagnosis for each aim, all from one look at the cluster. */
export type AskWhy = (step: Step, aims: readonly Aim[], signal: AbortSignal) => Promise<readonly Diagnosis[]>;

export function openWhy({ lab, kubeconfig, terminal, ...files }: WhyOptions): AskWhy {
  const later = intendedBy(lab, { ...files, step: lab.steps.length - 1 });
  const namespaces = [
    ...new Set([...lab.namespaces, ...later.objects.map(({ object }) => namespaceOf(object))]),
  ];
  return async ({ id }, aims, signal) => {
    const step = lab.steps.findIndex((each) => each.id === id);
    const intended = intendedBy(lab, { ...files, step });
    const picture = await takePicture(openCluster(kubeconfig), namespaces, signal);
    return aims.map((aim) =>
      diagnose({ aim, step, intended, later, picture, ...(terminal !== undefined && { terminal }) }),
    );
  };
}
