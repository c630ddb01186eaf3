import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Registry } from '../../../sandbox/api/registry/registry.ts';
import type { NewObject } from '../../../sandbox/kube/object.ts';

export const crdFile = new URL('../../../manifests/gateway-api/standard-install.yaml', import.meta.url);

/** Creates every object of a YAML as a client would: with defaults, rules and admission. */
export const create = (cluster: Registry, text: string): void => createAll(cluster, parsed(text));

const definitions = parsed(readFileSync(crdFile, 'utf8'));

export const createDefinitions = (cluster: Registry): void => createAll(cluster, definitions);

function parsed(text: string): NewObject[] {
  return parseAllDocuments(text).map((document) => document.toJS() as NewObject);
}

function createAll(cluster: Registry, objects: readonly NewObject[]): void {
  for (const object of structuredClone(objects)) {
    const [group] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : [''];
    const type = cluster.types.all().find((each) => each.group === group && each.kind === object.kind);
    if (type === undefined) throw new Error(`no kind ${object.kind}`);
    if (type.namespaced) object.metadata.namespace ??= 'default';
    cluster.create({ group: type.group, resource: type.resource }, object);
  }
}
