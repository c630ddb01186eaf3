// The CustomResourceDefinitions that an Istio 1.25 installation brings.

import { isDeepStrictEqual } from 'node:util';
import type { Cluster } from '../kube/cluster.ts';
import type { NewObject } from '../kube/object.ts';
import { customResourceDefinitions } from '../kube/resources.ts';
import type { CrdColumn } from '../schema/crd-spec.ts';
import type { Schema } from '../schema/type.ts';
import { type ColumnName, type IstioKind, istioKinds } from './kinds.ts';
import { status } from './schemas/shared.ts';

/** Creates or updates Istio's CustomResourceDefinitions; writes nothing when they are there already. */
export function ensureCrds(cluster: Cluster): void {
  for (const crd of istioCrds()) {
    const existing = cluster.get(customResourceDefinitions, '', crd.metadata.name);
    if (existing === undefined) cluster.create(customResourceDefinitions, crd);
    else if (!isDeepStrictEqual(existing.spec, crd.spec)) {
      cluster.update(customResourceDefinitions, { ...existing, spec: crd.spec });
    }
  }
}

export interface IstioCrd extends NewObject {
  metadata: { name: string; labels: Record<string, string> };
  spec: Record<string, unknown>;
}

/** Complete with the defaults of the API, so that they equal what is stored. */
export const istioCrds = (): readonly IstioCrd[] => istioKinds.map(definitionOf);

function definitionOf(kind: IstioKind): IstioCrd {
  const { group, plural, shortNames } = kind;
  const singular = kind.kind.toLowerCase();
  const schema = { openAPIV3Schema: rootSchema(kind) };
  const columns = kind.columns.map((name) => column(name));
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      labels: { app: 'istio-pilot', release: 'istio' },
    },
    spec: {
      conversion: { strategy: 'None' },
      group,
      names: {
        categories: ['istio-io', `${group.split('.')[0] ?? ''}-istio-io`],
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural,
        ...(shortNames.length === 0 ? {} : { shortNames }),
        singular,
      },
      scope: 'Namespaced',
      versions: kind.versions.map((name) => ({
        ...(columns.length === 0 ? {} : { additionalPrinterColumns: columns }),
        name,
        schema,
        served: true,
        storage: name === kind.storageVersion,
        subresources: { status: {} },
      })),
    },
  };
}

const rootSchema = ({ spec, isSpecRequired }: IstioKind): Schema => {
  const specSchema = spec();
  return {
    ...(specSchema.description === undefined ? {} : { description: specSchema.description }),
    type: 'object',
    properties: { spec: specSchema, status: status() },
    ...(isSpecRequired ? { required: ['spec'] } : {}),
  };
};

const columnPaths: Readonly<Record<Exclude<ColumnName, 'Age'>, string>> = {
  Address: '.spec.address',
  Action: '.spec.action',
  Gateways: '.spec.gateways',
  Host: '.spec.host',
  Hosts: '.spec.hosts',
  Location: '.spec.location',
  Mode: '.spec.mtls.mode',
  Resolution: '.spec.resolution',
};

const column = (name: ColumnName): CrdColumn =>
  name === 'Age'
    ? {
        name,
        type: 'date',
        jsonPath: '.metadata.creationTimestamp',
        description: 'When the object was created.',
      }
    : { name, type: 'string', jsonPath: columnPaths[name] };
