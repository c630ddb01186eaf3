// `command`: a command line of the lab's author, its exit code and its output.

import { moveHostPorts } from '../../engine/ports.ts';
import { run } from '../../process/run.ts';
import type { Check, CheckContext } from './check.ts';
import { excerpt, linesOf } from './excerpt.ts';
import type { Fields } from './fields.ts';
import { observe, readModality, resultOf, type Observation } from './look.ts';
import { refuseBoth } from './refuse-both.ts';

interface Expectation {
  readonly exit: number;
  readonly contains: string | undefined;
  readonly lacks: string | undefined;
  /** The whole output, surrounding blanks aside. */
  readonly equals: string | undefined;
}

const timeoutMs = 30_000;

/** Reads the mapping under `command:`. */
export function readCommandCheck(title: string, fields: Fields, outer: Fields): Check {
  const line = fields.requiredText('run');
  const expectation: Expectation = {
    exit: fields.whole('exit', { from: 0, to: 255 }) ?? 0,
    contains: fields.text('contains'),
    lacks: fields.text('lacks'),
    equals: fields.anyText('equals'),
  };
  fields.alone('equals', ['contains', 'lacks']);
  refuseBoth(expectation.contains, expectation.lacks, fields);
  const modality = readModality(outer);
  return {
    title,
    kind: 'command',
    invariant: outer.flag('invariant') ?? false,
    aim: { kind: 'command', line },
    async run(context, patience) {
      const startedAt = performance.now();
      const here = moveHostPorts(line, context.portBase);
      const expected = atBase(expectation, context.portBase);
      const look = async (signal: AbortSignal): Promise<Observation> =>
        lookAt(here, expected, context, signal);
      return resultOf(title, here, startedAt, await observe(look, modality, patience, context));
    },
  };
}

/** What a command prints of its ports are those that it was given. */
function atBase({ exit, ...texts }: Expectation, portBase: number): Expectation {
  const moved = (text: string | undefined): string | undefined => text && moveHostPorts(text, portBase);
  return { exit, contains: moved(texts.contains), lacks: moved(texts.lacks), equals: moved(texts.equals) };
}

async function lookAt(
  line: string,
  expectation: Expectation,
  { env, cwd }: CheckContext,
  signal: AbortSignal,
): Promise<Observation> {
  const { exitCode, stdout, stderr, timedOut } = await run('bash', ['-c', line], {
    env,
    cwd,
    signal,
    timeoutMs,
  });
  const output = `${stdout}${stderr}`;
  const problem = timedOut
    ? `it did not end within ${timeoutMs / 1000} s`
    : difference(exitCode, output, expectation);
  return {
    ok: problem === undefined,
    observed: `exit code ${exitCode ?? 'none'}, ${seen(output, expectation)}`,
    expected: describe(expectation),
    ...(problem === undefined ? {} : { reason: problem }),
    evidence: linesOf(output).slice(0, 5),
  };
}

function difference(
  exitCode: number | undefined,
  output: string,
  { exit, contains, lacks, equals }: Expectation,
): string | undefined {
  if (exitCode !== exit) return `its exit code is ${exitCode ?? 'missing'}, not ${exit}`;
  if (contains !== undefined && !output.includes(contains))
    return `its output does not contain "${contains}"`;
  if (lacks !== undefined && output.includes(lacks)) return `its output contains "${lacks}"`;
  if (equals !== undefined && output.trim() !== equals.trim()) return `its output is not "${equals.trim()}"`;
  return undefined;
}

function seen(output: string, { contains, lacks }: Expectation): string {
  const words = excerpt(output, contains ?? lacks);
  return words === undefined ? 'no output' : `"${words}"`;
}

const describe = ({ exit, contains, lacks, equals }: Expectation): string =>
  [
    `exit code ${exit}`,
    ...(contains === undefined ? [] : [`"${contains}" in its output`]),
    ...(lacks === undefined ? [] : [`no "${lacks}" in its output`]),
    ...(equals === undefined ? [] : [`the output "${equals.trim()}"`]),
  ].join(', ');
