// Doctor's judgement of machines as they were recorded: Linux, macOS and Windows' own Linux.

import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../scripts/doctor/finding.ts';
import { judge } from '../../../scripts/doctor/row.ts';
import { rows, rowsOf } from '../../../scripts/doctor/rows.ts';
import {
  findingsOf,
  machine,
  machineNames,
  missing,
  said,
  troubles,
  withDocker,
} from './support/machines.ts';

const networks = 'docker network ls --format {{.Name}}';
const info = 'docker info --format {{json .}}';

const found = (findings: readonly Finding[], id: string): Finding | undefined =>
  findings.find((finding) => finding.id === id);

describe('the list of rows', () => {
  it('has an id and an exit code of its own for each', () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    expect(new Set(rows.map(({ exitCode }) => exitCode)).size).toBe(rows.length);
    for (const { exitCode } of rows) expect(exitCode > 1 && exitCode < 70).toBe(true);
  });

  it('asks a sandbox and a cluster for no Docker', () => {
    for (const engine of ['sandbox', 'cluster'] as const) {
      expect(rowsOf(engine).map(({ id }) => id)).toEqual([
        'node',
        'bash',
        'curl',
        'kubectl',
        'folder',
        'disk',
        'proxy',
        'ports',
      ]);
      expect(troubles(machine('linux-no-daemon'), engine)).toEqual([]);
    }
  });
});

describe('a recorded machine', () => {
  it.each([
    ['linux', []],
    ['linux-no-daemon', ['fail docker-daemon']],
    [
      'linux-old',
      [
        'warn docker-memory',
        'warn docker-cpus',
        'warn docker-disk',
        'warn other-clusters',
        'warn inotify',
        'warn cgroups',
        'warn modules',
        'warn firewall',
        'warn routes',
      ],
    ],
    ['macos', []],
    [
      'macos-asleep',
      [
        'fail docker-memory',
        'warn docker-cpus',
        'warn docker-architecture',
        'fail docker-clock',
        'warn routes',
      ],
    ],
    ['wsl2', ['fail docker-clock', 'warn inotify', 'warn cgroups', 'warn docker-hub', 'fail reserved-ports']],
    ['wsl2-no-integration', ['fail docker-daemon']],
  ])('%s has %j', (name, expected) => {
    expect(troubles(machine(name))).toEqual(expected);
  });

  it.each(machineNames)('%s is told in whole findings, each with its cause and what to do', (name) => {
    for (const finding of findingsOf(machine(name))) {
      expect(finding.detail).toMatch(/^\S[^\n]*[^.\s]$/);
      if (finding.status === 'ok') continue;
      for (const text of [finding.symptom, finding.cause, finding.fix]) expect(text).toMatch(/^\S[^\n]+\S$/);
      expect(finding.exitCode !== undefined).toBe(finding.status === 'fail');
    }
  });
});

describe('a Docker that cannot be used', () => {
  it.each([
    ['linux-no-daemon', 'sudo systemctl start docker'],
    ['wsl2-no-integration', 'start Docker Desktop in Windows, with the WSL integration'],
  ])('is to be started on %s: %s', (name, fix) => {
    const finding = found(findingsOf(machine(name)), 'docker-daemon');
    expect(finding).toMatchObject({ status: 'fail', exitCode: 31 });
    expect(finding?.fix).toContain(fix);
    expect(finding?.fix).toContain('--engine sandbox');
  });

  it('is told with the address that did not answer', () => {
    expect(found(findingsOf(machine('linux-no-daemon')), 'docker-daemon')?.detail).toBe(
      'Docker does not answer: Cannot connect to the Docker daemon at unix:///var/run/docker.sock',
    );
  });

  it('may be another context than is wanted', () => {
    const subject = machine('linux-no-daemon', { commands: { 'docker context show': said('colima\n') } });
    expect(found(findingsOf(subject), 'docker-daemon')?.fix).toContain(
      '"docker context use default" if it is not "colima" you want',
    );
  });

  it('is missing', () => {
    const subject = machine('linux', { commands: { [info]: missing, 'docker --version': missing } });
    expect(troubles(subject)).toEqual(['fail docker']);
  });

  it('is podman', () => {
    const subject = machine('linux', { commands: { 'docker --version': said('podman version 5.4.2\n') } });
    expect(troubles(subject)).toEqual(['fail docker']);
    expect(found(findingsOf(subject), 'docker')?.detail).toBe('docker on this machine is podman');
  });

  it.each([
    ['me sudo', 'sudo usermod -aG docker "$USER", then log in anew'],
    ['me docker', 'look at its owner: ls -l /var/run/docker.sock'],
  ])('is forbidden to somebody of the groups %s', (groups, fix) => {
    const denied =
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock';
    const subject = machine('linux', { commands: { [info]: said('', 1, denied), 'id -nG': said(groups) } });
    expect(troubles(subject)).toEqual(['fail docker-rights']);
    expect(found(findingsOf(subject), 'docker-rights')?.fix).toContain(fix);
  });
});

