// Labs from start to end without a terminal, and what kubectl says of a learner's mistakes in one.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../scripts/doctor/programs.ts';
import { run } from '../../scripts/process/run.ts';
import { hasScript, startAtTerminal } from './support/at-terminal.ts';
import { expectNoDefect, expectPlainText } from './support/expect-mistake.ts';
import { TestWorkshop, type Environment } from './support/workshop.ts';

const lab = (number: number, said: string): string => `---
lab: ${number}
title: Note
summary: A note in the cluster
minutes: 5
apps: []
namespaces: [e2e]
---

# Note

The gateway is at \`localhost:30000\`.

## Make a namespace

\`\`\`sh
kubectl create namespace e2e; echo http://localhost:30000
\`\`\`

## Write a note

\`\`\`sh
kubectl -n e2e create configmap note --from-literal=text=hello
\`\`\`

<details><summary>Check: the note says hello</summary>

\`\`\`yaml check
command:
  run: kubectl -n e2e get configmap note -o jsonpath='{.data.text}'
  contains: ${said}
within: 1s
\`\`\`

</details>
`;

const hasKubectl = (await findProgram('kubectl', new AbortController().signal)).version !== undefined;

let workshop: TestWorkshop;
let env: Environment;

beforeAll(async () => {
  workshop = await TestWorkshop.open();
  workshop.write('labs/01-note/README.md', lab(1, 'hello'));
  workshop.write('labs/02-red/README.md', lab(2, 'goodbye'));
  env = { LABS_DIR: join(workshop.dir, 'labs'), NO_COLOR: '1' };
});

afterAll(async () => {
  await workshop[Symbol.asyncDispose]();
});

describe.skipIf(!hasKubectl)('a lab without a terminal', () => {
  it('runs to its end as a learner would take it, on the ports of LAB_PORT_BASE', async () => {
    const result = await workshop.run('lab', ['1'], env);
    expectNoDefect(result);
    expectPlainText(result);
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    expect(result.stdout).toContain(`The gateway is at \`localhost:${workshop.portBase}\``);
    expect(result.stdout).toContain(`\nhttp://localhost:${workshop.portBase}\n`);
    expect(result.stdout).not.toContain('localhost:30000');
  });

  it('is shown as done in the list', async () => {
    const { exitCode, stdout } = await workshop.run('lab', [], env);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ +1 +Note +done/m);
    expect(stdout).toMatch(/^ +2 +Note +5 min/m);
  });

  it('is red with exit code 1 when a check fails, and keeps the steps before it', async () => {
    const result = await workshop.run('lab', ['2'], env);
    expectNoDefect(result);
    expectPlainText(result);
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toContain('✖ the note says hello');
    expect((await workshop.run('lab', [], env)).stdout).toMatch(/^ +2 +Note +1 of 2 steps/m);
  });

  it('says that nothing is red, or why', async () => {
    const green = await workshop.run('lab', ['1', 'why'], env);
    expectNoDefect(green);
    expect(green).toMatchObject({ exitCode: 0, stderr: '' });
    expect(green.stdout).toBe('Step 2 of 2: Write a note\nNothing is red: its check is green.\n');
    const kubeconfig = join(workshop.labDir, 'kubeconfig');
    await run('kubectl', ['--kubeconfig', kubeconfig, 'delete', 'namespace', 'e2e']);
    const red = await workshop.run('lab', ['1', 'why'], env);
    expectNoDefect(red);
    expectPlainText(red);
    expect(red.stdout).toMatch(/✖ the note says hello[^]*cause: +Namespace e2e does not exist/);
    expect(red.stdout).toContain('fix:      kubectl create namespace e2e');
  });

  it('is verified with JSON and nothing else on standard output, and a JUnit file', async () => {
    const junit = join(workshop.dir, 'report.xml');
    const result = await workshop.run('lab', ['all', 'verify', '--json', '--junit', junit], env);
    expectNoDefect(result);
    expect(result).toMatchObject({ exitCode: 1, stderr: '' });
    const { status, labs } = JSON.parse(result.stdout) as { status: string; labs: { status: string }[] };
    expect([status, labs.map((each) => each.status)]).toEqual(['failed', ['passed', 'failed']]);
    const cases: string[] = [];
    const parser = new SaxesParser();
    parser.on('opentag', ({ name }) => cases.push(name));
    parser.write(readFileSync(junit, 'utf8')).close();
    expect(cases.filter((name) => name === 'testsuite')).toHaveLength(2);
    expect(cases.filter((name) => name === 'failure')).toHaveLength(1);
  });

  it('goes back to its start by reset, whatever was done by hand', async () => {
    const kubeconfig = join(workshop.labDir, 'kubeconfig');
    await run('kubectl', ['--kubeconfig', kubeconfig, '-n', 'e2e', 'create', 'configmap', 'mine']);
    const result = await workshop.run('lab', ['2', 'reset'], env);
    expectNoDefect(result);
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    const left = await run('kubectl', ['--kubeconfig', kubeconfig, 'get', 'namespace', 'e2e']);
    expect(left.stderr).toContain('"e2e" not found');
    expect((await workshop.run('lab', [], env)).stdout).toMatch(/^ +2 +Note +5 min/m);
  });
});

