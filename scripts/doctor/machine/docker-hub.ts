// What Docker Hub says of how many images it still gives. It says so to whoever asks for the head of one, which costs none.
// https://docs.docker.com/docker-hub/usage/pulls/

import { fetch, type Dispatcher } from 'undici';
import { openNetwork } from '../../tools/network.ts';

export type HubAnswer =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>> }
  /** Why its certificate is not believed, in Node's word. */
  | { readonly untrusted: string };

export interface AskOptions {
  /** The proxies. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** @default 3000 */
  readonly withinMs?: number;
  /** Where it is, without a slash at the end. @default the real one */
  readonly hub?: { readonly auth: string; readonly registry: string };
}

/** Docker's own, for this question. */
const repository = 'ratelimitpreview/test';
const dockerHub = { auth: 'https://auth.docker.io', registry: 'https://registry-1.docker.io' };

/** undefined when it cannot be reached in time, which is for others to tell. */
export async function askDockerHub(options: AskOptions): Promise<HubAnswer | undefined> {
  const { env, signal, withinMs = 3000, hub = dockerHub } = options;
  const dispatcher = openNetwork(env);
  try {
    return await ask(hub, { dispatcher, signal: AbortSignal.any([signal, AbortSignal.timeout(withinMs)]) });
  } catch (error) {
    signal.throwIfAborted();
    const code = codeOf(error);
    return certificateErrors.has(code) ? { untrusted: code } : undefined;
  } finally {
    // A server that is silent would keep the process alive.
    await dispatcher.destroy();
  }
}

/** Somebody on the way reads along, and is known only where their certificate is installed. */
const certificateErrors: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** fetch wraps what happened. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  return cause !== undefined && 'code' in cause ? String(cause.code) : '';
}

async function ask(
  { auth, registry }: NonNullable<AskOptions['hub']>,
  options: { readonly dispatcher: Dispatcher; readonly signal: AbortSignal },
): Promise<HubAnswer> {
  const scope = `service=registry.docker.io&scope=repository:${repository}:pull`;
  const { token } = (await (await fetch(`${auth}/token?${scope}`, options)).json()) as { token: string };
  const { status, headers } = await fetch(`${registry}/v2/${repository}/manifests/latest`, {
    ...options,
    method: 'HEAD',
    headers: { authorization: `Bearer ${token}` },
  });
  return { status, headers: Object.fromEntries(headers) };
}
