// `npm run lab …`: words without dashes say what to do, flags after `--` say how.

import { parseArgs } from 'node:util';
import { engineNames, type EngineName } from '../engine/engine.ts';
import { readTrackName } from '../engine/kind/track.ts';
import { LabError } from '../error.ts';
import { trackNames, type Track } from '../tools/releases.ts';
import type { ClusterChoice } from '../engine/cluster/choice.ts';
import { clusterFlags, readClusterChoice } from './cluster-flags.ts';
import { readWords, type LabCommand } from './lab-words.ts';

export type { LabCommand } from './lab-words.ts';

export interface LabFlags {
  readonly engine: EngineName | undefined;
  readonly track: Track | undefined;
  readonly cluster: ClusterChoice;
  readonly json: boolean;
  /** Path of the JUnit file to write. */
  readonly junit: string | undefined;
  readonly help: boolean;
}

export const labUsage = `npm run lab                    the labs
npm run lab 3                  learn lab 3, step by step
npm run lab 3 verify           run lab 3 from start to end and check every step
npm run lab all verify         the same for all labs
npm run lab 3 why              why checks of the step you are at are red
npm run lab 3 solve            do the step you are at, and check it
npm run lab 3 goto 4           go to step 4, as if those before it were done
npm run lab 3 diff             what differs from lab 3 after your last step
npm run lab 3 reset            back to the start of lab 3
npm run lab 3 record           make the outputs lab 3 shows what they are now
npm run lab 3 mutate           run lab 3 with wrong manifests, each noticed
npm run lab 3 rehearse         run lab 3 once, and record it for a talk
npm run lab 3 present          lead an audience through it, key by key
                               (present recorded: without a cluster)
npm run lab 3 notes            your notes meanwhile, on a screen of your own
npm run lab new Rate limits    begin a lab of your own, which passes already
npm run lab lint               check the labs' READMEs
npm run lab lint explain       its rules; a rule's name after it shows examples
npm run lab analyze            Istio's resources, as istioctl analyze sees them
                               (-f FILE: with these files too; -n NAMESPACE;
                               -A: all namespaces)
Flags, after --:  --engine ${engineNames.join('|')}   --track ${trackNames.join('|')}
                  --json   --junit FILE   --help
A cluster of yours: --engine cluster --context NAME   --yes   --install-mesh`;

/** @throws LabError for an unknown word or flag, naming the choices */
export function parseLabCommand(argv: readonly string[]): { command: LabCommand; flags: LabFlags } {
  const { values, positionals } = parseFlags(argv);
  const { engine, track } = values;
  const command = withOptions(readWords(positionals), values);
  if (values.help !== true) requireFlagsOf(command, values);
  return {
    command,
    flags: {
      engine: engine === undefined ? undefined : readEngine(engine, '--engine'),
      track: track === undefined ? undefined : readTrackName(track, '--track'),
      cluster: readClusterChoice({ ...values }),
      json: values.json ?? false,
      junit: values.junit,
      help: values.help ?? false,
    },
  };
}

/** The engine's name. @throws LabError naming the choices, and where the wrong one came from */
export function readEngine(text: string, source: string): EngineName {
  const found = engineNames.find((name) => name === text);
  if (found !== undefined) return found;
  throw new LabError('UNKNOWN_ENGINE', `${source} must be one of ${engineNames.join(', ')}, got "${text}"`, {
    hint: 'for example: npm run lab 3 -- --engine sandbox',
  });
}

interface Values {
  readonly engine?: string;
  readonly track?: string;
  readonly json?: boolean;
  readonly junit?: string;
  readonly 'from-recording'?: boolean;
  readonly filename?: string[];
  readonly namespace?: string;
  readonly 'all-namespaces'?: boolean;
  readonly help?: boolean;
  readonly context?: string;
  readonly yes?: boolean;
  readonly 'install-mesh'?: boolean;
}

/** As with kubectl, the namespace is `default` if nothing else is said. */
function withOptions(command: LabCommand, values: Values): LabCommand {
  if (command.kind === 'present')
    return { ...command, recorded: command.recorded || values['from-recording'] === true };
  if (command.kind !== 'analyze') return command;
  const { filename = [], namespace = 'default', 'all-namespaces': all = false } = values;
  return { kind: 'analyze', files: filename, namespace: all ? undefined : namespace };
}

function parseFlags(argv: readonly string[]): {
  values: Values;
  positionals: string[];
} {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        engine: { type: 'string' },
        track: { type: 'string' },
        json: { type: 'boolean' },
        junit: { type: 'string' },
        'from-recording': { type: 'boolean' },
        filename: { type: 'string', short: 'f', multiple: true },
        namespace: { type: 'string', short: 'n' },
        'all-namespaces': { type: 'boolean', short: 'A' },
        help: { type: 'boolean', short: 'h' },
        ...clusterFlags,
      },
    });
  } catch (error) {
    const text = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new LabError('BAD_FLAG', text ?? 'Unknown flag', {
      cause: error,
      hint: 'flags: --engine NAME, --track NAME, --json, --junit FILE, --help',
    });
  }
}

const usages: Readonly<Record<LabCommand['kind'], { words: string; flags: readonly string[] }>> = {
  list: { words: 'lab', flags: ['json'] },
  lint: { words: 'lab lint', flags: ['json'] },
  new: { words: 'lab new', flags: [] },
  explain: { words: 'lab lint explain', flags: [] },
  analyze: { words: 'lab analyze', flags: ['json', 'filename', 'namespace', 'all-namespaces'] },
  learn: { words: 'lab N', flags: [] },
  reset: { words: 'lab N reset', flags: [] },
  goto: { words: 'lab N goto K', flags: [] },
  diff: { words: 'lab N diff', flags: ['json'] },
  solve: { words: 'lab N solve', flags: [] },
  record: { words: 'lab N record', flags: [] },
  present: { words: 'lab N present', flags: ['from-recording'] },
  rehearse: { words: 'lab N rehearse', flags: [] },
  notes: { words: 'lab N notes', flags: [] },
  why: { words: 'lab N why', flags: ['json'] },
  mutate: { words: 'lab N mutate', flags: ['json'] },
  verify: { words: 'lab N verify', flags: ['json', 'junit'] },
};

/** A flag that would have no effect is a mistake; only --engine goes with everything. */
function requireFlagsOf({ kind }: LabCommand, values: Values): void {
  const { words, flags } = usages[kind];
  for (const name of [
    'json',
    'junit',
    'from-recording',
    'filename',
    'namespace',
    'all-namespaces',
  ] as const) {
    if (values[name] === undefined || flags.includes(name)) continue;
    const takers = Object.values(usages).filter((usage) => usage.flags.includes(name));
    throw new LabError('BAD_FLAG', `--${name} does not go with "${words}"`, {
      hint: `it goes with: ${takers.map((taker) => taker.words).join(', ')}`,
    });
  }
}
