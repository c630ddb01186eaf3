// What `npm run doctor` looks at before anything slow is started.

import { accessSync, constants, statfsSync } from 'node:fs';
import type { Workshop } from '../environment/workshop.ts';
import { portNames, requireFreePorts } from '../engine/ports.ts';
import { LabError } from '../error.ts';
import { kubectlInstallUrl } from '../kubectl/install-url.ts';
import { findProgram } from './programs.ts';

export interface Finding {
  readonly id: string;
  /** `warn`: the labs run, but differently from what a learner may expect. */
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do, for everything that is not ok. */
  readonly fix?: string;
}

const leastFreeBytes = 200 * 1024 * 1024;
const leastNode = [20, 20] as const;

/** One finding per row; those of a cluster only for the chosen engine. */
export async function diagnose(workshop: Workshop, signal: AbortSignal): Promise<readonly Finding[]> {
  return [
    nodeVersion(process.versions.node),
    await requiredProgram('bash', signal),
    await requiredProgram('curl', signal),
    await kubectl(signal),
    folder(workshop.labDir.root),
    diskSpace(workshop.labDir.root),
    await ports(workshop, signal),
  ];
}

export function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
  const detail = `Node ${version}`;
  return enough
    ? { id: 'node', status: 'ok', detail }
    : { id: 'node', status: 'fail', detail, fix: `install Node ${leastNode.join('.')} or newer` };
}

async function requiredProgram(name: string, signal: AbortSignal): Promise<Finding> {
  const { version } = await findProgram(name, signal);
  return version === undefined
    ? {
        id: name,
        status: 'fail',
        detail: `${name} is not on PATH`,
        fix: `install ${name} with your package manager`,
      }
    : { id: name, status: 'ok', detail: version };
}

async function kubectl(signal: AbortSignal): Promise<Finding> {
  const { version } = await findProgram('kubectl', signal);
  return version === undefined
    ? {
        id: 'kubectl',
        status: 'warn',
        detail: 'kubectl is not on PATH; a small stand-in serves the labs',
        fix: `install the real one: ${kubectlInstallUrl}`,
      }
    : { id: 'kubectl', status: 'ok', detail: `kubectl ${version}` };
}

function folder(path: string): Finding {
  try {
    accessSync(path, constants.W_OK);
    return { id: 'folder', status: 'ok', detail: `${path} is writable` };
  } catch {
    return {
      id: 'folder',
      status: 'fail',
      detail: `${path} is not writable`,
      fix: 'give yourself the right to write there, or set LAB_DIR to another folder',
    };
  }
}

function diskSpace(path: string): Finding {
  const { bavail, bsize } = statfsSync(path);
  const free = bavail * bsize;
  const detail = `${Math.round(free / 1024 / 1024)} MiB free at ${path}`;
  return free >= leastFreeBytes
    ? { id: 'disk', status: 'ok', detail }
    : {
        id: 'disk',
        status: 'fail',
        detail,
        fix: 'free at least 200 MiB, or set LAB_DIR to a folder on another disk',
      };
}

async function ports({ engine, portBase }: Workshop, signal: AbortSignal): Promise<Finding> {
  const range = `${portBase}–${portBase + portNames.length - 1}`;
  const status = await engine.status(signal);
  if (status.state === 'up') {
    return {
      id: 'ports',
      status: 'ok',
      detail: `the ${engine.name} engine serves ports from ${status.portBase ?? portBase}`,
    };
  }
  try {
    await requireFreePorts(portBase);
    return { id: 'ports', status: 'ok', detail: `ports ${range} are free` };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return { id: 'ports', status: 'fail', detail: error.message, fix: error.hint ?? '' };
  }
}
