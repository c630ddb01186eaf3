// Who plays: the cluster, and its recording from when it is gone.

import { LabError } from '../error.ts';
import type { Ui } from '../learn/ui.ts';
import type { Controls } from './controls.ts';
import type { Player } from './player.ts';

export interface CastOptions {
  readonly ui: Ui;
  readonly controls: Controls;
  readonly player: Player;
  /** Takes over when the cluster is gone; undefined when there was no rehearsal. */
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

  /** True when the cluster is gone and the recording has taken over. */
  async hasChanged(): Promise<boolean> {
    const { ui, recording, isClusterUp, controls, signal } = this.#options;
    if (this.mark !== undefined || (await isClusterUp())) return false;
    if (recording === undefined) {
      throw new LabError('STAGE_ENDED', 'The cluster is gone, and this lab was never rehearsed', {
        hint: 'npm run up starts it again; before the next talk, npm run lab N rehearse makes a recording',
      });
    }
    ui.print('The cluster does not answer.');
    const move = await controls.move('The cluster is gone', ['recording', 'quit'], signal);
    if (move === 'quit')
      throw new LabError('STAGE_ENDED', 'The cluster is gone', { hint: 'npm run up starts it again' });
    this.#player = recording;
    ui.print(`From here on: ${recording.mark ?? ''}\n`);
    return true;
  }

  /** @throws the error when it is not that the cluster is gone */
  async carryOnAfter(error: unknown): Promise<void> {
    const isEnd = error instanceof LabError && error.code === 'STAGE_ENDED';
    if (isEnd || this.#options.signal.aborted || !(await this.hasChanged())) throw error;
  }
}
