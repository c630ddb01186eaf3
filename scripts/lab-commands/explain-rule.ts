// `npm run lab lint explain [RULE]`: what lint asks for, and why.

import { didYouMean } from '../closest.ts';
import { LabError } from '../error.ts';
import type { Rule } from '../lab/format/rules/rule.ts';
import { ruleIds, ruleOf, rules } from '../lab/format/rules/rules.ts';

export function explainRule(name: string | undefined): number {
  process.stdout.write(`${name === undefined ? allRules() : oneRule(name)}\n`);
  return 0;
}

const allRules = (): string =>
  [
    ...ruleIds.map((id) => `${id}\n    ${rules[id].says}`),
    '',
    'npm run lab lint explain RULE says why, with an example.',
  ].join('\n');

function oneRule(name: string): string {
  const rule = ruleOf(name);
  if (rule === undefined) {
    throw new LabError('RULE_UNKNOWN', `Lint has no rule "${name}"${didYouMean(name, ruleIds)}`, {
      hint: 'npm run lab lint explain lists them',
    });
  }
  const { says, why, wrong, right } = rule;
  return [says, why, '', `Wrong${where(rule)}:`, '', shown(wrong), '', 'Right:', '', shown(right)].join('\n');
}

const where = ({ place }: Rule): string =>
  ({
    folder: ', as paths',
    translation: ', in README.ko.md',
    mutations: ', in mutations.yaml',
    file: '',
    steps: '',
    step: '',
  })[place ?? 'step'];

const shown = (text: string): string => text.trimEnd().replaceAll(/^(?=.)/gm, '    ');
