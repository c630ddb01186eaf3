// The six ports of localhost, and who has them.

import { portNames, suggestBase } from '../../engine/ports.ts';
import { clusterName } from '../../engine/kind/node.ts';
import { commands } from '../machine/commands.ts';
import { containersOf, type Container } from '../machine/docker.ts';
import { answerTo, isWsl, type Machine } from '../machine/machine.ts';
import type { Row, Verdict } from '../row.ts';

export const portRows: readonly Row[] = [
  {
    id: 'ports',
    inSetUp: false,
    exitCode: 26,
    symptom: 'the cluster cannot be started: address already in use',
    judge: ports,
  },
  {
    id: 'reserved-ports',
    engines: ['kind'],
    exitCode: 62,
    symptom:
      'kind fails: An attempt was made to access a socket in a way forbidden by its access permissions',
    judge: reservedPorts,
  },
];

const rangeOf = (base: number): string => `${base}–${base + portNames.length - 1}`;

function ports(machine: Machine): Verdict {
  const { portBase, servedPortBase, busyPorts } = machine;
  if (servedPortBase !== undefined)
    return { ok: `the cluster that is up serves ports ${rangeOf(servedPortBase)}` };
  const owners = new Map(
    containersOf(machine).flatMap((container) => container.hostPorts.map((port) => [port, container])),
  );
  const port = busyPorts.find((busy) => owners.get(busy)?.cluster !== clusterName);
  if (port === undefined) return { ok: `ports ${rangeOf(portBase)} are free` };
  const owner = owners.get(port);
  const name = portNames[port - portBase] ?? '';
  return {
    fail: `Port ${port} (${name}) is used by ${describe(owner)}`,
    cause: 'a port can be listened on once',
    fix: `${stop(owner)}, or move all six ports: export LAB_PORT_BASE=${suggestBase(portBase)}`,
  };
}

const describe = (owner: Container | undefined): string =>
  owner === undefined ? 'another program' : `the container ${owner.name}`;

function stop(owner: Container | undefined): string {
  if (owner === undefined) return 'stop that program';
  return owner.cluster === undefined
    ? `docker stop ${owner.name}`
    : `delete that cluster: kind delete cluster --name ${owner.cluster}`;
}

/** Windows keeps ranges for Hyper-V: a port in one of them looks free, and cannot be had. */
function reservedPorts(machine: Machine): Verdict | undefined {
  const { portBase } = machine;
  const answer = answerTo(machine, commands.reservedPorts);
  if (!isWsl(machine) || answer?.exitCode !== 0) return undefined;
  const ranges = [...answer.stdout.matchAll(/^\s*(\d+)\s+(\d+)/gm)].map(([, from, to]) => [
    Number(from),
    Number(to),
  ]);
  const last = portBase + portNames.length - 1;
  const taken = ranges.find(([from = 0, to = 0]) => from <= last && to >= portBase);
  return taken === undefined
    ? { ok: `Windows keeps none of the ports ${rangeOf(portBase)} for itself` }
    : {
        fail: `Windows keeps ports ${taken.join('–')} for itself`,
        cause: 'Hyper-V reserves ranges of ports when Windows starts',
        fix: `as administrator in Windows: net stop winnat, then net start winnat; or export LAB_PORT_BASE=${suggestBase(portBase)}`,
      };
}
