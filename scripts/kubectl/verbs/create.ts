// `kubectl create`: namespaces, and whatever a file holds.

import { pathOf, kindName } from '../api/resource.ts';
import { during, failure, throwAll } from '../failure.ts';
import { notKnown, text, toggle } from '../flags.ts';
import { readManifests } from '../objects/manifests.ts';
import type { Call, Verb } from '../verb.ts';

const query = { fieldManager: 'kubectl-create', fieldValidation: 'Strict' };

export const create: Verb = {
  flags: { filename: text('f'), recursive: toggle('R') },
  async run(call) {
    const files = call.flags.list('filename');
    const [kind, ...names] = call.args;
    if (kind === undefined && files.length === 0) throw failure('must specify one of -f and -k');
    if (kind === undefined) return createFiles(call, files);
    if (kind !== 'namespace' && kind !== 'ns')
      throw notKnown(`create ${kind}`, ['create namespace', 'create -f']);
    const [name, ...more] = names;
    if (name === undefined || more.length > 0) {
      throw failure(
        `exactly one NAME is required, got ${names.length}\nSee 'kubectl create namespace -h' for help and examples`,
      );
    }
    const { client } = await call.cluster();
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    await client.json({ method: 'POST', path: '/api/v1/namespaces', query, body });
    call.terminal.out(`namespace/${name} created\n`);
    return 0;
  },
};

async function createFiles(call: Call, files: readonly string[]): Promise<number> {
  const { flags, terminal } = call;
  const cluster = await call.cluster();
  const manifests = await readManifests(files, await cluster.discovery(), terminal, flags.on('recursive'));
  const errors: unknown[] = [];
  for (const { object, resource, source } of manifests) {
    const namespace = object.metadata.namespace ?? cluster.namespace;
    try {
      await cluster.client.json({ method: 'POST', path: pathOf(resource, namespace), query, body: object });
      terminal.out(`${kindName(resource)}/${object.metadata.name} created\n`);
    } catch (error) {
      errors.push(during(error, 'creating', source));
    }
  }
  throwAll(errors);
  return 0;
}
