// `npm run lab analyze`: what `istioctl analyze` says of the cluster, of files, or of both together.

import type { LabFlags } from '../cli/lab-command.ts';
import { readManifests } from '../cluster/apply.ts';
import { openCluster, type ClusterClient } from '../cluster/client.ts';
import { listAnalyzed, listKinds } from '../cluster/list-analyzed.ts';
import { openWorkshop } from '../environment/workshop.ts';
import { LabError } from '../error.ts';
import { analyze as analyzeObjects } from '../../sandbox/istio-api/analyze/analyze.ts';
import { messageLine } from '../../sandbox/istio-api/analyze/message.ts';
import type { AnyObject } from '../../sandbox/kube/object.ts';

export interface AnalyzeOptions {
  /** They count as if they were applied. */
  readonly files: readonly string[];
  /** `undefined`: all namespaces. */
  readonly namespace: string | undefined;
}

/** istioctl's exit code for findings that reach the level Error. */
const foundErrors = 79;

/** Without a cluster the files alone are looked at. @throws LabError when there is neither */
export async function analyze(
  { files, namespace }: AnalyzeOptions,
  flags: LabFlags,
  signal: AbortSignal,
): Promise<number> {
  const { engine, labDir } = await openWorkshop({
    env: process.env,
    ...flags,
    signal,
  });
  const isUp = (await engine.status(signal)).state === 'up';
  if (!isUp && files.length === 0) {
    throw new LabError('NOTHING_TO_ANALYZE', 'No cluster is up, and no file is given', {
      hint: 'npm run up, or: npm run lab analyze -- -f FILE',
    });
  }
  const live = isUp ? await liveObjects(openCluster(labDir.kubeconfig)) : [];
  const written = (await Promise.all(files.map(readManifests))).flat() as unknown as AnyObject[];
  const messages = analyzeObjects(applied(live, written, namespace ?? 'default'), {
    ...(namespace !== undefined && { namespace }),
  });
  const failed = messages.some(({ level }) => level === 'Error');
  if (flags.json) {
    const rows = messages.map(({ code, level, object: { kind, metadata }, text }) => ({
      code,
      level,
      origin: `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`,
      message: text,
    }));
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return failed ? foundErrors : 0;
  }
  const where = namespace === undefined ? 'all namespaces' : `namespace: ${namespace}`;
  if (messages.length === 0) process.stdout.write(`✔ No validation issues found when analyzing ${where}.\n`);
  for (const message of messages) process.stdout.write(`${messageLine(message)}\n`);
  if (!failed) return 0;
  process.stderr.write(
    `Error: Analyzers found issues when analyzing ${where}.\n` +
      'See https://istio.io/v1.25/docs/reference/config/analysis for more information about causes and resolutions.\n',
  );
  return foundErrors;
}

const gatewayApi = 'gateway.networking.k8s.io/v1';

const liveObjects = async (cluster: ClusterClient): Promise<readonly AnyObject[]> => [
  ...(await listAnalyzed(cluster)),
  ...(await listKinds(cluster, [
    [gatewayApi, 'Gateway'],
    [gatewayApi, 'HTTPRoute'],
    [gatewayApi, 'GRPCRoute'],
  ])),
];

const clusterScoped = new Set(['Namespace', 'CustomResourceDefinition']);

function applied(live: readonly AnyObject[], written: readonly AnyObject[], namespace: string): AnyObject[] {
  const placed = written.map((object) =>
    clusterScoped.has(object.kind) ? object : { ...object, metadata: { namespace, ...object.metadata } },
  );
  return [...new Map([...live, ...placed].map((object) => [keyOf(object), object])).values()];
}

/** A Gateway is of Istio or of the Gateway API, which may have the same name. */
const keyOf = ({ apiVersion, kind, metadata }: AnyObject): string =>
  `${apiVersion.replace(/\/.*$/, '')} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