describe.skipIf(!hasKubectl || !hasScript)('a lab at a terminal', () => {
  it('goes on by itself when the learner does the work in another terminal', async () => {
    const kubeconfig = join(workshop.labDir, 'kubeconfig');
    const command = startAtTerminal(workshop, ['1'], { ...env, LAB_SCREEN: 'plain' });
    await command.says(/create namespace e2e[^]*Run it\?/);
    command.type('\n');
    await command.says(/Write a note[^]*Run it\?/);
    await run('kubectl', [
      '--kubeconfig',
      kubeconfig,
      '-n',
      'e2e',
      'create',
      'configmap',
      'note',
      '--from-literal=text=hello',
    ]);
    await command.says('The cluster has what this step asks for');
    const result = await command.result;
    expectNoDefect(result);
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toMatch(/✔ the note says hello[^]*Note is done: all 2 steps are green/);
    // From the first line to the last: nothing that a screen reader could not read. The terminal itself ends lines so.
    expect(result.stdout.replaceAll('\r\n', '\n').match(/[^\P{Cc}\n]/gu)).toBeNull();
    for (const said of ['Cluster (sandbox): ready', 'Step 1 of 2', 'namespace/e2e created', 'Step 2 of 2'])
      expect(result.stdout).toContain(said);
    expect(workshop.leftovers()).toEqual([]);
  });
});

describe.skipIf(!hasKubectl || !hasScript)('a lab on stage', () => {
  it('is rehearsed, and then presented from the recording', async () => {
    const rehearsed = await workshop.run('lab', ['1', 'rehearse'], env);
    expectNoDefect(rehearsed);
    expect(rehearsed).toMatchObject({ exitCode: 0, stderr: '' });
    const command = startAtTerminal(workshop, ['1', 'present', 'recorded'], { ...env, LAB_SCREEN: 'plain' });
    await command.says(/The gateway is at[^]*> $/);
    command.type('\n');
    await command.says(/Step 1 of \d+: Make[^]*> $/);
    command.type('\n');
    await command.says(/create namespace e2e[^]*Run it\?[^]*> $/);
    command.type('\n');
    await command.says(/\[recorded 20[^]*namespace\/e2e created[^]*> $/);
    command.type('quit\n');
    const result = await command.result;
    expectNoDefect(result);
    expect(result.exitCode).toBe(0);
  });
});

describe.skipIf(!hasKubectl)('a lab that lab new made, in a project of its own', () => {
  it('is named after its title, and passes', async () => {
    const elsewhere = { ...env, LABS_DIR: join(workshop.dir, 'company', 'labs') };
    const made = await workshop.run('lab', ['new', 'Limits:', '100 % & more'], elsewhere);
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    expect(made.stdout).toContain('labs/01-limits-100-more is lab 1, Limits: 100 % & more');
    const verify = await workshop.run('lab', ['1', 'verify', '--json'], elsewhere);
    expect(verify).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe.skipIf(!hasKubectl)('a manifest with a mistake', () => {
  const virtualService = (spec: string): string =>
    `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: shop }\nspec: ${spec}\n`;

  it.each([
    ['broken YAML', 'kind: [', /yaml: line \d+/],
    [
      'an unknown field',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop }\ndatum: {}\n',
      /unknown field "datum"/,
    ],
    [
      'a wrong type',
      'apiVersion: v1\nkind: Service\nmetadata: { name: shop }\nspec: { ports: 80 }\n',
      /spec\.ports/,
    ],
    ['an unknown field of Istio', virtualService('{ hosts: [shop], htp: [] }'), /unknown field "spec\.htp"/],
    ['a broken rule of Istio', virtualService('{ hosts: [shop] }'), /denied the request: .*http, tcp or tls/],
  ])('is refused by kubectl apply with the name of the rule: %s', async (_, text, message) => {
    const file = workshop.write('manifest.yaml', text);
    const kubeconfig = join(workshop.labDir, 'kubeconfig');
    const result = await run('kubectl', ['--kubeconfig', kubeconfig, 'apply', '-f', file]);
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toMatch(message);
  });

  it('is a pod that says which images there are, when its image is not one of them', async () => {
    const kubectl = async (...args: string[]): ReturnType<typeof run> =>
      run('kubectl', ['--kubeconfig', join(workshop.labDir, 'kubeconfig'), ...args]);
    await kubectl('run', 'stranger', '--image=redis:7');
    const reason = '{.status.containerStatuses[0].state.waiting}';
    await expect
      .poll(async () => (await kubectl('get', 'pod', 'stranger', '-o', `jsonpath=${reason}`)).stdout)
      .toMatch(/ErrImagePull|ImagePullBackOff/);
    const status = await workshop.run('status', [], env);
    expect(status.stdout).toMatch(/default\/stranger: .*redis:7/);
    await kubectl('delete', 'pod', 'stranger', '--now');
  });
});
