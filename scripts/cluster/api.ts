// The Kubernetes API as plain JSON. The client library knows the fields of its own version only, and drops the others:
// an object that is read to be written back must come whole.

import { text } from 'node:stream/consumers';
import { openAccess, readKubeconfig } from '../kubectl/api/access.ts';
import { createClient, type ApiClient, type ApiRequest } from '../kubectl/api/client.ts';
import { isUnreachable } from '../kubectl/api/unreachable.ts';
import { requireOwnContext } from './own-context.ts';

export interface Api extends ApiClient, Disposable {}

/** @throws LabError when the file was given the context of another cluster */
export async function openApi(kubeconfig: string, signal: AbortSignal): Promise<Api> {
  const config = await readKubeconfig(kubeconfig, true);
  requireOwnContext(kubeconfig, {
    current: config?.['current-context'] ?? '',
    all: (config?.contexts ?? []).map(({ name }) => name),
  });
  const access = await openAccess({ kubeconfig, context: undefined, env: {} });
  const client = createClient(access, () => undefined);
  const stream = async (request: ApiRequest): ReturnType<ApiClient['stream']> => {
    try {
      return await client.stream({ signal, ...request });
    } catch (error) {
      signal.throwIfAborted();
      // What the socket said, which is what every command knows how to explain.
      throw isUnreachable(error) && error.cause !== undefined ? error.cause : error;
    }
  };
  return {
    access,
    stream,
    json: async <Body>(request: ApiRequest) => JSON.parse(await text(await stream(request))) as Body,
    close: () => client.close(),
    [Symbol.dispose]: () => client.close(),
  };
}