describe('a Docker that is set up unusually', () => {
  const newKubectl = { 'kubectl version --client': said('Client Version: v1.36.4\n') };
  const rootless = ['name=seccomp,profile=builtin', 'name=rootless', 'name=cgroupns'];

  it.each([
    ['older than 20.10', withDocker('linux', { ServerVersion: '19.03.15' }), 'fail docker-version'],
    ['with 2 GiB', withDocker('linux', { MemTotal: 2 * 1024 ** 3 }), 'fail docker-memory'],
    ['with 5 GiB', withDocker('linux', { MemTotal: 5 * 1024 ** 3 }), 'warn docker-memory'],
    ['without logs', withDocker('linux', { LoggingDriver: 'none' }), 'fail docker-logs'],
    ['on btrfs', withDocker('linux', { Driver: 'btrfs' }), 'warn storage'],
    ['on zfs', withDocker('linux', { Driver: 'zfs' }), 'warn storage'],
    [
      'as a snap',
      withDocker('linux', { DockerRootDir: '/var/snap/docker/common/var-lib-docker' }),
      'warn snap',
    ],
    [
      'with little room',
      machine('linux', { freeBytes: { '/var/lib/docker': 2 * 1024 ** 3, '/home/me/labs/.lab': 1e12 } }),
      'fail docker-disk',
    ],
    [
      'with an init of its own',
      machine('linux', { files: { '/etc/docker/daemon.json': '{\n  "init": true\n}' } }),
      'fail docker-init',
    ],
    [
      'rootless on cgroup v1',
      withDocker('linux', { CgroupVersion: '1', SecurityOptions: rootless }),
      'fail cgroups',
    ],
    [
      'on cgroup v1 for the track current',
      withDocker('linux', { CgroupVersion: '1' }, { track: 'current', commands: newKubectl }),
      'fail cgroups',
    ],
    [
      'with its networks used up',
      machine('linux', { commands: { [networks]: said(`bridge\nhost\nnone\n${'compose\n'.repeat(30)}`) } }),
      'fail docker-networks',
    ],
  ])('%s', (_, subject, trouble) => {
    expect(troubles(subject)).toEqual([trouble]);
  });

  it('may have used up its networks when that of kind is there already', () => {
    const names = `bridge\nkind\n${'compose\n'.repeat(40)}`;
    expect(troubles(machine('linux', { commands: { [networks]: said(names) } }))).toEqual([]);
  });

  it('cannot load modules when it is rootless', () => {
    const base = machine('linux');
    const files = {
      ...base.files,
      '/proc/modules': '',
      '/lib/modules/6.1.0-28-amd64/modules.dep': allModules,
    };
    expect(troubles({ ...base, files })).toEqual([]);
    const { commands } = withDocker('linux', { SecurityOptions: rootless });
    expect(troubles({ ...base, files, commands })).toEqual(['warn modules']);
  });

  const allModules = ['nf_nat', 'xt_REDIRECT', 'xt_owner', 'iptable_nat']
    .map((name) => `kernel/net/netfilter/${name}.ko.xz: kernel/net/x_tables.ko\n`)
    .join('');
});

