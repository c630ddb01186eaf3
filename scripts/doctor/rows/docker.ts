// Docker, which the kind engine runs its node in.

// Every set-up reads this: the whole of semver takes longer to load.
import coerce from 'semver/functions/coerce.js';
import lt from 'semver/functions/lt.js';
import { commands } from '../machine/commands.ts';
import { containersOf, dockerInfo, dockerState, isElsewhere, type DockerInfo } from '../machine/docker.ts';
import { clusterName } from '../../engine/kind/node.ts';
import { answerTo, isWsl, type Machine } from '../machine/machine.ts';
import type { Row, Verdict } from '../row.ts';

const gibibyte = 1024 ** 3;
const withoutDocker = 'or use the engine that needs none: --engine sandbox';
const engines = ['kind'] as const;

/** A row that has something to say only of a Docker that answers. */
const withInfo =
  (look: (info: DockerInfo, machine: Machine) => Verdict | undefined): Row['judge'] =>
  (machine) => {
    const info = dockerInfo(machine);
    return info === undefined ? undefined : look(info, machine);
  };

export const dockerRows: readonly Row[] = [
  {
    id: 'docker',
    engines,
    exitCode: 30,
    symptom: 'exec: "docker": executable file not found',
    judge: docker,
  },
  {
    id: 'docker-daemon',
    engines,
    exitCode: 31,
    symptom: 'kind fails: failed to get docker info',
    judge: daemon,
  },
  {
    id: 'docker-rights',
    engines,
    exitCode: 32,
    symptom: 'permission denied while trying to connect to the Docker daemon socket',
    judge: rights,
  },
  {
    id: 'docker-version',
    engines,
    exitCode: 33,
    symptom: 'docker does not know the flag --cgroupns, which kind uses',
    judge: withInfo(version),
  },
  {
    id: 'docker-memory',
    engines,
    exitCode: 34,
    symptom: 'pods stay Pending with "Insufficient memory", or kubeadm fails without a reason',
    judge: withInfo(memory),
  },
  {
    id: 'docker-cpus',
    engines,
    exitCode: 35,
    symptom: 'pods stay Pending with "Insufficient cpu", and everything is slow',
    judge: withInfo(cpus),
  },
  {
    id: 'docker-disk',
    engines,
    exitCode: 36,
    symptom: 'pods are evicted: the node has the condition DiskPressure',
    judge: withInfo(space),
  },
  {
    id: 'docker-architecture',
    engines,
    exitCode: 37,
    symptom: 'exec format error, or programs that are many times slower',
    judge: withInfo(architecture),
  },
  {
    id: 'docker-logs',
    engines,
    exitCode: 38,
    symptom: 'could not find a log line that matches "Reached target .*Multi-User System.*"',
    judge: withInfo(logs),
  },
  {
    id: 'docker-clock',
    engines,
    exitCode: 39,
    symptom: 'x509: certificate has expired or is not yet valid',
    judge: withInfo(clock),
  },
  {
    id: 'other-clusters',
    engines,
    exitCode: 40,
    symptom: 'too little memory, CPU or inotify instances for two clusters',
    judge: otherClusters,
  },
];

function docker(machine: Machine): Verdict | undefined {
  const state = dockerState(machine);
  if (state?.kind === 'missing') {
    return {
      fail: 'docker is not on PATH',
      cause: 'Docker is not installed, or PATH does not name its folder',
      fix: `install Docker: https://docs.docker.com/get-started/get-docker/, ${withoutDocker}`,
    };
  }
  if (state?.kind === 'podman') {
    return {
      fail: 'docker on this machine is podman',
      cause:
        'the package podman-docker answers to the name of docker, and the kind engine needs Docker itself',
      fix: `install Docker, ${withoutDocker}`,
    };
  }
  const client = answerTo(machine, commands.dockerVersion);
  return state === undefined || client?.exitCode !== 0 ? undefined : { ok: client.stdout.trim() };
}

function daemon(machine: Machine): Verdict | undefined {
  const state = dockerState(machine);
  if (state?.kind === 'up') return { ok: `Docker ${state.info.ServerVersion ?? ''} answers` };
  if (state?.kind !== 'down') return undefined;
  const context = answerTo(machine, commands.dockerContext)?.stdout.trim() ?? 'default';
  const other =
    context === 'default' ? [] : [`"docker context use default" if it is not "${context}" you want`];
  return {
    fail: `Docker does not answer: ${state.reason}`,
    cause: `the daemon is not running, or the docker context "${context}" leads elsewhere`,
    fix: [startDocker(machine), ...other, withoutDocker].join(', '),
  };
}

function startDocker(machine: Machine): string {
  if (machine.platform === 'darwin') return 'start Docker Desktop: open -a Docker';
  return isWsl(machine)
    ? 'start Docker Desktop in Windows, with the WSL integration of this distribution switched on'
    : 'start it: sudo systemctl start docker';
}

