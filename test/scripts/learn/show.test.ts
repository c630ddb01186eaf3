import { expect, it } from 'vitest';
import type { CheckResult } from '../../../scripts/lab/checks/check.ts';
import { showCheck } from '../../../scripts/learn/show.ts';

const red = (more: Partial<CheckResult>): string =>
  showCheck(
    {
      status: 'fail',
      title: 'the shop answers',
      observed: 'HTTP 404',
      expected: 'HTTP 200',
      evidence: [],
      command: 'curl',
      durationMs: 1,
      ...more,
    },
    { color: false, width: 40 },
  );

it('leaves a command in one piece, to be copied', () => {
  const command = "curl -si -H 'Host: shop.localhost' http://localhost:30000/assets/logo.svg";
  expect(red({ command })).toContain(`  by hand:  ${command}`);
});

it('breaks what has no blanks, and indents it', () => {
  expect(red({ expected: `{"spec":${'x'.repeat(60)}}` })).toContain(
    `  expected:\n    {"spec":${'x'.repeat(28)}\n    ${'x'.repeat(32)}}`,
  );
});

it('shows no more than the beginning of a long line of evidence', () => {
  const text = red({ evidence: ['z'.repeat(900)] });
  expect(text.match(/z/g)).toHaveLength(80);
  expect(text).toMatch(/z…$/);
});
