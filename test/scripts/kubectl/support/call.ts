// Calls the stand-in in this process, and the real kubectl beside it.

import { spawn, spawnSync } from 'node:child_process';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { kubectl } from '../../../../scripts/kubectl/kubectl.ts';

export interface Answer {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CallOptions {
  readonly kubeconfig: string;
  readonly stdin?: string;
  readonly cwd?: string;
}

export async function callStandIn(args: readonly string[], options: CallOptions): Promise<Answer> {
  const { kubeconfig, stdin = '', cwd = process.cwd() } = options;
  const out: Buffer[] = [];
  const err: string[] = [];
  const exitCode = await kubectl(args, {
    stdin: Readable.from([Buffer.from(stdin)]),
    out: (chunk) => out.push(Buffer.from(chunk as string)),
    err: (line) => err.push(line),
    env: { KUBECONFIG: kubeconfig },
    cwd,
    signal: new AbortController().signal,
  });
  return { exitCode, out: Buffer.concat(out).toString('utf8'), err: err.join('') };
}

export async function callReal(args: readonly string[], options: CallOptions): Promise<Answer> {
  const { kubeconfig, stdin = '', cwd } = options;
  // What it keeps of one server must not answer for the next one on the same port.
  const env = { ...process.env, KUBECONFIG: kubeconfig, KUBECACHEDIR: `${kubeconfig}-cache` };
  const child = spawn('kubectl', args, { env, cwd });
  child.stdin.end(stdin);
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { exitCode, out, err };
}

export const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
