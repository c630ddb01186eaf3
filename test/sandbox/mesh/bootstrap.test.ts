import { expect, it } from 'vitest';
import { bootstrapOf } from '../../../sandbox/mesh/bootstrap.ts';
import { bootstrapClusters } from '../../../sandbox/mesh/cluster/bootstrap-clusters.ts';
import { configDump } from '../../../sandbox/mesh/config-dump.ts';
import { configOf, meshOf, service, sidecar } from './support/mesh.ts';

const node = sidecar({ name: 'web-1', namespace: 'shop', labels: { app: 'web' }, serviceAccount: 'seller' });
const bootstrap = bootstrapOf({ node, workload: 'web' });

it('a proxy is started with who it is, and whom it asks', () => {
  expect(bootstrap).toMatchObject({
    node: {
      id: 'sidecar~10.244.0.99~web-1.shop~shop.svc.cluster.local',
      cluster: 'web.shop',
      metadata: { ISTIO_VERSION: '1.25.1', NAME: 'web-1', SERVICE_ACCOUNT: 'seller', WORKLOAD_NAME: 'web' },
    },
    static_resources: { clusters: bootstrapClusters.map(({ config: { name } }) => ({ name })) },
    dynamic_resources: { ads_config: { grpc_services: [{ envoy_grpc: { cluster_name: 'xds-grpc' } }] } },
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: 15_000 } } },
  });
});

it('the bootstrap stands first in /config_dump, and alone with mask=bootstrap', () => {
  const config = configOf(meshOf(service('web')));
  const type = 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump';
  expect(configDump(config, { bootstrap }).configs[0]).toEqual({ '@type': type, bootstrap });
  expect(configDump(config, { bootstrap, mask: 'bootstrap' })).toEqual({
    configs: [{ '@type': type, bootstrap }],
  });
});
