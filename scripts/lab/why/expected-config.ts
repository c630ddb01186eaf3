// What a proxy is given once everything that the cluster has now has come to it: the mesh's own translation, asked here.

import type { SeenProxy } from '../../cluster/picture.ts';
import { configDump } from '../../../sandbox/mesh/config-dump.ts';
import { generate } from '../../../sandbox/mesh/generate.ts';
import { MeshState } from '../../../sandbox/mesh/model.ts';
import type { AnyObject } from '../../../sandbox/kube/object.ts';

/** Makes the /config_dump of a proxy of this cluster; endpoints are left out. */
export function expectedConfig(objects: readonly AnyObject[]): (proxy: SeenProxy) => string {
  const state = new MeshState();
  for (const object of objects) state.apply({ type: 'ADDED', object });
  return ({ pod: { metadata, spec, status }, isRouter }) =>
    JSON.stringify(
      configDump(
        generate(state.snapshot(), {
          type: isRouter ? 'router' : 'sidecar',
          name: metadata.name,
          namespace: metadata.namespace ?? '',
          ip: status?.podIP ?? '',
          labels: metadata.labels ?? {},
          serviceAccount: spec?.serviceAccountName ?? 'default',
          ports: (spec?.containers ?? []).flatMap(({ ports = [] }) =>
            ports.map(({ name, containerPort }) => ({
              containerPort,
              ...(name === undefined ? {} : { name }),
            })),
          ),
        }),
      ),
    );
}
