// The schemas for editors against the parser: on all labs, on the texts with mistakes, and on checks that were altered
// at random.

import { Ajv } from 'ajv';
import { assert, constantFrom, property, record } from 'fast-check';
import { visit } from 'unist-util-visit';
import { describe, expect, it } from 'vitest';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { format } from 'oxfmt';
import { appNames } from '../../../../scripts/environment/apps.ts';
import { parseCheck } from '../../../../scripts/lab/checks/parse-check.ts';
import { parseLab } from '../../../../scripts/lab/format/parse-lab.ts';
import { parseMarkdown } from '../../../../scripts/lab/format/markdown.ts';
import { checkPaths, checkSchema } from '../../../../scripts/lab/schema/check-schema.ts';
import { descriptionsByKey, descriptionsByPath } from '../../../../scripts/lab/schema/descriptions.ts';
import { frontMatterSchema } from '../../../../scripts/lab/schema/front-matter-schema.ts';
import { runs } from '../../../support/properties.ts';
import { contextOf } from '../format/sample.ts';

const root = join(import.meta.dirname, '../../../..');
const ajv = new Ajv({ allErrors: true, strict: false });
const fitsCheck = ajv.compile(checkSchema());
const fitsFrontMatter = ajv.compile(frontMatterSchema(appNames));

const readmes = [...filesUnder('labs', /README\.md$/), ...filesUnder('test/fixtures/labs/bad', /\.md$/)].map(
  (path) => readFileSync(join(root, path), 'utf8'),
);

/** What no schema can say: sums and sizes, what is in a text, and what depends on a list of kinds. */
const beyondSchemas =
  /must add up to|is more than|to be sure of|not a regular expression|no address|has the text of|takes from no answer|a HEAD has none|(status|attempts) 0 is no|needs apiVersion/;

const problemsOf = (yaml: string): readonly string[] => {
  const result = parseCheck('It', yaml);
  return 'problems' in result ? result.problems.map(({ message }) => message) : [];
};

function expectAgreement(value: unknown): void {
  const yaml = stringify(value);
  const problems = problemsOf(yaml).filter((message) => !beyondSchemas.test(message));
  expect([yaml, fitsCheck(value), problems]).toEqual([yaml, problems.length === 0, problems]);
}

describe('the schema of checks', () => {
  const checks = readmes.flatMap(checksIn);

  it('agrees with the parser on every check of the labs', () => {
    expect(checks.length).toBeGreaterThan(40);
    for (const check of checks) expectAgreement(check);
  });

  it('agrees with the parser on checks with a key removed, renamed, doubled or of another type', () => {
    const words = [
      'text',
      '',
      'a b',
      '30s',
      '0s',
      '150%',
      '50%',
      '0%',
      'ftp://x',
      '/x',
      'deployment/x',
      '5xx',
    ];
    const values = [
      ...words,
      7,
      0,
      -1,
      1.5,
      404,
      true,
      {},
      [],
      null,
      { header: 'x' },
      { 'a b': 'x' },
      { a: '' },
    ];
    const change = record({
      check: constantFrom(...checks),
      path: constantFrom(...checkPaths()),
      value: constantFrom(undefined, ...values),
    });
    assert(
      property(change, ({ check, path, value }) => expectAgreement(changed(check, path.split('.'), value))),
      { numRuns: runs(150) },
    );
  });

  it('describes every key, and nothing else', () => {
    const paths = checkPaths();
    const isDescribed = (path: string): boolean =>
      path in descriptionsByPath || (path.split('.').at(-1) ?? '') in descriptionsByKey;
    expect(paths.filter((path) => !isDescribed(path))).toEqual([]);
    expect(Object.keys(descriptionsByPath).filter((path) => !paths.includes(path))).toEqual([]);
    const last = new Set(paths.map((path) => path.split('.').at(-1)));
    expect(Object.keys(descriptionsByKey).filter((key) => !last.has(key))).toEqual([]);
  });
});

describe('the schema of front matter', () => {
  it('agrees with the parser on every text', () => {
    for (const text of readmes) {
      const matter = matterOf(text);
      if (matter === undefined) continue;
      const { problems } = parseLab('labs/03-x/README.md', text, { ...contextOf(), apps: appNames });
      const wrong = problems.filter(({ rule }) => rule === 'front-matter').map(({ message }) => message);
      expect([matter, fitsFrontMatter(matter), wrong]).toEqual([matter, wrong.length === 0, wrong]);
    }
  });
});

it.each([
  ['check', checkSchema()],
  ['front-matter', frontMatterSchema(appNames)],
])('labs/%s.schema.json is what the parser says; vitest -u writes it anew', async (name, schema) => {
  const file = join(root, 'labs', `${name}.schema.json`);
  const { code } = await format(file, JSON.stringify(schema), { printWidth: 110 });
  await expect(code).toMatchFileSnapshot(file);
});

function filesUnder(folder: string, name: RegExp): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => name.test(path) && path !== 'README.md')
    .map((path) => join(folder, path));
}

function checksIn(text: string): readonly unknown[] {
  const found: unknown[] = [];
  visit(parseMarkdown(text), 'code', ({ lang, meta, value }) => {
    if (lang === 'yaml' && /^check\b/.test(meta ?? '')) found.push(...parsed(value));
  });
  return found;
}

/** undefined for none, or none that is YAML. */
function matterOf(text: string): unknown {
  const [first] = parseMarkdown(text).children;
  return first?.type === 'yaml' ? parsed(first.value)[0] : undefined;
}

/** Nothing for a text that is no YAML. */
function parsed(text: string): readonly unknown[] {
  const document = parseDocument(text);
  return document.errors.length > 0 ? [] : [document.toJS()];
}

function changed(value: unknown, [key = '', ...rest]: readonly string[], to: unknown): unknown {
  const map = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  const { [key]: old, ...others } = map as Record<string, unknown>;
  const next = rest.length === 0 ? to : changed(old, rest, to);
  return next === undefined ? others : { ...others, [key]: next };
}
