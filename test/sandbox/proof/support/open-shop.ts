import { systemClock, type Clock } from '../../../../sandbox/clock/clock.ts';
import { deployments, pods } from '../../../../sandbox/kube/resources.ts';
import { createSandbox, type Sandbox } from '../../../../sandbox/sandbox.ts';
import { accessOf, type ApiAccess } from './api.ts';
import { eventually } from './eventually.ts';
import { nameOf, shopObjects } from './shop-objects.ts';

export interface Shop {
  readonly sandbox: Sandbox;
  readonly api: ApiAccess;
  /** Host port of the ingress gateway. */
  readonly gateway: number;
  /** Of the sandbox's own log. */
  readonly logged: readonly string[];
  close(): Promise<void>;
}

/** A sandbox with a gateway and nothing behind it. */
export async function openSandbox(clock: Clock = systemClock): Promise<Shop> {
  const logged: string[] = [];
  const sandbox = await createSandbox({
    dir: undefined,
    portBase: 0,
    apiPort: 0,
    clock,
    random: Math.random,
    log: (line) => logged.push(line),
  });
  await sandbox.ready();
  return {
    sandbox,
    api: accessOf(sandbox.kubeconfig),
    gateway: sandbox.ports[0] ?? 0,
    logged,
    close: () => sandbox.close(),
  };
}

/** As `openSandbox`, with the shop up and answering. */
export async function openShop(clock: Clock = systemClock): Promise<Shop> {
  const shop = await openSandbox(clock);
  const { cluster } = shop.sandbox;
  for (const object of shopObjects()) cluster.create(nameOf(object), object);
  await eventually('all pods of the shop are ready', () => {
    const all = cluster.list(pods, 'istioinaction');
    const wanted = cluster.list(deployments, 'istioinaction').length;
    return all.length === wanted && all.every((pod) => isReady(pod.status));
  });
  return shop;
}

export const isReady = (
  status: { conditions?: readonly { type: string; status: string }[] } | undefined,
): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') === true;
