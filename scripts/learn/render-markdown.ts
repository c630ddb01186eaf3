// A lab's prose for the terminal: wrapped, with colour only where there is colour.

import { styleText } from 'node:util';
import type { List, PhrasingContent, RootContent, Table } from 'mdast';
import wrapAnsi from 'wrap-ansi';
import { renderTable } from './render-table.ts';

export interface RenderOptions {
  /** Columns to wrap at. */
  readonly width: number;
  readonly color: boolean;
  /** True where lines are read aloud, one after the other. @default false */
  readonly aloud?: boolean;
}

/** Paragraphs are separated by blank lines; no line break at the end. */
export function renderMarkdown(nodes: readonly RootContent[], options: RenderOptions): string {
  return nodes
    .map((node) => renderBlock(node, options))
    .filter((text) => text !== '')
    .join('\n\n');
}

function renderBlock(node: RootContent, options: RenderOptions): string {
  const { width } = options;
  switch (node.type) {
    case 'paragraph':
      return wrap(renderInline(node.children, options), width);
    case 'heading':
      return wrap(paint('bold', renderInline(node.children, options), options), width);
    case 'list':
      return renderList(node, options);
    case 'code':
      return indent(node.value, '    ', '    ');
    case 'blockquote':
      return indent(renderMarkdown(node.children, { ...options, width: width - 2 }), '| ', '| ');
    case 'table':
      return renderTable(cellsOf(node, options), { width, aloud: options.aloud ?? false });
    case 'thematicBreak':
      return '-'.repeat(Math.min(width, 40));
    default:
      return '';
  }
}

function renderList(list: List, options: RenderOptions): string {
  const start = list.start ?? 1;
  return list.children
    .map((item, index) => {
      const mark = list.ordered === true ? `${start + index}. ` : '- ';
      const text = renderMarkdown(item.children, { ...options, width: options.width - mark.length });
      return indent(text, mark, ' '.repeat(mark.length));
    })
    .join('\n');
}

function cellsOf(table: Table, options: RenderOptions): readonly (readonly string[])[] {
  const plain = { ...options, color: false };
  return table.children.map((row) =>
    row.children.map((cell) => renderInline(cell.children, plain).replaceAll(together, ' ')),
  );
}

function renderInline(nodes: readonly PhrasingContent[], options: RenderOptions): string {
  return nodes.map((node) => renderPhrase(node, options)).join('');
}

function renderPhrase(node: PhrasingContent, options: RenderOptions): string {
  switch (node.type) {
    case 'text':
      return node.value.replaceAll('\n', ' ');
    case 'strong':
      return paint('bold', renderInline(node.children, options), options);
    case 'emphasis':
      return paint('italic', renderInline(node.children, options), options);
    case 'inlineCode':
      return renderCode(node.value.replaceAll('\n', ' '), options);
    case 'link': {
      const text = renderInline(node.children, options);
      return text === node.url ? text : `${text} (${node.url})`;
    }
    case 'break':
      return '\n';
    case 'image':
      return node.alt ?? '';
    case 'delete':
      return renderInline(node.children, options);
    default:
      return '';
  }
}

/** In place of a blank where no line is to be broken. */
const together = '\u00A0';

/** In one piece, as far as it fits a line: it may be copied. */
function renderCode(code: string, options: RenderOptions): string {
  const text = code.length + 2 <= options.width ? code.replaceAll(' ', together) : code;
  return options.color ? paint('cyan', text, options) : `\`${text}\``;
}

const wrap = (text: string, width: number): string => wrapAnsi(text, width).replaceAll(together, ' ');

const paint = (style: 'bold' | 'italic' | 'cyan', text: string, { color }: RenderOptions): string =>
  color ? styleText(style, text, { validateStream: false }) : text;

const indent = (text: string, first: string, others: string): string =>
  text
    .split('\n')
    .map((line, index) => `${index === 0 ? first : others}${line}`.trimEnd())
    .join('\n');
