// Asking the cluster's DNS, in the words of the usual tools.

import { isIP } from 'node:net';
import type { PodNetwork } from '../../network/network.ts';
import type { Command } from './command.ts';

const server = '10.200.1.10';

export const nslookup: Command = async (args, { network, stdout }) => {
  const name = args.find((arg) => !arg.startsWith('-')) ?? '';
  stdout(`Server:\t\t${server}\nAddress:\t${server}#53\n\n`);
  const addresses = await lookUp(network, name);
  if (addresses.length === 0) {
    stdout(`** server can't find ${name}: NXDOMAIN\n\n`);
    return 1;
  }
  for (const address of addresses) stdout(`Name:\t${name}\nAddress: ${address}\n`);
  stdout('\n');
  return 0;
};

/** `getent hosts NAME` and `getent ahosts NAME`. */
export const getent: Command = async ([database, name = ''], { network, stdout, stderr }) => {
  if (database !== 'hosts' && database !== 'ahosts') {
    stderr(`getent: the sandbox has the databases hosts and ahosts, not '${database ?? ''}'\n`);
    return 1;
  }
  const addresses = await lookUp(network, name);
  for (const address of addresses) stdout(`${address.padEnd(15)} ${name}\n`);
  return addresses.length === 0 ? 2 : 0;
};

/** `dig +short NAME`; like dig, it does not use the search domains unless `+search` is given. */
export const dig: Command = async (args, { network, stdout, stderr }) => {
  const names = args.filter((arg) => !arg.startsWith('+') && !arg.startsWith('-') && !/^(A|IN)$/.test(arg));
  const [name] = names;
  if (name === undefined || names.length > 1 || !args.includes('+short')) {
    stderr('dig: the sandbox has dig +short [+search] NAME\n');
    return 1;
  }
  const absolute = args.includes('+search') || name.endsWith('.') || isIP(name) > 0 ? name : `${name}.`;
  for (const address of await lookUp(network, absolute)) stdout(`${address}\n`);
  return 0;
};

async function lookUp(network: PodNetwork, name: string): Promise<readonly string[]> {
  try {
    return await network.resolve(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTFOUND') return [];
    throw error;
  }
}
