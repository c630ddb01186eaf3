import { seededRandom, type Random } from '../../../sandbox/clock/clock.ts';

/** Repeatable choices. */
export class Dice {
  readonly random: Random;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** 0 … below − 1 */
  number(below: number): number {
    return Math.floor(this.random() * below);
  }

  /** True for this share of calls. */
  chance(share: number): boolean {
    return this.random() < share;
  }

  of<Item>(items: readonly Item[]): Item {
    const item = items[this.number(items.length)];
    if (item === undefined) throw new Error('There is nothing to choose from');
    return item;
  }

  /** Each item with this share. */
  some<Item>(items: readonly Item[], share = 0.5): Item[] {
    return items.filter(() => this.chance(share));
  }
}
