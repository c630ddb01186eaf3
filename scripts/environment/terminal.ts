// Which cluster the learner's own terminal speaks to, as far as that is known without reading files of theirs.

import { KubeConfig } from '@kubernetes/client-node';
import type { Terminal } from '../lab/why/scene.ts';

/** @param own path of the lab's kubeconfig */
export function readTerminal(env: NodeJS.ProcessEnv, own: string): Terminal {
  const config = new KubeConfig();
  config.loadFromFile(own);
  const namespace = config.getContextObject(config.getCurrentContext())?.namespace;
  return {
    kubeconfig: env['KUBECONFIG'] === '' ? undefined : env['KUBECONFIG'],
    own,
    namespace: namespace === 'default' ? undefined : namespace,
  };
}
