// One beat of a lab on the projector, until the instructor wants something else than to go on.

import type { Clock, Random } from '../../sandbox/clock/clock.ts';
import type { CheckBlock, Command, Lab } from '../lab/format/lab.ts';
import { appliedFiles } from '../learn/manifest/applied-files.ts';
import type { ViewManifest } from '../learn/manifest/view-manifest.ts';
import { renderMarkdown } from '../learn/render-markdown.ts';
import { samplingBar } from '../learn/sampling-bar.ts';
import { indented, showCheck, showStepTitle } from '../learn/show.ts';
import type { Ui } from '../learn/ui.ts';
import { followsManifest, notesOf, type Beat } from './beats.ts';
import { bigHeading } from './big.ts';
import type { Cast } from './cast.ts';
import type { Controls, Move } from './controls.ts';
import { ManifestPages } from './manifest-pages.ts';
import type { Player } from './player.ts';
import { typeText } from './type-text.ts';
import { Shown } from './shown.ts';

export interface ShowOptions {
  readonly lab: Lab;
  readonly ui: Ui;
  readonly controls: Controls;
  readonly viewManifest: ViewManifest;
  /** The same without a cluster. */
  readonly viewFile: ViewManifest;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly cast: Cast;
  readonly beats: readonly Beat[];
  /** Where the time is at a step. */
  readonly time: (step: number) => string;
  /** Told when a heading comes on the screen. */
  readonly onTitle: (step: number) => void;
}

/** What leads away from a command that stands on the screen. */
const leaving: readonly Move[] = ['back', 'jump', 'quit'];

/** Columns of prose: short lines are read from far. */
const textWidth = 64;

interface Printable {
  readonly text: string;
  /** What the text is the beginning of. */
  readonly manifest?: ManifestPages;
}

export class Show {
  #options: ShowOptions;
  #shown: Shown;
  #lastCommand: Command | undefined;
  /** The last one that was shown in this step. */
  #manifest: ManifestPages | undefined;

  constructor(options: ShowOptions) {
    this.#options = options;
    this.#shown = new Shown(options.ui);
  }

  /**
   * The instructor talks first, then it is shown; the result is what comes after it.
   * @param hasArrived true at the beginning, and after a jump: there is nothing to talk about yet
   */
  async beat(position: number, hasArrived: boolean): Promise<Move> {
    const { beats } = this.#options;
    const beat = beats[position];
    if (beat === undefined) return 'next';
    const shown = beat.kind === 'text' ? await this.#textOf(beat) : { text: '' };
    const before = hasArrived ? undefined : beats[position - 1];
    if (before !== undefined && this.#mustWait(beat, before, shown.text)) {
      // The clock and the notes are those of what is on the screen.
      const move = await this.#wait(before.step);
      if (move !== 'next') return move;
    }
    switch (beat.kind) {
      case 'title':
        return this.#title(beat.step);
      case 'text':
        this.#print(shown);
        return 'next';
      case 'command':
        return this.#command(beat.command, beat.step, followsManifest(beats, position));
      case 'checks':
        return this.#checks(beat.checks, beat.step);
    }
  }

  /** The last command once more; the result is what comes after it. */
  async again(): Promise<Move> {
    const command = this.#lastCommand;
    if (command === undefined) return 'next';
    const move = await this.#type(command.text);
    this.#options.ui.print('');
    return move === 'next' ? this.#run(command) : move;
  }

  /** Elsewhere in the lab there is no last command. */
  forgetCommand(): void {
    this.#lastCommand = undefined;
  }

