// `npm run lab …`: list, learn, verify, reset and lint the labs; analyze resources.

import { entry } from './cli/entry.ts';
import { labUsage, parseLabCommand, type LabCommand, type LabFlags } from './cli/lab-command.ts';

/** Commands that take the cluster through a lab. */
const travelling = new Set<LabCommand['kind']>([
  'learn',
  'verify',
  'record',
  'mutate',
  'present',
  'rehearse',
  'solve',
  'goto',
  'reset',
]);

await entry(async (signal) => {
  const { command, flags } = parseLabCommand(process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(`${labUsage}\n`);
    return 0;
  }
  if (!travelling.has(command.kind)) return dispatch(command, flags, signal);
  const { alone } = await import('./cli/alone.ts');
  return alone(signal, async () => dispatch(command, flags, signal));
});

// Each command is loaded when it is asked for: a mistyped word is answered before the Kubernetes client is read.
async function dispatch(command: LabCommand, flags: LabFlags, signal: AbortSignal): Promise<number> {
  switch (command.kind) {
    case 'list':
      return (await import('./lab-commands/list.ts')).list(flags);
    case 'lint':
      return (await import('./lab-commands/list.ts')).lint(flags);
    case 'new':
      return (await import('./lab-commands/new.ts')).newLab(command.title);
    case 'present':
      return (await import('./lab-commands/present.ts')).present(command, flags, signal);
    case 'notes':
      return (await import('./lab-commands/notes.ts')).notes(command.lab, signal);
    case 'rehearse':
      return (await import('./lab-commands/rehearse.ts')).rehearse(command.lab, flags, signal);
    case 'explain':
      return (await import('./lab-commands/explain-rule.ts')).explainRule(command.rule);
    case 'analyze':
      return (await import('./lab-commands/analyze.ts')).analyze(command, flags, signal);
    case 'learn':
      return (await import('./lab-commands/start.ts')).start(command.lab, flags, signal);
    case 'reset':
      return (await import('./lab-commands/reset.ts')).reset(command.lab, flags, signal);
    case 'why':
      return (await import('./lab-commands/why.ts')).why(command.lab, flags, signal);
    case 'goto':
      return (await import('./lab-commands/goto.ts')).goto(command, flags, signal);
    case 'diff':
      return (await import('./lab-commands/diff.ts')).diff(command.lab, flags, signal);
    case 'solve':
      return (await import('./lab-commands/solve.ts')).solve(command.lab, flags, signal);
    case 'mutate':
      return (await import('./lab-commands/mutate.ts')).mutate(command.lab, flags, signal);
    case 'record':
      return (await import('./lab-commands/record.ts')).record(command.lab, flags, signal);
    case 'verify':
      return (await import('./lab-commands/verify.ts')).verify(command.lab, flags, signal);
  }
}
