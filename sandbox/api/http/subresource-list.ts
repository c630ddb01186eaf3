import type { ResourceType } from '../../schema/type.ts';
import { qualified } from '../registry/types.ts';

export interface Subresource {
  readonly name: string;
  readonly kind: string;
  /** Group and version of `kind`, where they are not the resource's own. */
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

const proxyVerbs = ['create', 'delete', 'get', 'patch', 'update'];

const special: Readonly<Record<string, readonly Subresource[]>> = {
  pods: [
    { name: 'attach', kind: 'PodAttachOptions', verbs: ['create', 'get'] },
    { name: 'binding', kind: 'Binding', verbs: ['create'] },
    { name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] },
    { name: 'exec', kind: 'PodExecOptions', verbs: ['create', 'get'] },
    { name: 'log', kind: 'Pod', verbs: ['get'] },
    { name: 'portforward', kind: 'PodPortForwardOptions', verbs: ['create', 'get'] },
    { name: 'proxy', kind: 'PodProxyOptions', verbs: proxyVerbs },
  ],
  services: [{ name: 'proxy', kind: 'ServiceProxyOptions', verbs: proxyVerbs }],
  namespaces: [{ name: 'finalize', kind: 'Namespace', verbs: ['update'] }],
  serviceaccounts: [
    {
      name: 'token',
      kind: 'TokenRequest',
      group: 'authentication.k8s.io',
      version: 'v1',
      verbs: ['create'],
    },
  ],
};

/** What is served below one object of this type. */
export function subresourcesOf(type: ResourceType): readonly Subresource[] {
  const verbs = ['get', 'patch', 'update'];
  return [
    ...(special[qualified(type)] ?? []),
    ...(type.subresources.scale === undefined
      ? []
      : [{ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1', verbs }]),
    ...(type.subresources.status ? [{ name: 'status', kind: type.kind, verbs }] : []),
  ];
}
