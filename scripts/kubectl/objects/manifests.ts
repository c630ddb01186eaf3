// Manifests from files, folders and standard input.

import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Discovery } from '../api/discovery.ts';
import type { Resource } from '../api/resource.ts';
import { failure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import type { KubeObject } from './object.ts';
import type { Target } from './targets.ts';

export interface Manifest {
  readonly object: KubeObject & { readonly metadata: { readonly name: string } };
  readonly resource: Resource;
  /** The path as it was given, or `STDIN`. */
  readonly source: string;
}

/** In the order of the files and of the documents in them; a folder's files by name. */
export async function readManifests(
  paths: readonly string[],
  discovery: Discovery,
  terminal: Terminal,
  recursive = false,
): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  for (const path of paths) {
    for (const source of await sourcesAt(path, terminal, recursive)) {
      const content =
        source === '-' ? await text(terminal.stdin) : await readFile(resolve(terminal.cwd, source), 'utf8');
      const label = source === '-' ? 'STDIN' : source;
      for (const object of await parseObjects(content, label)) {
        manifests.push({ ...checked(object, label, discovery), source: label });
      }
    }
  }
  if (manifests.length === 0) throw failure('no objects passed to apply');
  return manifests;
}

export async function readFileTargets(
  paths: readonly string[],
  discovery: Discovery,
  terminal: Terminal,
): Promise<readonly Target[]> {
  const manifests = await readManifests(paths, discovery, terminal);
  return manifests.map(({ resource, object }) => ({ resource, name: object.metadata.name }));
}

async function sourcesAt(path: string, terminal: Terminal, recursive: boolean): Promise<readonly string[]> {
  if (path === '-') return [path];
  if (/^https?:/.test(path)) throw failure(`this stand-in reads files, not addresses: ${path}`);
  const full = resolve(terminal.cwd, path);
  const found = await stat(full).catch(() => undefined);
  if (found === undefined) throw failure(`the path "${path}" does not exist`);
  if (!found.isDirectory()) return [path];
  const entries = await readdir(full, { withFileTypes: true });
  const nested = await Promise.all(
    entries
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(async (entry) => {
        const inside = join(path, entry.name);
        if (entry.isDirectory()) return recursive ? sourcesAt(inside, terminal, true) : [];
        return /\.(?:json|ya?ml)$/.test(entry.name) ? [inside] : [];
      }),
  );
  const files = nested.flat();
  if (files.length === 0 && !recursive) {
    throw failure(`error reading [${path}]: recognized file extensions are [.json .yaml .yml]`);
  }
  return files;
}

async function parseObjects(content: string, source: string): Promise<readonly KubeObject[]> {
  const { default: yaml } = await import('yaml');
  // YAML 1.1, as go-yaml reads it: without numbers of base 60, and with times as text.
  const documents = yaml.parseAllDocuments(content, {
    version: '1.1',
    customTags: (tags) =>
      tags.filter(
        (tag) =>
          typeof tag === 'string' ||
          ('format' in tag ? tag.format !== 'TIME' : !tag.tag.endsWith(':timestamp')),
      ),
  });
  return ('empty' in documents ? [] : documents).flatMap((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) {
      const [where] = problem.linePos ?? [];
      const line = where === undefined ? '' : `line ${where.line}: `;
      const what = problem.message.split(' at line ')[0] ?? problem.message;
      throw failure(`error parsing ${source}: error converting YAML to JSON: yaml: ${line}${what}`);
    }
    const value: unknown = document.toJS();
    if (value === null || value === undefined) return [];
    if (typeof value !== 'object') throw failure(`unable to decode "${source}": it is not an object`);
    const object = value as KubeObject & { readonly items?: readonly KubeObject[] };
    return object.kind?.endsWith('List') === true && Array.isArray(object.items) ? object.items : [object];
  });
}

function checked(object: KubeObject, source: string, discovery: Discovery): Omit<Manifest, 'source'> {
  const { apiVersion, kind, metadata } = object;
  if (apiVersion === undefined || apiVersion === '' || kind === undefined || kind === '') {
    const missing = [...(apiVersion ? [] : ['apiVersion not set']), ...(kind ? [] : ['kind not set'])].join(
      ', ',
    );
    throw failure(
      kind
        ? `error validating "${source}": error validating data: ${missing}; if you choose to ignore these errors, turn validation off with --validate=false`
        : `unable to decode "${source}": Object 'Kind' is missing in '${JSON.stringify(object)}'`,
    );
  }
  const resource = discovery.forKind(apiVersion, kind);
  if (resource === undefined) {
    throw failure(
      `resource mapping not found for name: "${metadata?.name ?? ''}" namespace: "${metadata?.namespace ?? ''}" from "${source}": ` +
        `no matches for kind "${kind}" in version "${apiVersion}"\nensure CRDs are installed first`,
    );
  }
  const name = metadata?.name;
  if (name === undefined || name === '') {
    throw failure(
      `error when retrieving current configuration of "${source}": resource name may not be empty`,
    );
  }
  return { object: { ...object, metadata: { ...metadata, name } }, resource };
}
