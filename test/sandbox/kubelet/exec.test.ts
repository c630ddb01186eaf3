import { afterEach, describe, expect, it } from 'vitest';
import type { ExecOptions } from '../../../sandbox/api/extension.ts';
import { configMaps, secrets, services } from '../../../sandbox/kube/resources.ts';
import { settled } from '../../support/manual-clock.ts';
import { closeFixture, container, openFixture, type Fixture } from './fixture.ts';

let at: Fixture;
const open = (): Fixture => (at = openFixture());
afterEach(() => closeFixture(at));

const exec = async (
  command: readonly string[],
  options: Partial<ExecOptions> = {},
): Promise<{ code: number; stdout: string; stderr: string }> => {
  let stdout = '';
  let stderr = '';
  const code = await at.kubelet.exec(at.pod(), {
    container: 'web',
    command,
    tty: false,
    stdin: undefined,
    stdout: (chunk) => (stdout += chunk.toString()),
    stderr: (chunk) => (stderr += chunk.toString()),
    signal: new AbortController().signal,
    ...options,
  });
  return { code, stdout, stderr };
};

describe('exec', () => {
  it('runs a command in the pod’s network', async () => {
    open().add({});
    await settled();
    expect(await exec(['curl', '-s', 'localhost:8080/x'])).toEqual({
      code: 0,
      stdout: 'GET /x of web\n',
      stderr: '',
    });
  });

  it.each([
    ['nope', 'web:1', 'BadRequest', 'container nope is not valid for pod web'],
    ['web', 'nginx:1', 'NotFound', 'unable to upgrade connection: container not found ("web")'],
  ])('in container %s of image %s is refused', async (name, image, reason, message) => {
    open().add({ containers: [container('web', image)] });
    await settled();
    await expect(exec(['true'], { container: name })).rejects.toMatchObject({ reason, message });
  });

  it('of a command that the container does not have is refused as containerd does', async () => {
    open().add({});
    await settled();
    await expect(exec(['nosuch'])).rejects.toMatchObject({
      reason: 'InternalError',
      message: expect.stringMatching(
        /^Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "[0-9a-f]{64}": OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in \$PATH: unknown$/u,
      ),
    });
  });

  it('in a pod that is over is refused', async () => {
    open().add({ restartPolicy: 'Never', containers: [container('web', 'exits:1')] });
    await at.clock.advance(0);
    await expect(exec(['true'])).rejects.toMatchObject({
      reason: 'BadRequest',
      message: 'cannot exec into a container in a completed pod; current phase is Succeeded',
    });
  });
});

describe('exec with a terminal', () => {
  const typed = async function* (...chunks: string[]): AsyncGenerator<Buffer> {
    for (const chunk of chunks) {
      await settled();
      yield Buffer.from(chunk);
    }
    await new Promise(() => undefined);
  };

  it('prints both outputs as one, with carriage returns', async () => {
    open().add({});
    await settled();
    const { stdout, stderr } = await exec(['sh', '-c', 'echo one; cat /nope'], { tty: true });
    expect({ stdout, stderr }).toEqual({
      stdout: 'one\r\ncat: /nope: No such file or directory\r\n',
      stderr: '',
    });
  });

  it('ends with 130 on Ctrl+C', async () => {
    open().add({});
    await settled();
    expect(await exec(['sleep', '1h'], { tty: true, stdin: typed('x', '\u0003') })).toMatchObject({
      code: 130,
      stdout: 'x^C\r\n',
    });
  });

  it('echoes what is typed and ends the input on Ctrl+D', async () => {
    open().add({});
    await settled();
    expect(await exec(['cat'], { tty: true, stdin: typed('héllo\r', '\u0004') })).toEqual({
      code: 0,
      stdout: 'héllo\r\nhéllo\r\n',
      stderr: '',
    });
  });
});

