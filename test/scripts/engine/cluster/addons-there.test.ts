import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiException } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import type { ClusterClient } from '../../../../scripts/cluster/client.ts';
import { addonsThere, addonUrls } from '../../../../scripts/engine/cluster/addons-there.ts';

const labsDir = join(import.meta.dirname, '..', '..', '..', '..', 'labs');

const clusterWith = (...services: readonly string[]): ClusterClient => {
  const core = {
    readNamespacedService: async ({ name }: { name: string }) => {
      if (!services.includes(name)) throw new ApiException(404, 'Not Found', {}, {});
      return { spec: { selector: { app: name } } };
    },
    listNamespacedPod: async () => ({ items: [] }),
  };
  return { core } as unknown as ClusterClient;
};

describe('the addons of a cluster', () => {
  it('are told from those that are missing, and have the ports they have everywhere', async () => {
    const addons = await addonsThere(clusterWith('istio-ingressgateway', 'prometheus', 'tracing'));
    expect(addons).toEqual({
      there: ['Prometheus', 'tracing'],
      missing: ['Grafana', 'Kiali', 'kube-ops-view'],
    });
    expect(addonUrls(addons, 31_000)).toEqual({
      Prometheus: 'http://localhost:31001',
      tracing: 'http://localhost:31004',
    });
  });

  // A lab that does needs an answer for clusters that have none: --install-mesh would have to bring it.
  it.each(readdirSync(labsDir).filter((name) => /^\d\d-/.test(name)))('%s asks none of it', (name) => {
    expect(readFileSync(join(labsDir, name, 'README.md'), 'utf8')).not.toMatch(/localhost:3000[1-5]/);
  });
});
