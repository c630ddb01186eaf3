// A lab cut into beats: what an instructor shows with one press of a key.

import type { Block, CheckBlock, Command, Lab, Notes, Prose, Step, StepText } from '../lab/format/lab.ts';
import { checksOf } from '../lab/format/lab.ts';

export type Beat =
  /** The heading, on a fresh screen. The lab's own heading comes before the first step. */
  | { readonly kind: 'title'; readonly step: number }
  | { readonly kind: 'text'; readonly step: number; readonly text: Exclude<StepText, Command> }
  | { readonly kind: 'command'; readonly step: number; readonly command: Command }
  | { readonly kind: 'checks'; readonly step: number; readonly checks: readonly CheckBlock[] };

/** In order. `step` counts from 0; the introduction belongs to -1. */
export function beatsOf(lab: Lab): readonly Beat[] {
  const intro = lab.intro.filter((block): block is Prose => block.kind === 'prose');
  return [
    { kind: 'title', step: -1 },
    ...intro.flatMap((text) => paragraphsOf(text, -1)),
    ...lab.steps.flatMap(beatsOfStep),
  ];
}

/** What the instructor should know at a step; of the lab as a whole for -1. */
export const notesOf = (lab: Lab, step: number): readonly Notes[] =>
  (lab.steps[step]?.blocks ?? lab.intro).filter((block): block is Notes => block.kind === 'notes');

/** Whether a fence above the command has shown its manifest already. */
export function followsManifest(beats: readonly Beat[], position: number): boolean {
  const above = beats.slice(0, position);
  const last = above.findLastIndex(({ kind }) => kind === 'command' || kind === 'checks');
  return above.slice(last + 1).some((beat) => beat.kind === 'text' && beat.text.kind === 'manifest');
}

/** One by one, so that no more come at once than fit on the screen. */
const paragraphsOf = (prose: Prose, step: number): readonly Beat[] =>
  prose.nodes.map((node) => ({ kind: 'text', step, text: { ...prose, nodes: [node] } }));

function beatsOfStep(step: Step, index: number): readonly Beat[] {
  const checks = checksOf(step);
  return [
    { kind: 'title', step: index },
    ...step.blocks.flatMap((block) => beatsOfBlock(block, index)),
    ...(checks.length === 0 ? [] : [{ kind: 'checks', step: index, checks } as const]),
  ];
}

function beatsOfBlock(block: Block, step: number): readonly Beat[] {
  switch (block.kind) {
    case 'command':
      return [{ kind: 'command', step, command: block }];
    case 'prose':
      return paragraphsOf(block, step);
    case 'manifest':
    case 'skipped':
      return [{ kind: 'text', step, text: block }];
    case 'solution':
      return block.blocks.flatMap((text) => beatsOfBlock(text, step));
    case 'check':
    case 'hint':
    case 'notes':
    case 'aside':
      return [];
  }
}