function rights(machine: Machine): Verdict | undefined {
  if (dockerState(machine)?.kind !== 'denied') return undefined;
  const groups = answerTo(machine, commands.groups)?.stdout.trim().split(/\s+/) ?? [];
  return {
    fail: 'Docker runs, and you may not use it',
    cause: groups.includes('docker')
      ? 'the socket of the daemon is not open to the group docker'
      : 'your user is not in the group docker',
    fix: groups.includes('docker')
      ? `look at its owner: ls -l /var/run/docker.sock, ${withoutDocker}`
      : `sudo usermod -aG docker "$USER", then log in anew, ${withoutDocker}`,
  };
}

function version({ ServerVersion = '' }: DockerInfo): Verdict | undefined {
  // It once had zeros in front: 19.03.15.
  const found = coerce(ServerVersion.replaceAll(/\.0+(?=\d)/g, '.'));
  return found !== null && lt(found, '20.10.0')
    ? {
        fail: `Docker ${ServerVersion} is too old`,
        cause: 'kind gives its nodes a cgroup namespace of their own, which Docker has since 20.10',
        fix: 'install a newer Docker',
      }
    : undefined;
}

function memory({ MemTotal = 0 }: DockerInfo, machine: Machine): Verdict {
  const seen = `Docker has ${(MemTotal / gibibyte).toFixed(1)} GiB of memory`;
  if (MemTotal >= 6 * gibibyte) return { ok: seen };
  const cause = 'Kubernetes, Istio and the addons need 4 GiB, and the apps of a lab 1 GiB';
  const fix =
    machine.platform === 'darwin' || isWsl(machine)
      ? 'give it 8 GiB in the settings of Docker Desktop (in WSL: memory=8GB in .wslconfig)'
      : 'use a machine with 8 GiB, or --engine sandbox, which needs less than one';
  return MemTotal < 3 * gibibyte ? { fail: seen, cause, fix } : { warn: seen, cause, fix };
}

function cpus({ NCPU = 0 }: DockerInfo): Verdict {
  const seen = `Docker has ${NCPU} CPUs`;
  return NCPU >= 4
    ? { ok: seen }
    : {
        warn: seen,
        cause: 'a node with Istio and its addons is comfortable with 4',
        fix: 'give Docker 4 CPUs in its settings, or be patient',
      };
}

function space(info: DockerInfo, machine: Machine): Verdict | undefined {
  const free = machine.freeBytes[info.DockerRootDir ?? ''];
  if (free === undefined || isElsewhere(machine, info)) return undefined;
  const seen = `${Math.round(free / gibibyte)} GiB free for Docker at ${info.DockerRootDir ?? ''}`;
  if (free >= 10 * gibibyte) return { ok: seen };
  const cause =
    'the node and its images take about 6 GiB, and a node evicts pods long before the disk is full';
  const fix = 'docker system df shows what is used, docker system prune frees what nobody needs';
  return free < 5 * gibibyte ? { fail: seen, cause, fix } : { warn: seen, cause, fix };
}

function architecture({ Architecture = '' }: DockerInfo, { arch }: Machine): Verdict | undefined {
  const own = { x64: ['x86_64', 'amd64'], arm64: ['aarch64', 'arm64'] }[arch];
  return own === undefined || Architecture === '' || own.includes(Architecture)
    ? undefined
    : {
        warn: `Docker runs programs for ${Architecture} on a machine with ${arch}`,
        cause:
          'its virtual machine emulates another processor, or the docker context leads to another machine',
        fix: `use a Docker for ${own[0] ?? arch}: docker context ls`,
      };
}

function logs({ LoggingDriver = '' }: DockerInfo): Verdict | undefined {
  return LoggingDriver === 'none'
    ? {
        fail: 'Docker keeps no logs of containers',
        cause: 'kind reads in the log of its node that it has booted, and the log driver is "none"',
        fix: 'set "log-driver": "json-file" in /etc/docker/daemon.json, and restart Docker',
      }
    : undefined;
}

const leastClockDifferenceMs = 30_000;

function clock({ SystemTime = '' }: DockerInfo, machine: Machine): Verdict | undefined {
  const differenceMs = Date.parse(SystemTime) - machine.now;
  if (Number.isNaN(differenceMs)) return undefined;
  if (Math.abs(differenceMs) < leastClockDifferenceMs) return { ok: "Docker's clock is this machine's" };
  const seconds = Math.round(Math.abs(differenceMs) / 1000);
  return {
    fail: `Docker's clock is ${seconds} s ${differenceMs > 0 ? 'ahead' : 'behind'}`,
    cause: 'the clock of its virtual machine stood still while the machine slept',
    fix: isWsl(machine) ? 'in Windows: wsl --shutdown' : 'restart Docker',
  };
}

function otherClusters(machine: Machine): Verdict | undefined {
  const others = containersOf(machine)
    .filter(({ state }) => state === 'running')
    .flatMap(({ cluster }) => (cluster === undefined || cluster === clusterName ? [] : [cluster]));
  const [first] = others;
  return first === undefined
    ? undefined
    : {
        warn: `Another kind cluster runs on this machine: ${[...new Set(others)].join(', ')}`,
        cause: 'clusters share the memory, CPUs and limits of the machine',
        fix: `if nobody needs it: kind delete cluster --name ${first}`,
      };
}
