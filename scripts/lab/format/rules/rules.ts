// All rules of `npm run lab lint`, by the names that stand in brackets behind a problem.

import { fenceRules } from './fences.ts';
import { labRules } from './labs.ts';
import type { Rule } from './rule.ts';
import { stepRules } from './steps.ts';

export const rules = { ...labRules, ...stepRules, ...fenceRules } as const;

/** A problem without a rule that explains it does not compile. */
export type RuleId = keyof typeof rules;

export const ruleIds = Object.keys(rules) as readonly RuleId[];

/** undefined for a name that no rule has. */
export const ruleOf = (name: string): Rule | undefined =>
  new Map<string, Rule>(Object.entries(rules)).get(name);
