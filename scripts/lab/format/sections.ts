// The tree of a README cut into its introduction and steps, with every `<details>` as one item.
//
// In mdast an opening `<details>` and its `</details>` are separate html nodes among their neighbours. What stands
// inside a list, a quote or raw HTML would be missed by the runner, so a fence, a heading or a `<details>` there is
// a mistake.

import type { Heading, Html, Root, RootContent } from 'mdast';
import { toString } from 'mdast-util-to-string';
import { visit } from 'unist-util-visit';
import { readHtml, type HtmlToken } from './html.ts';
import { parseMarkdown, startOf } from './markdown.ts';
import type { Place, Source } from './place.ts';
import type { Problems } from './problem.ts';

export interface Sections {
  /** The `#` headings, in order. One is right. */
  readonly titles: readonly { readonly text: string; readonly at: Place }[];
  readonly intro: readonly Item[];
  readonly steps: readonly Section[];
}

/** A `##` heading and what stands under it. */
export interface Section {
  readonly title: string;
  readonly at: Place;
  readonly items: readonly Item[];
}

export type Item = { readonly kind: 'node'; readonly node: RootContent } | DetailsItem;

export interface DetailsItem {
  readonly kind: 'details';
  /** Text of its `<summary>`, empty when there is none. */
  readonly summary: string;
  readonly at: Place;
  readonly nodes: readonly RootContent[];
}

export function readSections(root: Root, source: Source, problems: Problems): Sections {
  const reader = new SectionReader(source, problems);
  for (const node of root.children) reader.read(node);
  return reader.end();
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type OpenDetails = Mutable<Omit<DetailsItem, 'nodes'>> & { nodes: RootContent[] };

class SectionReader {
  #source: Source;
  #problems: Problems;
  #titles: { text: string; at: Place }[] = [];
  #intro: Item[] = [];
  #steps: (Section & { items: Item[] })[] = [];
  #open: OpenDetails | undefined;
  /** How many `<details>` are open inside it. */
  #nested = 0;

  constructor(source: Source, problems: Problems) {
    this.#source = source;
    this.#problems = problems;
  }

  read(node: RootContent): void {
    if (node.type === 'yaml') return;
    if (node.type === 'html') this.#html(node);
    else if (node.type === 'heading' && node.depth <= 2) this.#heading(node);
    else {
      this.#findHidden(node);
      this.#add(node);
    }
  }

  end(): Sections {
    this.#mustBeClosed('before the end of the file');
    return { titles: this.#titles, intro: this.#intro, steps: this.#steps };
  }

  get #items(): Item[] {
    return this.#steps.at(-1)?.items ?? this.#intro;
  }

  #add(node: RootContent): void {
    if (this.#open === undefined) this.#items.push({ kind: 'node', node });
    else this.#open.nodes.push(node);
  }

  #heading(node: Heading): void {
    const heading = { at: this.#source.placeAt(startOf(node)), title: toString(node).trim() };
    this.#mustBeClosed(`before the heading "${heading.title}"`);
    if (node.depth === 1) this.#titles.push({ text: heading.title, at: heading.at });
    else this.#steps.push({ ...heading, items: [] });
  }

  #mustBeClosed(where: string): void {
    if (this.#open === undefined) return;
    const name = this.#open.summary === '' ? '' : ` "${this.#open.summary}"`;
    this.#problems.add(
      this.#open.at,
      'unclosed-details',
      `<details>${name} is not closed ${where}: write </details> on a line of its own`,
    );
    this.#close();
  }

  #close(): void {
    if (this.#open !== undefined) this.#items.push({ ...this.#open, summary: this.#open.summary.trim() });
    this.#open = undefined;
    this.#nested = 0;
  }

  #html(node: Html): void {
    const tokens = readHtml(node.value);
    this.#findSwallowed(node, tokens);
    if (!tokens.some(isDetailsTag)) {
      this.#add(node);
      return;
    }
    let inSummary = false;
    for (const token of tokens) {
      const at = this.#source.placeAt(startOf(node) + token.offset);
      if (token.kind === 'text') this.#text(token.text, at, inSummary);
      else if (token.kind === 'comment') continue;
      else if (token.name === 'details') this.#detailsTag(token.kind, at);
      else if (token.name === 'summary') inSummary = token.kind === 'open';
    }
  }

  #detailsTag(kind: 'open' | 'close', at: Place): void {
    if (kind === 'open') {
      if (this.#open !== undefined) {
        this.#problems.add(
          at,
          'nested-details',
          `<details> stands inside "${this.#open.summary.trim()}": close that one first with </details>`,
        );
        this.#nested += 1;
      } else this.#open = { kind: 'details', summary: '', at, nodes: [] };
    } else if (this.#nested > 0) {
      this.#nested -= 1;
    } else if (this.#open === undefined) {
      this.#problems.add(
        at,
        'stray-details-end',
        '</details> closes nothing: remove it, or open <details> above',
      );
    } else this.#close();
  }

  #text(text: string, at: Place, inSummary: boolean): void {
    if (this.#open !== undefined && inSummary) this.#open.summary += text;
    else if (text.trim() !== '') {
      const { line, column } = at;
      const start = { line, column };
      const position = { start, end: start };
      this.#add({ type: 'paragraph', position, children: [{ type: 'text', value: text.trim(), position }] });
    }
  }

  /** Markdown ends a piece of HTML at a blank line only, so a fence right under a tag is text of that tag. */
  #findSwallowed(html: Html, tokens: readonly HtmlToken[]): void {
    for (const token of tokens) {
      if (token.kind !== 'text' && token.kind !== 'comment') continue;
      visit(parseMarkdown(token.text), (node) => {
        const isFence = node.type === 'code' && /^[`~]/.test(token.text.slice(startOf(node)));
        const isStep = node.type === 'heading' && node.depth <= 2 && token.text[startOf(node)] === '#';
        if (!isFence && !isStep) return;
        const what = isFence ? 'This fence' : `The heading "${toString(node)}"`;
        const cure = token.kind === 'comment' ? 'take it out of the comment' : 'put a blank line before it';
        this.#problems.add(
          this.#source.placeAt(startOf(html) + token.offset + startOf(node)),
          'hidden-in-html',
          `${what} is part of the HTML around it, so it would be missed: ${cure}`,
        );
      });
    }
    if (html.value.startsWith('<!--') && !html.value.includes('-->')) {
      this.#problems.add(
        this.#source.placeAt(startOf(html)),
        'unclosed-comment',
        'This comment hides the rest of the file: end it with -->',
      );
    }
  }

  #findHidden(container: RootContent): void {
    visit(container, (node) => {
      const at = this.#source.placeAt(startOf(node));
      if (node.type === 'heading' && node.depth <= 2) {
        this.#problems.add(
          at,
          'nested-heading',
          `The heading "${toString(node)}" stands inside a ${nameOf(container)} and starts no step: move it out`,
        );
      }
      if (node.type === 'html' && readHtml(node.value).some(opensDetails)) {
        this.#problems.add(
          at,
          'nested-details',
          `A details tag inside a ${nameOf(container)} would be missed: put it on a line of its own, after a blank line`,
        );
      }
    });
  }
}

/** How people call a kind of node. */
export const nameOf = (node: RootContent): string =>
  ({ blockquote: 'quote', footnoteDefinition: 'footnote' })[node.type as string] ?? node.type;

const opensDetails = (token: HtmlToken): boolean => token.kind === 'open' && token.name === 'details';

const isDetailsTag = (token: HtmlToken): boolean => 'name' in token && token.name === 'details';
