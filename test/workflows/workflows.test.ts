// The workflows of CI start what there is, on everything that it should run on.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { engineNames } from '../../scripts/engine/engine.ts';
import { trackNames } from '../../scripts/tools/releases.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, '.github', 'workflows');
const files = readdirSync(folder);

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly 'runs-on': string;
  readonly 'timeout-minutes'?: number;
  readonly needs?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly 'fail-fast': boolean; readonly matrix: Readonly<Record<string, unknown>> };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, { readonly paths?: readonly string[] } | null>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly defaults?: { readonly run: { readonly shell?: string } };
  readonly jobs: Readonly<Record<string, Job>>;
}

/** GitHub's runners have had no Node 20 for actions since September 2026. */
const firstOnNode24: Readonly<Record<string, number>> = {
  checkout: 5,
  'setup-node': 5,
  'upload-artifact': 6,
};

function read(file: string): Workflow {
  const document = parseDocument(readFileSync(join(folder, file), 'utf8'));
  expect(document.errors).toEqual([]);
  return document.toJS() as Workflow;
}

const jobOf = (file: string, name: string): Job => {
  const job = read(file).jobs[name];
  if (job === undefined) throw new Error(`${file} has no job ${name}`);
  return job;
};

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

describe.each(files)('%s', (file) => {
  const { name, permissions, defaults, jobs } = read(file);
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  it('may read and no more, and every job of it has an end', () => {
    expect(name).toMatch(/\S/);
    expect(permissions).toEqual({ contents: 'read' });
    for (const job of Object.values(jobs)) expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
  });

  it('starts scripts that package.json has', () => {
    const started = steps.flatMap(({ run = '' }) =>
      [...run.matchAll(/\bnpm (?:run (?:--silent )?)?([\w:]+)/g)].map(([, script = '']) => script),
    );
    expect(started.length).toBeGreaterThan(1);
    const missing = started.filter((script) => script !== 'ci' && !Object.hasOwn(scripts, script));
    expect(missing).toEqual([]);
  });

  it('installs what the lockfile says before it starts any of them', () => {
    for (const job of Object.values(jobs)) {
      const runs = job.steps.flatMap(({ run }) => run ?? []);
      expect(runs[0]).toBe('npm ci');
    }
  });

  it('pins every action to a version that runs on a Node which the runners have', () => {
    for (const uses of steps.flatMap((step) => step.uses ?? [])) {
      const [, action = '', version = ''] = /^actions\/([\w-]+)@v(\d+)$/.exec(uses) ?? [];
      expect([uses, Number(version) >= (firstOnNode24[action] ?? Infinity)]).toEqual([uses, true]);
    }
  });

  it('ends a step at the first command that fails, in a pipe too', () => {
    // Without a shell's name GitHub leaves out pipefail.
    expect(defaults?.run.shell).toBe('bash');
  });

  it('leaves no credential in a checkout', () => {
    const checkouts = steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
    expect(checkouts.length).toBeGreaterThan(0);
    for (const { with: given } of checkouts) expect(given).toEqual({ 'persist-credentials': false });
  });
});

describe('ci.yaml', () => {
  it('tests on Linux and macOS with every Node that has support, none of which stops another', () => {
    const { strategy, steps } = jobOf('ci.yaml', 'test');
    expect(strategy).toEqual({
      'fail-fast': false,
      matrix: {
        os: [expect.stringMatching(/^ubuntu-/), expect.stringMatching(/^macos-/)],
        node: [20, 22, 24],
      },
    });
    expect(steps.flatMap(({ run }) => run ?? [])).toEqual(['npm ci', 'npm test']);
  });

  it('goes to every step of every lab, and makes every mistake that a check must notice', () => {
    const { strategy, steps } = jobOf('ci.yaml', 'proofs');
    expect(strategy).toEqual({
      'fail-fast': false,
      matrix: { command: ['npm run test:steps', 'npm run lab all mutate'] },
    });
    expect(steps.flatMap(({ run }) => run ?? [])).toEqual(['npm ci', '${{ matrix.command }}']);
  });
});

describe('e2e-kind.yaml', () => {
  const verify = jobOf('e2e-kind.yaml', 'verify');

  it('runs every lab on every track', () => {
    expect(verify.needs).toBe('list');
    expect(verify.strategy).toEqual({
      'fail-fast': false,
      matrix: { lab: '${{ fromJSON(needs.list.outputs.labs) }}', track: [...trackNames] },
    });
    expect(engineNames).toContain(verify.env?.['LAB_ENGINE']);
    expect(verify.env?.['LAB_TRACK']).toBe('${{ matrix.track }}');
  });

  it('takes the labs from their list', () => {
    const list = jobOf('e2e-kind.yaml', 'list').steps.find(({ id }) => id === 'labs');
    expect(list?.run).toContain('npm run --silent lab list -- --json');
  });

  it('runs for pull requests that change a lab or what makes a cluster, and every night', () => {
    const { on } = read('e2e-kind.yaml');
    expect(on['pull_request']?.paths).toEqual(
      expect.arrayContaining(['kind/**', 'labs/**', 'manifests/**', 'scripts/**', 'package.json']),
    );
    expect(on).toHaveProperty('schedule');
  });

  it('keeps its reports whatever comes of the lab, and takes the cluster down', () => {
    const keeps = verify.steps.find(({ uses = '' }) => uses.startsWith('actions/upload-artifact@'));
    expect(keeps?.if).toBe('always()');
    const written = verify.steps.flatMap(({ run = '' }) => /--(?:junit|timings) (\S+)/.exec(run)?.[1] ?? []);
    expect(written).toEqual(['reports/timeline.json', 'reports/junit.xml']);
    expect(String(keeps?.with?.['path']).trim().split('\n')).toEqual([
      'reports/',
      // What failed commands leave there of their own.
      '.lab/diagnostics/',
      '.lab/kind/logs/',
    ]);
    expect(verify.steps.at(-1)).toMatchObject({ if: 'always()', run: 'npm run down' });
  });
});
