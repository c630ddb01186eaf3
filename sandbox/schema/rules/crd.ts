// Rules of CustomResourceDefinitions (apiextensions-apiserver, pkg/apis/apiextensions/validation).

import type { AnyObject } from '../../kube/object.ts';
import { invalid, required } from '../cause.ts';
import type { CrdColumn, CrdSpec, CrdVersion } from '../crd-spec.ts';
import { at } from '../json.ts';
import { jsonPath } from '../json-path.ts';
import { type Causes, each, immutable, unique } from './check.ts';
import { GoValue } from './go-value.ts';
import { dns1035Label, dnsSubdomain } from './names.ts';
import { structuralRules } from './structural.ts';

export function customResourceDefinitionRules(object: AnyObject, old: AnyObject | undefined): Causes {
  const spec: LooseSpec = object['spec'] ?? {};
  const { group = '', names, versions = [] } = spec;
  const plural = names?.plural ?? '';
  return [
    ...(object.metadata.name === `${plural}.${group}`
      ? []
      : [invalid('metadata.name', object.metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...groupRules(group),
    ...(spec.scope === undefined ? [required('spec.scope')] : []),
    ...versionsRules(versions),
    ...namesRules('spec.names', names ?? {}),
    ...versions.flatMap((version, index) =>
      versionRules(at('spec.versions', index), version, versions.slice(0, index)),
    ),
    ...(spec.preserveUnknownFields === true
      ? [
          invalid(
            'spec.preserveUnknownFields',
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
          ),
        ]
      : []),
    ...(old === undefined ? [] : fixedRules(spec, old['spec'] ?? {})),
  ];
}

// Nothing is known of a definition yet but that its fields have the right types.
type LooseVersion = Partial<CrdVersion>;
type LooseColumn = Partial<CrdColumn>;

interface LooseSpec extends Partial<Omit<CrdSpec, 'names' | 'versions'>> {
  readonly names?: Partial<CrdSpec['names']>;
  readonly versions?: readonly LooseVersion[];
}

function groupRules(group: string): Causes {
  if (group === '') return [required('spec.group')];
  const problems = dnsSubdomain(group);
  if (problems.length > 0) return [invalid('spec.group', group, problems.join(','))];
  return group.includes('.')
    ? []
    : [invalid('spec.group', group, 'should be a domain with at least one dot')];
}

function versionsRules(versions: readonly LooseVersion[]): Causes {
  const field = 'spec.versions';
  const shown = new GoValue(JSON.stringify(versions.map(({ name }) => name)));
  const names = new Set(versions.map(({ name }) => name));
  const stored = versions.filter(({ storage }) => storage);
  return [
    ...versions.flatMap(({ name = '' }, index) => {
      const problems = dns1035Label(name);
      return problems.length === 0 ? [] : [invalid(`${at(field, index)}.name`, name, problems.join(','))];
    }),
    ...(names.size < versions.length ? [invalid(field, shown, 'must contain unique version names')] : []),
    ...(stored.length === 1
      ? []
      : [invalid(field, shown, 'must have exactly one version marked as storage version')]),
  ];
}

function namesRules(field: string, names: Partial<CrdSpec['names']>): Causes {
  const { kind = '', listKind = '' } = names;
  const mixed = 'may have mixed case, but should otherwise match: ';
  const label = (name: string, text: string, prefix = ''): Causes => {
    const problems = dns1035Label(text);
    return text === '' || problems.length === 0
      ? []
      : [
          invalid(
            `${field}.${name}`,
            prefix === '' ? text : names[name as 'kind'],
            prefix + problems.join(','),
          ),
        ];
  };
  return [
    ...(['plural', 'singular', 'kind', 'listKind'] as const)
      .filter((name) => (names[name] ?? '') === '')
      .map((name) => required(`${field}.${name}`)),
    ...label('plural', names.plural ?? ''),
    ...label('singular', names.singular ?? ''),
    ...label('kind', kind.toLowerCase(), mixed),
    ...label('listKind', listKind.toLowerCase(), mixed),
    ...(names.shortNames ?? []).flatMap((name, index) => label(at('shortNames', index), name)),
    ...(names.categories ?? []).flatMap((name, index) => label(at('categories', index), name)),
    ...(kind !== '' && kind === listKind
      ? [invalid(`${field}.listKind`, listKind, 'kind and listKind may not be the same')]
      : []),
  ];
}

function versionRules(field: string, version: LooseVersion, before: readonly LooseVersion[]): Causes {
  const schema = version.schema?.openAPIV3Schema;
  // One schema object for all versions is checked once.
  const isChecked = before.some((other) => other.schema?.openAPIV3Schema === schema);
  const { deprecated, deprecationWarning } = version;
  return [
    ...(deprecationWarning !== undefined && deprecated !== true
      ? [
          invalid(
            `${field}.deprecationWarning`,
            deprecationWarning,
            'can only be set for deprecated versions',
          ),
        ]
      : []),
    ...(schema === undefined ? [required(`${field}.schema.openAPIV3Schema`, 'schemas are required')] : []),
    ...(schema === undefined || isChecked ? [] : structuralRules(`${field}.schema.openAPIV3Schema`, schema)),
    ...each(`${field}.additionalPrinterColumns`, version.additionalPrinterColumns, columnRules),
    ...unique(
      version.additionalPrinterColumns ?? [],
      ({ name }) => name,
      (index) => `${at(`${field}.additionalPrinterColumns`, index)}.name`,
    ),
    ...scaleRules(`${field}.subresources`, version),
  ];
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];

function columnRules(field: string, column: LooseColumn): Causes {
  const types = `must be one of ${columnTypes.join(',')}`;
  return [
    ...(column.type === undefined
      ? [required(`${field}.type`, types)]
      : columnTypes.includes(column.type)
        ? []
        : [invalid(`${field}.type`, column.type, types)]),
    ...((column.jsonPath ?? '') === ''
      ? [required(`${field}.JSONPath`)]
      : simplePath(`${field}.jsonPath`, column.jsonPath ?? '')),
  ];
}

function scaleRules(field: string, { subresources }: LooseVersion): Causes {
  const scale = subresources?.scale;
  if (scale === undefined) return [];
  const under = (name: 'specReplicasPath' | 'statusReplicasPath', root: string): Causes => {
    const path = scale[name] ?? '';
    if (path === '') return [required(`${field}.scale.${name}`)];
    return path.startsWith(`${root}.`)
      ? simplePath(`${field}.scale.${name}`, path)
      : [invalid(`${field}.scale.${name}`, path, `should be a json path under ${root}`)];
  };
  return [...under('specReplicasPath', '.spec'), ...under('statusReplicasPath', '.status')];
}

function simplePath(field: string, path: string): Causes {
  if (!path.startsWith('.')) return [invalid(field, path, 'must be a simple json path starting with .')];
  try {
    jsonPath(path);
    return [];
  } catch (error) {
    return [invalid(field, path, `is an invalid path: ${(error as Error).message}`)];
  }
}

function fixedRules(next: LooseSpec, old: LooseSpec): Causes {
  return [
    ...immutable('spec.group', next.group, old.group),
    ...immutable('spec.scope', next.scope, old.scope),
    ...immutable('spec.names.plural', next.names?.plural, old.names?.plural),
    ...immutable('spec.names.kind', next.names?.kind, old.names?.kind),
  ];
}
