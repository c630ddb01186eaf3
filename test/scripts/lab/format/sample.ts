// A lab's README to start from, and a check vocabulary that knows `green` and `invariant` alone.

import type { Check, ParseCheck } from '../../../../scripts/lab/checks/check.ts';
import { parseLab, type ParsedLab } from '../../../../scripts/lab/format/parse-lab.ts';
import { showProblem } from '../../../../scripts/lab/format/problem.ts';
import type { LabContext } from '../../../../scripts/lab/format/reader.ts';

export const file = 'labs/03-retries/README.md';

export const matter = `---
lab: 3
title: Retries
summary: Let the mesh hide failures
minutes: 15
apps: [catalog]
---
# Retries
`;

export const step = `
## First step

\`\`\`sh
true
\`\`\`
`;

export const parseCheck: ParseCheck = (title, yaml) => {
  const unknown = yaml.indexOf('unknown');
  return unknown === -1
    ? { check: checkNamed(title, yaml.includes('invariant: true')) }
    : { problems: [{ offset: unknown, message: 'A check has no key "unknown"' }] };
};

export const checkNamed = (title: string, invariant: boolean): Check => ({
  title,
  kind: 'command',
  invariant,
  aim: { kind: 'command', line: 'true' },
  run: async () => Promise.reject(new Error('not run here')),
});

/** Files of a project by path. */
export function contextOf(files: Readonly<Record<string, string>> = {}): LabContext {
  return {
    parseCheck,
    apps: ['catalog', 'webapp'],
    files: {
      exists: (path) => Object.keys(files).some((name) => name === path || name.startsWith(`${path}/`)),
      read: (path) => (Object.hasOwn(files, path) ? files[path] : undefined),
    },
  };
}

export const parse = (text: string, files: Readonly<Record<string, string>> = {}): ParsedLab =>
  parseLab(file, text, contextOf(files));

/** The problems as lines, without the file's name. */
export const problemsOf = (text: string, files: Readonly<Record<string, string>> = {}): readonly string[] =>
  parse(text, files).problems.map((problem) => showProblem(problem).replace(`${file}:`, ''));
