// `npm run lab new TITLE`: a lab that passes already, to be changed into the one that is wanted.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { slug } from 'github-slugger';
import { stringify } from 'yaml';
import { openLibrary } from '../environment/library.ts';
import { projectRoot } from '../environment/project-root.ts';
import { LabError } from '../error.ts';
import { listLabs, type Library } from '../lab/format/labs.ts';

const template = join(projectRoot, 'scripts/lab/template');
/** How the template calls itself. */
const own = { number: 99, title: 'A new lab', folder: 'labs/99-a-new-lab' };

export function newLab(title: string): number {
  const library = openLibrary(process.env);
  mkdirSync(library.labsDir, { recursive: true });
  const number = nextNumber(library);
  const folder = join(library.labsDir, `${String(number).padStart(2, '0')}-${folderName(title)}`);
  mkdirSync(folder);
  for (const name of readdirSync(template)) {
    const text = readFileSync(join(template, name), 'utf8');
    writeFileSync(
      join(folder, name),
      renamed(text, { number, title, folder: relative(library.projectRoot, folder) }),
    );
  }
  requireSound(library, folder, title);
  process.stdout.write(
    `${relative(library.projectRoot, folder)} is lab ${number}, ${title}. It passes already:\n` +
      `  npm run lab ${number} verify\nHow labs are written: labs/README.md of Mesh Workshop\n`,
  );
  return 0;
}

function nextNumber(library: Library): number {
  const numbers = listLabs(library).flatMap(({ number }) => number ?? []);
  return Math.max(0, ...numbers) + 1;
}

function folderName(title: string): string {
  const name = slug(title)
    .replaceAll(/[^a-z0-9-]/g, '')
    .replaceAll(/-{2,}/g, '-')
    .replaceAll(/^-|-$/g, '');
  if (name !== '') return name;
  throw new LabError(
    'BAD_TITLE',
    `"${title}" has no letter from a to z, and no digit, for the name of a folder`,
    {
      hint: 'give it a title in English first, and change title and heading in its README.md later',
    },
  );
}

const renamed = (text: string, { number, title, folder }: typeof own): string =>
  text
    .replaceAll(own.folder, folder)
    .replace(`lab: ${own.number}`, `lab: ${number}`)
    .replace(`title: ${own.title}`, () => stringify({ title }).trimEnd())
    .replace(`# ${own.title}`, () => `# ${title}`);

/** A title may have signs that Markdown reads as something else. */
function requireSound(library: Library, folder: string, title: string): void {
  const entry = listLabs(library).find(({ id }) => id === basename(folder));
  if (entry?.lab !== undefined) return;
  throw new LabError(
    'BAD_TITLE',
    `The title "${title}" has signs that Markdown or YAML reads as something else`,
    {
      hint: `correct it in ${relative(library.projectRoot, folder)}/README.md, and run npm run lab lint`,
    },
  );
}
