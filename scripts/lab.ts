// `npm run lab …`: list, learn, verify, reset and lint the labs.

import { entry } from './cli/entry.ts';
import { labUsage, parseLabCommand, type LabCommand, type LabFlags } from './cli/lab-command.ts';
import { list, lint } from './lab-commands/list.ts';
import { reset } from './lab-commands/reset.ts';
import { start } from './lab-commands/start.ts';
import { verify } from './lab-commands/verify.ts';

await entry(async (signal) => {
  const { command, flags } = parseLabCommand(process.argv.slice(2));
  if (!flags.help) return dispatch(command, flags, signal);
  process.stdout.write(`${labUsage}\n`);
  return 0;
});

async function dispatch(command: LabCommand, flags: LabFlags, signal: AbortSignal): Promise<number> {
  switch (command.kind) {
    case 'list':
      return list(flags);
    case 'lint':
      return lint(flags);
    case 'learn':
      return start(command.lab, flags, signal);
    case 'reset':
      return reset(command.lab, flags, signal);
    case 'verify':
      return verify(command.lab, flags, signal);
  }
}
