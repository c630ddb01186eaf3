// Where the labs are: the project's own, or a company's in LABS_DIR.

import { dirname, join, relative, resolve } from 'node:path';

export interface LabsPlace {
  /** The folder of the labs. */
  readonly labsDir: string;
  /** Commands of the labs run in it, and paths of their texts count from it: the folder that holds the labs' folder. */
  readonly root: string;
}

export function labsPlace(projectRoot: string, env: NodeJS.ProcessEnv): LabsPlace {
  const configured = env['LABS_DIR'];
  if (configured === undefined || configured === '')
    return { labsDir: join(projectRoot, 'labs'), root: projectRoot };
  const labsDir = resolve(configured);
  const isInside = !/^\.\.(?:[/\\]|$)/.test(relative(projectRoot, labsDir));
  return { labsDir, root: isInside ? projectRoot : dirname(labsDir) };
}
