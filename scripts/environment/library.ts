// The labs, and what their texts are held against.

import { parseCheck } from '../lab/checks/parse-check.ts';
import type { Library } from '../lab/format/labs.ts';
import { appNames } from './apps.ts';
import { labsPlace } from './labs-place.ts';
import { projectRoot } from './project-root.ts';

export function openLibrary(env: NodeJS.ProcessEnv): Library {
  const { labsDir, root } = labsPlace(projectRoot, env);
  return { projectRoot: root, labsDir, parseCheck, apps: appNames };
}
