// What a kubelet says while it looks for an image.

import type { Container } from 'kubernetes-types/core/v1.js';
import { defaultPullPolicy, fullImageName } from './image-reference.ts';

export interface PullEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** For an image that the sandbox has. */
export function pulled({ image = '', imagePullPolicy }: Container): readonly PullEvent[] {
  if ((imagePullPolicy ?? defaultPullPolicy(image)) !== 'Always') {
    return [normal('Pulled', `Container image "${image}" already present on machine`)];
  }
  const took = 'in 1ms (1ms including waiting). Image size: 0 bytes.';
  return [
    normal('Pulling', `Pulling image "${image}"`),
    normal('Pulled', `Successfully pulled image "${image}" ${took}`),
  ];
}

/** Why there is no such image, and what to do about it. */
export const pullError = (image: string, known: readonly string[]): string =>
  `failed to pull and unpack image "${fullImageName(image)}": the sandbox has no such image. ` +
  `It has ${known.join(', ')}; a cluster started with --engine kind pulls any image`;

export const pullFailed = (image: string, why: string): readonly PullEvent[] => [
  normal('Pulling', `Pulling image "${image}"`),
  { type: 'Warning', reason: 'Failed', message: `Failed to pull image "${image}": ${why}` },
  { type: 'Warning', reason: 'Failed', message: 'Error: ErrImagePull' },
];

export const pullBackOff = (image: string): readonly PullEvent[] => [
  normal('BackOff', `Back-off pulling image "${image}"`),
  { type: 'Warning', reason: 'Failed', message: 'Error: ImagePullBackOff' },
];

const normal = (reason: string, message: string): PullEvent => ({ type: 'Normal', reason, message });
