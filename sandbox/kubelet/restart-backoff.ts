// Whether a container is started again, and how long it waits for that: not at all the first time, then 10 s, doubled up to 5 min;
// forgotten after 10 good minutes (k8s.io/kubernetes/pkg/kubelet, MaxContainerBackOff).

/** `sidecar` is an init container with `restartPolicy: Always`. */
export type ContainerRole = 'init' | 'sidecar' | 'app';

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

export function restartsAfter(exitCode: number, role: ContainerRole, policy: RestartPolicy): boolean {
  if (role === 'sidecar') return true;
  if (role === 'init') return exitCode !== 0 && policy !== 'Never';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

const firstMs = 10_000;
const longestMs = 300_000;
const goodMs = 2 * longestMs;

export class RestartBackoff {
  #nextMs = 0;

  /** Milliseconds from the end of a run that lasted `ranMs` until the next start. */
  next(ranMs: number): number {
    if (ranMs >= goodMs) this.#nextMs = 0;
    const delay = this.#nextMs;
    this.#nextMs = delay === 0 ? firstMs : Math.min(longestMs, delay * 2);
    return delay;
  }
}

/** Whole seconds as Go prints durations: `10s`, `1m20s`, `5m0s`. */
export function goSeconds(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
