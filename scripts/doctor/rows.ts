// All that doctor looks at, in the order in which it is told.

import type { EngineName } from '../engine/engine.ts';
import type { Row } from './row.ts';
import { dockerRows } from './rows/docker.ts';
import { kernelRows } from './rows/kernel.ts';
import { networkRows } from './rows/network.ts';
import { portRows } from './rows/ports.ts';
import { registryRows } from './rows/registries.ts';
import { systemRows } from './rows/system.ts';

export const rows: readonly Row[] = [
  ...systemRows,
  ...dockerRows,
  ...kernelRows,
  ...networkRows,
  ...registryRows,
  ...portRows,
];

export const rowsOf = (engine: EngineName): readonly Row[] =>
  rows.filter(({ engines }) => engines?.includes(engine) ?? true);
