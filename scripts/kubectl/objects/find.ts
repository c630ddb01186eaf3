// The objects a verb acts on: by name, by kind with a selector or --all, or those of files.

import { pathOf, type Resource } from '../api/resource.ts';
import { failure, KubectlError } from '../failure.ts';
import type { Call, Cluster } from '../verb.ts';
import { readManifests } from './manifests.ts';
import type { KubeList, KubeObject } from './object.ts';
import { readSelection } from './targets.ts';

export interface FoundObject {
  readonly resource: Resource;
  readonly object: KubeObject;
}

export interface Found {
  readonly found: readonly FoundObject[];
  /** One per object that could not be read. */
  readonly errors: readonly unknown[];
}

/** Reads the flags `all`, `all-namespaces`, `selector` and `field-selector` of verbs that have them. */
export async function findObjects(
  { flags, terminal }: Call,
  cluster: Cluster,
  { args, files }: { args: readonly string[]; files: readonly string[] },
): Promise<Found> {
  const discovery = await cluster.discovery();
  const reads: Promise<readonly FoundObject[]>[] = [];
  const readOne = async (
    resource: Resource,
    name: string,
    namespace: string,
  ): Promise<readonly FoundObject[]> => [
    { resource, object: await cluster.client.json<KubeObject>({ path: pathOf(resource, namespace, name) }) },
  ];
  if (files.length > 0) {
    for (const { resource, object } of await readManifests(files, discovery, terminal)) {
      reads.push(readOne(resource, object.metadata.name, object.metadata.namespace ?? cluster.namespace));
    }
  } else {
    if (args.length === 0) throw nothingNamed();
    const selection = readSelection(args, discovery);
    if (selection.by === 'name') {
      for (const { resource, name } of selection.targets)
        reads.push(readOne(resource, name, cluster.namespace));
    } else {
      const labelSelector = flags.text('selector');
      const fieldSelector = flags.text('field-selector');
      if (labelSelector === undefined && fieldSelector === undefined && !flags.on('all')) {
        throw failure('resource(s) were provided, but no name was specified');
      }
      const namespace = flags.on('all-namespaces') ? undefined : cluster.namespace;
      for (const resource of selection.resources) {
        reads.push(
          cluster.client
            .json<KubeList>({ path: pathOf(resource, namespace), query: { labelSelector, fieldSelector } })
            .then(({ items }) => items.map((object) => ({ resource, object }))),
        );
      }
    }
  }
  const answers = await Promise.allSettled(reads);
  return {
    found: answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])),
    errors: answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : [])),
  };
}

const nothingNamed = (): KubectlError =>
  new KubectlError(`error: You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`);
