// A PATH on which one program cannot be found, and everything else can.

import { access, mkdir, readdir, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/**
 * Folders that have the program are replaced by copies made of links, under `farm`.
 * Earlier folders win over later ones, as on any PATH.
 */
export async function pathWithout(
  program: string,
  folders: readonly string[],
  farm: string,
): Promise<string> {
  const replaced = await Promise.all(
    folders.map(async (folder, index) =>
      (await has(folder, program)) ? linked(folder, program, join(farm, String(index))) : folder,
    ),
  );
  return replaced.join(delimiter);
}

async function has(folder: string, program: string): Promise<boolean> {
  try {
    await access(join(folder, program));
    return true;
  } catch {
    return false;
  }
}

async function linked(folder: string, program: string, copy: string): Promise<string> {
  await mkdir(copy, { recursive: true });
  const names = await readdir(folder);
  await Promise.all(
    names
      .filter((name) => name !== program)
      .map(async (name) => symlink(join(folder, name), join(copy, name))),
  );
  return copy;
}
