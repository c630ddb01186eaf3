// The API's description of itself, for kubectl's `explain`, its checks of query parameters and its strategic merges.
// The same types give the same JSON, byte for byte. Nothing is kept: cache the text.

import { createHash, type Hash } from 'node:crypto';
import { modelOf } from './model/model-schema.ts';
import { definitions } from './openapi/definitions.ts';
import { pathsOf, prefixOf } from './openapi/paths.ts';
import type { ResourceType } from './type.ts';

/** `/openapi/v3`: where the document of each group's version is. No schema of a built-in kind is read for it. */
export function openApiV3Index(types: readonly ResourceType[]): unknown {
  const hashes = new Map<string, Hash>();
  for (const type of types) {
    for (const version of typeVersions(type)) {
      const prefix = prefixOf(type.group, version);
      const hash = hashes.get(prefix) ?? createHash('sha256');
      hashes.set(prefix, hash.update(fingerprint(type, version)));
    }
  }
  const paths = [...hashes].map(([prefix, hash]) => {
    const url = `/openapi/v3${prefix}?hash=${hash.digest('hex').slice(0, 32).toUpperCase()}`;
    return [prefix.slice(1), { serverRelativeURL: url }];
  });
  return { paths: Object.fromEntries(paths) as unknown };
}

/** `/openapi/v3/apis/<group>/<version>`: the kinds of one version of one group, `''` for the core group. */
export function openApiV3(types: readonly ResourceType[], group: string, version: string): unknown {
  const served = types.filter((type) => type.group === group && typeVersions(type).includes(version));
  const references = '#/components/schemas/';
  const { schemas, nameOf } = definitions(
    served.map((type) => [type, version] as const),
    { version: 3, references },
  );
  const paths = served.map((type) =>
    pathsOf(type, version, `${references}${nameOf(type, version)}`, isBuiltin(type, version)),
  );
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: kubernetesVersion },
    paths: Object.assign({}, ...paths) as unknown,
    components: { schemas },
  };
}

/** `/openapi/v2`: all kinds in one document of definitions, without paths. Reads every model: about 100 ms. */
export function openApiV2(types: readonly ResourceType[]): unknown {
  const served = types.flatMap((type) => typeVersions(type).map((version) => [type, version] as const));
  const { schemas } = definitions(served, { version: 2, references: '#/definitions/' });
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: kubernetesVersion },
    paths: {},
    definitions: schemas,
  };
}

const kubernetesVersion = 'v1.32.2';

const typeVersions = ({ versions }: ResourceType): readonly string[] =>
  versions.map(({ version }) => version);

const schemaOf = (type: ResourceType, version: string): object =>
  type.versions.find((each) => each.version === version)?.schema() ?? {};

const isBuiltin = (type: ResourceType, version: string): boolean =>
  modelOf(schemaOf(type, version)) !== undefined;

/** Changes whenever a custom resource's schema does; the models of built-in kinds never change while running. */
const fingerprint = (type: ResourceType, version: string): string =>
  `${type.kind}/${version}/${JSON.stringify(schemaOf(type, version))}`;
