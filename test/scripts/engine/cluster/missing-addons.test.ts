import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiException } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import type { ClusterClient } from '../../../../scripts/cluster/client.ts';
import { missingAddons } from '../../../../scripts/engine/cluster/missing-addons.ts';

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

describe('what of the six ports leads nowhere', () => {
  it('is named', async () => {
    expect(await missingAddons(clusterWith('istio-ingressgateway', 'prometheus', 'tracing'))).toBe(
      'this cluster has no Grafana, Kiali, kube-ops-view, which no step of the labs needs',
    );
  });

  it('is not what is there and has no ready pod yet', async () => {
    const all = ['istio-ingressgateway', 'prometheus', 'grafana', 'kiali', 'tracing', 'kube-ops-view'];
    expect(await missingAddons(clusterWith(...all))).toBe('');
  });

  // A lab that does needs an answer for clusters that have none: --install-mesh would have to bring it.
  it.each(readdirSync(labsDir).filter((name) => /^\d\d-/.test(name)))('%s asks none of it', (name) => {
    expect(readFileSync(join(labsDir, name, 'README.md'), 'utf8')).not.toMatch(/localhost:3000[1-5]/);
  });
});
