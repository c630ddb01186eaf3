// Who plays: the cluster, and its recording from when it is gone.

import { LabError } from '../error.ts';
import type { Ui } from '../learn/ui.ts';
import type { Controls } from './controls.ts';
import type { Player } from './player.ts';

export interface CastOptions {
  readonly ui: Ui;
  readonly controls: Controls;
  readonly player: Player;
  /** Can take over when the cluster is gone; undefined when there was no rehearsal. */
  readonly recording: Player | undefined;
  readonly isClusterUp: () => Promise<boolean>;
  readonly signal: AbortSignal;
}

export class Cast {
  #options: CastOptions;
  #player: Player;

  constructor(options: CastOptions) {
    this.#options = options;
    this.#player = options.player;
  }

  get player(): Player {
    return this.#player;
  }

  /** Said with everything that is recorded; undefined for what the cluster itself says. */
  get mark(): string | undefined {
    return this.#player.mark;
  }

  /** Whether what was just shown must be shown again: the cluster was gone, and it or its recording goes on. */
  async mustRepeat(): Promise<boolean> {
    const { ui, recording, isClusterUp, controls, signal } = this.#options;
    if (this.mark !== undefined || (await isClusterUp())) return false;
    const offered = ['recording', 'repeat', 'quit'] as const;
    do {
      ui.print('The cluster does not answer.');
      const moves = offered.filter((move) => move !== 'recording' || recording !== undefined);
      const move = await controls.move('The cluster is gone', moves, signal);
      if (move === 'quit') throw ended(recording !== undefined);
      if (move === 'recording') this.#player = recording ?? this.#player;
    } while (this.mark === undefined && !(await isClusterUp()));
    const { mark } = this.#player;
    ui.print(mark === undefined ? 'The cluster answers again.\n' : `From here on: ${mark}\n`);
    return true;
  }

  /** Resolves when it can be tried again. @throws the error when it is not that the cluster is gone */
  async carryOnAfter(error: unknown): Promise<void> {
    const isEnd = error instanceof LabError && error.code === 'STAGE_ENDED';
    if (isEnd || this.#options.signal.aborted || !(await this.mustRepeat())) throw error;
  }
}

const ended = (wasRehearsed: boolean): LabError =>
  wasRehearsed
    ? new LabError('STAGE_ENDED', 'The cluster is gone', { hint: 'npm run up starts it again' })
    : new LabError('STAGE_ENDED', 'The cluster is gone, and this lab was never rehearsed', {
        hint: 'npm run up starts it again; before the next talk, npm run lab N rehearse makes a recording',
      });
