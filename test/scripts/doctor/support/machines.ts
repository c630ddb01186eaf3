// Machines as they were recorded, with what a test changes of them.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Finding } from '../../../../scripts/doctor/finding.ts';
import type { DockerInfo } from '../../../../scripts/doctor/machine/docker.ts';
import type { Answer, Machine } from '../../../../scripts/doctor/machine/machine.ts';
import { judge } from '../../../../scripts/doctor/row.ts';
import { rowsOf } from '../../../../scripts/doctor/rows.ts';
import type { EngineName } from '../../../../scripts/engine/engine.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'machines');

export const machineNames: readonly string[] = readdirSync(folder).map((file) => file.replace('.yaml', ''));

const labDir = '/home/me/labs/.lab';

type Recording = Pick<Machine, 'platform' | 'arch' | 'kernel' | 'files' | 'freeBytes'> & {
  readonly toPull?: readonly string[];
  readonly dockerHub?: Machine['dockerHub'];
  readonly commands: Readonly<Record<string, Omit<Answer, 'missing'>>>;
};

/** A command that the recording does not have is a program that is missing. */
export function machine(name: string, changes: Partial<Machine> = {}): Machine {
  const recording = parse(readFileSync(join(folder, `${name}.yaml`), 'utf8')) as Recording;
  const { commands } = recording;
  return {
    toPull: [],
    dockerHub: undefined,
    ...recording,
    node: '20.20.0',
    env: {},
    now: Date.parse('2026-11-20T10:00:01Z'),
    labDir,
    portBase: 30_000,
    servedPortBase: undefined,
    track: 'course',
    writable: [labDir],
    busyPorts: [],
    lockAgeMs: undefined,
    ...changes,
    commands: Object.fromEntries(
      Object.entries({ ...commands, ...changes.commands }).map(([line, answer]) => [
        line,
        { missing: false, ...answer },
      ]),
    ),
  };
}

/** With other values in what `docker info` says. */
export function withDocker(name: string, info: DockerInfo, changes: Partial<Machine> = {}): Machine {
  const base = machine(name, changes);
  const line = 'docker info --format {{json .}}';
  const stdout = JSON.stringify({ ...(JSON.parse(base.commands[line]?.stdout ?? '') as object), ...info });
  return { ...base, commands: { ...base.commands, [line]: said(stdout) } };
}

export const said = (stdout: string, exitCode = 0, stderr = ''): Answer => ({
  exitCode,
  stdout,
  stderr,
  missing: false,
});

export const missing: Answer = { exitCode: undefined, stdout: '', stderr: '', missing: true };

export const findingsOf = (subject: Machine, engine: EngineName = 'kind'): readonly Finding[] =>
  rowsOf(engine).flatMap((row) => judge(row, subject) ?? []);

/** `fail docker-daemon` … in order, without what is ok. */
export const troubles = (subject: Machine, engine: EngineName = 'kind'): readonly string[] =>
  findingsOf(subject, engine)
    .filter(({ status }) => status !== 'ok')
    .map(({ status, id }) => `${status} ${id}`);
