// `kubectl version`: says plainly that this is not the real one.

import { text, toggle } from '../flags.ts';
import type { Verb } from '../verb.ts';

export const version: Verb = {
  flags: { client: toggle(), output: text('o') },
  async run(call) {
    const { flags, terminal } = call;
    const output = flags.text('output');
    const clientVersion = { gitVersion: 'v1.32.0-stand-in', major: '1', minor: '32' };
    const serverVersion = flags.on('client')
      ? undefined
      : await (await call.cluster()).client.json<{ gitVersion: string }>({ path: '/version' });
    if (output === undefined) {
      const server = serverVersion === undefined ? '' : `Server Version: ${serverVersion.gitVersion}\n`;
      terminal.out(`Client Version: ${clientVersion.gitVersion}\n${server}`);
      return 0;
    }
    const all = { clientVersion, ...(serverVersion && { serverVersion }) };
    if (output === 'yaml') terminal.out((await import('../output/go-yaml.ts')).goYaml(all));
    else terminal.out(`${JSON.stringify(all, undefined, 2)}\n`);
    return 0;
  },
};
