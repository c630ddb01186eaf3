// Images that serve nothing: the container runs its command, and that is to sleep until somebody execs into it.

import { sleepMs } from '../../apps/client/sleep.ts';
import type { ContainerProgram } from '../kubelet/program.ts';

/** Exit code of a shell for a command it does not find. */
const notFound = 127;
const killed = 137;

export const toolsProgram: ContainerProgram = ({ command, args, clock, log }) => {
  const words = [...command, ...args];
  const ms = sleepMs(words);
  let end: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => {
    end = resolve;
  });
  const timer =
    ms === undefined || ms === Number.POSITIVE_INFINITY ? undefined : clock.after(ms, () => end(0));
  if (ms === undefined) {
    log(`this container can only sleep, not run: ${words.join(' ')}`);
    end(notFound);
  }
  const stop = (code: number): void => {
    timer?.clear();
    end(code);
  };
  // `sleep` as process 1 ignores SIGTERM: the kubelet's SIGKILL ends it, as in a cluster.
  return Promise.resolve({ exited, stop: () => undefined, kill: () => stop(killed) });
};
