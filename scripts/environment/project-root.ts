// The folder of the project, which most of what is read lies in.

import { dirname } from 'node:path';

export const projectRoot: string = dirname(dirname(import.meta.dirname));
