import { expect } from 'vitest';
import type { Registry } from '../../../sandbox/api/registry/registry.ts';
import { startGatewayApi } from '../../../sandbox/gateway-api/controller.ts';
import { namespaces } from '../../../sandbox/kube/resources.ts';
import {
  kubeGateways,
  type Condition,
  type KubeGateway,
} from '../../../sandbox/mesh/gateway-api/resources.ts';
import { ManualClock, settled } from '../../support/manual-clock.ts';
import { memoryCluster } from '../istio-api/memory-cluster.ts';
import { create, createDefinitions } from './support.ts';

const stops: (() => void)[] = [];

/** For `afterEach`. */
export function closeWorlds(): void {
  for (const stop of stops.splice(0)) stop();
}

export interface GatewayApiWorld {
  readonly cluster: Registry;
  readonly clock: ManualClock;
  readonly gateway: () => KubeGateway | undefined;
}

/** The Gateway API at work on `text`, settled. */
export async function gatewayApiWorld(text: string): Promise<GatewayApiWorld> {
  const cluster = memoryCluster();
  for (const name of ['istio-system', 'other']) {
    cluster.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  const clock = new ManualClock();
  const log: string[] = [];
  stops.push(startGatewayApi({ cluster, clock, log: (line) => log.push(line) }));
  createDefinitions(cluster);
  create(cluster, text);
  await settled();
  expect(log).toEqual([]);
  return { cluster, clock, gateway: () => cluster.get(kubeGateways, 'default', 'gw') };
}

export const said = (conditions: readonly Condition[] = []): Record<string, string> =>
  Object.fromEntries(
    conditions.map(({ type, status, reason, message }) => [type, `${status} ${reason}: ${message}`]),
  );
