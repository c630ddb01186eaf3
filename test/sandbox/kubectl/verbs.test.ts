import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StandingClock } from '../../support/standing-clock.ts';
import { noKubectl } from '../api/support/kubectl.ts';
import { openCluster, type TestCluster } from './support/cluster.ts';

const configMap = (name: string, value = 'b'): string => `apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}, labels: {part: pruned}}
data: {a: ${value}}
---
`;

describe.skipIf(noKubectl !== undefined)(
  `kubectl on a sandbox${noKubectl === undefined ? '' : ` (skipped: ${noKubectl})`}`,
  () => {
    let cluster: TestCluster;
    beforeAll(async () => {
      const editor = { KUBE_EDITOR: 'sed -i s/replicas:.1/replicas:\\ 2/' };
      // A container that crashed waits ten seconds before it runs again.
      cluster = await openCluster(editor, new StandingClock());
      await cluster.stdout('create deployment web --image=istioinaction/catalog --port=80');
      await cluster.stdout('run tool --image=curlimages/curl --command -- sleep 3600');
      await cluster.stdout('wait --for=condition=Ready pod/tool --timeout=60s');
    });
    afterAll(() => cluster.close());

    it('autoscale makes an object of autoscaling/v1, which is served in both versions', async () => {
      const { stdout, stderr } = await cluster.run(
        'autoscale deployment web --min=1 --max=3 --cpu-percent=70',
      );
      expect(stdout).toBe('horizontalpodautoscaler.autoscaling/web autoscaled\n');
      expect(stderr).toContain('Warning: this sandbox stores horizontalpodautoscalers.autoscaling');
      const old = 'get horizontalpodautoscalers.v1.autoscaling web';
      expect(await cluster.stdout(`${old} -o jsonpath={.spec.targetCPUUtilizationPercentage}`)).toBe('70');
      expect(
        await cluster.stdout('get hpa web -o jsonpath={.spec.metrics[0].resource.target.averageUtilization}'),
      ).toBe('70');
      const patch = '{"spec":{"targetCPUUtilizationPercentage":60}}';
      await cluster.stdout(`patch horizontalpodautoscalers.v1.autoscaling web --type=merge -p ${patch}`);
      expect(await cluster.stdout('get hpa web')).toContain('cpu: <unknown>/60%');
      expect(await cluster.stdout('explain hpa.spec --api-version=autoscaling/v1')).toContain(
        'targetCPUUtilizationPercentage',
      );
    });

    it('shows events in both of their groups', async () => {
      const one = 'get events.v1.events.k8s.io --field-selector=reason=Started,involvedObject.name=tool';
      expect(await cluster.stdout(`${one} -o jsonpath={.items[0].regarding.name}:{.items[0].note}`)).toBe(
        'tool:Started container tool',
      );
      expect(await cluster.stdout(one)).toMatch(/^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n/u);
      await cluster.stdout(
        'create -f -',
        `apiVersion: events.k8s.io/v1
kind: Event
metadata: {name: mine}
regarding: {kind: Pod, name: tool, namespace: default}
note: written in the new form
type: Normal
reason: Testing
action: Testing
eventTime: "2025-01-01T00:00:00.000000Z"
reportingController: example.com/test
reportingInstance: test-1
`,
      );
      expect(await cluster.stdout('get event mine -o jsonpath={.message}')).toBe('written in the new form');
      expect(await cluster.stdout('explain events.note --api-version=events.k8s.io/v1')).toContain(
        'FIELD: note <string>',
      );
    });

    it('proxy serves the API to programs that know no credentials', async () => {
      const child = cluster.kubectl.start(['proxy', '--port=0']);
      const lines = createInterface({ input: child.stdout });
      const [line] = (await once(lines, 'line')) as [string];
      const base = line.replace('Starting to serve on ', 'http://');
      const answer = await fetch(`${base}/api/v1/namespaces/default`);
      expect(await answer.json()).toMatchObject({ kind: 'Namespace', metadata: { name: 'default' } });
      child.kill();
      await once(child, 'exit');
    });

    it('apply --prune removes what is no longer in the files', async () => {
      await cluster.stdout('apply -f -', configMap('kept') + configMap('gone'));
      expect(await cluster.stdout('apply --prune -l part=pruned -f -', configMap('kept'))).toBe(
        'configmap/kept unchanged\nconfigmap/gone pruned\n',
      );
    });

    it('shows of a container that crashes how often, why, and what it said before', async () => {
      const script = 'run crash --image=nicolaka/netshoot --command -- sh -c'.split(' ');
      await cluster.kubectl.run([...script, 'echo the last words; exit 3']);
      const waiting = 'wait pod/crash --timeout=60s --for=jsonpath={.status.containerStatuses[0]';
      await cluster.stdout(`${waiting}.state.waiting.reason}=CrashLoopBackOff`);
      expect(await cluster.stdout('get pod crash --no-headers')).toMatch(
        /^crash +0\/1 +CrashLoopBackOff +1 \(0s ago\) +0s\n$/u,
      );
      const last = '{.status.containerStatuses[0].lastState.terminated';
      expect(await cluster.stdout(`get pod crash -o jsonpath=${last}.exitCode}:${last}.reason}`)).toBe(
        '3:Error',
      );
      expect(await cluster.stdout('logs crash --previous')).toBe('the last words\n');
      expect(await cluster.stdout('events --for pod/crash')).toContain(
        'Back-off restarting failed container crash in pod crash_default',
      );
      await cluster.stdout('delete pod crash --now');
    });

    it('edit saves what the editor leaves', async () => {
      expect(await cluster.stdout('edit deployment web')).toBe('deployment.apps/web edited\n');
      expect(await cluster.stdout('get deployment web -o jsonpath={.spec.replicas}')).toBe('2');
      await cluster.stdout('scale deployment web --replicas=1');
    });

    it('rollout undoes, pauses and resumes', async () => {
      await cluster.stdout('set env deployment/web A=b');
      expect(await cluster.stdout('rollout history deployment/web')).toContain(
        'REVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n',
      );
      expect(await cluster.stdout('rollout undo deployment/web --to-revision=1')).toBe(
        'deployment.apps/web rolled back\n',
      );
      expect(await cluster.stdout('set env deployment/web --list')).not.toContain('A=b');
      await cluster.stdout('rollout pause deployment/web');
      expect((await cluster.run('rollout undo deployment/web')).stderr).toContain(
        'you cannot rollback a paused deployment',
      );
      expect(await cluster.stdout('rollout resume deployment/web')).toBe('deployment.apps/web resumed\n');
    });

    it('replace --force makes the object anew', async () => {
      await cluster.stdout('create -f -', configMap('forced'));
      const uid = 'get configmap forced -o jsonpath={.metadata.uid}';
      const before = await cluster.stdout(uid);
      expect(await cluster.stdout('replace --force -f -', configMap('forced'))).toBe(
        'configmap "forced" deleted\nconfigmap/forced replaced\n',
      );
      expect(await cluster.stdout(uid)).not.toBe(before);
    });

    it('prints scales, also as a table', async () => {
      expect(await cluster.stdout('get deployment web --subresource=scale')).toMatch(
        /^NAME +DESIRED +AVAILABLE +AGE\nweb +1 +\d+ +0s\n$/u,
      );
    });

    it.each([
      [
        'patch configmap kube-root-ca.crt --type=json -p [{"op":"remove","path":"/data/none"}]',
        'The request is invalid: the server rejected our request due to an error in our request',
      ],
      [
        'debug tool --image=nicolaka/netshoot',
        'Error from server (NotImplemented): debug with ephemeral containers is not available in the sandbox; use --engine kind for it',
      ],
      [
        'attach tool',
        'Error from server (NotImplemented): attach is not available in the sandbox; use --engine kind for it',
      ],
      ['cp tool:/etc/hostname /tmp/never', 'tar: kubectl cp is not available in the sandbox'],
      ['top pods', 'error: Metrics API not available'],
      [
        'certificate approve x',
        `error: the server doesn't have a resource type "certificatesigningrequests"`,
      ],
      [
        'rollout undo deployment/web --to-revision=99',
        'error: unable to find specified revision 99 in history',
      ],
      ['get pods --field-selector foo=bar', 'field label not supported: foo'],
    ])('refuses `%s` with one reason', async (command, reason) => {
      const { exitCode, stdout, stderr } = await cluster.run(command);
      // cp prints what its command in the container says on standard output.
      expect(stdout + stderr).toContain(reason);
      expect(exitCode).not.toBe(0);
    });

    it.each([
      ['get --raw /livez?verbose', /^\[\+\]ping ok\nlivez check passed\n$/u],
      ['get --raw /', /"\/apis\/apps\/v1"/u],
      ['get all', /^replicaset\.apps\//mu],
      ['get configmaps --chunk-size=1 -o name', /^configmap\/istio-ca-root-cert\nconfigmap\/kept\n/mu],
      ['get pods --sort-by=.metadata.name -o custom-columns=N:.metadata.name', /^N\ntool\nweb-/u],
      ['wait --for=jsonpath={.status.phase}=Running pod/tool --timeout=60s', /^pod\/tool condition met\n$/u],
      ['describe deployment web', /^ScalingReplicaSet|OldReplicaSets:/mu],
      ['events --for pod/tool', /Started container tool/u],
      ['auth can-i --list', /\*\.\*/u],
      ['create token default', /^[\w-]{40,}/u],
    ])('answers `%s`', async (command, output) => {
      expect(await cluster.stdout(command)).toMatch(output);
    });

    it('describes every kind it lists', async () => {
      const kinds = (await cluster.stdout('api-resources -o name --verbs=list')).trim().split('\n');
      expect(kinds).toContain('replicationcontrollers');
      expect((await cluster.run(`describe ${kinds.join(',')} -A`)).stderr).toBe('');
    });

    it('cordons, taints and drains the node', async () => {
      const node = (await cluster.stdout('get nodes -o name')).trim();
      expect(await cluster.stdout(`cordon ${node}`)).toBe(`${node} cordoned\n`);
      expect(await cluster.stdout('get nodes --no-headers')).toContain('Ready,SchedulingDisabled');
      expect(await cluster.stdout(`taint ${node.replace('/', ' ')} a=b:NoSchedule`)).toBe(
        `${node} tainted\n`,
      );
      const evicting = await cluster.run(`taint ${node.replace('/', ' ')} a=b:NoExecute`);
      expect(evicting.stderr).toBe(
        'Warning: the taint a keeps new pods away, but evicts none in this sandbox; use kubectl drain\n',
      );
      expect(await cluster.stdout(`taint ${node.replace('/', ' ')} a-`)).toBe(`${node} untainted\n`);
      const drain = `drain ${node} --force --pod-selector=run=tool --grace-period=1`;
      expect(await cluster.stdout(drain)).toContain(`${node} drained`);
      expect(await cluster.stdout(`uncordon ${node}`)).toBe(`${node} uncordoned\n`);
    });
  },
);
