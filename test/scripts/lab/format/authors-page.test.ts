// labs/README.md, the page for authors: what it shows is right, and nothing is missing in it.

import { Ajv } from 'ajv';
import { visit } from 'unist-util-visit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { appNames } from '../../../../scripts/environment/apps.ts';
import { parseCheck } from '../../../../scripts/lab/checks/parse-check.ts';
import { holeNames } from '../../../../scripts/lab/compare/line-pattern.ts';
import { frontMatterKeys } from '../../../../scripts/lab/format/front-matter.ts';
import { parseMarkdown } from '../../../../scripts/lab/format/markdown.ts';
import { parseLab } from '../../../../scripts/lab/format/parse-lab.ts';
import { projectFiles } from '../../../../scripts/lab/format/project-files.ts';
import { checkPaths, checkSchema } from '../../../../scripts/lab/schema/check-schema.ts';
import { parseLabCommand } from '../../../../scripts/cli/lab-command.ts';

const root = join(import.meta.dirname, '../../../..');
const page = readFileSync(join(root, 'labs/README.md'), 'utf8');

const fits = new Ajv({ strict: false }).compile(checkSchema());

const fences = (lang: string): readonly string[] => {
  const found: string[] = [];
  visit(parseMarkdown(page), 'code', (node) => {
    if (node.lang === lang && node.meta === null) found.push(node.value);
  });
  return found;
};

it('shows a lab without mistakes', () => {
  const [text = ''] = fences('markdown');
  const context = { parseCheck, apps: appNames, files: projectFiles(root) };
  expect(parseLab('labs/03-retries/README.md', text, context).problems).toEqual([]);
});

it.each(fences('yaml'))('shows a check that can be read: %s', (yaml) => {
  expect(parseCheck('It', yaml)).toHaveProperty('check');
  expect(fits(parse(yaml))).toBe(true);
});

it('names every key, fence and hole', () => {
  const words = new Set(page.match(/[\w-]+/g));
  const keys = checkPaths().map((path) => path.slice(path.lastIndexOf('.') + 1));
  const all = [...keys, ...Object.keys(frontMatterKeys), ...holeNames, ...appNames];
  expect(all.filter((word) => !words.has(word))).toEqual([]);
});

it('shows commands that there are', () => {
  const lines = [...page.matchAll(/^npm run lab (.*?)(?: +#.*)?$/gm)].map(([, words = '']) =>
    words.split(' '),
  );
  expect(lines.length).toBeGreaterThan(4);
  for (const words of lines) expect(() => parseLabCommand(words)).not.toThrow();
});
