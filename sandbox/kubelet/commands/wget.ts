// `wget -qO- URL`, by way of curl.

import type { Command } from './command.ts';
import { curl } from './curl/curl.ts';

export const wget: Command = async (args, context) => {
  const passed: string[] = [];
  let toStdout = false;
  for (const [index, arg] of args.entries()) {
    if (/^-q?O-?$/.test(arg)) {
      if (!arg.endsWith('-') && args[index + 1] !== '-') break;
      toStdout = true;
    } else if (arg.startsWith('--header=')) passed.push('-H', arg.slice('--header='.length));
    else if (arg.startsWith('--timeout=')) passed.push('-m', arg.slice('--timeout='.length));
    else if (!arg.startsWith('-')) passed.push(arg);
    else if (arg !== '-' && arg !== '-q' && arg !== '-S' && arg !== '--spider') {
      context.stderr(`wget: the sandbox has -q, -O-, --header and --timeout, not ${arg}\n`);
      return 2;
    }
  }
  if (!toStdout) {
    context.stderr('wget: containers of the sandbox cannot be written to: use wget -qO- URL\n');
    return 3;
  }
  const code = await curl(['-sSfL', '-A', 'Wget', ...passed], context);
  // wget's own codes: 8 for an error answer, 4 for the network.
  return code === 22 ? 8 : code === 0 ? 0 : 4;
};
