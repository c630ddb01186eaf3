import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createProxy } from '../../../sandbox/proxy/proxy.ts';
import { generate } from '../../../sandbox/mesh/generate.ts';
import { MeshState } from '../../../sandbox/mesh/model.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { router, sidecar } from './support/mesh.ts';
import { steps } from './support/arbitrary-mesh.ts';
import { workloadOfPod } from '../../../sandbox/telemetry/workload-of-pod.ts';
import { runs } from '../../support/properties.ts';

it('makes only config that the proxy executes, whatever the mesh', () => {
  const proxy = createProxy({
    workload: workloadOfPod({ name: 'client', namespace: 'default', serviceAccount: 'default', labels: {} }),
    ip: '10.244.0.99',
    clock: new ManualClock(),
    random: () => 0.5,
    log: () => undefined,
    connect: () => Promise.reject(new Error('nobody connects')),
    resolve: () => Promise.resolve([]),
    peerOf: () => undefined,
  });
  fc.assert(
    fc.property(steps, (sequence) => {
      const state = new MeshState({ accessLogFile: '/dev/stdout' });
      for (const { object } of sequence) state.apply({ type: 'ADDED', object });
      for (const node of [sidecar({ labels: { app: 'a' } }), router({ namespace: 'shop' })]) {
        const config = generate(state.snapshot(), node);
        proxy.apply(config);
        expect(proxy.config).toBe(config);
      }
    }),
    { numRuns: runs(60) },
  );
});
