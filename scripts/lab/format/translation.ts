// A translation of a lab: README.ko.md beside README.md. It holds prose only; fences and checks stay those of
// README.md, step by step and `<details>` by `<details>`.

import type { RootContent } from 'mdast';
import { visit } from 'unist-util-visit';
import type { Block, Lab, Prose, Step, StepText } from './lab.ts';
import { parseMarkdown, startOf } from './markdown.ts';
import { openSource, type Place, type Source } from './place.ts';
import { Problems, type Problem } from './problem.ts';
import { readSections, type DetailsItem, type Item, type Section } from './sections.ts';

export interface ParsedTranslation {
  /** The lab with the translation's words. Present when there are no problems. */
  readonly lab: Lab | undefined;
  readonly problems: readonly Problem[];
}

/** @param lab what README.md says */
export function parseTranslation(file: string, text: string, lab: Lab): ParsedTranslation {
  const source = openSource(file, text);
  const problems = new Problems();
  const root = parseMarkdown(text);
  for (const node of root.children) reportFences(node, source, problems);
  const { titles, intro, steps } = readSections(root, source, problems);
  const start = source.placeAt(0);
  const [title] = titles;
  if (title === undefined)
    problems.add(start, 'title', 'A translation has its title as heading: write # and the title');
  reportDrift(steps, lab, start, problems);
  if (title === undefined || problems.sorted.length > 0) return { lab: undefined, problems: problems.sorted };
  const translated = lab.steps.map((step, index) => translateStep(step, steps[index]));
  const proseOfIntro: Prose = { kind: 'prose', nodes: nodesOf(intro) };
  const others = lab.intro.filter(({ kind }) => kind !== 'prose');
  return {
    lab: { ...lab, file, title: title.text, intro: [proseOfIntro, ...others], steps: translated },
    problems: [],
  };
}

function reportFences(node: RootContent, source: Source, problems: Problems): void {
  visit(node, (inner) => {
    if (inner.type !== 'code' && inner.type !== 'yaml') return;
    const what = inner.type === 'code' ? 'A fence' : 'Front matter';
    const message = `${what} in a translation is never used: remove it, README.md has it`;
    problems.add(source.placeAt(startOf(inner)), 'translation-fence', message);
  });
}

function reportDrift(sections: readonly Section[], lab: Lab, start: Place, problems: Problems): void {
  for (const [index, step] of lab.steps.entries()) {
    const section = sections[index];
    if (section === undefined) {
      const message = `The step "${step.title}" of ${lab.file} is missing here: translate it`;
      problems.add(sections.at(-1)?.at ?? start, 'translation-step', message);
      continue;
    }
    const [has, needs] = [detailsOf(section.items).length, step.blocks.filter(isDetails).length];
    if (has !== needs) {
      const message = `"${section.title}" has ${has} <details>, "${step.title}" of ${lab.file} has ${needs}: make them equal`;
      problems.add(section.at, 'translation-details', message);
    }
  }
  for (const { title, at } of sections.slice(lab.steps.length)) {
    problems.add(at, 'translation-step', `"${title}" is no step of ${lab.file}: remove it`);
  }
}

type DetailsBlock = Exclude<Block, StepText>;

const detailsKinds: ReadonlySet<string> = new Set(['check', 'hint', 'solution', 'notes', 'aside']);

const isDetails = (block: Block): block is DetailsBlock => detailsKinds.has(block.kind);

const detailsOf = (items: readonly Item[]): readonly DetailsItem[] =>
  items.filter((item) => item.kind === 'details');

const nodesOf = (items: readonly Item[]): readonly RootContent[] =>
  items.flatMap((item) => (item.kind === 'node' ? [item.node] : []));

/** The translated prose first, then the fences and details of the step in their order. */
function translateStep(step: Step, section: Section | undefined): Step {
  if (section === undefined) return step;
  const details = detailsOf(section.items).values();
  const rest = step.blocks
    .filter(({ kind }) => kind !== 'prose')
    .map((block) => {
      const words = isDetails(block) ? details.next().value : undefined;
      return words === undefined || !isDetails(block) ? block : translateDetails(block, words);
    });
  const prose: Prose = { kind: 'prose', nodes: nodesOf(section.items) };
  return { ...step, title: section.title, blocks: prose.nodes.length === 0 ? rest : [prose, ...rest] };
}

function translateDetails(block: DetailsBlock, { summary, nodes }: DetailsItem): DetailsBlock {
  if (block.kind === 'check')
    return { ...block, title: summary.replace(/^[^:：]*[:：]\s*/, ''), body: nodes };
  if (block.kind === 'notes') return { ...block, body: nodes };
  if (block.kind !== 'solution') return { ...block, title: summary, body: nodes };
  const fences = block.blocks.filter(({ kind }) => kind !== 'prose');
  return { ...block, blocks: nodes.length === 0 ? fences : [{ kind: 'prose', nodes }, ...fences] };
}
