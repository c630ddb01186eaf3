import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ringDefinition } from './support/crd.ts';
import { echoRuntime } from './support/echo-runtime.ts';
import { kubectlFor, noKubectl, type Kubectl, type Outcome } from './support/kubectl.ts';
import { openApi, type OpenApi } from './support/open-api.ts';

const manifest = (replicas: number | string, extra = ''): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      ${extra}
      containers:
      - name: web
        image: nginx
        ports: [{containerPort: 80}]
`;

describe.skipIf(noKubectl !== undefined)(
  `kubectl${noKubectl === undefined ? '' : ` (skipped: ${noKubectl})`}`,
  () => {
    let api: OpenApi;
    let kubectl: Kubectl;
    beforeAll(async () => {
      api = await openApi({ runtime: echoRuntime });
      kubectl = kubectlFor(api);
    });
    afterAll(async () => {
      kubectl[Symbol.dispose]();
      await api.close();
    });

    const run = (command: string, input?: string): Promise<Outcome> => kubectl.run(command.split(' '), input);
    const stdout = async (command: string, input?: string): Promise<string> => {
      const outcome = await run(command, input);
      if (outcome.exitCode !== 0) throw new Error(outcome.stderr);
      return outcome.stdout;
    };

    it('finds version, kinds and descriptions', async () => {
      expect(await stdout('version')).toContain('Server Version: v1.32.2');
      expect(await stdout('api-resources --namespaced=true')).toMatch(
        /^deployments +deploy +apps\/v1 +true +Deployment$/mu,
      );
      expect(await stdout('explain deployment.spec.replicas')).toMatch(/FIELD: replicas <integer>/u);
    });

    it('creates, shows, changes and deletes', async () => {
      expect(await stdout('create namespace demo')).toBe('namespace/demo created\n');
      expect(await stdout('create deployment made --image=nginx --replicas=2 -n demo')).toBe(
        'deployment.apps/made created\n',
      );
      expect(await stdout('get deployments -n demo')).toMatch(
        /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nmade +0\/2 +0 +0 /u,
      );
      expect(await stdout('scale deployment made --replicas=0 -n demo')).toBe(
        'deployment.apps/made scaled\n',
      );
      expect(await stdout('label deployment made tier=1 -n demo')).toBe('deployment.apps/made labeled\n');
      expect(await stdout('annotate deployment made note=x -n demo')).toBe(
        'deployment.apps/made annotated\n',
      );
      expect(await stdout('set image deployment/made nginx=nginx:2 -n demo')).toBe(
        'deployment.apps/made image updated\n',
      );
      expect(await stdout('rollout restart deployment/made -n demo')).toBe(
        'deployment.apps/made restarted\n',
      );
      expect(
        await stdout(
          'get deployment made -n demo -o jsonpath={.spec.replicas},{.metadata.labels.tier},{.spec.template.spec.containers[0].image}',
        ),
      ).toBe('0,1,nginx:2');
      expect(await stdout('expose deployment made --port=80 -n demo')).toBe('service/made exposed\n');
      expect(await stdout('delete deployment made -n demo')).toBe('deployment.apps "made" deleted\n');
    });

    it('creates typed objects, which it sends as protobuf', async () => {
      expect(await stdout('create configmap typed --from-literal=a=b')).toBe('configmap/typed created\n');
      expect(await stdout('create secret generic typed --from-literal=a=b')).toBe('secret/typed created\n');
      expect(await stdout('create service nodeport typed --tcp=80:8080 --node-port=30000')).toBe(
        'service/typed created\n',
      );
      expect(await stdout('create job typed --image=nginx')).toBe('job.batch/typed created\n');
      expect(await stdout('create role typed --verb=get --resource=pods')).toBe(
        'role.rbac.authorization.k8s.io/typed created\n',
      );
      expect(await stdout('get secret typed -o jsonpath={.data.a}')).toBe('Yg==');
      expect(
        await stdout('get service typed -o jsonpath={.spec.ports[0].targetPort},{.spec.ports[0].nodePort}'),
      ).toBe('8080,30000');
    });

    it('applies, and knows what is unchanged', async () => {
      expect(await stdout('apply -f -', manifest(2))).toBe('deployment.apps/web created\n');
      expect(await stdout('apply -f -', manifest(2))).toBe('deployment.apps/web unchanged\n');
      expect(await stdout('apply -f -', manifest(3))).toBe('deployment.apps/web configured\n');
      expect(await stdout('get deployment web -o jsonpath={.spec.replicas}')).toBe('3');
      expect((await run('diff -f -', manifest(4))).exitCode).toBe(1);
      expect((await run('diff -f -', manifest(3))).exitCode).toBe(0);
    });

    it('applies on the server, and prints conflicts', async () => {
      await stdout('apply -f -', manifest(2));
      expect(await stdout('apply --server-side -f -', manifest(2))).toBe(
        'deployment.apps/web serverside-applied\n',
      );
      await stdout('scale deployment web --replicas=5');
      const refused = await run('apply --server-side -f -', manifest(2));
      expect(refused.stderr).toContain(
        'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
      );
      expect(await stdout('apply --server-side --force-conflicts -f -', manifest(2))).toBe(
        'deployment.apps/web serverside-applied\n',
      );
    });

    it.each([
      [
        'an unknown field',
        manifest(1, 'hostnetwork: true'),
        'strict decoding error: unknown field "spec.template.spec.hostnetwork"',
      ],
      [
        'a wrong type',
        manifest('two'),
        'cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
      ],
      ['broken YAML', 'a: [', 'error parsing STDIN'],
    ])('prints the mistake of %s', async (_what, text, message) => {
      const outcome = await run('create -f -', text.replace('name: web', 'name: wrong'));
      expect(outcome.exitCode).toBe(1);
      expect(outcome.stderr).toContain(message);
    });

    it('works with custom resources as soon as they are defined', async () => {
      await stdout('apply -f -', JSON.stringify(ringDefinition('v1', 'v1beta1')));
      expect(await stdout('wait --for=condition=Established crd/rings.example.com')).toContain(
        'condition met',
      );
      const ring = 'apiVersion: example.com/v1beta1\nkind: Ring\nmetadata: {name: one}\nspec: {size: 3}\n';
      expect(await stdout('apply -f -', ring)).toBe('ring.example.com/one created\n');
      expect(await stdout('get rg')).toMatch(/^NAME +SIZE\none +3/u);
      expect(await stdout('explain ring.spec.size')).toContain('FIELD: size <integer>');
      expect((await run('apply -f -', ring.replace('size: 3', 'sise: 3'))).stderr).toContain(
        'unknown field "spec.sise"',
      );
      expect(await stdout('apply --server-side --force-conflicts -f -', ring)).toBe(
        'ring.example.com/one serverside-applied\n',
      );
      expect(await stdout('delete crd rings.example.com')).toContain('deleted');
    });

    it('runs commands and reads logs', async () => {
      await stdout('run p --image=nginx --restart=Never');
      api.registry.updateStatus({ group: '', resource: 'pods' }, runningPod(api));
      expect(await stdout('exec p -- echo hello')).toBe('hello\n');
      expect((await run('exec -i p -- cat', 'from stdin')).stdout).toBe('from stdin');
      expect(await run('exec p -- fail')).toMatchObject({
        exitCode: 3,
        stderr: 'it failed\ncommand terminated with exit code 3\n',
      });
      expect(await stdout('logs p --tail=4')).toBe('p p tail=4\n');
    });

    it('watches', async () => {
      const watch = kubectl.start(['get', 'configmaps', '-l', 'watched=yes', '-w', '-o', 'name']);
      await stdout('create configmap watched');
      await stdout('label configmap watched watched=yes');
      const lines = createInterface({ input: watch.stdout });
      const [line] = (await once(lines, 'line')) as [string];
      watch.kill();
      await once(watch, 'exit');
      expect(line).toBe('configmap/watched');
    });

    it('asks what it may do and who it is', async () => {
      expect(await stdout('auth can-i delete pods')).toBe('yes\n');
      const who = 'auth whoami -o jsonpath={.status.userInfo.username}:{.status.userInfo.groups}';
      expect(await stdout(who)).toBe('kubernetes-admin:["system:masters","system:authenticated"]');
      const other = await run(`${who} --as=bob --as-group=dev --as-group=ops`);
      expect(other.stdout).toBe('bob:["dev","ops","system:authenticated"]');
      expect(other.stderr).toBe(
        'Warning: this sandbox enforces no RBAC, so "bob" may do everything; use --engine kind\n',
      );
      expect(await stdout(`${who} --as=system:serviceaccount:default:web`)).toBe(
        'system:serviceaccount:default:web:["system:serviceaccounts","system:serviceaccounts:default","system:authenticated"]',
      );
    });

    it('logs no fault of the server', () => {
      expect(api.logged).toEqual([]);
    });
  },
);

function runningPod(api: OpenApi): Parameters<OpenApi['registry']['updateStatus']>[1] {
  const pod = api.registry.get({ group: '', resource: 'pods' }, 'default', 'p');
  if (pod === undefined) throw new Error('no pod');
  return { ...pod, status: { phase: 'Running' } } as typeof pod;
}
