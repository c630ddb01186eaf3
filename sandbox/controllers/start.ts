import type { Clock, Random } from '../clock/clock.ts';
import type { Cluster } from '../kube/cluster.ts';
import { builtinTypes } from '../schema/builtin.ts';
import { startApiServiceKeeper } from './api-service.ts';
import type { ControllerContext } from './context.ts';
import { startDeploymentController } from './deployment/controller.ts';
import { startEndpointsController } from './endpoints/controller.ts';
import { startEndpointsMirroring } from './endpoints/mirroring.ts';
import { startEventExpiry } from './event-expiry.ts';
import { type RecordEvent, createRecorder } from './events.ts';
import { garbageCollector } from './garbage/collector.ts';
import { type RootCertificates, namespaceContents } from './namespaces/contents.ts';
import { namespaceDeletion } from './namespaces/deletion.ts';
import { startReplicaSetController } from './replicaset/controller.ts';
import { startScheduler } from './scheduler.ts';
import { createTurns } from './turns.ts';

export interface ControllerOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly random: Random;
  /** One line for the sandbox's own log. */
  readonly log: (line: string) => void;
  /** What pods find in kube-root-ca.crt and istio-ca-root-cert. @default empty */
  readonly certificates?: RootCertificates;
}

export interface Controllers {
  /** For whoever else reports on objects (the kubelet): one recorder keeps all events in order. */
  readonly recordEvent: RecordEvent;
  close(): void;
}

/** Starts every controller. They act on what is there and on each change, within a turn or two of the event loop. */
export function startControllers(options: ControllerOptions): Controllers {
  const { certificates = { kubernetes: '', istio: '' } } = options;
  const turns = createTurns();
  const recordEvent = createRecorder(options);
  const context: ControllerContext = { ...options, turns, recordEvent };
  const kinds = builtinTypes();
  const stops = [
    namespaceContents(certificates),
    namespaceDeletion(kinds),
    startDeploymentController,
    startReplicaSetController,
    startScheduler,
    startEndpointsController,
    startEndpointsMirroring,
    startApiServiceKeeper,
    garbageCollector(kinds),
    startEventExpiry,
  ].map((start) => start(context));
  return {
    recordEvent,
    close() {
      for (const stop of stops) stop();
      turns.close();
    },
  };
}
