// Starts a module of this project: `node scripts/launch.mjs scripts/lab.ts 3 verify`. Without a module it makes ready
// what later starts need.
//
// The project has a thousand modules, and its libraries twice as many: loading them one by one takes longer than most
// commands work. esbuild puts each program into a few files, kept below node_modules/.cache until a source changes.
// This file is JavaScript because it runs before there is anything that understands TypeScript.

import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, 'node_modules', '.cache', 'mesh-workshop');
const builtFile = join(cache, 'built.json');

/** Everything that is started as a process. */
const programs = [
  ...['lab', 'up', 'down', 'status', 'fetch', 'doctor'].map((name) => `scripts/${name}.ts`),
  'scripts/engine/cluster/forward/main.ts',
  'scripts/kubectl/main.ts',
  'sandbox/main.ts',
];

/** What a build depends on besides the sources: npm rewrites the second with every package that changes. */
const always = ['scripts/launch.mjs', 'node_modules/.package-lock.json'];

if (hasNode()) await start(process.argv[2]);

/** Other terminals may have another Node than the one that ran `npm ci`. */
function hasNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 20)) return true;
  refuse(`Node 20.20 or newer is needed, and this is ${process.versions.node}`, 'https://nodejs.org has it');
  return false;
}

/** @param {string | undefined} module */
async function start(module) {
  try {
    if (!isFresh()) await build();
  } catch (error) {
    explain(/** @type {NodeJS.ErrnoException} */ (error));
    return;
  }
  if (module === undefined) return;
  const program = relative(root, resolve(root, module));
  if (!programs.includes(program)) {
    refuse(`${module} is no program of this project`, `these are: ${programs.join(', ')}`);
    return;
  }
  // The program sees its own name and arguments, as if Node had been given it.
  process.argv.splice(1, 2, join(root, program));
  await import(pathToFileURL(outputOf(program)).href);
}

/** Whether no source has changed since the build: some 10 ms. */
function isFresh() {
  try {
    /** @type {Record<string, string>} */
    const built = JSON.parse(readFileSync(builtFile, 'utf8'));
    return Object.entries(built).every(([file, state]) => stateOf(file) === state);
  } catch {
    return false;
  }
}

/** @param {string} file */
function stateOf(file) {
  const { mtimeMs, size } = statSync(join(root, file));
  return `${mtimeMs} ${size}`;
}

async function build() {
  const esbuild = await import('esbuild');
  // Taken before the sources are read: one that changes meanwhile makes the next start build again.
  const startedAt = Date.now();
  const { outputFiles, metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: programs,
    outdir: cache,
    outbase: root,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.20',
    external: ['esbuild'],
    // For NODE_OPTIONS=--enable-source-maps.
    sourcemap: 'linked',
    sourcesContent: false,
    // Packages in CommonJS ask for Node's own modules with require.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  // Programs last: what they import is there when they are.
  const entries = new Set(programs.map(outputOf));
  for (const isEntry of [false, true]) {
    for (const { path, contents } of outputFiles) {
      if (entries.has(path) === isEntry) replace(path, contents);
    }
  }
  const sources = Object.keys(metafile.inputs).filter((file) => !file.startsWith('node_modules/'));
  const states = [...always, ...sources].map((file) => /** @type {const} */ ([file, stateOf(file)]));
  // One that changed while it was read is read again by the next start; times to come are somebody's clock.
  const now = Date.now();
  const isSettled = states.every(([, state]) => {
    const changedAt = Number.parseFloat(state);
    return changedAt < startedAt || changedAt > now;
  });
  if (isSettled) replace(builtFile, JSON.stringify(Object.fromEntries(states)));
  prune(new Set(outputFiles.map(({ path }) => path)));
}

/** @param {string} program */
function outputOf(program) {
  return join(cache, program.replace(/\.ts$/, '.mjs'));
}

/**
 * In one move: another process may be loading what was there.
 * @param {string} file
 * @param {string | Uint8Array} contents
 */
function replace(file, contents) {
  mkdirSync(dirname(file), { recursive: true });
  const next = `${file}.${process.pid}`;
  writeFileSync(next, contents);
  renameSync(next, file);
}

/**
 * Files of earlier builds. A sandbox that is still up may load some of them yet: they stay for a week.
 * @param {Set<string>} current
 */
function prune(current) {
  const weekAgo = Date.now() - 7 * 24 * 60 * 60 * 1000;
  for (const name of readdirSync(cache)) {
    const file = join(cache, name);
    if (current.has(file) || file === builtFile) continue;
    try {
      const stats = statSync(file);
      if (stats.isFile() && stats.mtimeMs < weekAgo) unlinkSync(file);
    } catch {
      // Another build was faster.
    }
  }
}

/** @param {NodeJS.ErrnoException} error */
function explain(error) {
  if (error.code === 'ERR_MODULE_NOT_FOUND') {
    refuse('The packages of this project are not installed', 'npm ci installs them');
  } else if (error.code === undefined) {
    // esbuild has said what it does not understand: somebody is changing the sources.
    process.exitCode = 70;
  } else {
    refuse(`${cache} cannot be written (${error.code})`, 'free space there, or give this user the folder');
  }
}

/**
 * @param {string} what
 * @param {string} hint
 */
function refuse(what, hint) {
  process.stderr.write(`${what}\nNext: ${hint}\n`);
  process.exitCode = 1;
}
