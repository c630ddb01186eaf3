// Applies manifests as `kubectl apply --server-side` does, object by object in the order of the files.

import { readFile } from 'node:fs/promises';
import { PatchStrategy, type KubernetesObject } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { LabError } from '../error.ts';
import { apiMessage } from './api-error.ts';
import type { ClusterClient } from './client.ts';

const fieldManager = 'mesh-workshop';

type Labels = Readonly<Record<string, string>>;

/**
 * Resolves with the namespaces that have objects now. Each object gets the `labels`.
 * @throws LabError for a file that is not YAML, or what the API refused, with the file's name
 */
export async function applyFiles(
  cluster: ClusterClient,
  files: readonly string[],
  labels: Labels = {},
): Promise<readonly string[]> {
  const namespaces = new Set<string>();
  for (const file of files) {
    for (const name of await applyObjects(cluster, await readManifests(file), file, labels))
      namespaces.add(name);
  }
  return [...namespaces];
}

/** `source`: where they come from, for a refusal. Resolves with their namespaces. */
export async function applyObjects(
  cluster: ClusterClient,
  objects: readonly KubernetesObject[],
  source: string,
  labels: Labels = {},
): Promise<readonly string[]> {
  for (const object of objects) {
    try {
      await cluster.objects.patch(
        labelled(object, labels),
        undefined,
        undefined,
        fieldManager,
        true,
        PatchStrategy.ServerSideApply,
      );
    } catch (error) {
      const what = `${object.kind ?? 'object'} ${object.metadata?.name ?? ''}`;
      throw new LabError('APPLY_FAILED', `${what} of ${source} was refused: ${apiMessage(error)}`, {
        cause: error,
        hint: `correct the file, then run the same command again`,
      });
    }
  }
  return [...new Set(objects.flatMap(({ metadata }) => metadata?.namespace ?? []))];
}

const labelled = (object: KubernetesObject, labels: Labels): KubernetesObject => ({
  ...object,
  metadata: Object.assign({}, object.metadata, { labels: { ...object.metadata?.labels, ...labels } }),
});

export async function readManifests(file: string): Promise<readonly KubernetesObject[]> {
  return parseManifests(await readFile(file, 'utf8'), file);
}

/** @throws LabError for what is not YAML */
export function parseManifests(text: string, source: string): readonly KubernetesObject[] {
  const documents = parseAllDocuments(text);
  return (Array.isArray(documents) ? documents : []).flatMap((document) => {
    const problem = document.errors[0];
    if (problem !== undefined) {
      throw new LabError('BAD_YAML', `${source} is not valid YAML: ${problem.message}`, {
        cause: problem,
        hint: 'correct the file, then run the same command again',
      });
    }
    const value: unknown = document.toJS();
    return isObject(value) ? [value] : [];
  });
}

const isObject = (value: unknown): value is KubernetesObject =>
  typeof value === 'object' && value !== null && 'kind' in value && 'apiVersion' in value;
