// Markdown as GitHub reads it, as an mdast tree with positions.

import type { Nodes, Root } from 'mdast';
import remarkFrontmatter from 'remark-frontmatter';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';

const processor = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter, ['yaml']).freeze();

/** Never throws: every text is Markdown. */
export const parseMarkdown = (text: string): Root => processor.parse(text);

/** Where a node starts in the text it was parsed from. */
export const startOf = (node: Nodes): number => node.position?.start.offset ?? 0;

/** Where a node ends in the text it was parsed from, exclusive. */
export const endOf = (node: Nodes): number => node.position?.end.offset ?? 0;
