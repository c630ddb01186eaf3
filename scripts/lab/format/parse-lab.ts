// From the text of a README to a lab, or to everything that is wrong with it.

import { basename, dirname } from 'node:path';
import { readFrontMatter } from './front-matter.ts';
import { reportDeadPaths } from './dead-paths.ts';
import type { FrontMatter, Lab } from './lab.ts';
import { parseMarkdown } from './markdown.ts';
import { openSource } from './place.ts';
import { Problems, type Problem } from './problem.ts';
import type { LabContext, Reader } from './reader.ts';
import { readSections, type Sections } from './sections.ts';
import { groupItems, readDetailsKind, readSteps } from './steps.ts';
import { readBody } from './step-text.ts';

export interface ParsedLab {
  /** Present when there are no problems. */
  readonly lab: Lab | undefined;
  /** In the order of the text. */
  readonly problems: readonly Problem[];
}

/**
 * Never throws for what the text says: all its mistakes are in `problems`.
 * @param file path of README.md relative to the project's root
 */
export function parseLab(file: string, text: string, context: LabContext): ParsedLab {
  const source = openSource(file, text);
  const problems = new Problems();
  const reader: Reader = { ...context, source, problems };
  const root = parseMarkdown(text);
  const matter = readFrontMatter(root, reader);
  const sections = readSections(root, source, problems);
  reportTitles(sections, matter, reader);
  const intro = readIntro(sections, reader);
  const steps = readSteps(sections.steps, reader);
  reportDeadPaths(steps, reader);
  const folder = dirname(file);
  return {
    problems: problems.sorted,
    lab:
      matter === undefined || problems.sorted.length > 0
        ? undefined
        : { ...matter, id: basename(folder), file, folder, intro, steps },
  };
}

function reportTitles({ titles, steps }: Sections, matter: FrontMatter | undefined, reader: Reader): void {
  const { problems, source } = reader;
  const [first, ...more] = titles;
  const start = source.placeAt(0);
  if (first === undefined) {
    problems.add(start, 'title', `A lab has its title as heading: write # ${matter?.title ?? 'Title'}`);
  } else if (matter !== undefined && first.text !== matter.title) {
    const message = `The heading "${first.text}" differs from the title "${matter.title}" of the front matter: make them equal`;
    problems.add(first.at, 'title', message);
  }
  for (const { text, at } of more) {
    problems.add(at, 'title', `"${text}" is a second title: write ## for a step, or ### inside one`);
  }
  if (steps.length === 0) problems.add(start, 'no-steps', 'A lab needs a step: write a ## heading');
}

function readIntro({ intro }: Sections, reader: Reader): Lab['intro'] {
  const where = 'before the first step';
  return groupItems(intro).flatMap((group): Lab['intro'] => {
    if (!('kind' in group)) return [{ kind: 'prose', nodes: readBody(group, where, reader) }];
    const { at, summary: title, nodes } = group;
    const kind = readDetailsKind(group, reader);
    if (kind === 'Instructor notes') return [{ kind: 'notes', at, body: readBody(nodes, where, reader) }];
    if (kind === 'aside') return [{ kind: 'aside', title, at, body: readBody(nodes, where, reader) }];
    reader.problems.add(
      at,
      'outside-step',
      `"${title}" stands before the first step: move it under a ## heading`,
    );
    return [];
  });
}
