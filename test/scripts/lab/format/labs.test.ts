import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { explain } from '../../../../scripts/error.ts';
import { lintLabs, listLabs, loadLab, type Library } from '../../../../scripts/lab/format/labs.ts';
import { showProblem } from '../../../../scripts/lab/format/problem.ts';
import { parseCheck } from './sample.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures/labs/good');
let projectRoot: string;
let library: Library;

beforeEach(() => {
  projectRoot = mkdtempSync(join(tmpdir(), 'labs-test-'));
  library = { projectRoot, labsDir: join(projectRoot, 'labs'), parseCheck, apps: ['catalog'] };
  cpSync(join(fixtures, '02-second'), join(projectRoot, 'labs/02-second'), { recursive: true });
});

afterEach(() => rmSync(projectRoot, { recursive: true }));

const write = (path: string, text: string): void => {
  mkdirSync(join(projectRoot, path, '..'), { recursive: true });
  writeFileSync(join(projectRoot, path), text);
};

const readme = (lab: number): string =>
  `---\nlab: ${lab}\ntitle: T\nsummary: S\nminutes: 1\n---\n\n# T\n\n## Step\n\n\`\`\`sh\ntrue\n\`\`\`\n`;

const problems = (): readonly string[] => lintLabs(library).map(showProblem);

describe('the labs of a folder', () => {
  it('are listed by number, and one without mistakes can be loaded', () => {
    write('labs/10-ten/README.md', readme(10));
    write('labs/notes.md', 'no lab');
    write('labs/.hidden/README.md', 'no lab');
    expect(listLabs(library).map(({ number, id, file }) => [number, id, file])).toEqual([
      [2, '02-second', 'labs/02-second/README.md'],
      [10, '10-ten', 'labs/10-ten/README.md'],
    ]);
    expect(loadLab(library, 2)).toMatchObject({ lab: 2, id: '02-second', title: 'Second' });
    expect(problems()).toEqual([]);
  });

  it('may stand outside the project', () => {
    const outside = { ...library, labsDir: fixtures, projectRoot: join(fixtures, '../../../..') };
    expect(lintLabs(outside)).toEqual([]);
    expect(loadLab(outside, 1).file).toBe('test/fixtures/labs/good/01-everything/README.md');
  });

  it.each([
    [
      'a folder without a number',
      { 'labs/retries/README.md': readme(3) },
      [
        'labs/retries/README.md:1:1: The folder "retries" is not named NN-name: rename it, as in 03-retries [folder-name]',
      ],
    ],
    [
      'a folder without a README',
      { 'labs/03-retries/x.yaml': '' },
      [
        'labs/03-retries/README.md:1:1: The folder "03-retries" has no README.md: write the lab in it [no-readme]',
      ],
    ],
    [
      'a README that is a folder',
      { 'labs/03-retries/README.md/x': '' },
      [
        'labs/03-retries/README.md:1:1: The folder "03-retries" has no README.md: write the lab in it [no-readme]',
      ],
    ],
    [
      'a number that is not that of the folder',
      { 'labs/03-retries/README.md': readme(4) },
      [
        'labs/03-retries/README.md:1:1: The front matter says lab 4, the folder 03-retries: make the numbers equal [lab-number]',
      ],
    ],
    [
      'two folders with one number',
      { 'labs/02-other/README.md': readme(2) },
      [
        'labs/02-other/README.md:1:1: Two folders have the number 2, 02-other and 02-second: renumber one [duplicate-number]',
        'labs/02-second/README.md:1:1: Two folders have the number 2, 02-second and 02-other: renumber one [duplicate-number]',
      ],
    ],
    [
      'a manifest outside the project',
      { 'labs/03-retries/README.md': readme(3).replace('true', 'kubectl apply -f ../../etc/hosts') },
      [
        'labs/03-retries/README.md:13:18: There is no file "../../etc/hosts": commands run in the project\'s root, write the path from there [dead-path]',
      ],
    ],
  ])('report %s', (_title, files, expected) => {
    for (const [path, text] of Object.entries(files)) write(path, text);
    expect(problems()).toEqual(expected);
  });
});

describe('a lab that cannot be loaded', () => {
  it('because there is none of its number names those there are', () => {
    expect(failure(() => loadLab(library, 7))).toBe('There is no lab 7\nNext: the labs are 2');
  });

  it('because of a mistake shows where it is', () => {
    write('labs/03-x/README.md', readme(3).replace('```sh', '```sh exit=x'));
    expect(failure(() => loadLab(library, 3))).toBe(
      'labs/03-x/README.md has a mistake\n' +
        '  labs/03-x/README.md:12:7: exit must be nonzero or 0 to 255, got "x" [bad-value]\n' +
        'Next: correct the file; npm run lab lint shows the mistakes of all labs',
    );
  });

  it('because there is no folder of labs names LABS_DIR', () => {
    const text = failure(() => listLabs({ ...library, labsDir: join(projectRoot, 'none') }));
    expect(text).toContain(`There are no labs in ${join(projectRoot, 'none')}`);
    expect(text).toContain('LABS_DIR');
  });
});

describe('a translation', () => {
  const second = '# 둘째\n\n## 하라\n\n말.\n';

  it('without fences, with a heading per step, is right', () => {
    write('labs/02-second/README.ko.md', second);
    expect(problems()).toEqual([]);
  });

  it.each([
    [
      'with a fence',
      `${second}\n\`\`\`sh\ntrue\n\`\`\`\n`,
      '7:1: A fence in a translation is never used: remove it, README.md has it [translation-fence]',
    ],
    [
      'with a fence in a list',
      `${second}\n- \`\`\`sh\n  true\n  \`\`\`\n`,
      '7:3: A fence in a translation is never used: remove it, README.md has it [translation-fence]',
    ],
    [
      'with front matter',
      `---\nlab: 2\n---\n${second}`,
      '1:1: Front matter in a translation is never used: remove it, README.md has it [translation-fence]',
    ],
    [
      'without a step',
      '# 둘째\n',
      '1:1: The step "Do it" of labs/02-second/README.md is missing here: translate it [translation-step]',
    ],
    [
      'with a step too many',
      `${second}\n## 더\n\n말.\n`,
      '7:1: "더" is no step of labs/02-second/README.md: remove it [translation-step]',
    ],
    [
      'with details of its own',
      `${second}\n<details><summary>힌트</summary>\n\n말.\n\n</details>\n`,
      '3:1: "하라" has 1 <details>, "Do it" of labs/02-second/README.md has 0: make them equal [translation-details]',
    ],
    [
      'without a title',
      '## 하라\n\n말.\n',
      '1:1: A translation has its title as heading: write # and the title [title]',
    ],
  ])('%s is reported', (_title, text, problem) => {
    write('labs/02-second/README.ko.md', text);
    expect(problems()).toEqual([`labs/02-second/README.ko.md:${problem}`]);
  });
});

function failure(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    return explain(error);
  }
  throw new Error('It did not fail');
}
