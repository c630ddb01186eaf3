// Events: what `kubectl describe` shows below an object. Repeated ones are counted, similar ones combined, and of many one
// every five minutes is stored, as client-go's correlator does.

import { type Clock, type Random, timestamp } from '../clock/clock.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { KubeObject } from '../kube/object.ts';
import { events } from '../kube/resources.ts';
import { eventQuota } from './event-quota.ts';
import { LastUsed } from './last-used.ts';
import { similarEvents } from './similar-events.ts';
import { StatusError, isStatus } from '../kube/status-error.ts';

export interface NewEvent {
  /** The object it is about. */
  readonly regarding: KubeObject;
  readonly type: 'Normal' | 'Warning';
  /** CamelCase, for machines. */
  readonly reason: string;
  /** For people. */
  readonly message: string;
  /** Who says so: `kubelet`, `deployment-controller`, … */
  readonly component: string;
  /** Part of the object, such as `spec.containers{webapp}`. */
  readonly fieldPath?: string;
}

/** Never throws: an event that can't be stored (its namespace is going) is only logged. */
export type RecordEvent = (event: NewEvent) => void;

export interface RecorderOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: (line: string) => void;
}

/** Of an event, whether or not it was stored. */
interface Seen {
  readonly name: string;
  /** Those included that were too many to be stored. */
  readonly count: number;
  readonly firstTimestamp: string;
}

export function createRecorder({ cluster, clock, random, log }: RecorderOptions): RecordEvent {
  const seen = new LastUsed<Seen>();
  const told = similarEvents(clock);
  const mayStore = eventQuota(clock);
  let lastNanoseconds = 0n;

  // As in Kubernetes, events of one object are listed in the order in which they happened.
  const nextName = (object: string): string => {
    const now = BigInt(clock.now()) * 1_000_000n + BigInt(Math.floor(random() * 1000));
    lastNanoseconds = now > lastNanoseconds ? now : lastNanoseconds + 1n;
    return `${object}.${lastNanoseconds.toString(16).padStart(16, '0')}`;
  };

  const store = (said: NewEvent): void => {
    const namespace = said.regarding.metadata.namespace ?? 'default';
    const { event, key } = told(said);
    const now = timestamp(clock);
    const before = seen.get(key) ?? {
      name: nextName(event.regarding.metadata.name),
      count: 0,
      firstTimestamp: now,
    };
    const observed = { ...before, count: before.count + 1 };
    seen.set(key, observed);
    if (!mayStore(spokenOf(event))) return;
    const { name, count } = observed;
    const earlier = before.count === 0 ? undefined : cluster.get(events, namespace, name);
    if (earlier !== undefined) {
      cluster.update(events, { ...earlier, count, message: event.message, lastTimestamp: now });
      return;
    }
    // Another recorder may have taken the name for its event of the same object, in the same millisecond.
    try {
      create(event, namespace, observed);
    } catch (error) {
      if (!isStatus(error, 'AlreadyExists')) throw error;
      const renamed = { ...observed, name: nextName(event.regarding.metadata.name) };
      seen.set(key, renamed);
      create(event, namespace, renamed);
    }
  };

  /** Anew also where the one before was counted and has expired: it goes on counting, as in a cluster. */
  const create = (event: NewEvent, namespace: string, { name, count, firstTimestamp }: Seen): void => {
    const { regarding } = event;
    cluster.create(events, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name, namespace },
      involvedObject: {
        kind: regarding.kind,
        apiVersion: regarding.apiVersion,
        name: regarding.metadata.name,
        uid: regarding.metadata.uid,
        resourceVersion: regarding.metadata.resourceVersion,
        ...(regarding.metadata.namespace === undefined ? {} : { namespace }),
        ...(event.fieldPath === undefined ? {} : { fieldPath: event.fieldPath }),
      },
      type: event.type,
      reason: event.reason,
      message: event.message,
      source: { component: event.component },
      reportingComponent: event.component,
      reportingInstance: '',
      firstTimestamp,
      lastTimestamp: timestamp(clock),
      count,
    });
  };

  return (event) => {
    try {
      store(event);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      log(
        `event ${event.reason} of ${event.regarding.kind} ${event.regarding.metadata.name}: ${error.message}`,
      );
    }
  };
}

const spokenOf = ({ regarding, component }: NewEvent): string =>
  JSON.stringify([component, regarding.kind, regarding.metadata.uid, regarding.metadata.name]);
