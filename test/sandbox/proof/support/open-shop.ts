import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { systemClock, type Clock } from '../../../../sandbox/clock/clock.ts';
import type { AnyObject, ResourceName } from '../../../../sandbox/kube/object.ts';
import { deployments, pods } from '../../../../sandbox/kube/resources.ts';
import { createSandbox, type Sandbox } from '../../../../sandbox/sandbox.ts';
import { accessOf, type ApiAccess } from './api.ts';
import { eventually } from './eventually.ts';

export interface Shop {
  readonly sandbox: Sandbox;
  readonly api: ApiAccess;
  /** Host port of the ingress gateway. */
  readonly gateway: number;
  /** Of the sandbox's own log. */
  readonly logged: readonly string[];
  close(): Promise<void>;
}

/** Everything behind `GET /api/catalog` at the gateway: catalog v1 and v2 with their subsets, and webapp. */
const shopFiles = [
  'catalog/namespace.yaml',
  'catalog/catalog.yaml',
  'catalog/catalog-v2.yaml',
  'catalog/destination-rule.yaml',
  'webapp/webapp.yaml',
  'webapp/gateway.yaml',
];

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
  for (const file of shopFiles) for (const object of objectsOf(file)) cluster.create(nameOf(object), object);
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

function objectsOf(file: string): AnyObject[] {
  const text = readFileSync(path.join('manifests', file), 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as AnyObject);
}

function nameOf({ apiVersion, kind }: AnyObject): ResourceName {
  return {
    group: apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '',
    resource: `${kind.toLowerCase()}s`,
  };
}
