// Mistakes that are found before anything is started.

import { createServer, type Server } from 'node:net';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pathWithout } from '../../scripts/doctor/path-without.ts';
import { expectMistake, expectNoDefect, expectPlainText } from './support/expect-mistake.ts';
import { TestWorkshop, type Environment } from './support/workshop.ts';

let workshop: TestWorkshop;

beforeAll(async () => {
  workshop = await TestWorkshop.open();
});

afterAll(async () => {
  await workshop[Symbol.asyncDispose]();
});

interface Row {
  readonly what: string;
  readonly script?: string;
  readonly args?: readonly string[];
  readonly env?: Environment;
  readonly sentence: RegExp | string;
  readonly next: RegExp | string;
}

const rows: readonly Row[] = [
  {
    what: 'an unknown lab',
    args: ['77', 'verify'],
    sentence: 'There is no lab 77',
    next: /the labs are 1, 2, 3/,
  },
  {
    what: 'an unknown word',
    args: ['verfy'],
    sentence: '"verfy" is not one of: a lab number, all, list, lint, new, analyze',
    next: 'npm run lab -- --help',
  },
  {
    what: 'an unknown word after a lab',
    args: ['3', 'verfy'],
    sentence: /"verfy" is not one of: .*verify.*reset/,
    next: 'npm run lab -- --help',
  },
  {
    what: 'an unknown step',
    args: ['3', 'goto', '9'],
    sentence: /^Lab 3 has no step "9"; its steps are 1 a-healthy-shop, 2 break-every-answer, 3 /,
    next: 'npm run lab 3 goto 7',
  },
  {
    what: 'a cluster to compare with that is not up',
    args: ['3', 'diff'],
    sentence: 'No cluster is up, so there is nothing to compare',
    next: 'npm run lab 3',
  },
  {
    what: 'a talk without a terminal',
    args: ['3', 'present'],
    sentence: 'A lab is presented at a terminal, and there is none',
    next: 'npm run lab 3 rehearse',
  },
  {
    what: 'an unknown word after present',
    args: ['3', 'present', 'recrded'],
    sentence: '"recrded" is not one of: recorded',
    next: 'npm run lab -- --help',
  },
  {
    what: 'an unknown flag',
    args: ['3', 'verify', '--jsn'],
    sentence: /'--jsn'/,
    next: /--engine NAME, --track NAME, --json, --junit FILE/,
  },
  {
    what: 'an unknown flag of up',
    script: 'up',
    args: ['--jsn'],
    sentence: /'--jsn'/,
    next: 'npm run up takes: --engine',
  },
  {
    what: 'a word after down',
    script: 'down',
    args: ['now'],
    sentence: /'now'/,
    next: 'npm run down takes: --engine, --purge',
  },
  {
    what: '--json where there is nothing to print as JSON',
    args: ['3', 'reset', '--json'],
    sentence: '--json does not go with "lab N reset"',
    next: /lab N verify/,
  },
  {
    what: '--junit where there is no report',
    args: ['3', '--junit', 'report.xml'],
    sentence: '--junit does not go with "lab N"',
    next: /lab N verify/,
  },
  {
    what: 'an unknown engine in the flag',
    args: ['3', '--engine', 'docker'],
    sentence: '--engine must be one of kind, sandbox, cluster, got "docker"',
    next: '--engine sandbox',
  },
  {
    what: 'an unknown engine in LAB_ENGINE',
    script: 'status',
    env: { LAB_ENGINE: 'docker' },
    sentence: 'LAB_ENGINE must be one of kind, sandbox, cluster, got "docker"',
    next: '--engine sandbox',
  },
  {
    what: 'an unknown track',
    script: 'up',
    args: ['--engine', 'kind', '--track', 'curse'],
    sentence: '--track must be one of course, book, current, got "curse"',
    next: '--track course',
  },
  {
    what: 'a track for the sandbox',
    script: 'up',
    args: ['--track', 'book'],
    sentence: '--track is for the kind engine, and the engine is sandbox',
    next: '--engine kind',
  },
  {
    what: 'an addon that there is not',
    script: 'up',
    args: ['--engine', 'kind', '--with', 'loki'],
    sentence: '--with must be one of kube-ops-view, metrics-server, caches, got "loki"',
    next: 'always there',
  },
  {
    what: 'a cluster that is not named',
    script: 'up',
    env: { LAB_ENGINE: 'cluster', KUBECONFIG: '/there/is/no/such/file' },
    sentence: 'The cluster engine needs to know which of your clusters you mean',
    next: 'no contexts in /there/is/no/such/file',
  },
  {
    what: 'a context to rehearse on that there is not',
    args: ['1', 'rehearse', '--engine', 'cluster', '--context', 'nowhere'],
    env: { KUBECONFIG: '/there/is/no/such/file' },
    sentence: 'There is no context "nowhere" in your kubeconfig',
    next: 'no contexts in /there/is/no/such/file',
  },
  {
    what: 'a flag of another engine',
    script: 'up',
    args: ['--engine', 'sandbox', '--install-mesh'],
    sentence: '--install-mesh is for the cluster engine, and the engine is sandbox',
    next: 'add --engine cluster',
  },
  {
    what: 'a LAB_PORT_BASE that is no number',
    script: 'up',
    env: { LAB_PORT_BASE: '3o000' },
    sentence: 'LAB_PORT_BASE must be a whole number from 1024 to 65530, got "3o000"',
    next: 'LAB_PORT_BASE=31000 npm run up',
  },
  {
    what: 'a LABS_DIR that does not exist',
    args: ['1'],
    env: { LABS_DIR: '/there/is/no/such/folder' },
    sentence: 'There are no labs in /there/is/no/such/folder',
    next: /LABS_DIR must be a folder/,
  },
];

