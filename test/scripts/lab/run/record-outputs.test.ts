import { expect, it } from 'vitest';
import { recordOutputs } from '../../../../scripts/lab/run/record-outputs.ts';
import { runLab } from '../../../../scripts/lab/run/run-lab.ts';
import { matter } from '../format/sample.ts';
import { check, labOf, openStage, sh, shows, type Answers } from './stage.ts';

const step = [
  `${sh('one')}\n${shows('old\nlines')}`,
  `${sh('two')}\n${shows('web-<hash>   <age>', 'like')}`,
  `${sh('three')}\n${shows('')}`,
  sh('four'),
  check('it is done', 'after: four'),
].join('\n\n');

const readme = (text: string): string => `${matter}\n## Step 1\n\n${text}\n`;

async function record(answers: Answers): Promise<string> {
  const stage = openStage(answers);
  const lab = labOf(stage, step);
  const report = await runLab(lab, { redFirst: false, outputs: 'may-differ' }, stage.context);
  expect(report.status).toBe('passed');
  return recordOutputs(readme(step), lab, report);
}

it('outputs that differ are written into their fences, the rest stays to the letter', async () => {
  const recorded = await record({
    one: [{ output: 'new\n' }],
    two: [{ output: 'web-x2x9z 5s\n' }],
    three: [{ output: 'a\nb\n' }],
    four: [{ output: 'not shown' }],
  });
  expect(recorded).toBe(
    readme(step.replace('old\nlines', 'new').replace('expect=same\n\n', 'expect=same\na\nb\n')),
  );
});

it('a run in which nothing differs changes nothing', async () => {
  const recorded = await record({ one: [{ output: 'old\nlines\n' }], two: [{ output: 'web-x2x9z 5s\n' }] });
  expect(recorded).toBe(readme(step));
});

it('an output that would end its fence is refused', async () => {
  await expect(record({ one: [{ output: '```\n' }] })).rejects.toMatchObject({ code: 'RECORD_FENCE' });
});
