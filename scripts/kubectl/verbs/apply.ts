// `kubectl apply -f`: client-side, or server-side with --server-side.

import { apiVersionOf, kindName, pathOf } from '../api/resource.ts';
import { lastApplied, readLastApplied, withLastApplied } from '../apply/last-applied.ts';
import { patchSchemaOf } from '../apply/patch-schema.ts';
import { threeWayPatch } from '../apply/three-way.ts';
import { during, failure, isReason, StatusError, throwAll } from '../failure.ts';
import { text, toggle } from '../flags.ts';
import { readManifests, type Manifest } from '../objects/manifests.ts';
import type { JsonObject, KubeObject } from '../objects/object.ts';
import { goJson } from '../output/go-json.ts';
import type { Call, Cluster, Verb } from '../verb.ts';

export const apply: Verb = {
  flags: {
    filename: text('f'),
    recursive: toggle('R'),
    'server-side': toggle(),
    'force-conflicts': toggle(),
    'field-manager': text(),
  },
  async run(call) {
    const { args, flags, terminal } = call;
    const files = flags.list('filename').flatMap((list) => list.split(','));
    if (args.length > 0) {
      throw failure(`Unexpected args: [${args.join(' ')}]\nSee 'kubectl apply -h' for help and examples`);
    }
    if (files.length === 0) throw failure('must specify one of -f and -k');
    const cluster = await call.cluster();
    const manifests = await readManifests(files, await cluster.discovery(), terminal, flags.on('recursive'));
    const errors: unknown[] = [];
    for (const manifest of manifests) {
      try {
        const outcome = flags.on('server-side')
          ? await applyOnServer(call, cluster, manifest)
          : await applyHere(call, cluster, manifest);
        terminal.out(`${kindName(manifest.resource)}/${manifest.object.metadata.name} ${outcome}\n`);
      } catch (error) {
        errors.push(error);
      }
    }
    throwAll(errors);
    return 0;
  },
};

/** The namespace of the manifest, else of the call; they must not differ when both are given. */
function placed({ flags }: Call, { namespace }: Cluster, { object, resource }: Manifest): Manifest['object'] {
  if (!resource.namespaced) return object;
  const own = object.metadata.namespace;
  if (own !== undefined && flags.text('namespace') !== undefined && own !== namespace) {
    throw failure(
      `the namespace from the provided object "${own}" does not match the namespace "${namespace}". You must pass '--namespace=${own}' to perform this operation.`,
    );
  }
  return { ...object, metadata: { ...object.metadata, namespace: own ?? namespace } };
}

async function applyHere(call: Call, cluster: Cluster, manifest: Manifest): Promise<string> {
  const { resource, source } = manifest;
  const { client } = cluster;
  const modified = withLastApplied(placed(call, cluster, manifest));
  const { name, namespace } = modified.metadata;
  const query = {
    fieldManager: call.flags.text('field-manager') ?? 'kubectl-client-side-apply',
    fieldValidation: 'Strict',
  };
  const live = await readLive(cluster, manifest, namespace);
  if (live === undefined) {
    try {
      await client.json({ method: 'POST', path: pathOf(resource, namespace), query, body: modified });
    } catch (error) {
      throw during(error, 'creating', source);
    }
    return 'created';
  }
  const original = readLastApplied(live);
  if (original === undefined && live.metadata?.deletionTimestamp === undefined) {
    call.terminal.err(
      `Warning: resource ${resource.plural}/${name} is missing the ${lastApplied} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
    );
  }
  const schema = await patchSchemaOf(client, resource);
  const versions = { original: original ?? {}, modified, live };
  const patch = threeWayPatch(versions as unknown as Record<keyof typeof versions, JsonObject>, schema);
  if (Object.keys(patch).length === 0) return 'unchanged';
  try {
    await client.json({
      method: 'PATCH',
      path: pathOf(resource, namespace, name),
      query,
      contentType:
        schema === undefined ? 'application/merge-patch+json' : 'application/strategic-merge-patch+json',
      body: patch,
    });
  } catch (error) {
    throw patchRefused(error, manifest, goJson(patch), namespace ?? '');
  }
  return 'configured';
}

async function readLive(
  { client }: Cluster,
  { object, resource, source }: Manifest,
  namespace: string | undefined,
): Promise<KubeObject | undefined> {
  const path = pathOf(resource, namespace, object.metadata.name);
  try {
    return await client.json<KubeObject>({ path });
  } catch (error) {
    if (isReason(error, 'NotFound')) return undefined;
    throw error instanceof StatusError
      ? new StatusError({
          ...error.status,
          message: `error when retrieving current configuration of:\n${described({ object, resource }, namespace ?? '')}\nfrom server for: "${source}": ${error.message}`,
        })
      : error;
  }
}

const described = ({ object, resource }: Pick<Manifest, 'object' | 'resource'>, namespace: string): string =>
  `Resource: "${groupVersion(resource)}, Resource=${resource.plural}", GroupVersionKind: "${groupVersion(resource)}, Kind=${resource.kind}"\n` +
  `Name: "${object.metadata.name}", Namespace: "${namespace}"`;

const groupVersion = (resource: Manifest['resource']): string =>
  resource.group === '' ? `/${resource.version}` : apiVersionOf(resource);

function patchRefused(error: unknown, manifest: Manifest, patch: string, namespace: string): unknown {
  if (!(error instanceof StatusError)) return error;
  const message = `error when applying patch:\n${patch}\nto:\n${described(manifest, namespace)}\nfor: "${manifest.source}": ${error.message}`;
  return new StatusError({ ...error.status, message });
}

async function applyOnServer(call: Call, cluster: Cluster, manifest: Manifest): Promise<string> {
  const body = placed(call, cluster, manifest);
  const { name, namespace } = body.metadata;
  await cluster.client.json({
    method: 'PATCH',
    path: pathOf(manifest.resource, namespace, name),
    query: {
      fieldManager: call.flags.text('field-manager') ?? 'kubectl',
      fieldValidation: 'Strict',
      force: String(call.flags.on('force-conflicts')),
    },
    contentType: 'application/apply-patch+yaml',
    body,
  });
  return 'serverside-applied';
}
