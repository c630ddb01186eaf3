// A file that a flag names, written at the end of a run.

import { open, writeFile } from 'node:fs/promises';
import { LabError } from '../error.ts';

/** Before the run, not after: it is too long to lose its report. `flag`: as it is typed. */
export async function requireWritable(flag: string, path: string): Promise<void> {
  try {
    await (await open(path, 'a')).close();
  } catch (error) {
    throw notWritten(flag, path, error);
  }
}

export async function writeReport(flag: string, path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw notWritten(flag, path, error);
  }
}

const notWritten = (flag: string, path: string, cause: unknown): LabError =>
  new LabError('REPORT_NOT_WRITTEN', `The file ${path} of ${flag} cannot be written`, {
    cause,
    hint: `give ${flag} a path in a folder that exists and that you may write to`,
  });
