// Caches of registries, which outlive the cluster: the next one takes its images from this machine.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../error.ts';
import type { TaskContext } from '../../setup/task.ts';
import type { LabDir } from '../../state/lab-dir.ts';
import { certsDirOf } from './cluster-config.ts';
import { lastLine } from './docker.ts';
import { pullFailure } from './explain-pull.ts';
import type { Call } from './programs.ts';

/** What --with calls them. */
export const cachesName = 'caches';

/** The registries of our images → where they really answer. */
const upstreams: ReadonlyMap<string, string> = new Map([
  ['docker.io', 'https://registry-1.docker.io'],
  ['quay.io', 'https://quay.io'],
  ['registry.k8s.io', 'https://registry.k8s.io'],
]);

const image = 'registry:3';
const label = 'mesh-workshop=cache';
const containerOf = (registry: string): string => `mesh-workshop-cache-${registry}`;

/** Starts those that do not run, on the network of the node, and tells the node of them. */
export async function startCaches(docker: Call, labDir: LabDir, context: TaskContext): Promise<void> {
  await Promise.all(
    [...upstreams].map(async ([registry, url]) => startCache(docker, registry, url, context)),
  );
  for (const [registry, url] of upstreams) {
    const folder = join(certsDirOf(labDir), registry);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'hosts.toml'), hosts(url, containerOf(registry)));
  }
}

/** The node asks registries themselves again. The caches are kept for whoever wants them next. */
export function forgetCaches(labDir: LabDir): void {
  for (const registry of upstreams.keys()) {
    rmSync(join(certsDirOf(labDir), registry), { recursive: true, force: true });
  }
}

export async function removeCaches(docker: Call, signal: AbortSignal): Promise<void> {
  const listed = await docker(['ps', '--all', '--quiet', '--filter', `label=${label}`], { signal });
  const ids = listed.stdout.split('\n').filter(Boolean);
  if (ids.length > 0) await docker(['rm', '--force', '--volumes', ...ids], { signal });
}

async function startCache(
  docker: Call,
  registry: string,
  url: string,
  { signal, note }: TaskContext,
): Promise<void> {
  const name = containerOf(registry);
  const started = await docker(['start', name], { signal });
  if (started.exitCode === 0) return;
  note(`starting a cache for ${registry}`);
  const settings = ['--label', label, '--network', 'kind', '--restart', 'unless-stopped'];
  const data = ['--env', `REGISTRY_PROXY_REMOTEURL=${url}`, '--volume', '/var/lib/registry'];
  const made = await docker(['run', '--detach', '--name', name, ...settings, ...data, image], { signal });
  if (made.exitCode === 0) return;
  if (/Unable to find image|failed to resolve|no such host/i.test(made.stderr))
    throw pullFailure(image, made.stderr);
  throw new LabError('CACHE_FAILED', `The cache for ${registry} does not start: ${lastLine(made.stderr)}`, {
    hint: `go on without it: the same command without --with ${cachesName}`,
  });
}

/** `server` is asked where the cache is silent. */
const hosts = (server: string, cache: string): string => `server = "${server}"

[host."http://${cache}:5000"]
  capabilities = ["pull", "resolve"]
`;
