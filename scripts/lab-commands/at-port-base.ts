// A lab for other ports than 30000 … 30005: its commands, outputs and prose follow LAB_PORT_BASE.

import { defaultPortBase, moveHostPorts } from '../engine/ports.ts';
import type { Lab } from '../lab/format/lab.ts';

/** Every text of the lab that names one of the six ports of this machine, with the port it has now. */
export function atPortBase(lab: Lab, portBase: number): Lab {
  return portBase === defaultPortBase ? lab : (moved(lab, portBase) as Lab);
}

// Checks are left alone: they have functions, and are told the base when they run.
function moved(value: unknown, portBase: number): unknown {
  if (typeof value === 'string') return moveHostPorts(value, portBase);
  if (Array.isArray(value)) return value.map((item) => moved(item, portBase));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === 'check' ? item : moved(item, portBase)]),
  );
}
