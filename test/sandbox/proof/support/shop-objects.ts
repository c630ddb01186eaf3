import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { AnyObject, ResourceName } from '../../../../sandbox/kube/object.ts';

/** Everything behind `GET /api/catalog` at the gateway: catalog v1 and v2 with their subsets, and webapp. */
const shopFiles = [
  'catalog/namespace.yaml',
  'catalog/catalog.yaml',
  'catalog/catalog-v2.yaml',
  'catalog/destination-rule.yaml',
  'webapp/webapp.yaml',
  'webapp/gateway.yaml',
];

export const shopObjects = (): AnyObject[] => shopFiles.flatMap((file) => objectsOf(file));

export function nameOf({ apiVersion, kind }: AnyObject): ResourceName {
  return {
    group: apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '',
    resource: `${kind.toLowerCase()}s`,
  };
}

/** Where the API has objects of that kind, in the namespace of this one. */
export function collectionOf(object: AnyObject): string {
  const { apiVersion, metadata } = object;
  const within = metadata.namespace === undefined ? '' : `namespaces/${metadata.namespace}/`;
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${group}/${within}${nameOf(object).resource}`;
}

function objectsOf(file: string): AnyObject[] {
  const text = readFileSync(path.join('manifests', file), 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as AnyObject);
}
