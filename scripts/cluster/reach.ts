// Whether a cluster can be asked at all, be it ours or not.

import { apiMessage } from './api-error.ts';
import { serverVersion } from './client.ts';
import { firstAbort } from '../process/first-abort.ts';

const reachMs = 10_000;

/** Why the API of a kubeconfig does not answer; undefined when it does. */
export async function whySilent(kubeconfig: string, signal: AbortSignal): Promise<string | undefined> {
  const tooLong = firstAbort(signal, AbortSignal.timeout(reachMs));
  try {
    await Promise.race([
      serverVersion(kubeconfig),
      new Promise<never>((_, reject) => {
        tooLong.addEventListener('abort', () => reject(new Error(`no answer within ${reachMs / 1000} s`)), {
          once: true,
        });
      }),
    ]);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    return apiMessage(error);
  }
}