describe('a port', () => {
  const portsOf = (...args: Parameters<typeof machine>): Finding | undefined =>
    found(findingsOf(machine(...args)), 'ports');

  it.each([
    [
      30_003,
      'Port 30003 (Kiali) is used by another program',
      /^stop that program, or move all six ports: export LAB_PORT_BASE=31000$/,
    ],
    [30_002, 'Port 30002 (Grafana) is used by the container web', /^docker stop web, or move/],
    [
      30_001,
      'Port 30001 (Prometheus) is used by the container old-lab-control-plane',
      /^delete that cluster: kind delete cluster --name old-lab, or move/,
    ],
  ])('%d: %s', (port, detail, fix) => {
    const finding = portsOf('linux-old', { busyPorts: [port] });
    expect(finding).toMatchObject({ status: 'fail', detail, exitCode: 26 });
    expect(finding?.fix).toMatch(fix);
  });

  it('may be held by the node of our own cluster', () => {
    const node = JSON.stringify({
      Names: 'mesh-workshop-control-plane',
      State: 'running',
      Labels: 'io.x-k8s.kind.cluster=mesh-workshop,io.x-k8s.kind.role=control-plane',
      Ports: '127.0.0.1:30000-30005->30000-30005/tcp',
    });
    const commands = { 'docker ps --all --no-trunc --format {{json .}}': said(`${node}\n`) };
    expect(troubles(machine('linux', { busyPorts: [30_000, 30_005], commands }))).toEqual([]);
  });

  it('is left to the engine that is up', () => {
    expect(portsOf('linux', { busyPorts: [30_000], servedPortBase: 30_000 })).toMatchObject({ status: 'ok' });
  });
});

describe('a machine', () => {
  it.each([
    ['with Node 18', { node: '18.20.4' }, 'fail node'],
    ['with Node 20.19', { node: '20.19.5' }, 'fail node'],
    ['with a folder of somebody else', { writable: [] }, 'fail folder'],
    ['with a full disk', { freeBytes: { '/home/me/labs/.lab': 1e8 } }, 'fail disk'],
    ['with a proxy for everything', { env: { http_proxy: 'http://proxy:3128' } }, 'warn proxy'],
    ['with a lock left over', { lockAgeMs: 3_600_000 }, 'fail kubeconfig-lock'],
  ])('%s', (_, changes, trouble) => {
    expect(troubles(machine('linux', changes))).toEqual([trouble]);
  });

  it.each([
    [
      'whose proxy is not for localhost',
      { env: { http_proxy: 'http://proxy:3128', NO_PROXY: 'corp, localhost' } },
    ],
    ['on which kind writes just now', { lockAgeMs: 800 }],
    ['with Node 22', { node: '22.11.0' }],
  ])('%s is fine', (_, changes) => {
    expect(troubles(machine('linux', changes))).toEqual([]);
  });

  it.each(['bash', 'curl'])('without %s is told so before anything else happens', (name) => {
    const subject = machine('linux', { commands: { [`${name} --version`]: missing } });
    expect(found(findingsOf(subject, 'sandbox'), name)).toMatchObject({
      status: 'fail',
      detail: `The labs need ${name}, and it is not on PATH`,
      fix: `install ${name} with your package manager`,
    });
  });

  it.each([
    ['10.10.3.0/24 dev wg0', "The route to 10.10.3.0/24 over wg0 has the pods' addresses"],
    ['10.0.0.0/8 via 10.8.0.5 dev tun0', "The route to 10.0.0.0/8 over tun0 has the pods' addresses"],
    ['10.200.1.77 dev tun0', "The route to 10.200.1.77/32 over tun0 has the services' addresses"],
    ['172.16.0.0/12 dev tun0', "The route to 172.16.0.0/12 over tun0 has Docker's addresses"],
  ])('with a route %s is warned', (line, detail) => {
    const subject = machine('linux', { commands: { 'ip -4 route': said(`${line} proto static\n`) } });
    expect(found(findingsOf(subject), 'routes')).toMatchObject({ status: 'warn', detail });
  });

  it.each([
    '10.11.0.0/16 dev wg0',
    '172.27.64.0/20 dev eth0',
    '10.200.0.0/24 dev tun0',
    'default via 10.10.0.1 dev eth0',
  ])('with a route %s is not', (line) => {
    const subject = machine('linux', { commands: { 'ip -4 route': said(`${line}\n`) } });
    expect(found(findingsOf(subject), 'routes')?.status).toBe('ok');
  });
});

it('no row says anything of a machine that was asked nothing of Docker', () => {
  const asked = machine('linux', { files: {}, toPull: [] });
  const subject = {
    ...asked,
    commands: Object.fromEntries(
      Object.entries(asked.commands).filter(([line]) => !line.startsWith('docker')),
    ),
  };
  for (const row of rows.filter(({ id }) => id.startsWith('docker')))
    expect(judge(row, subject)).toBeUndefined();
});
