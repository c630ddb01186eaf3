import { web } from './config.ts';
import type { TestProxy } from './proxy.ts';

/** More than any back-off is long. */
const backOffMs = 300;

/** The answer to a request that is tried again: the time of each back-off passes as soon as the proxy waits for it. */
export async function afterRetries<T>(mesh: TestProxy, answer: Promise<T>): Promise<T> {
  const state = { over: false };
  const done = answer.finally(() => (state.over = true));
  const retries = (): number => mesh.proxy.clusters.get(web)?.stats.upstream_rq_retry ?? 0;
  for (let passed = retries(); !state.over;) {
    await new Promise((turn) => setImmediate(turn));
    if (retries() === passed) continue;
    passed += 1;
    await mesh.clock.advance(backOffMs);
  }
  return done;
}
