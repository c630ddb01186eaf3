// The end of a lab: what was done and how long it took, and what to read next.

import { visit } from 'unist-util-visit';
import { toString } from 'mdast-util-to-string';
import type { RootContent } from 'mdast';
import wrapAnsi from 'wrap-ansi';
import type { Block, Lab } from '../lab/format/lab.ts';
import type { Progress } from '../state/progress.ts';

export interface SummaryOptions {
  readonly lab: Lab;
  readonly progress: Progress;
  /** The lab after this one. */
  readonly next: Pick<Lab, 'lab' | 'title' | 'summary'> | undefined;
  readonly width: number;
}

export function showSummary({ lab, progress, next, width }: SummaryOptions): string {
  const { spentMs, hints } = progress;
  const total = Object.values(spentMs).reduce((sum, ms) => sum + ms, 0);
  const rows = lab.steps.map(({ id, title }, index) => {
    const number = String(index + 1).padStart(3);
    // Another command has done it, such as goto.
    const time = (spentMs[id] === undefined ? '-' : duration(spentMs[id])).padStart(9);
    const taken = hints[id] ?? 0;
    const note = taken === 0 ? '' : taken === 1 ? ', one hint' : `, ${taken} hints`;
    return `${number}  ${time}  ${title}${note}`;
  });
  const links = linksOf(lab).map(({ title, url }) => `- ${title === url ? url : `${title}: ${url}`}`);
  const after =
    next === undefined
      ? ['This was the last lab. npm run lab shows them all.']
      : [`Next: lab ${next.lab}, ${next.title}. ${next.summary}.`, `  npm run lab ${next.lab}`];
  return [
    `${lab.title} is done: all ${lab.steps.length} steps are green, after ${duration(total)}.`,
    '',
    ...rows,
    '',
    ...(links.length === 0 ? [] : ['To read:', ...links, '']),
    ...after,
    'The cluster stays up, so look around. npm run down stops it.',
  ]
    .map((line) => (line.startsWith(' ') ? line : wrapAnsi(line, width)))
    .join('\n');
}

/** `48 s`, `3 min`, `1 h 5 min`. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

interface Link {
  readonly title: string;
  readonly url: string;
}

/** Links of the lab's text to the world outside, each once. */
function linksOf({ intro, steps }: Lab): readonly Link[] {
  const links = new Map<string, Link>();
  for (const node of [...intro, ...steps.flatMap(({ blocks }) => blocks)].flatMap(nodesOf)) {
    visit(node, 'link', (link) => {
      const { url } = link;
      if (/^https?:/.test(url) && !/^https?:\/\/([\w.-]*\.)?localhost\b/.test(url) && !links.has(url))
        links.set(url, { title: toString(link), url });
    });
  }
  return [...links.values()];
}

function nodesOf(block: Block): readonly RootContent[] {
  if (block.kind === 'prose') return block.nodes;
  if (block.kind === 'solution') return block.blocks.flatMap(nodesOf);
  return block.kind === 'aside' || block.kind === 'hint' ? block.body : [];
}
