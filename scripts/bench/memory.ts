// Resident memory of a sandbox that runs Bookinfo, catalog and webapp, after some traffic.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { $ } from 'zx';
import { applyFiles } from '../cluster/apply.ts';
import { openCluster } from '../cluster/client.ts';
import { rolloutAll } from '../cluster/rollout.ts';
import { manifestFiles } from '../environment/apps.ts';
import { projectRoot } from '../environment/project-root.ts';
import { curl } from '../lab/checks/curl.ts';
import { portBase, withLabDir } from './lab-dir.ts';
import type { Row } from './measure.ts';

const limitMb = 200;
const requests = 2000;

export async function memory(): Promise<Row> {
  return withLabDir(async (env, dir) => {
    await $({ env, quiet: true })`npm run --silent up`;
    try {
      const cluster = openCluster(join(dir, 'kubeconfig'));
      const signal = new AbortController().signal;
      const files = manifestFiles(projectRoot, ['bookinfo', 'catalog', 'webapp']);
      const namespaces = await applyFiles(cluster, files);
      for (const namespace of namespaces) await rolloutAll(cluster, { namespace, signal });
      const idle = residentMb(dir);
      for (const path of ['/productpage', '/api/catalog']) {
        const call = {
          method: 'GET',
          url: `http://127.0.0.1:${portBase}${path}`,
          headers: {},
          body: undefined,
        };
        await curl(call, requests / 2, { env: { PATH: env['PATH'] ?? '' }, signal });
      }
      const used = residentMb(dir);
      return {
        what: `memory with Bookinfo, catalog and webapp, after ${requests} requests`,
        value: `${used.toFixed(0)} MB`,
        peer: `before them: ${idle.toFixed(0)} MB`,
        bar: `≤ ${limitMb} MB`,
        met: used <= limitMb,
      };
    } finally {
      await $({ env, quiet: true })`npm run --silent down`;
    }
  });
}

/** Linux only: /proc knows it. */
function residentMb(dir: string): number {
  const { pid } = JSON.parse(readFileSync(join(dir, 'sandbox', 'run.json'), 'utf8')) as { pid: number };
  const [, pages = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ');
  return (Number(pages) * 4096) / 1_000_000;
}
