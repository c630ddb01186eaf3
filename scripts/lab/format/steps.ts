// Steps with their details: checks, hints, solutions, notes.

import type { Code, RootContent } from 'mdast';
import { slug } from 'github-slugger';
import { closest } from '../../closest.ts';
import { readFence, type Fence } from './fence.ts';
import { commandsOf, checksOf, type Block, type CheckBlock, type Step } from './lab.ts';
import { startOf } from './markdown.ts';
import { placeUnder, showPlace, type Place } from './place.ts';
import type { Reader } from './reader.ts';
import type { DetailsItem, Item, Section } from './sections.ts';
import { readBody, readStepText } from './step-text.ts';

export function readSteps(sections: readonly Section[], reader: Reader): readonly Step[] {
  const steps = sections.map((section) => readStep(section, reader));
  reportTwice('steps', steps, reader);
  reportTwice('checks', steps.flatMap(checksOf), reader);
  for (const section of sections) reportEmpty(section, reader);
  for (const step of steps) reportIdleChecks(step, reader);
  return steps;
}

function readStep({ title, at, items }: Section, reader: Reader): Step {
  const blocks = groupItems(items).flatMap((group): readonly Block[] => {
    if (!('kind' in group)) return readStepText(group, reader);
    const block = readDetails(group, reader);
    return block === undefined ? [] : [block];
  });
  return { id: slug(title), title, at, blocks };
}

/** Neighbouring nodes together, so that an output is seen right under its command. */
export function groupItems(items: readonly Item[]): readonly (DetailsItem | readonly RootContent[])[] {
  const groups: (DetailsItem | RootContent[])[] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (item.kind === 'details') groups.push(item);
    else if (Array.isArray(last)) last.push(item.node);
    else groups.push([item.node]);
  }
  return groups;
}

const summaries = ['Check', 'Hint', 'Solution', 'Instructor notes'] as const;

/** `Check: a title`, `Hint 2`, `Solution` … */
function readSummary(summary: string): { readonly word: string; readonly rest: string } {
  const [, word = '', rest = ''] = /^([^:\d]*)(?:\d+)?\s*(?::\s*(.*))?$/s.exec(summary) ?? [];
  return { word: word.trim(), rest: rest.trim() };
}

export type DetailsKind = (typeof summaries)[number] | 'aside';

/** What a `<details>` is, by its summary. A near miss of a known word is a mistake. */
export function readDetailsKind(item: DetailsItem, { problems }: Reader): DetailsKind {
  const { word } = readSummary(item.summary);
  if (item.summary === '') {
    problems.add(
      item.at,
      'no-summary',
      `<details> has no <summary>: write ${summaries.join(', ')}, or a title`,
    );
  }
  const exact = summaries.find((known) => known === word);
  if (exact !== undefined) return exact;
  const meant = closest(word, summaries);
  if (meant !== undefined) {
    problems.add(
      item.at,
      'unknown-summary',
      `"${item.summary}" is not one of ${summaries.join(', ')}: write ${meant}`,
    );
  }
  return 'aside';
}

function readDetails(item: DetailsItem, reader: Reader): Block | undefined {
  const { at, summary: title, nodes } = item;
  const kind = readDetailsKind(item, reader);
  if (kind === 'Check') return readCheckBlock(item, reader);
  if (kind === 'Solution') return { kind: 'solution', at, blocks: readStepText(nodes, reader) };
  if (kind === 'Hint') return { kind: 'hint', title, at, body: readBody(nodes, 'under a hint', reader) };
  if (kind === 'Instructor notes') {
    return { kind: 'notes', at, body: readBody(nodes, 'under instructor notes', reader) };
  }
  return { kind: 'aside', title, at, body: readBody(nodes, `under "${title}"`, reader) };
}

function readCheckBlock({ at, summary, nodes }: DetailsItem, reader: Reader): CheckBlock | undefined {
  const title = readSummary(summary).rest;
  if (title === '') {
    reader.problems.add(
      at,
      'check-title',
      'A check needs a title a learner understands: write "Check: what it shows"',
    );
  }
  const isCheck = (node: RootContent): node is Code =>
    node.type === 'code' && node.lang === 'yaml' && /^check(?:\s|$)/.test(node.meta ?? '');
  const [first, ...more] = nodes.filter(isCheck);
  const body = readBody(
    nodes.filter((node) => !isCheck(node)),
    'under a check',
    reader,
  );
  for (const node of more) {
    const place = reader.source.placeAt(startOf(node));
    reader.problems.add(
      place,
      'second-check',
      'One <details> holds one check: give this one a Check of its own',
    );
  }
  if (first === undefined) {
    reader.problems.add(
      at,
      'check-missing',
      `"${summary}" holds no check: write a \`\`\`yaml check fence in it`,
    );
    return undefined;
  }
  const fence = readFence(first, reader.source, reader.problems);
  const check = fence === undefined ? undefined : readCheck(title, fence, reader);
  return check === undefined ? undefined : { kind: 'check', id: slug(title), title, at, check, body };
}

function readCheck(title: string, fence: Fence, reader: Reader): CheckBlock['check'] | undefined {
  for (const { name, at } of fence.attributes.values()) {
    if (name !== 'check') {
      reader.problems.add(
        at,
        'unknown-attribute',
        `${name} is not an attribute of a check: write it in the YAML below`,
      );
    }
  }
  const result = reader.parseCheck(title, fence.text);
  if ('check' in result) return result.check;
  for (const { offset, message } of result.problems) {
    reader.problems.add(placeUnder(fence.at, fence.text, offset), 'bad-check', message);
  }
  return undefined;
}

function reportTwice(
  what: string,
  entries: readonly { readonly id: string; readonly title: string; readonly at: Place }[],
  { problems }: Reader,
): void {
  const seen = new Map<string, Place>();
  for (const { id, title, at } of entries) {
    const first = seen.get(id);
    if (id === '') problems.add(at, 'no-id', `"${title}" has no letter to make a name of: write some words`);
    else if (first === undefined) seen.set(id, at);
    else {
      const message = `Two ${what} of this lab have the id "${id}", the first at ${showPlace(first)}: rename one`;
      problems.add(at, 'duplicate-id', message);
    }
  }
}

function reportEmpty({ items, title, at }: Section, { problems }: Reader): void {
  const isAid = (item: Item): boolean =>
    item.kind === 'details' && ['Hint', 'Instructor notes'].includes(readSummary(item.summary).word);
  if (items.every(isAid)) {
    problems.add(at, 'empty-step', `The step "${title}" is empty: write what to do, or remove its heading`);
  }
}

function reportIdleChecks(step: Step, { problems }: Reader): void {
  if (commandsOf(step).length > 0) return;
  for (const { at, title, check } of checksOf(step)) {
    if (!check.invariant) {
      const message = `No command of this step can turn "${title}" green: add the command or a Solution, or write invariant: true`;
      problems.add(at, 'check-without-command', message);
    }
  }
}