  /**
   * Text comes together with the heading above it, as long as both are seen; what has just been printed stays until it
   * has been talked about.
   */
  #mustWait({ kind }: Beat, before: Beat, text: string): boolean {
    if (kind === 'title' || kind === 'command' || before.kind === 'command' || before.kind === 'checks')
      return true;
    return this.#shown.isPushedOutBy(text);
  }

  #title(step: number): Move {
    const { lab, ui, cast, onTitle } = this.#options;
    const found = lab.steps[step];
    onTitle(step);
    ui.clear();
    this.#manifest = undefined;
    this.#shown.seen();
    if (ui.aloud) {
      // Letters apart are read one by one.
      const title = found === undefined ? lab.title : showStepTitle(found, step, lab.steps.length, ui);
      this.#shown.print(`\n${title}\n`);
    } else {
      const title = found === undefined ? lab.title : `${step + 1} ${found.title}`;
      this.#shown.print(`${bigHeading(title, ui)}\n`);
    }
    if (cast.mark !== undefined) this.#shown.print(`[${cast.mark}]\n`);
    return 'next';
  }

  async #textOf({ text }: Beat & { kind: 'text' }): Promise<Printable> {
    const { ui } = this.#options;
    if (text.kind === 'prose')
      return { text: `${renderMarkdown(text.nodes, { ...ui, width: Math.min(ui.width, textWidth) })}\n` };
    const found = text.kind === 'manifest' ? await this.#manifestAt(text.path, undefined) : undefined;
    return found ?? { text: `${indented(text.text)}\n` };
  }

  async #manifestAt(path: string, namespace: string | undefined): Promise<Printable | undefined> {
    const { ui, cast, controls, viewManifest, viewFile } = this.#options;
    const view = await (cast.mark === undefined ? viewManifest : viewFile)(path, namespace, ui);
    if (view === undefined) return undefined;
    const manifest = new ManifestPages(view, {
      height: ui.height,
      linesOf: (text) => this.#shown.linesOf(text),
      key: controls.manifestKey,
    });
    return { text: `${manifest.first}\n`, manifest };
  }

  #print({ text, manifest }: Printable): void {
    this.#manifest = manifest ?? this.#manifest;
    this.#shown.print(text);
  }

  async #command(command: Command, step: number, isManifestShown: boolean): Promise<Move> {
    const { ui } = this.#options;
    if (!isManifestShown) {
      const before = await this.#manifests(command, step);
      if (before !== 'next') return before;
    }
    const typed = await this.#type(command.text);
    // Typed, and not yet run: time to say what will happen.
    const move = typed === 'next' ? await this.#waitQuietly() : typed;
    ui.print('');
    return move === 'next' ? this.#run(command) : move;
  }

  /** Those that the command applies, one after the other; there is time to read the last one, too. */
  async #manifests({ text }: Command, step: number): Promise<Move> {
    let isCut = false;
    for (const { path, namespace } of appliedFiles(text)) {
      const found = await this.#manifestAt(path, namespace);
      if (found === undefined) continue;
      const move = this.#shown.isPushedOutBy(found.text) ? await this.#wait(step) : 'next';
      if (move !== 'next') return move;
      this.#print(found);
      isCut = found.manifest?.isCut === true;
    }
    return isCut || this.#shown.isPushedOutBy(`$ ${text}`) ? this.#wait(step) : 'next';
  }

  /** What a key has said meanwhile, if it was more than to hurry. */
  async #type(text: string): Promise<Move> {
    const { ui, controls } = this.#options;
    let move: Move = 'next';
    const key = async (until: AbortSignal): Promise<'hurry' | 'stop'> => {
      move = await controls.whileTyping(leaving, until);
      return move === 'next' ? 'hurry' : 'stop';
    };
    ui.write('$ ');
    await typeText(text.trimEnd(), { ...this.#options, write: (letter) => ui.write(letter), key });
    return move;
  }

  async #run(command: Command): Promise<Move> {
    const { ui, cast, signal } = this.#options;
    this.#lastCommand = command;
    for (;;) {
      if (cast.mark !== undefined) ui.print(`[${cast.mark}]`);
      const status = ui.status();
      if (command.withinMs !== undefined) status.show('Looking until it is there');
      let lastText = '\n';
      const write = (text: string): void => {
        status.end();
        lastText = text;
        ui.write(text);
      };
      await cast.player.run(command, write, signal).finally(() => status.end());
      ui.print(lastText.endsWith('\n') ? '' : '\n');
      // A pipe ends well even when there was nobody to ask.
      if (!(await cast.mustRepeat())) return 'next';
    }
  }

  /** Until they are green: the instructor talks meanwhile, or goes on without. */
  async #checks(checks: readonly CheckBlock[], step: number): Promise<Move> {
    const { ui, cast } = this.#options;
    if (cast.mark !== undefined) ui.print(`[${cast.mark}]`);
    for (const block of checks) {
      for (;;) {
        const result = await this.#look(block);
        ui.print(showCheck(result, ui));
        if (result.status === 'pass') break;
        if (await cast.mustRepeat()) continue;
        const move = await this.#wait(step, 'Not green yet');
        if (move === 'next') break;
        if (move !== 'repeat') return move;
      }
    }
    ui.print('');
    return 'next';
  }

  async #look(block: CheckBlock): ReturnType<Player['check']> {
    const { ui, cast, signal } = this.#options;
    const status = ui.status();
    status.show(`Waiting for green: ${block.title}`);
    try {
      return await cast.player.check(block, {
        signal,
        onProgress: (sampling) => status.show(samplingBar(sampling, ui)),
      });
    } finally {
      status.end();
    }
  }

  /** A move that leaves this beat; notes and the rest of a manifest are shown here. */
  async #wait(step: number, note?: string): Promise<Move> {
    this.#shown.seen();
    const { lab, ui, controls, cast, time, signal } = this.#options;
    const place = step < 0 ? lab.title : `Step ${step + 1} of ${lab.steps.length}`;
    for (;;) {
      const parts = [note ?? place, ...(cast.mark === undefined ? [] : ['recorded']), time(step)];
      const move = await controls.move(parts.join(', '), this.#offered(step, note !== undefined), signal);
      if (move === 'notes') ui.print(this.#notes(step));
      else if (move === 'manifest') ui.print(`${this.#manifest?.next() ?? ''}\n`);
      else return move;
    }
  }

  /** Nothing may be written behind a command that has been typed. */
  async #waitQuietly(): Promise<Move> {
    const { controls, signal } = this.#options;
    return controls.move(undefined, ['next', ...leaving], signal);
  }

  #offered(step: number, canLookAgain: boolean): readonly Move[] {
    return [
      'next',
      'back',
      ...(this.#lastCommand === undefined && !canLookAgain ? [] : (['repeat'] as const)),
      'jump',
      ...(notesOf(this.#options.lab, step).length === 0 ? [] : (['notes'] as const)),
      ...(this.#manifest === undefined ? [] : (['manifest'] as const)),
      'quit',
    ];
  }

  #notes(step: number): string {
    const { lab, ui } = this.#options;
    return notesOf(lab, step)
      .map(({ body }) => `[notes]\n${renderMarkdown(body, ui)}\n`)
      .join('\n');
  }
}
