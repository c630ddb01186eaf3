// An API server on a free port, in memory unless a folder is given.

import { systemClock, seededRandom, type Clock } from '../../../../sandbox/clock/clock.ts';
import type { AdmissionPlugin, PodRuntime } from '../../../../sandbox/api/extension.ts';
import { Registry } from '../../../../sandbox/api/registry/registry.ts';
import { startApiServer, type ApiServer } from '../../../../sandbox/api/server.ts';
import type { JournalFiles } from '../../../../sandbox/api/store/journal.ts';
import { createStore, type Store } from '../../../../sandbox/api/store/store.ts';
import { credentials } from '../../../../sandbox/api/tls/certificates.ts';
import { namespaces } from '../../../../sandbox/kube/resources.ts';
import { StatusError } from '../../../../sandbox/kube/status-error.ts';
import { builtinTypes } from '../../../../sandbox/schema/builtin.ts';
import { schemaLibrary } from '../../../../sandbox/schema/library.ts';

export interface OpenApi {
  readonly store: Store;
  readonly registry: Registry;
  readonly server: ApiServer;
  /** Ends every connection, and after `meanwhile` serves the same objects on the same port again. */
  restart(meanwhile: () => void): Promise<void>;
  /** What the server logged: faults of its own. */
  readonly logged: string[];
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface OpenApiOptions {
  readonly dir?: string;
  readonly clock?: Clock;
  readonly plugins?: readonly AdmissionPlugin[];
  readonly runtime?: PodRuntime;
  readonly history?: number;
  readonly files?: Partial<JournalFiles>;
}

// The client checks the certificate against the machine’s own time. Making one takes longer than most tests.
const inMemory = credentials(undefined, systemClock);

const noRuntime: PodRuntime = {
  // oxlint-disable-next-line require-yield -- there is nothing to read
  async *logs() {
    throw new StatusError('NotFound', 'no logs here');
  },
  exec: () => Promise.reject(new StatusError('NotFound', 'no commands here')),
  connect: () => Promise.reject(new Error('no ports here')),
};

export async function openApi(options: OpenApiOptions = {}): Promise<OpenApi> {
  const { dir, clock = systemClock, plugins = [], runtime = noRuntime, history, files } = options;
  const logged: string[] = [];
  const log = (message: string): void => void logged.push(message);
  const store = createStore({
    dir,
    log,
    ...(history === undefined ? {} : { history }),
    ...(files === undefined ? {} : { files }),
  });
  const registry = new Registry({
    store,
    types: builtinTypes(),
    plugins,
    schemas: schemaLibrary,
    clock,
    random: seededRandom(1),
  });
  for (const name of ['default', 'kube-system']) {
    if (registry.get(namespaces, '', name) === undefined) {
      registry.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
  }
  const identity = await (dir === undefined ? inMemory : credentials(dir, systemClock));
  const serve = (port: number): Promise<ApiServer> =>
    startApiServer({ registry, schemas: schemaLibrary, runtime, log, port, credentials: identity });
  const server = await serve(0);
  let running = server;
  const restart = async (meanwhile: () => void): Promise<void> => {
    await running.close();
    meanwhile();
    running = await serve(server.port);
  };
  const close = async (): Promise<void> => {
    await running.close();
    registry.close();
    store.close();
  };
  return { store, registry, server, restart, logged, close, [Symbol.asyncDispose]: close };
}
