// Settings for istioctl instead of ~/.istioctl/config.yaml, whose defaults are the user's.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** For ISTIOCONFIG. The file must be there: istioctl does not start without it. */
export async function istioctlSettings(folder: string): Promise<string> {
  const file = join(folder, 'istioctl.yaml');
  await writeFile(file, '{}\n');
  return file;
}
