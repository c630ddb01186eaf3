// All that our labs say fits a terminal of 80 columns: what cannot be broken, such as an address, has a line of its own.

import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../../scripts/environment/library.ts';
import type { Block, Lab } from '../../../scripts/lab/format/lab.ts';
import { listLabs } from '../../../scripts/lab/format/labs.ts';
import { renderMarkdown, type RenderOptions } from '../../../scripts/learn/render-markdown.ts';

const labs = listLabs(openLibrary({})).flatMap(({ lab }) => lab ?? []);

describe.each(labs.map((lab) => [lab.id, lab] as const))('%s', (_, lab) => {
  it.each([
    ['by menu', { width: 80, color: false }],
    ['read aloud', { width: 80, color: false, aloud: true }],
    ['on a projector', { width: 64, color: false }],
  ])('fits %s', (_name, look) => {
    const wide = textsOf(lab, look)
      .flatMap((text) => text.split('\n'))
      // Code stands as it is, four columns in.
      .filter(
        (line) => stringWidth(line) > look.width && !line.startsWith('    ') && line.trim().includes(' '),
      );
    expect(wide).toEqual([]);
  });
});

const textsOf = ({ intro, steps }: Lab, look: RenderOptions): readonly string[] =>
  [...intro, ...steps.flatMap(({ blocks }) => blocks)].flatMap((block) => textOf(block, look));

function textOf(block: Block, look: RenderOptions): readonly string[] {
  switch (block.kind) {
    case 'prose':
      return [renderMarkdown(block.nodes, look)];
    case 'hint':
    case 'notes':
    case 'aside':
      return [renderMarkdown(block.body, look)];
    case 'solution':
      return block.blocks.flatMap((text) => textOf(text, look));
    default:
      return [];
  }
}
