// By what names istiod knows its proxies and its cluster.

import type { ConnectedProxy } from '../mesh/discovery.ts';

export const clusterId = 'Kubernetes';

/** `catalog-6cf4b97d-8c9kn.istioinaction` */
export const proxyId = ({ node }: ConnectedProxy): string => `${node.name}.${node.namespace}`;
