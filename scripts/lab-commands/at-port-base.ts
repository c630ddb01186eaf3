// A lab for other ports than 30000 … 30005: its commands, outputs and prose follow LAB_PORT_BASE.

import { defaultPortBase, moveHostPorts } from '../engine/ports.ts';
import type { Lab } from '../lab/format/lab.ts';
import type { LabReport } from '../lab/run/report.ts';

/** Every text of the lab that names one of the six ports of this machine, with the port it has now. */
export function atPortBase(lab: Lab, portBase: number): Lab {
  return portBase === defaultPortBase ? lab : (moved(lab, portBase, defaultPortBase) as Lab);
}

/** What a run on other ports found, with the ports as labs write them. */
export function asWritten(report: LabReport, portBase: number): LabReport {
  return portBase === defaultPortBase ? report : (moved(report, defaultPortBase, portBase) as LabReport);
}

// Checks are left alone: they have functions, and are told the base when they run.
function moved(value: unknown, to: number, from: number): unknown {
  if (typeof value === 'string') return moveHostPorts(value, to, from);
  if (Array.isArray(value)) return value.map((item) => moved(item, to, from));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === 'check' ? item : moved(item, to, from)]),
  );
}
