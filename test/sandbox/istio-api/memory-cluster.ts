import { Registry } from '../../../sandbox/api/registry/registry.ts';
import { createStore } from '../../../sandbox/api/store/store.ts';
import { seededRandom } from '../../../sandbox/clock/clock.ts';
import { namespaces } from '../../../sandbox/kube/resources.ts';
import { builtinTypes } from '../../../sandbox/schema/builtin.ts';
import { schemaLibrary } from '../../../sandbox/schema/library.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** An API in memory, with the namespace default. */
export function memoryCluster(clock = new ManualClock()): Registry {
  const cluster = new Registry({
    store: createStore({ log: () => undefined }),
    types: builtinTypes(),
    plugins: [],
    schemas: schemaLibrary,
    clock,
    random: seededRandom(1),
  });
  cluster.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  return cluster;
}