describe('a mistake in the command line or the environment', () => {
  it.each(rows)('names $what and the choices', async ({ script = 'lab', args = [], env, sentence, next }) => {
    const result = await workshop.run(script, args, env);
    expectMistake(result, sentence, next);
    expectPlainText(result);
    expect(workshop.sandboxes()).toEqual([]);
  });
});

describe('a folder that cannot be written', () => {
  it.each([
    ['below a file', (): string => join(workshop.write('a-file', ''), 'lab')],
    ['that is a file', (): string => workshop.write('b-file', '')],
    ['where the system makes no folders', (): string => '/proc/mesh-workshop'],
  ])('is named when LAB_DIR is one %s', async (_, folder) => {
    const labDir = folder();
    const result = await workshop.run('up', [], { LAB_DIR: labDir });
    expectMistake(result, `The folder ${labDir} cannot be used`, 'LAB_DIR');
    expect(workshop.sandboxes()).toEqual([]);
  });

  it('is named when --junit points to it, before the lab runs', async () => {
    const path = join(workshop.write('c-file', ''), 'report.xml');
    const result = await workshop.run('lab', ['3', 'verify', '--junit', path]);
    expectMistake(result, `The file ${path} of --junit cannot be written`, '--junit');
    expect(workshop.sandboxes()).toEqual([]);
  });
});

describe('a busy port', () => {
  let server: Server;

  beforeAll(async () => {
    server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(workshop.portBase + 3, '127.0.0.1', resolve);
    });
  });

  afterAll(async () => {
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  it.each([
    ['up', []],
    ['lab', ['1', 'verify']],
  ])('is named by %s before anything starts', async (script, args) => {
    const result = await workshop.run(script, args);
    const port = workshop.portBase + 3;
    expectMistake(result, `Port ${port} (Kiali) is used by another program`, /export LAB_PORT_BASE=\d+$/);
    expect([workshop.sandboxes(), workshop.leftovers()]).toEqual([[], []]);
  });

  it('is a finding of doctor', async () => {
    const result = await workshop.run('doctor', ['--json']);
    expect(result.exitCode).toBe(26);
    expect(JSON.parse(result.stdout)).toContainEqual({
      id: 'ports',
      status: 'fail',
      detail: `Port ${workshop.portBase + 3} (Kiali) is used by another program`,
      symptom: 'the cluster cannot be started: address already in use',
      cause: 'a port can be listened on once',
      fix: expect.stringContaining('LAB_PORT_BASE=') as string,
      exitCode: 26,
    });
  });
});

describe('a lab that is open in another terminal', () => {
  it.each(['reset', 'verify'])('keeps %s from pulling the cluster away under it', async (word) => {
    // A program of the name under which the other terminal's command runs.
    const other = workshop.spawn('bash', ['-c', 'exec -a scripts/lab.ts sleep 60']);
    mkdirSync(workshop.labDir, { recursive: true });
    writeFileSync(join(workshop.labDir, 'lab.lock'), String(other.pid));
    const result = await workshop.run('lab', ['3', word]);
    process.kill(other.pid);
    expectMistake(
      result,
      `A lab is open in this cluster already, in process ${other.pid}`,
      'Ctrl+C, which keeps your place',
    );
    expect(workshop.sandboxes()).toEqual([]);
  });
});

describe('a mistake in a lab', () => {
  it('is shown with its place in the file', async () => {
    const readme = workshop.write(
      'labs/01-typo/README.md',
      '---\nlab: 1\ntitle: Typo\nsummary: A typo\nminutes: 5\napps: []\n---\n\n# Typo\n\n## Step\n\n```sh timout=5s\ntrue\n```\n',
    );
    const env = { LABS_DIR: join(workshop.dir, 'labs') };
    const lint = await workshop.run('lab', ['lint'], env);
    expect([lint.exitCode, lint.stdout.trim()]).toEqual([
      1,
      expect.stringMatching(/01-typo\/README\.md:13:7: .*timout.*timeout/),
    ]);
    const run = await workshop.run('lab', ['1'], env);
    expect(run.exitCode).toBe(1);
    expect(run.stderr).toMatch(/01-typo\/README\.md.*\n {2}.*README\.md:13:7: .*timout.*\nNext: /);
    writeFileSync(readme, '');
    const list = await workshop.run('lab', [], env);
    expect([list.exitCode, list.stderr]).toEqual([
      1,
      expect.stringMatching(/README\.md has mistakes: npm run lab lint/),
    ]);
  });
});

describe('a machine without a program', () => {
  it.each([
    ['curl', 22],
    ['bash', 21],
  ])('is told that the labs need %s, before anything starts', async (program, exitCode) => {
    const folders = (process.env['PATH'] ?? '').split(delimiter);
    const path = await pathWithout(program, folders, join(workshop.dir, `without ${program}`));
    const [result, doctor] = await Promise.all([
      workshop.run('up', [], { PATH: path }),
      workshop.run('doctor', [], { PATH: path }),
    ]);
    const sentence = `The labs need ${program}, and it is not on PATH`;
    expectNoDefect(result);
    expect(result.exitCode).toBe(exitCode);
    expect(result.stderr.trimEnd().split('\n')).toEqual([
      sentence,
      expect.stringMatching(/^ {2}because \S/),
      expect.stringMatching(/^ {2}otherwise: \S/),
      `Next: install ${program} with your package manager`,
    ]);
    expect(workshop.sandboxes()).toEqual([]);
    expect([doctor.exitCode, doctor.stdout]).toEqual([exitCode, expect.stringContaining(`✖ ${sentence}`)]);
  });
});
