// The programs doctor asks. They only tell; none changes anything.

export type Command = readonly [program: string, ...args: string[]];

export const commands = {
  bash: ['bash', '--version'],
  curl: ['curl', '--version'],
  kubectl: ['kubectl', 'version', '--client'],
  groups: ['id', '-nG'],
  dockerVersion: ['docker', '--version'],
  dockerInfo: ['docker', 'info', '--format', '{{json .}}'],
  dockerContext: ['docker', 'context', 'show'],
  containers: ['docker', 'ps', '--all', '--no-trunc', '--format', '{{json .}}'],
  networks: ['docker', 'network', 'ls', '--format', '{{.Name}}'],
  firewall: ['firewall-cmd', '--state'],
  routes: { linux: ['ip', '-4', 'route'], darwin: ['netstat', '-rn', '-f', 'inet'] },
  /** Windows' own program, which its Linux can start. */
  reservedPorts: ['netsh.exe', 'int', 'ipv4', 'show', 'excludedportrange', 'tcp'],
} as const satisfies Record<string, Command | Record<string, Command>>;

export const files = {
  inotifyInstances: '/proc/sys/fs/inotify/max_user_instances',
  inotifyWatches: '/proc/sys/fs/inotify/max_user_watches',
  modules: '/proc/modules',
  builtinModules: (kernel: string): string => `/lib/modules/${kernel}/modules.builtin`,
  loadableModules: (kernel: string): string => `/lib/modules/${kernel}/modules.dep`,
  daemonConfig: '/etc/docker/daemon.json',
  firewallConfig: '/etc/firewalld/firewalld.conf',
} as const;
