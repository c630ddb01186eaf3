// What is asked of Docker itself, and what its refusals mean.

import { LabError } from '../../error.ts';
import type { RunResult } from '../../process/run.ts';
import type { Call } from './programs.ts';

export interface DockerInfo {
  readonly version: string;
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** @throws LabError when it is missing, stopped, or not for this user */
export async function requireDocker(docker: Call, signal: AbortSignal): Promise<DockerInfo> {
  const asked = await docker(['info', '--format', '{{json .}}'], { signal, timeoutMs: 20_000 });
  const failure = dockerFailure(asked);
  if (failure !== undefined) throw failure;
  const info = (parseJson(asked.stdout) ?? {}) as Record<string, unknown>;
  const { ServerVersion: version, NCPU: cpus, MemTotal: memoryBytes } = info;
  if (asked.exitCode !== 0 || typeof version !== 'string' || version === '') {
    throw dockerDown(
      lastLine(asked.stderr) || `docker info ended with exit code ${asked.exitCode ?? 'none'}`,
    );
  }
  return { version, cpus: Number(cpus), memoryBytes: Number(memoryBytes) };
}

/** The reason why a program that talks to Docker failed, if it is Docker. */
export function dockerFailure(result: RunResult): LabError | undefined {
  const text = `${result.stdout}\n${result.stderr}`;
  if (result.missing || /exec: "docker": executable file not found/.test(text)) {
    return new LabError('DOCKER_MISSING', 'The kind engine needs Docker, and docker is not on PATH', {
      hint: `install it: https://docs.docker.com/get-docker/ ${without}`,
    });
  }
  if (/permission denied while trying to connect/i.test(text)) {
    return new LabError('DOCKER_DENIED', 'You may not talk to Docker: its socket belongs to others', {
      hint: `sudo usermod -aG docker "$USER", then log out and in again ${without}`,
    });
  }
  const down =
    /Cannot connect to the Docker daemon at [^\s.]\S*|The system cannot find the file specified|failed to get docker info/i.exec(
      text,
    );
  if (down !== null) return dockerDown(down[0].replace(/\.$/, ''));
  if (result.timedOut) return dockerDown('it did not answer in time');
  return undefined;
}

const without = '(or go on without: --engine sandbox)';

const dockerDown = (reason: string): LabError =>
  new LabError('DOCKER_DOWN', `Docker does not answer: ${reason}`, {
    hint: `start it (Docker Desktop, or sudo systemctl start docker; docker context show says which one is meant), then run the same command again ${without}`,
  });

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)?.trim() ?? '';

const longest = 300;

/** Of a long line its end: what happened stands there, behind how it came to it. */
export const tail = (line: string): string =>
  line.trim().length <= longest ? line.trim() : `…${line.trim().slice(-longest)}`;
