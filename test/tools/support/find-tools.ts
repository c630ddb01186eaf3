// Which of the real programs are on this machine, in versions that the tests are about.

import { satisfies } from 'semver';
import { findOnPath } from '../../../scripts/tools/find-on-path.ts';
import { toolNames, toolVersions, type ToolName } from '../../../scripts/tools/releases.ts';
import { versionOf } from '../../../scripts/tools/version-of.ts';

export const programNames = [...toolNames, 'dockerd', 'registry', 'actionlint'] as const;
export type ProgramName = (typeof programNames)[number];

export interface Found {
  readonly path: string | undefined;
  /** Why it is not used, and how to get one. */
  readonly why: string;
}

const sources: Readonly<Record<ProgramName, string>> = {
  kind: 'go install sigs.k8s.io/kind@v0.33.0',
  kubectl: 'https://kubernetes.io/docs/tasks/tools/',
  istioctl: 'the release 1.25.1 of Istio, or built from the Go module istio.io/istio with that version set',
  helm: 'go install helm.sh/helm/v3/cmd/helm@v3.17.4',
  dockerd: 'the package docker.io or docker-ce',
  registry: 'go install github.com/distribution/distribution/v3/cmd/registry@v3.0.0',
  actionlint: 'go install github.com/rhysd/actionlint/cmd/actionlint@latest',
};

export async function findTools(env = process.env): Promise<Readonly<Record<ProgramName, Found>>> {
  const entries = await Promise.all(programNames.map(async (name) => [name, await find(name, env)] as const));
  return Object.fromEntries(entries) as Record<ProgramName, Found>;
}

async function find(name: ProgramName, env: NodeJS.ProcessEnv): Promise<Found> {
  const path = findOnPath(name, env['PATH']);
  if (path === undefined) return { path, why: `it is not on PATH (${sources[name]})` };
  const tool = toolNames.find((each) => each === name);
  return tool === undefined ? { path, why: '' } : fitting(tool, path);
}

async function fitting(name: ToolName, path: string): Promise<Found> {
  const version = await versionOf(name, path, new AbortController().signal);
  const { suits } = toolVersions.course[name];
  return version !== undefined && satisfies(version, suits)
    ? { path, why: '' }
    : { path: undefined, why: `${path} is version ${version ?? 'unknown'}, not ${suits} (${sources[name]})` };
}
