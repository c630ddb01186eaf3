// Libraries that most runs never need, and whose loading would cost every start a tenth of a second.

import { createRequire } from 'node:module';
import type * as Ws from 'ws';
import type * as Yaml from 'yaml';

const require = createRequire(import.meta.url);

/** YAML bodies; kubectl sends JSON. */
export const yaml = (): typeof Yaml => require('yaml') as typeof Yaml;

/** WebSockets, for `exec`. */
export const ws = (): typeof Ws => require('ws') as typeof Ws;
