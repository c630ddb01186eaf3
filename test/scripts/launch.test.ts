// In a project of its own that has the programs' names, and one word in each.

import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const launcher = 'scripts/launch.mjs';
const programs = [
  ...['lab', 'up', 'down', 'status', 'fetch', 'doctor'].map((name) => `scripts/${name}.ts`),
  'scripts/engine/cluster/forward/main.ts',
  'scripts/kubectl/main.ts',
  'sandbox/main.ts',
];
const project = join(import.meta.dirname, '..', '..');
const packages = join(project, 'node_modules');
const nodeModules = (): string => join(root, 'node_modules');

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mesh-workshop-launch-'));
  write('node_modules/.package-lock.json', '{}');
  symlinkSync(join(packages, 'esbuild'), join(nodeModules(), 'esbuild'));
  for (const program of programs) write(program, `console.log('${program}', ...process.argv.slice(2));`);
  copyFileSync(join(project, launcher), join(root, launcher));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const launch = (args: readonly string[], flags: readonly string[] = []): Promise<readonly unknown[]> =>
  new Promise((resolve) => {
    execFile(process.execPath, [...flags, join(root, launcher), ...args], (error, stdout, stderr) => {
      resolve([error === null ? 0 : error.code, stdout, stderr]);
    });
  });

it('starts every program with its arguments', async () => {
  await launch([]);
  for (const program of programs) {
    expect(await launch([program, 'a b', '-c'])).toEqual([0, `${program} a b -c\n`, '']);
  }
});

it('runs a source as it is now, however it was changed', async () => {
  write('scripts/word.ts', `export const word: string = 'one';`);
  write('scripts/lab.ts', `import { word } from './word.ts'; console.log(word);`);
  expect(await launch(['scripts/lab.ts'])).toEqual([0, 'one\n', '']);
  write('scripts/word.ts', `export const word: string = 'two';`);
  expect(await launch(['scripts/lab.ts'])).toEqual([0, 'two\n', '']);
  write('scripts/lab.ts', `console.log('three');`);
  rmSync(join(root, 'scripts/word.ts'));
  expect(await launch(['scripts/lab.ts'])).toEqual([0, 'three\n', '']);
});

it('takes packages as they are now', async () => {
  write('node_modules/word/package.json', '{ "name": "word", "type": "module", "exports": "./index.js" }');
  write('node_modules/word/index.js', `export const word = 'one';`);
  write('scripts/lab.ts', `import { word } from 'word'; console.log(word);`);
  expect(await launch(['scripts/lab.ts'])).toEqual([0, 'one\n', '']);
  write('node_modules/word/index.js', `export const word = 'two';`);
  write('node_modules/.package-lock.json', '{ "packages": {} }');
  expect(await launch(['scripts/lab.ts'])).toEqual([0, 'two\n', '']);
});

it('answers four that start at the same time, and build at the same time', async () => {
  const answers = await Promise.all(Array.from({ length: 4 }, async () => launch(['scripts/up.ts'])));
  expect(new Set(answers.map(String))).toEqual(new Set(['0,scripts/up.ts\n,']));
});

it('shows where a source cannot be understood', async () => {
  write('scripts/lab.ts', 'const = 1;');
  const [exitCode, stdout, stderr] = await launch(['scripts/lab.ts']);
  expect([exitCode, stdout]).toEqual([70, '']);
  expect(stderr).toContain('scripts/lab.ts:1:6');
});

it.each([
  [
    'a module that is no program',
    () => launch(['scripts/word.ts']),
    /^scripts\/word\.ts is no program of this project\nNext: these are: scripts\/lab\.ts, .*\n$/,
  ],
  [
    'packages that are not there',
    () => {
      rmSync(join(nodeModules(), 'esbuild'));
      return launch(['scripts/lab.ts']);
    },
    /^The packages of this project are not installed\nNext: npm ci installs them\n$/,
  ],
  [
    'a folder that cannot be written',
    () => {
      write('node_modules/.cache', 'a file');
      return launch(['scripts/lab.ts']);
    },
    /^\S+\/\.cache\/mesh-workshop cannot be written \(E\w+\)\nNext: free space there, or give this user the folder\n$/,
  ],
  [
    'a Node that is too old',
    () => {
      write('old.mjs', `Object.defineProperty(process, 'versions', { value: { node: '18.20.4' } });`);
      return launch(['scripts/lab.ts'], ['--import', pathToFileURL(join(root, 'old.mjs')).href]);
    },
    /^Node 20\.20 or newer is needed, and this is 18\.20\.4\nNext: https:\/\/nodejs\.org has it\n$/,
  ],
])('names %s in one sentence', async (_, run, sentence) => {
  expect(await run()).toEqual([1, '', expect.stringMatching(sentence)]);
});

// Node finds names in a package in CommonJS, esbuild has only `default` for one that is loaded later.
it('loads packages in CommonJS later by their default only', () => {
  const sources = ['scripts', 'sandbox', 'apps'].flatMap((folder) =>
    readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(project, folder, name), 'utf8')),
  );
  const imports = sources.flatMap((text) => [
    ...text.matchAll(/(?:const (.+) = )?\(?await import\('([^.'][^']*)'\)/g),
  ]);
  const inCommonJs = imports.filter(([, , name = '']) => isCommonJs(name));
  expect(inCommonJs.map(([, , name]) => name)).toContain('yaml');
  const byName = inCommonJs.filter(([, taken]) => taken !== undefined && !/^\{ default: \w+ \}$/.test(taken));
  expect(byName.map(([line]) => line)).toEqual([]);
});

function isCommonJs(name: string): boolean {
  const file = createRequire(import.meta.url).resolve(name);
  if (!file.startsWith(packages)) return false;
  const folder = file.slice(
    0,
    file.indexOf('/', packages.length + 1 + (name.startsWith('@') ? name.indexOf('/') + 1 : 0)),
  );
  const { type } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { type?: string };
  return file.endsWith('.cjs') || (type !== 'module' && !file.endsWith('.mjs'));
}
