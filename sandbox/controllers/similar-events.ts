// Events that say nearly the same (client-go, tools/record: EventAggregator): from the tenth on, those of one object and
// reason that differ in their message only are told as one, which has the message of the last.

import type { Clock } from '../clock/clock.ts';
import type { NewEvent } from './events.ts';
import { LastUsed } from './last-used.ts';

const mostMessages = 10;
const forgottenAfterMs = 600_000;

interface Similar {
  readonly messages: Set<string>;
  at: number;
}

export interface ToldEvent {
  readonly event: NewEvent;
  /** Equal for those that are counted as one. */
  readonly key: string;
}

export function similarEvents(clock: Clock): (event: NewEvent) => ToldEvent {
  const known = new LastUsed<Similar>();
  return (event) => {
    const { regarding, type, reason, message, component, fieldPath } = event;
    const key = JSON.stringify([component, regarding.kind, regarding.metadata.uid, type, reason]);
    const now = clock.now();
    const before = known.get(key);
    const similar =
      before === undefined || now - before.at > forgottenAfterMs
        ? { messages: new Set<string>(), at: now }
        : before;
    similar.messages.add(message);
    similar.at = now;
    known.set(key, similar);
    if (similar.messages.size < mostMessages) {
      return { event, key: JSON.stringify([key, message, fieldPath]) };
    }
    // Whichever of them: it only has to stay one short of the limit. What it still has is told as it is when it comes again.
    const [some] = similar.messages;
    if (some !== undefined) similar.messages.delete(some);
    return { event: { ...event, message: `(combined from similar events): ${message}` }, key };
  };
}
