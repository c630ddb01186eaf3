// The file system of a node for the real kind: containerd as this machine has it, and a sandbox in the place of
// Kubernetes. It is no node of kindest's, but kind cannot tell.

import { chmodSync, cpSync, copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { run } from '../../../scripts/process/run.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const scripts = join(import.meta.dirname, 'node');

const applets =
  'cat chmod cp cut df echo grep head kill ls mkdir mount ps rm sed seq sh sleep tail test touch tr umount'.split(
    ' ',
  );

export interface NodeImageOptions {
  readonly folder: string;
  /** Path by name: busybox, containerd, ctr, kubectl. */
  readonly programs: Readonly<Record<string, string>>;
  readonly kubernetes: string;
}

export async function makeNodeImage({ folder, programs, kubernetes }: NodeImageOptions): Promise<void> {
  const inside = (path: string): string => join(folder, path);
  for (const path of ['bin', 'tmp', 'run', 'proc', 'sys', 'dev', 'usr/local/bin', 'etc/kubernetes'])
    mkdirSync(inside(path), { recursive: true });
  const { busybox = '', kubectl = '', ...others } = programs;
  copyFileSync(busybox, inside('bin/busybox'));
  for (const name of applets) symlinkSync('busybox', inside(`bin/${name}`));
  const copied = { ...others, node: process.execPath, 'real-kubectl': kubectl };
  for (const [name, path] of Object.entries(copied))
    await copyProgram(path, inside(`usr/local/bin/${name}`), folder);
  for (const name of readdirSync(scripts).filter((file) => file !== 'forward.mjs')) {
    copyFileSync(join(scripts, name), inside(`usr/local/bin/${name}`));
    chmodSync(inside(`usr/local/bin/${name}`), 0o755);
  }
  copyFileSync(join(scripts, 'forward.mjs'), inside('forward.mjs'));
  await bundleNode(folder);
  write(inside('kind/version'), `v${kubernetes}\n`);
  for (const name of ['default-cni', 'default-storage'])
    write(inside(`kind/manifests/${name}.yaml`), `# ${name}\n`);
  const registry =
    '[plugins."io.containerd.grpc.v1.cri".registry]\n  config_path = "/etc/containerd/certs.d"\n';
  write(inside('etc/containerd/config.toml'), `version = 2\n${registry}`);
}

/** With the libraries that it is linked against. */
async function copyProgram(from: string, to: string, folder: string): Promise<void> {
  cpSync(from, to, { dereference: true });
  const { stdout } = await run('ldd', [from]);
  for (const [, library = ''] of stdout.matchAll(/(\/\S+\.so\S*)/g)) {
    mkdirSync(dirname(join(folder, library)), { recursive: true });
    cpSync(library, join(folder, library), { dereference: true });
  }
}

async function bundleNode(folder: string): Promise<void> {
  await build({
    entryPoints: [join(root, 'test', 'fixtures', 'programs', 'node.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    outfile: join(folder, 'node.mjs'),
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
    logLevel: 'error',
  });
  // What the sandbox loads when it first needs it.
  for (const name of ['@kubernetes/client-node', 'kubernetes-types', 're2js', 'ws', 'yaml'])
    cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true });
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
