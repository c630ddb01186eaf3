// `kubectl get`: tables as the API prints them, or `-o`.

import { pathOf, kindName, type Resource } from '../api/resource.ts';
import { failure, isReason, KubectlError, StatusError, throwAll } from '../failure.ts';
import { optional, text, toggle } from '../flags.ts';
import { readFileTargets } from '../objects/manifests.ts';
import type { KubeList, KubeObject } from '../objects/object.ts';
import { readSelection, type Selection } from '../objects/targets.ts';
import { openPrinter, type Printable, type Printer } from '../output/printer.ts';
import { tableAccept, TablePrinter, type Table, type TableOptions } from '../output/table.ts';
import type { Call, Cluster, Verb } from '../verb.ts';

export const get: Verb = {
  flags: {
    'all-namespaces': toggle('A'),
    selector: text('l'),
    'field-selector': text(),
    filename: text('f'),
    output: text('o'),
    'show-labels': toggle(),
    'label-columns': text('L'),
    'no-headers': toggle(),
    'ignore-not-found': toggle(),
    'sort-by': text(),
    watch: toggle('w'),
    raw: text(),
    'show-managed-fields': toggle(),
    'server-print': optional('true'),
  },
  async run(call) {
    const { args, flags, terminal } = call;
    const cluster = await call.cluster();
    const raw = flags.text('raw');
    if (raw !== undefined) return getRaw(call, cluster, raw);
    const files = flags.list('filename');
    if (args.length === 0 && files.length === 0) throw nothingNamed();
    const printer = await openPrinter(flags.text('output'));
    const discovery = await cluster.discovery();
    const selection: Selection =
      files.length > 0
        ? { by: 'name', targets: await readFileTargets(files, discovery, terminal) }
        : readSelection(args, discovery);
    if (selection.by === 'name' && flags.text('selector') !== undefined) {
      throw failure('name cannot be provided when a selector is specified');
    }
    if (flags.on('watch')) {
      const { watchTable } = await import('./get-watch.ts');
      return watchTable({ call, cluster, selection, request: requestOf(call, cluster), printer });
    }
    return printer === undefined
      ? printTables(call, cluster, selection)
      : printObjects(call, cluster, selection, printer);
  },
};

const nothingNamed = (): KubectlError =>
  new KubectlError(`You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.

error: Required resource not specified.
Use "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).
See 'kubectl get -h' for help and examples`);

async function getRaw({ terminal }: Call, { client }: Cluster, path: string): Promise<number> {
  for await (const chunk of await client.stream({ path })) terminal.out(chunk as Uint8Array);
  return 0;
}

export interface GetRequest {
  readonly namespace: string | undefined;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly table: (resource: Resource, several: boolean) => TableOptions;
}

function requestOf({ flags }: Call, cluster: Cluster): GetRequest {
  const everywhere = flags.on('all-namespaces');
  return {
    namespace: everywhere ? undefined : cluster.namespace,
    query: { labelSelector: flags.text('selector'), fieldSelector: flags.text('field-selector') },
    table: (resource, several) => ({
      wide: flags.text('output') === 'wide',
      withNamespace: everywhere && resource.namespaced,
      showLabels: flags.on('show-labels'),
      labelColumns: flags.list('label-columns').flatMap((keys) => keys.split(',')),
      noHeaders: flags.on('no-headers'),
      namePrefix: several ? `${kindName(resource)}/` : '',
    }),
  };
}

async function printTables(call: Call, cluster: Cluster, selection: Selection): Promise<number> {
  const { terminal, flags } = call;
  const request = requestOf(call, cluster);
  const { found, errors } = await fetchEach<Table>(call, cluster, selection, tableAccept);
  const sortBy = flags.text('sort-by');
  const tables =
    sortBy === undefined ? found : (await import('../output/sort-by.ts')).sortTables(found, sortBy);
  const kinds = new Set(tables.map(({ resource }) => resource));
  let printed = false;
  for (const resource of kinds) {
    const own = tables.filter((one) => one.resource === resource).map(({ body }) => body);
    if (own.every(({ rows }) => (rows ?? []).length === 0)) continue;
    if (printed) terminal.out('\n');
    terminal.out(new TablePrinter(request.table(resource, severalKinds(selection))).print(own));
    printed = true;
  }
  if (!printed && errors.length === 0 && !flags.on('ignore-not-found')) {
    const scoped = request.namespace !== undefined && [...kinds].some(({ namespaced }) => namespaced);
    terminal.err(scoped ? `No resources found in ${request.namespace} namespace.\n` : 'No resources found\n');
  }
  throwAll(errors);
  return 0;
}

