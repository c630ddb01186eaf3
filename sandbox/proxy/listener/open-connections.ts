import type { Clock } from '../../clock/clock.ts';
import type { AcceptedConnection, NetworkFilter } from './network-filter.ts';

/** The filter that would take the connection if it came in now; undefined: none. */
export type FindFilter = () => NetworkFilter | undefined;

/** The connections that have been taken and are not closed. */
export class OpenConnections {
  /** With what each asks after a new configuration: whose it is now. */
  readonly #open = new Map<AcceptedConnection, FindFilter>();
  #emptied: () => void = () => undefined;

  get size(): number {
    return this.#open.size;
  }

  add(connection: AcceptedConnection, find: FindFilter): void {
    this.#open.set(connection, find);
  }

  /**
   * Puts a new configuration in force for connections that are open already. (Envoy lets them go on under the old one
   * while they drain, for up to 45 seconds.) One that would not be taken any more ends after the request under way.
   */
  review(): void {
    for (const [connection, find] of this.#open) {
      if (find()?.adopt(connection) !== true) connection.drain();
    }
  }

  delete(connection: AcceptedConnection): void {
    this.#open.delete(connection);
    if (this.#open.size === 0) this.#emptied();
  }

  /** Lets each finish what it is at, and resolves when all are closed, or after `ms`. */
  async drain(clock: Clock, ms: number): Promise<void> {
    for (const connection of this.#open.keys()) connection.drain();
    if (this.#open.size === 0 || ms === 0) return;
    await new Promise<void>((resolve) => {
      const timer = clock.after(ms, resolve);
      this.#emptied = () => {
        timer.clear();
        resolve();
      };
    });
  }

  destroy(): void {
    for (const connection of this.#open.keys()) connection.destroy();
  }
}
