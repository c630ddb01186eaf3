// A lab at the end of one of its steps on a sandbox, to be broken, and asked why.

import { setMaxListeners } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { KubernetesObject } from '@kubernetes/client-node';
import { stringify } from 'yaml';
import { systemClock } from '../../../../sandbox/clock/clock.ts';
import { createSandbox, type Sandbox } from '../../../../sandbox/sandbox.ts';
import { apiCode } from '../../../../scripts/cluster/api-error.ts';
import { applyFiles } from '../../../../scripts/cluster/apply.ts';
import { openCluster, type ClusterClient } from '../../../../scripts/cluster/client.ts';
import { execInPod } from '../../../../scripts/cluster/exec.ts';
import { takePicture, type Picture } from '../../../../scripts/cluster/picture.ts';
import { rolloutAll } from '../../../../scripts/cluster/rollout.ts';
import { manifestFiles } from '../../../../scripts/environment/apps.ts';
import { openLibrary } from '../../../../scripts/environment/library.ts';
import type { Check } from '../../../../scripts/lab/checks/check.ts';
import { checksOf, type Lab } from '../../../../scripts/lab/format/lab.ts';
import { loadLab } from '../../../../scripts/lab/format/labs.ts';
import { diagnose } from '../../../../scripts/lab/why/diagnose.ts';
import type { Diagnosis } from '../../../../scripts/lab/why/diagnosis.ts';
import { intendedBy, objectsOf } from '../../../../scripts/lab/why/intended.ts';
import type { Terminal } from '../../../../scripts/lab/why/scene.ts';

export const root: string = join(import.meta.dirname, '..', '..', '..', '..');
const { signal } = new AbortController();
setMaxListeners(0, signal);

export class BrokenLab implements AsyncDisposable {
  readonly cluster: ClusterClient;
  readonly sandbox: Sandbox;
  readonly kubeconfig: string;
  /** A folder of its own. */
  readonly folder: string;

  private constructor(sandbox: Sandbox, folder: string) {
    this.sandbox = sandbox;
    this.folder = folder;
    this.kubeconfig = join(folder, 'kubeconfig');
    writeFileSync(this.kubeconfig, sandbox.kubeconfig);
    this.cluster = openCluster(this.kubeconfig);
  }

  /** With these applications deployed. */
  static async open(apps: readonly string[]): Promise<BrokenLab> {
    const sandbox = await createSandbox({
      dir: undefined,
      portBase: 0,
      apiPort: 0,
      clock: systemClock,
      random: Math.random,
      log: () => undefined,
    });
    await sandbox.ready();
    const lab = new BrokenLab(sandbox, mkdtempSync(join(tmpdir(), 'mesh-workshop-why-')));
    await lab.apply(...manifestFiles(root, apps));
    return lab;
  }

  /** Files of the project. Resolves when the Deployments are available. */
  async apply(...files: readonly string[]): Promise<void> {
    const paths = files.map((file) => resolve(root, file));
    const namespaces = await applyFiles(this.cluster, paths);
    for (const namespace of namespaces) await rolloutAll(this.cluster, { namespace, signal });
  }

  /** A file of the project with texts replaced, which it must hold; nothing of what was there before is kept. */
  async applyWrong(file: string, ...changes: readonly (readonly [string | RegExp, string])[]): Promise<void> {
    let text = readFileSync(join(root, file), 'utf8');
    for (const [from, to] of changes) {
      const after = text.replace(from, to);
      if (after === text) throw new Error(`${file} has no ${String(from)}`);
      text = after;
    }
    const path = join(this.folder, 'wrong.yaml');
    for (const object of objectsOf(text)) {
      await this.#delete(object as unknown as KubernetesObject);
      writeFileSync(path, stringify(object));
      await applyFiles(this.cluster, [path]);
    }
  }

  /** `remove('VirtualService', 'istioinaction/catalog')`. */
  async remove(kind: string, key: string): Promise<void> {
    const [namespace = '', name = ''] = key.split('/');
    const apiVersion = kind === 'Deployment' ? 'apps/v1' : 'networking.istio.io/v1';
    await this.#delete({ apiVersion, kind, metadata: { namespace, name } });
  }

  async #delete(object: KubernetesObject): Promise<void> {
    try {
      await this.cluster.objects.delete(object);
    } catch (error) {
      if (apiCode(error) !== 404) throw error;
    }
  }

  async picture(): Promise<Picture> {
    return takePicture(this.cluster, ['istioinaction', 'bookinfo'], signal);
  }

  /** The first pod of an application. */
  async pod(namespace: string, app: string): Promise<string> {
    const { items } = await this.cluster.core.listNamespacedPod({ namespace, labelSelector: `app=${app}` });
    return items.find(({ metadata }) => metadata?.deletionTimestamp === undefined)?.metadata?.name ?? '';
  }

  /** Orders chaos in the first pod of the catalog. */
  async blowup(order: object): Promise<void> {
    const post = ['-s', '-X', 'POST', '-H', 'Content-Type: application/json', '-d', JSON.stringify(order)];
    const target = {
      namespace: 'istioinaction',
      pod: await this.pod('istioinaction', 'catalog'),
      container: 'catalog',
    };
    await execInPod(this.cluster, target, ['curl', ...post, 'http://localhost:3000/blowup'], signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Why the first check of this kind in a step is red, by a picture of the cluster. */
export function whyRed(
  { lab: number, step: id, check: kind }: RedCheck,
  picture: Picture,
  terminal?: Terminal,
): Diagnosis {
  const lab = labOf(number);
  const step = lab.steps.findIndex((each) => each.id === id);
  const found = lab.steps[step];
  const block = found === undefined ? undefined : checksOf(found).find(({ check }) => check.kind === kind);
  if (block === undefined) throw new Error(`Lab ${number} has no step ${id} with a check of kind ${kind}`);
  const files = {
    baseFiles: manifestFiles(root, lab.apps).map((file) => file.slice(root.length + 1)),
    read: (path: string) => readFileSync(join(root, path), 'utf8'),
  };
  return diagnose({
    aim: block.check.aim,
    step,
    intended: intendedBy(lab, { ...files, step }),
    later: intendedBy(lab, { ...files, step: lab.steps.length - 1 }),
    picture,
    gatewayNodePort: 30_000,
    ...(terminal !== undefined && { terminal }),
  });
}

export interface RedCheck {
  readonly lab: number;
  readonly step: string;
  readonly check: Check['kind'];
}

const labs = new Map<number, Lab>();

function labOf(number: number): Lab {
  const lab = labs.get(number) ?? loadLab(openLibrary({}), number);
  labs.set(number, lab);
  return lab;
}
