// Before a cluster of the user's is touched for the first time: do they mean it?

import { LabError } from '../../error.ts';
import type { LabDir } from '../../state/lab-dir.ts';
import { findKnown, remember } from './record.ts';
import type { UserContext } from './user-kubeconfig.ts';

export interface ApproveOptions {
  readonly labDir: LabDir;
  readonly context: UserContext;
  /** `--yes` */
  readonly yes: boolean;
  /** undefined where nobody can answer. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
}

/** Asked once for each context and server. @throws LabError when the answer is no, or nobody can give one */
export async function approve({ labDir, context, yes, ask }: ApproveOptions): Promise<void> {
  const { name, server } = context;
  const key = { context: name, server };
  if (findKnown(labDir, key) === undefined && !yes) {
    const what = `the cluster of context "${name}" at ${server}`;
    if (ask === undefined) {
      throw new LabError(
        'CLUSTER_UNSEEN',
        `The labs have not used ${what} before, and nobody is here to ask`,
        {
          hint: 'add --yes if you mean it: the labs make namespaces there, and remove only those again',
        },
      );
    }
    const question = `The labs have not used ${what} before. They will make namespaces there, and remove only those again. Go on?`;
    if (!(await ask(question))) {
      throw new LabError('CLUSTER_DECLINED', `Nothing was done to ${what}`, {
        hint: 'another cluster: --context NAME, or none at all: --engine sandbox',
      });
    }
  }
  remember(labDir, key);
}
