// The one node of the cluster, which is a container: is it there, and is it ours?

import { LabError } from '../../error.ts';
import type { Call } from './programs.ts';
import { dockerFailure, lastLine, parseJson } from './docker.ts';

/** Of the kind cluster. One on each machine: its ports are the machine's. */
export const clusterName = 'mesh-workshop';
export const nodeName = `${clusterName}-control-plane`;

export interface NodeContainer {
  readonly running: boolean;
  /** Made from the same folder: its certs.d is the one of this `.lab/`. */
  readonly ours: boolean;
  /** Host port of node port 30000. */
  readonly portBase: number | undefined;
}

/** undefined when there is none. @throws LabError when Docker does not answer */
export async function inspectNode(
  docker: Call,
  certsDir: string,
  signal: AbortSignal,
): Promise<NodeContainer | undefined> {
  const asked = await docker(['container', 'inspect', nodeName], { signal, timeoutMs: 20_000 });
  if (asked.exitCode !== 0) {
    const failure = dockerFailure(asked);
    if (failure !== undefined) throw failure;
    if (/No such container/i.test(asked.stderr)) return undefined;
    throw new LabError('DOCKER_FAILED', `docker cannot tell of ${nodeName}: ${lastLine(asked.stderr)}`, {
      hint: 'npm run doctor looks at Docker more closely',
    });
  }
  const [container] = (parseJson(asked.stdout) ?? []) as readonly Inspected[];
  if (container === undefined) return undefined;
  const { State, HostConfig } = container;
  return {
    running: State.Running,
    // Docker Desktop puts the path of its own machine before it.
    ours: (HostConfig.Binds ?? []).some((bind) => bind.includes(`${certsDir}:`)),
    portBase: Number(HostConfig.PortBindings?.['30000/tcp']?.[0]?.HostPort) || undefined,
  };
}

/** The parts of `docker container inspect` that are looked at. */
interface Inspected {
  readonly State: { readonly Running: boolean };
  readonly HostConfig: {
    readonly Binds: readonly string[] | null;
    readonly PortBindings: Readonly<Record<string, readonly { readonly HostPort: string }[]>> | null;
  };
}
