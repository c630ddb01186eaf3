// `kubectl get -w`: the list, then a row for every change, until the call is stopped.

import { pathOf, type Resource } from '../api/resource.ts';
import { watch } from '../api/watch.ts';
import { failure } from '../failure.ts';
import type { KubeList, KubeObject } from '../objects/object.ts';
import type { Selection } from '../objects/targets.ts';
import type { Printer } from '../output/printer.ts';
import { tableAccept, TablePrinter, type Table } from '../output/table.ts';
import type { Call, Cluster } from '../verb.ts';
import type { GetRequest } from './get.ts';

export interface WatchedGet {
  readonly call: Call;
  readonly cluster: Cluster;
  readonly selection: Selection;
  readonly request: GetRequest;
  /** undefined: tables. */
  readonly printer: Printer | undefined;
}

export async function watchTable(watched: WatchedGet): Promise<number> {
  const { call, cluster, selection, request, printer } = watched;
  const { resource, name } = single(selection);
  const { signal, out } = call.terminal;
  const path = pathOf(resource, request.namespace);
  const fieldSelector = name === undefined ? request.query['fieldSelector'] : `metadata.name=${name}`;
  const query = { ...request.query, fieldSelector };
  const accept = printer === undefined ? tableAccept : 'application/json';
  const table = new TablePrinter(request.table(resource, false));
  const show = (body: Table | KubeObject | KubeList): void => {
    if (printer === undefined) out(table.print([body]));
    else {
      const objects = 'items' in body ? body.items : [body as KubeObject];
      for (const object of objects) out(printer([{ resource, object }], false));
    }
  };
  const first = await cluster.client.json<Table | KubeList>({ path, query, accept });
  const rows = 'items' in first ? first.items : first.rows;
  if ((rows ?? []).length > 0) show(first);
  const from = { ...query, resourceVersion: first.metadata?.resourceVersion };
  try {
    for await (const { object } of watch<Table | KubeObject>(cluster.client, {
      path,
      query: from,
      accept,
      signal,
    })) {
      show(object);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    return 130;
  }
  return 0;
}

function single(selection: Selection): { resource: Resource; name: string | undefined } {
  const [first, ...more] =
    selection.by === 'kind'
      ? selection.resources.map((resource) => ({ resource, name: undefined }))
      : selection.targets;
  if (first === undefined || more.length > 0) throw failure('you may only specify a single resource type');
  return first;
}
