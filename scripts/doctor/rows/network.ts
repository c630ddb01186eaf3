// Networks of the cluster that other networks of the machine may collide with.

import { commands } from '../machine/commands.ts';
import { overlaps, routesOf } from '../machine/routes.ts';
import { dockerInfo } from '../machine/docker.ts';
import { answerTo, type Machine } from '../machine/machine.ts';
import type { Row, Verdict } from '../row.ts';

const engines = ['kind'] as const;

export const networkRows: readonly Row[] = [
  {
    id: 'docker-networks',
    engines,
    exitCode: 60,
    symptom: 'could not find an available, non-overlapping IPv4 address pool',
    judge: networks,
  },
  {
    id: 'routes',
    engines,
    exitCode: 61,
    symptom: 'the cluster cannot be reached, or odd timeouts, while a VPN is connected',
    judge: routes,
  },
  {
    id: 'kubeconfig-lock',
    engines,
    exitCode: 28,
    symptom: 'failed to lock config file: file exists',
    judge: lock,
  },
];

/** Docker's own pools: 172.17 to 172.31, and sixteen networks of 192.168. */
const pools = 31;

function networks(machine: Machine): Verdict | undefined {
  const answer = answerTo(machine, commands.networks);
  if (dockerInfo(machine) === undefined || answer?.exitCode !== 0) return undefined;
  const names = answer.stdout.split('\n').filter((name) => name !== '' && name !== 'host' && name !== 'none');
  if (names.includes('kind') || names.length < pools - 1) return { ok: `${names.length} Docker networks` };
  return {
    fail: `${names.length} Docker networks use up its addresses`,
    cause: `Docker has addresses for ${pools} networks, and every project of docker compose takes one`,
    fix: 'docker network prune removes those that no container uses',
  };
}

/** As in the configs of kind/, and where Docker takes the addresses of its networks from. */
const own = [
  { network: '10.10.0.0', bits: 16, what: "the pods'" },
  { network: '10.200.1.0', bits: 24, what: "the services'" },
  { network: '172.16.0.0', bits: 12, what: "Docker's" },
] as const;

function routes(machine: Machine): Verdict | undefined {
  if (dockerInfo(machine) === undefined) return undefined;
  for (const route of routesOf(machine)) {
    const hit = own.find((network) => overlaps(network, route));
    // A small piece of Docker's range leaves it the rest.
    if (hit === undefined || (hit.bits === 12 && route.bits > 12)) continue;
    return {
      warn: `The route to ${route.network}/${route.bits} over ${route.device} has ${hit.what} addresses`,
      cause: 'a VPN or a network of the house uses the same addresses as the cluster',
      fix: 'disconnect the VPN while the cluster is made; if it still cannot be reached, disconnect it for the lab',
    };
  }
  return { ok: 'no route collides with the networks of the cluster' };
}

const staleMs = 60_000;

function lock({ lockAgeMs, labDir }: Machine): Verdict | undefined {
  return lockAgeMs === undefined || lockAgeMs < staleMs
    ? undefined
    : {
        fail: `${labDir}/kubeconfig.lock is left over`,
        cause: 'kind or kubectl was killed while it wrote the kubeconfig',
        fix: `rm ${labDir}/kubeconfig.lock`,
      };
}
