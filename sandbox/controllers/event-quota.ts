// How often one component may speak of one object (client-go, tools/record: EventSourceObjectSpamFilter).

import type { Clock } from '../clock/clock.ts';
import { LastUsed } from './last-used.ts';

const burst = 25;
const refillMs = 300_000;

interface Bucket {
  tokens: number;
  at: number;
}

/** Whether one more event may be stored: 25 at once, then one every five minutes. `key` names component and object. */
export function eventQuota(clock: Clock): (key: string) => boolean {
  const buckets = new LastUsed<Bucket>();
  return (key) => {
    const now = clock.now();
    const bucket = buckets.get(key) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / refillMs);
    bucket.at = now;
    buckets.set(key, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  };
}
