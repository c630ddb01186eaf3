// The folder of the project, which most of what is read lies in.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

// This module runs from the sources, and from what launch.mjs makes of them.
export const projectRoot: string = folderAbove(import.meta.dirname);

function folderAbove(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : folderAbove(dirname(folder));
}
