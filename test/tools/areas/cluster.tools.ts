// The cluster engine with the real istioctl: Istio is installed into a cluster that has none, labs run, all goes again.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteNamespaces } from '../../../scripts/cluster/namespace.ts';
import { openCluster, type ClusterClient } from '../../../scripts/cluster/client.ts';
import { run } from '../../../scripts/process/run.ts';
import { TestWorkshop, type Result } from '../../e2e/support/workshop.ts';
import { findTools } from '../support/find-tools.ts';

const { path: istioctl } = (await findTools()).istioctl;
const engine = ['--engine', 'cluster'];

let theirs: TestWorkshop;
let ours: TestWorkshop;
let cluster: ClusterClient;

const on = async (script: string, args: readonly string[]): Promise<Result> =>
  ours.run(script, args, { KUBECONFIG: join(theirs.labDir, 'kubeconfig') });

describe.skipIf(istioctl === undefined)('a cluster without Istio', () => {
  beforeAll(async () => {
    theirs = await TestWorkshop.open();
    await theirs.run('up', ['--engine', 'sandbox']);
    // Not before: ports that are chosen at the same time may be the same.
    ours = await TestWorkshop.open();
    const kubeconfig = join(theirs.labDir, 'kubeconfig');
    await run(istioctl ?? '', ['uninstall', '-y', '--purge', '--kubeconfig', kubeconfig]);
    cluster = openCluster(kubeconfig);
    await deleteNamespaces(cluster, ['istio-system'], new AbortController().signal);
  });

  afterAll(async () => {
    await ours[Symbol.asyncDispose]();
    await theirs[Symbol.asyncDispose]();
  });

  const context = [...engine, '--context', 'mesh-workshop', '--yes'];

  it('is not given one unasked', async () => {
    const { exitCode, stderr } = await on('up', context);
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/has no Istio in istio-system\nNext: add --install-mesh/) as string,
    ]);
  });

  it('is given one by --install-mesh', async () => {
    const { exitCode, stdout } = await on('up', [...context, '--install-mesh']);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('✔ Istio 1.25.1: installed') as string]);
  });

  it.each([1, 2, 3])('runs lab %d from start to end', async (lab) => {
    const { exitCode, stdout, stderr } = await on('lab', [String(lab), 'verify', ...engine]);
    expect([exitCode, stderr, stdout]).toEqual([
      0,
      '',
      expect.stringContaining(`Lab ${lab} passed`) as string,
    ]);
  });

  it('is afterwards as it was', async () => {
    expect((await on('down', engine)).exitCode).toBe(0);
    const { items } = await cluster.core.listNamespace();
    expect(items.map(({ metadata }) => metadata?.name)).toEqual([
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
    ]);
  });
});
