// What a container's program is told about itself.

import type { Container } from 'kubernetes-types/core/v1.js';
import type { Pod } from '../kube/resources.ts';
import { expand } from './environment/expand.ts';
import type { ContainerContext } from './program.ts';

export interface ContextOptions extends Pick<ContainerContext, 'network' | 'clock' | 'random' | 'log'> {
  readonly pod: Pod;
  readonly container: Container;
  readonly env: ReadonlyMap<string, string>;
}

export function containerContext({ pod, container, env, ...rest }: ContextOptions): ContainerContext {
  const { metadata, spec } = pod;
  return {
    ...rest,
    pod: {
      name: metadata.name,
      namespace: metadata.namespace ?? '',
      uid: metadata.uid,
      ip: rest.network.ip,
      nodeName: spec?.nodeName ?? '',
      serviceAccount: spec?.serviceAccountName ?? 'default',
      labels: metadata.labels ?? {},
      annotations: metadata.annotations ?? {},
    },
    container: container.name,
    image: container.image ?? '',
    command: (container.command ?? []).map((word) => expand(word, env)),
    args: (container.args ?? []).map((word) => expand(word, env)),
    env: Object.fromEntries(env),
  };
}
