// Events: what `kubectl describe` shows below an object. Repeated ones are counted, and of many one every five minutes is
// stored, as client-go's correlator does.

import { type Clock, type Random, timestamp } from '../clock/clock.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { KubeObject } from '../kube/object.ts';
import { type Event, events } from '../kube/resources.ts';
import { eventQuota } from './event-quota.ts';
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

const remembered = 4096;

interface Seen {
  /** Undefined while none was stored. */
  readonly name: string | undefined;
  /** Those included that were too many to be stored. */
  readonly count: number;
}

export function createRecorder({ cluster, clock, random, log }: RecorderOptions): RecordEvent {
  const seen = new Map<string, Seen>();
  const mayStore = eventQuota(clock);
  let lastNanoseconds = 0n;

  // As in Kubernetes, events of one object are listed in the order in which they happened.
  const nextName = (object: string): string => {
    const now = BigInt(clock.now()) * 1_000_000n + BigInt(Math.floor(random() * 1000));
    lastNanoseconds = now > lastNanoseconds ? now : lastNanoseconds + 1n;
    return `${object}.${lastNanoseconds.toString(16).padStart(16, '0')}`;
  };

  const store = (event: NewEvent): void => {
    const namespace = event.regarding.metadata.namespace ?? 'default';
    const key = sameness(event);
    const { name, count: before } = seen.get(key) ?? { name: undefined, count: 0 };
    const count = before + 1;
    remember(key, { name, count });
    if (!mayStore(spokenOf(event))) return;
    const earlier = name === undefined ? undefined : cluster.get(events, namespace, name);
    if (earlier === undefined) {
      remember(key, { name: createNamed(event, namespace).metadata.name, count: 1 });
      return;
    }
    cluster.update(events, { ...earlier, count, lastTimestamp: timestamp(clock) });
  };

  // Another recorder may have taken the name for its event of the same object, in the same millisecond.
  const createNamed = (event: NewEvent, namespace: string): Event => {
    try {
      return create(event, namespace);
    } catch (error) {
      if (!isStatus(error, 'AlreadyExists')) throw error;
      return create(event, namespace);
    }
  };

  const create = (event: NewEvent, namespace: string): Event => {
    const { regarding } = event;
    const now = timestamp(clock);
    return cluster.create(events, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: nextName(regarding.metadata.name), namespace },
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
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    });
  };

  const remember = (key: string, what: Seen): void => {
    seen.delete(key);
    seen.set(key, what);
    if (seen.size <= remembered) return;
    const [oldest] = seen.keys();
    if (oldest !== undefined) seen.delete(oldest);
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

const sameness = ({ regarding, type, reason, message, component, fieldPath }: NewEvent): string =>
  JSON.stringify([regarding.metadata.uid, regarding.kind, type, reason, message, component, fieldPath]);

const spokenOf = ({ regarding, component }: NewEvent): string =>
  JSON.stringify([component, regarding.kind, regarding.metadata.uid, regarding.metadata.name]);
