import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../../sandbox/sandbox.ts';
import { StandingClock } from '../../support/standing-clock.ts';
import { callReal, callStandIn, hasKubectl, type Answer } from './support/call.ts';

const manifest = (name: string, value: string): string => `apiVersion: v1
kind: Namespace
metadata: { name: ${name} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: ${name}, annotations: { note: 'a <b> & "c"' } }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: istioinaction/webapp:latest, env: [{ name: A, value: '${value}' }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web, namespace: ${name} }
spec: { hosts: [web], http: [{ route: [{ destination: { host: web } }], timeout: ${value}s }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: text, namespace: ${name} }
data:
  lines: "one\\ntwo\\n"
  word: 'yes'
  day: '2026-01-01'
  tab: "tab\\there"
  lead: '  lead'
  colon: 'x: y'
  long: a long text that goes on and on and on, past the eightieth column of the line, with some more words
  quote: "it's 'quoted' # here: a long text that goes on and on and on, past the eightieth column"
  base60: '12:30'
  '10': ten
  '9': "\\n lead\\n"
  value: '${value}'
`;

describe.skipIf(!hasKubectl)(
  `beside the real kubectl${hasKubectl ? '' : ' (skipped: it is not on PATH)'}`,
  () => {
    let sandbox: Sandbox;
    let folder: string;
    let kubeconfig: string;
    beforeAll(async () => {
      const clock = new StandingClock();
      sandbox = await createSandbox({
        dir: undefined,
        portBase: 0,
        apiPort: 0,
        clock,
        random: Math.random,
        log: () => undefined,
      });
      folder = mkdtempSync(path.join(tmpdir(), 'mesh-workshop-stand-in-'));
      kubeconfig = path.join(folder, 'kubeconfig');
      writeFileSync(kubeconfig, sandbox.kubeconfig);
      for (const name of ['real', 'own']) {
        writeFileSync(path.join(folder, `${name}-1.yaml`), manifest(name, '1'));
        writeFileSync(path.join(folder, `${name}-2.yaml`), manifest(name, '2'));
      }
      await sandbox.ready();
      // An age of two units, as the server prints it, is worth comparing.
      clock.moveOn(125_000);
    });
    afterAll(async () => {
      rmSync(folder, { recursive: true, force: true });
      await sandbox.close();
    });

    const real = (args: readonly string[], stdin = ''): Promise<Answer> =>
      callReal(args, { kubeconfig, stdin, cwd: folder });
    const own = (args: readonly string[], stdin = ''): Promise<Answer> =>
      callStandIn(args, { kubeconfig, stdin, cwd: folder });

    it.each([
      ['get nodes -o name'],
      ['get nope'],
      ['get'],
      ['get pods nope -n istio-system'],
      ['get deploy/istiod svc/istiod -n istio-system -o name'],
      ['get svc -n istio-system istiod istio-ingressgateway --no-headers -o wide'],
      ['get deployments,services -n istio-system -o name'],
      ['get deployment istiod -n istio-system -o yaml'],
      ['get pods -n istio-system -o json'],
      ['get customresourcedefinitions -o yaml'],
      ['get configmaps -A -o yaml'],
      ['get pods -n nowhere'],
      ['get pods -n nowhere -o yaml'],
      ['get virtualservices -A'],
      ['get ns nowhere --ignore-not-found'],
      ['get svc -A -o jsonpath={.items[*].spec.ports[?(@.port==80)].nodePort}'],
      [
        'get pods -n istio-system -o jsonpath={range~.items[*]}{.metadata.name}{"\\t"}{.status.phase}{"\\n"}{end}',
      ],
      ['get pods -n nowhere -o jsonpath={.items[0]}'],
      ['get pods -o jsonpath={.foo'],
      ['get pods -l a~in'],
      ['api-resources'],
      ['api-resources -o name'],
      ['config current-context'],
      ['config view'],
      ['config view --minify -o jsonpath={..server}'],
      ['rollout history deployment/istiod -n istio-system'],
      ['rollout status deployment/istiod -n istio-system --timeout=30s'],
      ['rollout status deployment/none -n istio-system'],
      ['wait --for=condition=Available deployment --all -n istio-system --timeout=30s'],
      ['wait --for=condition=Nonsense deployment/istiod -n istio-system --timeout=0.2s'],
      ['wait --for=delete pod/nothing'],
      ['wait --for=jsonpath={.status.readyReplicas}=1 deployment/istiod -n istio-system'],
      ['logs'],
      ['logs deploy/none'],
      ['exec nope -- ls'],
      ['exec nope'],
      ['label ns default'],
      ['delete'],
      ['delete pod'],
      ['delete pods -l none=such'],
      ['apply'],
      ['apply -f nowhere.yaml'],
      ['create namespace default'],
      ['create namespace A_b'],
    ])('prints the same for: %s', async (line) => {
      // A space inside a word is written `~`.
      const words = line.split(' ').map((word) => word.replaceAll('~', ' '));
      const [expected, answer] = await Promise.all([real(words), own(words)]);
      expect(answer).toEqual(expected);
    });

    it('applies, changes, waits and deletes with the same words and results', async () => {
      const steps = (name: string): readonly (readonly string[])[] => [
        ['apply', '-f', `${name}-1.yaml`],
        ['apply', '-f', `${name}-1.yaml`],
        ['-n', name, 'wait', '--for=condition=Available', 'deploy/web', '--timeout=30s'],
        ['-n', name, 'exec', 'deploy/web', '--', 'printenv', 'A'],
        ['-n', name, 'exec', 'deploy/web', '--', 'ls', '/nope'],
        ['apply', '-f', `${name}-2.yaml`],
        ['-n', name, 'get', 'vs', 'web', '-o', 'jsonpath={.spec}'],
        ['-n', name, 'get', 'cm', 'text', '-o', 'jsonpath={.metadata.annotations}'],
        ['label', 'namespace', name, 'istio-injection=enabled'],
        ['label', 'namespace', name, 'istio-injection=disabled'],
        ['label', 'namespace', name, 'istio-injection=enabled'],
        ['label', 'namespace', name, 'istio-injection-'],
        ['label', 'namespace', name, 'istio-injection-'],
        ['annotate', 'namespace', name, 'x=y'],
        ['-n', name, 'scale', 'deploy', 'web', '--replicas=2'],
        ['-n', name, 'rollout', 'restart', 'deploy', 'web'],
        ['-n', name, 'rollout', 'undo', 'deploy/web'],
        ['-n', name, 'delete', 'vs', 'web'],
        ['-n', name, 'delete', 'vs', 'web'],
        ['delete', 'namespace', name],
        ['delete', '-f', `${name}-2.yaml`],
      ];
      const results: string[][] = [];
      for (const [index, args] of steps('real').entries()) {
        const mine = steps('own')[index] ?? [];
        const [expected, answer] = await Promise.all([real(args), own(mine)]);
        results.push([JSON.stringify(answer).replaceAll(/\bown\b/g, 'real'), JSON.stringify(expected)]);
      }
      expect(results.map(([answer]) => answer)).toEqual(results.map(([, expected]) => expected));
    });

    it('writes YAML to the letter', async () => {
      await own(['apply', '-f', '-'], manifest('text', '1'));
      const args = ['-n', 'text', 'get', 'cm', 'text', '-o', 'yaml'];
      expect(await own(args)).toEqual(await real(args));
    });

    it('leaves objects that the real kubectl takes over', async () => {
      await own(['apply', '-f', '-'], manifest('over', '1'));
      const { out } = await real(['apply', '-f', '-'], manifest('over', '1'));
      expect(out.match(/unchanged/g)).toHaveLength(4);
    });

    it.each([
      ['a field that is not there', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\nfoo: 1\n'],
      ['an object without what it needs', 'apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {}\n'],
    ])('refuses %s in the same words', async (_, text) => {
      const [expected, answer] = await Promise.all([
        real(['apply', '-f', '-'], text),
        own(['apply', '-f', '-'], text),
      ]);
      expect(answer).toEqual(expected);
    });
  },
);
