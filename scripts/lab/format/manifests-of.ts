// The manifest files that a lab's commands name, which it applies sooner or later.

import type { Block, Lab } from './lab.ts';

/** As they are written, relative to the project's root; without repetition. */
export function manifestsOf({ steps }: Pick<Lab, 'steps'>): readonly string[] {
  const commands = steps.flatMap(({ blocks }) => blocks.flatMap(commandsIn));
  return [...new Set(commands.flatMap((text) => text.match(/[\w./-]+\.yaml\b/g) ?? []))];
}

function commandsIn(block: Block): readonly string[] {
  if (block.kind === 'command') return [block.text];
  return block.kind === 'solution' ? block.blocks.flatMap(commandsIn) : [];
}
