// The labs on disk: NN-name folders, each with its README.md and translations of it.

import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { LabError } from '../../error.ts';
import type { Lab } from './lab.ts';
import { parseLab, type ParsedLab } from './parse-lab.ts';
import { invalidLab, Problems, type Problem } from './problem.ts';
import { projectFiles, readText } from './project-files.ts';
import type { LabContext } from './reader.ts';
import { parseTranslation } from './translation.ts';
import { readMutations } from '../mutate/read-mutations.ts';

export interface Library extends Omit<LabContext, 'files'> {
  /** Absolute. Commands run in it, and paths of labs are relative to it: the folder that holds the folder of labs. */
  readonly projectRoot: string;
  /** Absolute path of the folder of the labs: `labs` of the project, or LABS_DIR. */
  readonly labsDir: string;
}

export interface LabEntry extends ParsedLab {
  /** Of the folder's name, or undefined when that is not NN-name. */
  readonly number: number | undefined;
  /** Name of the folder. */
  readonly id: string;
  /** Path of its README.md relative to the project's root. */
  readonly file: string;
}

/** All labs in the order of their numbers, with their mistakes. @throws LabError when there is no such folder */
export const listLabs = (library: Library): readonly LabEntry[] =>
  readEntries(foldersIn(library.labsDir), library).toSorted(
    (a, b) => (a.number ?? Infinity) - (b.number ?? Infinity),
  );

/** Reads this lab only. @throws LabError for a number no lab has, or a lab with mistakes */
export function loadLab(library: Library, number: number): Lab {
  const ids = foldersIn(library.labsDir);
  const [entry] = readEntries(
    ids.filter((id) => numberOf(id) === number),
    library,
  );
  if (entry === undefined) {
    const choices = ids.flatMap((id) => numberOf(id) ?? []).toSorted((a, b) => a - b);
    throw new LabError('LAB_UNKNOWN', `There is no lab ${number}`, {
      hint: choices.length === 0 ? 'add one: labs/01-name/README.md' : `the labs are ${choices.join(', ')}`,
    });
  }
  if (entry.lab === undefined) throw invalidLab(entry.file, entry.problems);
  return entry.lab;
}

/** The mistakes of all labs, of their translations, and of their mutations. Empty means that every lab can run as it is written. */
export function lintLabs(library: Library): readonly Problem[] {
  return listLabs(library).flatMap((entry) =>
    entry.problems.concat(lintTranslations(entry, library), lintMutations(entry, library)),
  );
}

function foldersIn(labsDir: string): readonly string[] {
  try {
    return readdirSync(labsDir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .toSorted();
  } catch (error) {
    throw new LabError('LABS_MISSING', `There are no labs in ${labsDir}`, {
      cause: error,
      hint: 'LABS_DIR must be a folder of NN-name folders; unset it for the labs that come with the project',
    });
  }
}

function readEntries(ids: readonly string[], library: Library): readonly LabEntry[] {
  const entries = ids.map((id) => readEntry(id, library));
  return entries.map((entry) => withTwin(entry, entries));
}

function readEntry(id: string, library: Library): LabEntry {
  const path = join(library.labsDir, id, 'README.md');
  const file = relative(library.projectRoot, path);
  const number = numberOf(id);
  const text = readText(path);
  const problems = new Problems();
  const start = { file, line: 1, column: 1 };
  if (number === undefined) {
    problems.add(
      start,
      'folder-name',
      `The folder "${id}" is not named NN-name: rename it, as in 03-retries`,
    );
  }
  if (text === undefined) {
    problems.add(start, 'no-readme', `The folder "${id}" has no README.md: write the lab in it`);
    return { id, file, number, lab: undefined, problems: problems.sorted };
  }
  const parsed = parseLab(file, text, { ...library, files: projectFiles(library.projectRoot) });
  if (parsed.lab !== undefined && number !== undefined && parsed.lab.lab !== number) {
    const message = `The front matter says lab ${parsed.lab.lab}, the folder ${id}: make the numbers equal`;
    problems.add(start, 'lab-number', message);
  }
  const all = [...problems.sorted, ...parsed.problems];
  return { id, file, number, lab: all.length > 0 ? undefined : parsed.lab, problems: all };
}

function numberOf(id: string): number | undefined {
  const digits = /^(\d{2,})-[a-z0-9-]+$/.exec(id)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function withTwin(entry: LabEntry, entries: readonly LabEntry[]): LabEntry {
  const twin = entries.find(({ number, id }) => number === entry.number && id !== entry.id);
  if (twin === undefined || entry.number === undefined) return entry;
  const problems = new Problems();
  const message = `Two folders have the number ${entry.number}, ${entry.id} and ${twin.id}: renumber one`;
  problems.add({ file: entry.file, line: 1, column: 1 }, 'duplicate-number', message);
  return { ...entry, lab: undefined, problems: [...problems.sorted, ...entry.problems] };
}

function lintTranslations({ id, lab }: LabEntry, { labsDir, projectRoot }: Library): readonly Problem[] {
  if (lab === undefined) return [];
  return readdirSync(join(labsDir, id))
    .filter((name) => /^README\.[\w-]+\.md$/.test(name))
    .flatMap((name) => {
      const path = join(labsDir, id, name);
      return parseTranslation(relative(projectRoot, path), readText(path) ?? '', lab).problems;
    });
}

function lintMutations({ id, lab }: LabEntry, { labsDir, projectRoot }: Library): readonly Problem[] {
  const path = join(labsDir, id, 'mutations.yaml');
  const text = readText(path);
  if (lab === undefined || text === undefined) return [];
  const files = projectFiles(projectRoot);
  return readMutations(relative(projectRoot, path), text, lab, (file) => files.read(file)).problems;
}