const severalKinds = (selection: Selection): boolean =>
  new Set(selection.by === 'kind' ? selection.resources : selection.targets.map(({ resource }) => resource))
    .size > 1;

async function printObjects(
  call: Call,
  cluster: Cluster,
  selection: Selection,
  printer: Printer,
): Promise<number> {
  const { terminal, flags } = call;
  const { found, errors } = await fetchEach<KubeObject | KubeList>(
    call,
    cluster,
    selection,
    'application/json',
  );
  const objects = found.flatMap(({ resource, body }) => itemsOf(resource, body));
  const shown = flags.on('show-managed-fields') ? objects : objects.map(withoutManagedFields);
  const sortBy = flags.text('sort-by');
  const ordered =
    sortBy === undefined ? shown : (await import('../output/sort-by.ts')).sortObjects(shown, sortBy);
  const list = selection.by === 'kind' || selection.targets.length > 1;
  if (errors.length === 0 || ordered.length > 0) {
    if (ordered.length > 0 || !flags.on('ignore-not-found')) terminal.out(printer(ordered, list));
  }
  throwAll(errors);
  return 0;
}

/** Items of a list come without their kind. */
function itemsOf(resource: Resource, body: KubeObject | KubeList): readonly Printable[] {
  if (!('items' in body)) return [{ resource, object: body }];
  const apiVersion = body.apiVersion ?? '';
  return body.items.map((item) => ({ resource, object: { apiVersion, kind: resource.kind, ...item } }));
}

function withoutManagedFields({ resource, object }: Printable): Printable {
  const metadata = Object.fromEntries(
    Object.entries(object.metadata ?? {}).filter(([key]) => key !== 'managedFields'),
  );
  return { resource, object: { ...object, metadata } };
}

interface Fetched<Body> {
  readonly found: readonly { readonly resource: Resource; readonly body: Body }[];
  readonly errors: readonly unknown[];
}

async function fetchEach<Body>(
  call: Call,
  cluster: Cluster,
  selection: Selection,
  accept: string,
): Promise<Fetched<Body>> {
  const { namespace, query } = requestOf(call, cluster);
  const { flags } = call;
  const objects = flags.text('sort-by') === undefined ? {} : { includeObject: 'Object' };
  if (selection.by === 'name' && flags.on('all-namespaces')) {
    throw failure('a resource cannot be retrieved by name across all namespaces');
  }
  const requests =
    selection.by === 'kind'
      ? selection.resources.map((resource) => ({
          resource,
          path: pathOf(resource, namespace),
          query: { ...query, ...objects },
        }))
      : selection.targets.map(({ resource, name }) => ({
          resource,
          path: pathOf(resource, namespace, name),
          query: objects,
        }));
  const answers = await Promise.allSettled(
    requests.map(async ({ resource, path, query: parameters }) => ({
      resource,
      body: await cluster.client.json<Body>({ path, query: parameters, accept }).catch((error: unknown) => {
        throw withSelector(error, resource, call);
      }),
    })),
  );
  const skipped = (reason: unknown): boolean => flags.on('ignore-not-found') && isReason(reason, 'NotFound');
  return {
    found: answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])),
    errors: answers.flatMap((answer) =>
      answer.status === 'rejected' && !skipped(answer.reason) ? [answer.reason as unknown] : [],
    ),
  };
}

/** kubectl says which selector the API could not read. */
function withSelector(error: unknown, resource: Resource, { flags }: Call): unknown {
  const [labels = '', fields = ''] = [flags.text('selector'), flags.text('field-selector')];
  if (!isReason(error, 'BadRequest') || (labels === '' && fields === '')) return error;
  const what = `${resource.group === '' ? '/' : `${resource.group}/`}${resource.version}, Resource=${resource.plural}`;
  const message = `Unable to find ${JSON.stringify(what)} that match label selector ${JSON.stringify(labels)}, field selector ${JSON.stringify(fields)}: ${error.message}`;
  return new StatusError({ ...error.status, message });
}
