// Tells that something in the cluster has changed, of the kinds that labs are about.

import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Watch } from '@kubernetes/client-node';
import type { ClusterClient } from './client.ts';

const paths = [
  '/api/v1/namespaces',
  '/api/v1/pods',
  '/api/v1/services',
  '/api/v1/configmaps',
  '/apis/apps/v1/deployments',
  ...['virtualservices', 'destinationrules', 'gateways', 'serviceentries', 'sidecars', 'envoyfilters'].map(
    (kind) => `/apis/networking.istio.io/v1beta1/${kind}`,
  ),
  ...['authorizationpolicies', 'peerauthentications', 'requestauthentications'].map(
    (kind) => `/apis/security.istio.io/v1beta1/${kind}`,
  ),
  '/apis/telemetry.istio.io/v1alpha1/telemetries',
  ...['gateways', 'httproutes'].map((kind) => `/apis/gateway.networking.k8s.io/v1/${kind}`),
];

/** Before a watch that has ended is opened again, in milliseconds. */
const pauseMs = 1000;

export interface Changes extends AsyncDisposable {
  /** Calls back after each change, until the result is called. */
  listen(listener: () => void): () => void;
}

/**
 * Watches until it is disposed. A kind that the cluster does not have, or does not show to this user, is left out: who
 * listens must look now and then anyway.
 */
export function watchChanges({ config }: ClusterClient): Changes {
  const listeners = new Set<() => void>();
  const end = new AbortController();
  setMaxListeners(0, end.signal);
  const watches = paths.map(async (path) => {
    while (!end.signal.aborted) {
      const reason = await watchOnce(new Watch(config), path, end.signal, () => {
        for (const listener of listeners) listener();
      });
      if (isRefusal(reason)) return;
      await sleep(pauseMs, undefined, { signal: end.signal, ref: false }).catch(() => undefined);
    }
  });
  return {
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async [Symbol.asyncDispose]() {
      end.abort();
      await Promise.all(watches);
    },
  };
}

/** Resolves with why it ended. */
async function watchOnce(
  watch: Watch,
  path: string,
  signal: AbortSignal,
  onChange: () => void,
): Promise<unknown> {
  const ended = new AbortController();
  try {
    return await new Promise((resolve, reject) => {
      watch
        .watch(path, { allowWatchBookmarks: true }, (phase) => phase !== 'BOOKMARK' && onChange(), resolve)
        .then((request) => {
          signal.addEventListener('abort', () => request.abort(), { once: true, signal: ended.signal });
          if (signal.aborted) request.abort();
        })
        .catch(reject);
    });
  } catch (error) {
    return error;
  } finally {
    ended.abort();
  }
}

const isRefusal = (reason: unknown): boolean =>
  reason instanceof Error && 'statusCode' in reason && [401, 403, 404].includes(Number(reason.statusCode));
