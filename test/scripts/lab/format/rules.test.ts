// Each rule of lint has an example that breaks it and one that does not.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { parseCheck } from '../../../../scripts/lab/checks/parse-check.ts';
import type { Lab } from '../../../../scripts/lab/format/lab.ts';
import { readMutations } from '../../../../scripts/lab/mutate/read-mutations.ts';
import { lintLabs } from '../../../../scripts/lab/format/labs.ts';
import { parseLab } from '../../../../scripts/lab/format/parse-lab.ts';
import { parseTranslation } from '../../../../scripts/lab/format/translation.ts';
import { rules, type RuleId } from '../../../../scripts/lab/format/rules/rules.ts';
import type { Rule } from '../../../../scripts/lab/format/rules/rule.ts';
import { contextOf, file, matter } from './sample.ts';

const context = { ...contextOf({ 'manifests/catalog/catalog.yaml': 'kind: Service\n' }), parseCheck };

const rows = Object.entries(rules).map(([id, rule]) => [id, rule] as [RuleId, Rule]);

it.each(rows)(
  '%s is broken by its wrong example, and not by the right one',
  (id, { wrong, right, place }) => {
    expect(new Set(rulesBroken(wrong, place))).toContain(id);
    expect(rulesBroken(right, place)).toEqual([]);
  },
);

function rulesBroken(example: string, place: Rule['place']): readonly RuleId[] {
  switch (place) {
    case 'file':
      return parsed(example);
    case 'steps':
      return parsed(`${matter}\n${example}\n`);
    case 'translation':
      return inTranslation(example);
    case 'mutations':
      return inMutations(example);
    case 'folder':
      return inFolder(example);
    case 'step':
    case undefined:
      return parsed(`${matter}\n## First step\n\n${example}\n`);
  }
}

const parsed = (text: string): readonly RuleId[] =>
  parseLab(file, text, context).problems.map(({ rule }) => rule);

const inTranslation = (text: string): readonly RuleId[] =>
  parseTranslation('README.ko.md', text, smallLab()).problems.map(({ rule }) => rule);

const inMutations = (text: string): readonly RuleId[] =>
  readMutations('mutations.yaml', text, smallLab(), () => undefined).problems.map(({ rule }) => rule);

function smallLab(): Lab {
  const { lab } = parseLab(file, `${matter}\n## Look\n\nWhat is there?\n`, context);
  if (lab === undefined) throw new Error('The lab has mistakes of its own');
  return lab;
}

/** Lines of `path (lab: N)`. */
function inFolder(example: string): readonly RuleId[] {
  const root = mkdtempSync(join(tmpdir(), 'mesh-workshop-rules-'));
  try {
    for (const [, path = '', number = ''] of example.matchAll(/^(\S+) \(lab: (\d+)\)$/gm)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), `${matter.replace('lab: 3', `lab: ${number}`)}\n## Look\n\nWords.\n`);
    }
    return lintLabs({ ...context, projectRoot: root, labsDir: join(root, 'labs') }).map(({ rule }) => rule);
  } finally {
    rmSync(root, { recursive: true });
  }
}
