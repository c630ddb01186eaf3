// Where the labs are: the project's own, or a company's in LABS_DIR.

import { join, resolve } from 'node:path';
import { parseCheck } from '../lab/checks/parse-check.ts';
import type { Library } from '../lab/format/labs.ts';
import { appNames } from './apps.ts';
import { projectRoot } from './workshop.ts';

export function openLibrary(env: NodeJS.ProcessEnv): Library {
  const configured = env['LABS_DIR'];
  return {
    projectRoot,
    labsDir: configured === undefined || configured === '' ? join(projectRoot, 'labs') : resolve(configured),
    parseCheck,
    apps: appNames,
  };
}
