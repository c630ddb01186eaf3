// The node's image on the host. kind would pull it too, but without a word, and not while its own tools are fetched.

import type { TaskContext } from '../../setup/task.ts';
import { dockerFailure } from './docker.ts';
import { pullFailure } from './explain-pull.ts';
import type { Call } from './programs.ts';

/** @throws LabError with the reason of the registry or the network */
export async function bringNodeImage(
  docker: Call,
  image: string,
  { signal, note }: TaskContext,
): Promise<void> {
  const found = await docker(['image', 'inspect', '--format', '{{.Id}}', image], { signal });
  if (found.exitCode === 0) return;
  const failure = dockerFailure(found);
  if (failure !== undefined) throw failure;
  const layers = new Map<string, boolean>();
  const pulled = await docker(['pull', image], {
    signal,
    onLine: (line) => {
      // `a1b2c3d4e5f6: Pull complete`
      const [, layer = '', state = ''] = /^([0-9a-f]{12}): (.+)$/.exec(line) ?? [];
      if (layer === '') return;
      layers.set(layer, state === 'Pull complete' || state === 'Already exists');
      note(`${[...layers.values()].filter(Boolean).length} of ${layers.size} layers`);
    },
  });
  if (pulled.exitCode !== 0) {
    throw dockerFailure(pulled) ?? pullFailure(image, `${pulled.stderr}\n${pulled.stdout}`);
  }
}
