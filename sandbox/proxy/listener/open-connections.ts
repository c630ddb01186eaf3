import type { Clock } from '../../clock/clock.ts';
import type { AcceptedConnection } from './network-filter.ts';

/** The connections that have been taken and are not closed. */
export class OpenConnections {
  readonly #open = new Set<AcceptedConnection>();
  #emptied: () => void = () => undefined;

  get size(): number {
    return this.#open.size;
  }

  add(connection: AcceptedConnection): void {
    this.#open.add(connection);
  }

  delete(connection: AcceptedConnection): void {
    this.#open.delete(connection);
    if (this.#open.size === 0) this.#emptied();
  }

  /** Lets each finish what it is at, and resolves when all are closed, or after `ms`. */
  async drain(clock: Clock, ms: number): Promise<void> {
    for (const connection of this.#open) connection.drain();
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
    for (const connection of this.#open) connection.destroy();
  }
}
