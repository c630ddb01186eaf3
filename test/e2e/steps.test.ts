// Any step of a lab from anywhere: there, compared, solved, and back.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLabDir } from '../../scripts/state/lab-dir.ts';
import { callStandIn } from '../scripts/kubectl/support/call.ts';
import { hasScript, startAtTerminal } from './support/at-terminal.ts';
import { expectNoDefect, expectPlainText } from './support/expect-mistake.ts';
import { projectRoot, TestWorkshop, type Environment, type Result } from './support/workshop.ts';

const lab = `---
lab: 1
title: Notes
summary: Notes in the cluster
minutes: 5
apps: []
namespaces: [notes]
---

# Notes

## Make a namespace

\`\`\`sh
kubectl create namespace notes
\`\`\`

## Write a note

\`\`\`sh
kubectl -n notes apply -f note.yaml
\`\`\`

<details><summary>Check: the note is there</summary>

\`\`\`yaml check
resource: { kind: ConfigMap, name: note, namespace: notes }
\`\`\`

</details>

## Write another one

<details><summary>Check: the other note is there</summary>

\`\`\`yaml check
resource: { kind: ConfigMap, name: other, namespace: notes }
\`\`\`

</details>

<details><summary>Solution</summary>

\`\`\`sh
kubectl -n notes apply -f other.yaml
\`\`\`

</details>
`;

let workshop: TestWorkshop;
let env: Environment;

beforeAll(async () => {
  workshop = await TestWorkshop.open();
  const note = (name: string): string =>
    workshop.write(
      `${name}.yaml`,
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { text: hello }\n`,
    );
  const text = lab.replace('note.yaml', `'${note('note')}'`).replace('other.yaml', `'${note('other')}'`);
  workshop.write('labs/01-notes/README.md', text);
  env = { LABS_DIR: join(workshop.dir, 'labs'), NO_COLOR: '1' };
});

afterAll(async () => {
  await workshop[Symbol.asyncDispose]();
});

const run = async (...args: string[]): Promise<Result> => {
  const result = await workshop.run('lab', args, env);
  expectNoDefect(result);
  expectPlainText(result);
  return result;
};

const kubectl = async (...args: string[]): Promise<string> => {
  const { out, err } = await callStandIn(args, { kubeconfig: join(workshop.labDir, 'kubeconfig') });
  return out + err;
};

it('goto leads from nothing to before a step, and the lab goes on there', async () => {
  const result = await run('1', 'goto', '3');
  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  expect(result.stdout).toMatch(/✔ Step 1 of 3: Make a namespace .*\n✔ Step 2 of 3: Write a note /);
  expect(result.stdout).toContain('Lab 1 goes on at step 3, Write another one: npm run lab 1');
  expect(await kubectl('get', 'configmap', '-n', 'notes', '-o', 'name')).toContain('configmap/note\n');
  expect(
    readFileSync(
      join(openLabDir(projectRoot, { ...env, LAB_DIR: workshop.labDir }).labs.progress, '01.json'),
      'utf8',
    ),
  ).toContain('"write-a-note"');
});

it('diff finds there what was done by hand, with the step that made it', async () => {
  await kubectl('delete', 'configmap', 'note', '-n', 'notes');
  await kubectl('label', 'namespace', 'istio-system', 'mine=yes');
  await kubectl('apply', '-n', 'notes', '-f', workshop.write('catalog.yaml', catalog));
  await kubectl('rollout', 'status', 'deployment/catalog', '-n', 'notes');
  await blowUp();
  const result = await run('1', 'diff');
  expect(result).toMatchObject({ exitCode: 1, stderr: '' });
  expect(result.stdout).toMatch(/\nmissing {2}ConfigMap notes\/note \(made in "Write a note"\)\n/);
  expect(result.stdout).toMatch(
    /\nchanged {2}Namespace istio-system\n +metadata\.labels\.mine\n +lab: +not there\n +cluster: "yes"\n/,
  );
  // No object shows what a program was told.
  expect(result.stdout).toMatch(
    /\nchanged {2}the program in Pod notes\/catalog-\S+, by orders at \/blowup\n +lab: +no chaos\n +cluster: it answers every request with 500\n/,
  );
  expect(result.stdout).toContain('Next: npm run lab 1 goto 3 puts it back');
});

const catalog = `apiVersion: apps/v1
kind: Deployment
metadata: { name: catalog }
spec:
  selector: { matchLabels: { app: catalog } }
  template:
    metadata: { labels: { app: catalog } }
    spec:
      containers:
        - name: catalog
          image: istioinaction/catalog:latest
          ports: [{ containerPort: 3000 }]
          readinessProbe: { httpGet: { path: /blowup, port: 3000 }, periodSeconds: 1 }
`;

async function blowUp(): Promise<void> {
  const order = JSON.stringify({ active: true, type: '500' });
  const post = ['curl', '-s', '-X', 'POST', '-H', 'Content-Type: application/json', '-d', order];
  await kubectl('exec', '-n', 'notes', 'deploy/catalog', '--', ...post, 'http://localhost:3000/blowup');
}

it('solve does the step that goto led to, and the lab is done', async () => {
  const result = await run('1', 'solve');
  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  expect(result.stdout).toMatch(/configmap\/other created\n✔ the other note is there/);
  expect(result.stdout).toContain('That was the last step of lab 1.');
});

it('reset undoes all of it, also where Istio lives, and says so', async () => {
  const result = await run('1', 'reset');
  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  expect(result.stdout).toContain(
    'removed     Namespace notes and the 2 objects in it (made in "Make a namespace")',
  );
  expect(result.stdout).toContain('put back    Namespace istio-system: metadata.labels.mine');
  expect(await kubectl('get', 'namespace', 'notes')).toContain('"notes" not found');
  expect(await run('1', 'diff')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('The cluster is as lab 1 begins.') as string,
  });
});

it.skipIf(!hasScript)('a lab that one comes back to in a new cluster is where one was', async () => {
  await run('1', 'goto', '3');
  await workshop.run('down');
  rmSync(join(workshop.labDir, 'sandbox'), { recursive: true });
  const command = startAtTerminal(workshop, ['1'], { ...env, LAB_SCREEN: 'plain' });
  await command.says(/Step 3 of 3: Write another one[^]*Your turn[^]*> $/);
  command.type('quit\n');
  const result = await command.result;
  expectNoDefect(result);
  expect(result.stdout).toMatch(
    /The cluster is not where you left it, so the steps that you did are done again:[^]*✔ Step 2 of 3: Write a note/,
  );
  expect(result.stdout).toContain('Done before: 1 Make a namespace, 2 Write a note.');
  // What the set-up has done is said once.
  expect(result.stdout.match(/Cluster \(sandbox\): ready/g)).toHaveLength(2);
  expect(await kubectl('get', 'configmap', '-n', 'notes', '-o', 'name')).toContain('configmap/note\n');
});
