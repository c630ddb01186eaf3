// The container runtime in the node. kind goes on before it answers where Docker is on cgroup v1, and a node that was
// stopped needs a moment as well.

import { LabError } from '../../error.ts';
import { waitUntil } from '../../process/wait-until.ts';
import type { TaskContext } from '../../setup/task.ts';
import { lastLine } from './docker.ts';
import { nodeName } from './node.ts';
import type { Call } from './programs.ts';

const pollMs = 250;

/** @throws LabError with what crictl says when it does not answer in time */
export async function runtimeAnswers(
  docker: Call,
  withinMs: number,
  { signal, note }: TaskContext,
): Promise<void> {
  const look = async (): Promise<string | undefined> => {
    const asked = await docker(['exec', nodeName, 'crictl', 'version'], { signal, timeoutMs: 20_000 });
    return asked.exitCode === 0 ? undefined : lastLine(asked.stderr);
  };
  await waitUntil(look, {
    withinMs,
    pollMs,
    signal,
    onWait: () => note('waiting for containerd'),
    tooLate: (said) =>
      new LabError(
        'RUNTIME_SILENT',
        `The container runtime of ${nodeName} does not answer after ${Math.round(withinMs / 1000)} s`,
        {
          evidence: [said],
          hint: `docker exec ${nodeName} journalctl --unit containerd says why; then docker restart ${nodeName}, and the same command again`,
        },
      ),
  });
}
