import type { Clock, Random } from '../clock/clock.ts';
import type { Cluster } from '../kube/cluster.ts';
import { builtinTypes } from '../schema/builtin.ts';
import type { ControllerContext } from './context.ts';
import { startDeploymentController } from './deployment/controller.ts';
import { startEndpointsController } from './endpoints/controller.ts';
import { startEventExpiry } from './event-expiry.ts';
import { createRecorder } from './events.ts';
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

/** Starts every controller. They act on what is there and on each change, within a turn or two of the event loop. */
export function startControllers(options: ControllerOptions): { close(): void } {
  const { certificates = { kubernetes: '', istio: '' } } = options;
  const turns = createTurns();
  const context: ControllerContext = { ...options, turns, recordEvent: createRecorder(options) };
  const kinds = builtinTypes();
  const stops = [
    namespaceContents(certificates),
    namespaceDeletion(kinds),
    startDeploymentController,
    startReplicaSetController,
    startScheduler,
    startEndpointsController,
    garbageCollector(kinds),
    startEventExpiry,
  ].map((start) => start(context));
  return {
    close() {
      for (const stop of stops) stop();
      turns.close();
    },
  };
}
