// What nodes of kind and Istio's proxies ask of the kernel and of how Docker is set up on it.

import { commands, files } from '../machine/commands.ts';
import { dockerInfo, isElsewhere, isRootless, type DockerInfo } from '../machine/docker.ts';
import { answerTo, isWsl, type Machine } from '../machine/machine.ts';
import type { Row, Verdict } from '../row.ts';

const engines = ['kind'] as const;

/** Rows for a Docker whose containers run on this machine's own kernel. */
const here =
  (look: (machine: Machine, info: DockerInfo) => Verdict | undefined): Row['judge'] =>
  (machine) => {
    const info = dockerInfo(machine);
    return info === undefined || isElsewhere(machine, info) ? undefined : look(machine, info);
  };

export const kernelRows: readonly Row[] = [
  {
    id: 'inotify',
    engines,
    exitCode: 50,
    symptom: 'kube-proxy or istio-proxy: too many open files',
    judge: here(inotify),
  },
  {
    id: 'cgroups',
    engines,
    exitCode: 51,
    symptom: "kubeadm init fails: root container [kubelet kubepods] doesn't exist",
    judge: (machine) => {
      const info = dockerInfo(machine);
      return info === undefined ? undefined : cgroups(machine, info);
    },
  },
  {
    id: 'modules',
    engines,
    exitCode: 52,
    symptom: "istio-init: unable to initialize table 'nat'",
    judge: here(modules),
  },
  {
    id: 'firewall',
    engines,
    exitCode: 53,
    symptom: 'pods cannot resolve names: i/o timeout',
    judge: here(firewall),
  },
  {
    id: 'storage',
    engines,
    exitCode: 54,
    symptom: 'the kubelet does not start: failed to get device for dir "/var/lib/kubelet"',
    judge: here(storage),
  },
  {
    id: 'snap',
    engines,
    exitCode: 55,
    symptom: 'kind cannot read or write its temporary files',
    judge: here(snap),
  },
  {
    id: 'docker-init',
    engines,
    exitCode: 56,
    symptom: 'the node ends at once: systemd is not the first process',
    judge: here(init),
  },
];

const wanted = { instances: 512, watches: 524_288 } as const;

function inotify(machine: Machine): Verdict | undefined {
  const instances = Number(machine.files[files.inotifyInstances] ?? Number.NaN);
  const watches = Number(machine.files[files.inotifyWatches] ?? Number.NaN);
  if (Number.isNaN(instances) || Number.isNaN(watches)) return undefined;
  const seen = `inotify: ${instances} instances, ${watches} watches`;
  if (instances >= wanted.instances && watches >= wanted.watches) return { ok: seen };
  const settings = [
    `fs.inotify.max_user_instances=${Math.max(instances, wanted.instances)}`,
    `fs.inotify.max_user_watches=${Math.max(watches, wanted.watches)}`,
  ];
  return {
    warn: seen,
    cause: 'every pod and every proxy watches files, and all containers share these limits',
    fix: `sudo sysctl ${settings.join(' ')} (and the same in a file of /etc/sysctl.d, for after the next start)`,
  };
}

/** Kubernetes 1.35 and its node images do without the old version. */
function cgroups(machine: Machine, info: DockerInfo): Verdict | undefined {
  const { CgroupVersion } = info;
  if (CgroupVersion === undefined) return undefined;
  if (CgroupVersion !== '1') return { ok: `cgroup v${CgroupVersion}` };
  const fix = isWsl(machine)
    ? 'in Windows: wsl --update, and kernelCommandLine=cgroup_no_v1=all under [wsl2] in .wslconfig, then wsl --shutdown'
    : 'start the kernel with systemd.unified_cgroup_hierarchy=1, or use a newer distribution';
  if (isRootless(info)) {
    return { fail: 'cgroup v1, with a rootless Docker', cause: 'a rootless node needs cgroup v2', fix };
  }
  return machine.track === 'current'
    ? { fail: 'cgroup v1', cause: 'Kubernetes 1.35 and later need cgroup v2', fix }
    : { warn: 'cgroup v1', cause: 'nodes on cgroup v1 are not tested any more', fix };
}

const neededModules = ['nf_nat', 'xt_REDIRECT', 'xt_owner'] as const;
/** One will do: the tables as they were, or those that took their place. */
const tableModules = ['iptable_nat', 'nft_compat'] as const;

function modules({ files: texts, kernel }: Machine, info: DockerInfo): Verdict | undefined {
  const loaded = texts[files.modules];
  const builtin = texts[files.builtinModules(kernel)];
  if (loaded === undefined || builtin === undefined) return undefined;
  const has = new Set([
    ...loaded.split('\n').map((line) => line.split(' ')[0] ?? ''),
    ...namesIn(builtin),
    // Without root nobody loads them when they are asked for.
    ...(isRootless(info) ? [] : namesIn(texts[files.loadableModules(kernel)] ?? '')),
  ]);
  const missing: string[] = neededModules.filter((name) => !has.has(name));
  if (!tableModules.some((name) => has.has(name))) missing.push(tableModules[0]);
  return missing.length === 0
    ? { ok: "the kernel has what Istio's redirection needs" }
    : {
        warn: `Modules of the kernel are missing: ${missing.join(', ')}`,
        cause: isRootless(info)
          ? 'a rootless Docker cannot load modules'
          : 'the distribution leaves them out, or has them in another package',
        fix: `sudo modprobe -a ${missing.join(' ')} (and the names in a file of /etc/modules-load.d)`,
      };
}

/** `kernel/net/netfilter/xt_owner.ko.xz: …` */
const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/^\S*\/([\w-]+)\.ko/gm)].map(([, name = '']) => name);

function firewall(machine: Machine): Verdict | undefined {
  const runs = answerTo(machine, commands.firewall)?.stdout.trim() === 'running';
  const usesNftables = /^\s*FirewallBackend\s*=\s*nftables/m.test(machine.files[files.firewallConfig] ?? '');
  return runs && usesNftables
    ? {
        warn: 'firewalld runs with nftables',
        cause: 'it rejects packets between containers that Docker let through',
        fix: 'set FirewallBackend=iptables in /etc/firewalld/firewalld.conf, and restart firewalld and Docker',
      }
    : undefined;
}

function storage(_: Machine, { Driver = '' }: DockerInfo): Verdict | undefined {
  return ['btrfs', 'zfs'].includes(Driver)
    ? {
        warn: `Docker stores on ${Driver}`,
        cause: 'the kubelet in the node looks for the disk under it, and does not see it',
        fix: 'use the storage driver overlay2 on another file system, or mount /dev/mapper into the node',
      }
    : undefined;
}

function snap(_: Machine, { DockerRootDir = '' }: DockerInfo): Verdict | undefined {
  return DockerRootDir.startsWith('/var/snap/')
    ? {
        warn: 'Docker is a snap',
        cause: 'a snap sees only your home folder, and not /tmp',
        fix: 'export TMPDIR="$HOME/tmp" with a folder that exists, or install Docker from its own packages',
      }
    : undefined;
}

function init({ files: texts }: Machine): Verdict | undefined {
  return /"init"\s*:\s*true/.test(texts[files.daemonConfig] ?? '')
    ? {
        fail: 'Docker puts an init process of its own into every container',
        cause: '/etc/docker/daemon.json has "init": true, and a node starts systemd as its first process',
        fix: 'remove "init" from /etc/docker/daemon.json, and restart Docker',
      }
    : undefined;
}
