import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PodSpec } from 'kubernetes-types/core/v1.js';
import { seededRandom } from '../../../sandbox/clock/clock.ts';
import { serviceAccountAdmission } from '../../../sandbox/controllers/service-account-admission.ts';
import { type Pod, pods, serviceAccounts } from '../../../sandbox/kube/resources.ts';
import { pod } from './manifests.ts';
import { World } from './world.ts';

let world: World;
beforeEach(() => {
  world = new World();
  world.plugins.push(serviceAccountAdmission(world.cluster, seededRandom(1)));
});
afterEach(() => world.close());

const account = (name: string, fields: object = {}): unknown =>
  world.cluster.create(serviceAccounts, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: 'shop' },
    ...fields,
  });

const create = (spec: Partial<PodSpec> = {}): Pod => world.cluster.create(pods, pod('web', {}, spec));

const mounts = ({ spec }: Pod): string[] =>
  (spec?.containers[0]?.volumeMounts ?? []).map(({ mountPath }) => mountPath);

describe('a pod', () => {
  it.each([
    [{}, 'default'],
    [{ serviceAccountName: 'catalog' }, 'catalog'],
    [{ serviceAccount: 'catalog' }, 'catalog'],
  ])('with %j runs as %s', (spec, name) => {
    account('default');
    account('catalog');
    expect(create(spec).spec).toMatchObject({ serviceAccountName: name, serviceAccount: name });
  });

  it('of an account that is missing is refused in Kubernetes’ words', () => {
    const refused = (): unknown => create({ serviceAccountName: 'nobody' });
    expect(refused).toThrow(
      'pods "web" is forbidden: error looking up service account shop/nobody: serviceaccount "nobody" not found',
    );
    expect(refused).toThrow(expect.objectContaining({ reason: 'Forbidden', code: 403 }));
  });

  it('of a controller is refused by its prefix, the same at every try', () => {
    const { metadata, ...rest } = pod('', {}, { serviceAccountName: 'nobody' });
    const generated = {
      ...rest,
      metadata: { namespace: metadata.namespace ?? '', generateName: 'web-5d8f-' },
    };
    expect(() => world.cluster.create(pods, generated)).toThrow('pods "web-5d8f-" is forbidden');
  });

  it('finds its token mounted', () => {
    account('default');
    const created = create();
    expect(mounts(created)).toEqual(['/var/run/secrets/kubernetes.io/serviceaccount']);
    expect(created.spec?.volumes?.[0]?.name).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
  });

  it.each<[string, Partial<PodSpec>, object]>([
    ['the pod', { automountServiceAccountToken: false }, {}],
    ['its account', {}, { automountServiceAccountToken: false }],
  ])('has no token where %s refuses it', (_, spec, fields) => {
    account('default', fields);
    expect(mounts(create(spec))).toEqual([]);
  });

  it('gets the pull secrets of its account', () => {
    account('default', { imagePullSecrets: [{ name: 'registry' }] });
    expect(create().spec?.imagePullSecrets).toEqual([{ name: 'registry' }]);
  });
});
