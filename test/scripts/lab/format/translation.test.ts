import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toString } from 'mdast-util-to-string';
import { expect, it } from 'vitest';
import { checksOf, commandsOf, type Lab } from '../../../../scripts/lab/format/lab.ts';
import { loadLab } from '../../../../scripts/lab/format/labs.ts';
import { parseTranslation } from '../../../../scripts/lab/format/translation.ts';
import { parseCheck } from './sample.ts';

const projectRoot = join(import.meta.dirname, '../../../..');
const folder = 'test/fixtures/labs/good/01-everything';
const base = loadLab(
  { projectRoot, labsDir: join(projectRoot, folder, '..'), parseCheck, apps: ['catalog'] },
  1,
);
const file = `${folder}/README.ko.md`;

function translated(): Lab {
  const { lab, problems } = parseTranslation(file, readFileSync(join(projectRoot, file), 'utf8'), base);
  expect(problems).toEqual([]);
  return lab ?? base;
}

it('a translated lab has the words of the translation', () => {
  const lab = translated();
  expect([lab.title, ...lab.steps.map(({ title }) => title)]).toEqual([
    '모두',
    '명령 실행',
    '이제 직접',
    '돌아보기',
  ]);
  expect(lab.steps.flatMap(checksOf).map(({ title }) => title)).toEqual(['초록색이다', '규칙이 있다']);
  expect(lab.steps[0]?.blocks.filter(({ kind }) => kind === 'hint')).toMatchObject([
    { title: '힌트: 위를 보라' },
  ]);
  const [prose] = lab.steps[0]?.blocks ?? [];
  expect(prose?.kind === 'prose' ? prose.nodes.map((node) => toString(node)) : []).toEqual(['먼저 이것.']);
});

it('a translated lab has the commands, checks and ids of README.md', () => {
  const lab = translated();
  expect(lab.steps.map(({ id }) => id)).toEqual(base.steps.map(({ id }) => id));
  expect(lab.steps.flatMap(commandsOf)).toEqual(base.steps.flatMap(commandsOf));
  expect(lab.steps.flatMap(checksOf).map(({ id, check }) => [id, check.title])).toEqual(
    base.steps.flatMap(checksOf).map(({ id, check }) => [id, check.title]),
  );
  expect(lab.steps[1]?.blocks.find(({ kind }) => kind === 'solution')).toMatchObject({
    blocks: [{ kind: 'prose' }, { kind: 'command' }],
  });
});
