import type { Clock, Random } from '../clock/clock.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { RecordEvent } from './events.ts';
import type { Queue, QueueOptions } from './queue.ts';
import { createQueue } from './queue.ts';
import type { Turns } from './turns.ts';

/** What a controller is given. */
export interface ControllerContext {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly random: Random;
  readonly turns: Turns;
  readonly log: (line: string) => void;
  readonly recordEvent: RecordEvent;
}

/** Starts to watch and reconcile; the function it returns ends that and leaves no timer. */
export type Controller = (context: ControllerContext) => () => void;

export const queueFor = (
  { clock, turns, log }: ControllerContext,
  options: Pick<QueueOptions, 'name' | 'reconcile'>,
): Queue => createQueue({ ...options, clock, turns, log });
