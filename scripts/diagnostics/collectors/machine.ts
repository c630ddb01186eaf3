// The machine, and the versions of everything.

import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { serverVersion } from '../../cluster/client.ts';
import { diagnose } from '../../doctor/diagnose.ts';
import type { Workshop } from '../../environment/workshop.ts';
import type { Collector } from '../collector.ts';

export function machineCollectors(workshop: Workshop): readonly Collector[] {
  return [
    {
      name: 'doctor',
      collect: async (put, signal) => put('doctor.json', json(await diagnose(workshop, signal))),
    },
    {
      name: 'versions',
      collect: async (put, signal) => put('versions.json', json(await versions(workshop, signal))),
    },
  ];
}

async function versions({ engine, labDir, projectRoot }: Workshop, signal: AbortSignal): Promise<object> {
  const [status, kubernetes] = await Promise.allSettled([
    engine.status(signal),
    serverVersion(labDir.kubeconfig),
  ]);
  const project = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };
  return {
    project: project.version,
    node: process.version,
    system: `${process.platform} ${release()} ${process.arch}`,
    engine: engine.name,
    track: engine.track,
    status: status.status === 'fulfilled' ? status.value : String(status.reason),
    kubernetes: kubernetes.status === 'fulfilled' ? kubernetes.value.gitVersion : 'does not answer',
  };
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
