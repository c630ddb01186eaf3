// What an installed tool says of its own version.

import { coerce } from 'semver';
import { run } from '../process/run.ts';
import type { ToolName } from './releases.ts';

interface Question {
  readonly args: readonly string[];
  /** Its first group is the version. An out-of-support istioctl talks of other versions before it gives its own. */
  readonly answer: RegExp;
}

const questions: Readonly<Record<ToolName, Question>> = {
  kind: { args: ['version'], answer: /^kind v(\S+)/ },
  kubectl: { args: ['version', '--client', '--output=json'], answer: /"gitVersion":\s*"v([^"]+)"/ },
  istioctl: { args: ['version', '--remote=false', '--output=json'], answer: /"version":\s*"([^"]+)"/ },
  helm: { args: ['version', '--short'], answer: /^v(\S+)/m },
};

/** `1.25.1`, without what a distributor appends; undefined when the program fails or says something else. */
export async function versionOf(
  name: ToolName,
  program: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { args, answer } = questions[name];
  const { stdout } = await run(program, args, { signal, timeoutMs: 30_000 });
  return coerce(answer.exec(stdout)?.[1])?.version;
}
