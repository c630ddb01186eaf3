// Networks that this machine has a route to, and whether one of the cluster's is among them.

import { BlockList, isIPv4 } from 'node:net';
import { commands } from './commands.ts';
import { answerTo, type Machine } from './machine.ts';

export interface Route {
  readonly network: string;
  readonly bits: number;
  readonly device: string;
}

/** Without the default route, and without those of Docker's own networks. */
export function routesOf(machine: Machine): readonly Route[] {
  const isMac = machine.platform === 'darwin';
  const text = answerTo(machine, isMac ? commands.routes.darwin : commands.routes.linux)?.stdout ?? '';
  return text
    .split('\n')
    .flatMap((line) => (isMac ? readNetstat(line) : readIpRoute(line)) ?? [])
    .filter(({ device, bits }) => bits > 0 && !/^(?:docker|br-|veth|lo)/.test(device));
}

/** True when one of the two contains the other. */
export const overlaps = (
  one: Pick<Route, 'network' | 'bits'>,
  other: Pick<Route, 'network' | 'bits'>,
): boolean => holds(one, other.network) || holds(other, one.network);

function holds({ network, bits }: Pick<Route, 'network' | 'bits'>, address: string): boolean {
  const list = new BlockList();
  list.addSubnet(network, bits);
  return list.check(address);
}

/** `10.8.0.0/24 dev tun0 proto kernel …`, `10.10.3.1 dev tun0`. */
function readIpRoute(line: string): Route | undefined {
  const [target = '', ...words] = line.split(/\s+/);
  const [network = '', bits = '32'] = target.split('/');
  if (!isIPv4(network)) return undefined;
  return { network, bits: Number(bits), device: words[words.indexOf('dev') + 1] ?? '' };
}

/** `10.8/24  link#18  UCS  utun4`: zeros at the end are left out, and so are the bits of a whole class. */
function readNetstat(line: string): Route | undefined {
  const [target = '', gateway, , device = ''] = line.split(/\s+/);
  const [written = '', bits] = target.split('/');
  const parts = written.split('.');
  const network = [...parts, '0', '0', '0'].slice(0, 4).join('.');
  if (gateway === undefined || !isIPv4(network)) return undefined;
  return { network, bits: bits === undefined ? parts.length * 8 : Number(bits), device };
}