describe('a container’s environment', () => {
  const metadata = { name: 'settings', namespace: 'shop' };

  it('has the services of its namespace, what it refers to, and its own values last', async () => {
    open();
    at.cluster.create(services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'my-catalog', namespace: 'shop' },
      spec: { clusterIP: '10.200.1.9', ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
    });
    at.cluster.create(configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { a: '1', b: '2' },
    });
    at.cluster.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata, data: { key: 'cGFzcw==' } });
    const field = (fieldPath: string): object => ({ valueFrom: { fieldRef: { fieldPath } } });
    at.add({
      serviceAccountName: 'seller',
      containers: [
        container('web', 'web:1', {
          args: ['--to=$(TARGET)', '$$(TARGET)', '$(UNKNOWN)'],
          resources: { limits: { cpu: '1500m', memory: '64Mi' } },
          envFrom: [{ prefix: 'X_', configMapRef: { name: 'settings' } }],
          env: [
            { name: 'TARGET', value: '$(MY_CATALOG_SERVICE_HOST):$(MY_CATALOG_SERVICE_PORT_HTTP)' },
            { name: 'MY_CATALOG_SERVICE_PORT', value: 'mine' },
            { name: 'POD', ...field('metadata.name') },
            { name: 'IP', ...field('status.podIP') },
            { name: 'NODE_IP', ...field('status.hostIP') },
            { name: 'APP', ...field("metadata.labels['app']") },
            { name: 'SA', ...field('spec.serviceAccountName') },
            { name: 'CPUS', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
            { name: 'MIB', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
            { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'settings', key: 'key' } } },
            { name: 'MAYBE', valueFrom: { configMapKeyRef: { name: 'none', key: 'x', optional: true } } },
          ],
        }),
      ],
    });
    await settled();
    const [context] = at.started;
    expect(context?.env).toMatchObject({
      HOSTNAME: 'web',
      MY_CATALOG_SERVICE_HOST: '10.200.1.9',
      MY_CATALOG_SERVICE_PORT: 'mine',
      MY_CATALOG_PORT: 'tcp://10.200.1.9:80',
      MY_CATALOG_PORT_80_TCP_ADDR: '10.200.1.9',
      X_a: '1',
      X_b: '2',
      TARGET: '10.200.1.9:80',
      POD: 'web',
      IP: '10.10.0.2',
      NODE_IP: '172.18.0.2',
      APP: 'web',
      SA: 'seller',
      CPUS: '2',
      MIB: '64',
      PASSWORD: 'pass',
    });
    expect(context?.env).not.toHaveProperty('MAYBE');
    expect(context?.args).toEqual(['--to=10.200.1.9:80', '$(TARGET)', '$(UNKNOWN)']);
    expect(context?.pod).toMatchObject({
      serviceAccount: 'seller',
      uid: 'uid-of-web',
      labels: { app: 'web' },
    });
  });

  it.each([
    [{ configMapKeyRef: { name: 'none', key: 'x' } }, 'configmap "none" not found'],
    [{ configMapKeyRef: { name: 'settings', key: 'x' } }, "couldn't find key x in ConfigMap shop/settings"],
    [{ secretKeyRef: { name: 'none', key: 'x' } }, 'secret "none" not found'],
    [{ fieldRef: { fieldPath: 'spec.nope' } }, 'unsupported fieldPath: spec.nope'],
  ])('cannot have %j', async (valueFrom, message) => {
    open();
    at.cluster.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
    at.add({ containers: [container('web', 'web:1', { env: [{ name: 'X', valueFrom }] })] });
    await settled();
    expect(at.pod().status?.containerStatuses?.[0]?.state?.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message,
    });
  });
});

describe('a container’s files', () => {
  const account = '/var/run/secrets/kubernetes.io/serviceaccount';

  it.each([
    ['/etc/hostname', 'shop-web\n'],
    ['/etc/hosts', /^10\.10\.0\.2\tshop-web\.web\.shop\.svc\.cluster\.local\tshop-web$/m],
    ['/etc/resolv.conf', /^search shop\.svc\.cluster\.local svc\.cluster\.local cluster\.local\nnameserver /],
    [`${account}/token`, 'token-of-web'],
    [`${account}/ca.crt`, 'CERTIFICATE\n'],
    [`${account}/namespace`, 'shop'],
    ['/config/a', '1'],
    ['/one/renamed', '2'],
    ['/file', '1'],
    ['/info/labels', 'app="web"'],
    ['/all/key', 'pass'],
  ])('%s', async (path, content) => {
    open();
    const metadata = { name: 'settings', namespace: 'shop' };
    at.cluster.create(configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { a: '1', b: '2' },
    });
    at.cluster.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata, data: { key: 'cGFzcw==' } });
    at.add({
      hostname: 'shop-web',
      subdomain: 'web',
      volumes: [
        { name: 'config', configMap: { name: 'settings' } },
        { name: 'one', configMap: { name: 'settings', items: [{ key: 'b', path: 'renamed' }] } },
        { name: 'all', projected: { sources: [{ secret: { name: 'settings' } }] } },
        {
          name: 'info',
          downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] },
        },
      ],
      containers: [
        container('web', 'web:1', {
          volumeMounts: [
            { name: 'config', mountPath: '/config' },
            { name: 'config', mountPath: '/file', subPath: 'a' },
            { name: 'one', mountPath: '/one' },
            { name: 'all', mountPath: '/all' },
            { name: 'info', mountPath: '/info' },
          ],
        }),
      ],
    });
    await settled();
    expect((await exec(['cat', path])).stdout).toMatch(content);
  });
});
