// Each cause is really made in a cluster, and the words say what it is.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../../../scripts/lab/why/diagnosis.ts';
import { patienceMs } from '../../../support/patience.ts';
import { BrokenLab, whyRed, type RedCheck } from './broken-lab.ts';
import { containing, wrongGateways, wrongPods, wrongRules } from './wrong-texts.ts';

let lab: BrokenLab;
beforeAll(async () => {
  lab = await BrokenLab.open(['catalog', 'webapp', 'client']);
  await lab.apply('manifests/catalog/catalog-v2.yaml', 'manifests/catalog/destination-rule.yaml');
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
});

/** Once what was applied has come to the proxies, or the last answer. */
async function whyFor(red: RedCheck, cause: Diagnosis['cause'] | undefined): Promise<Diagnosis> {
  for (const until = Date.now() + patienceMs; ;) {
    const found = whyRed(red, await lab.picture());
    // A probe has to fail first.
    const isEarly = found.text.endsWith('is not ready.');
    if ((found.cause === cause && !isEarly) || Date.now() > until) return found;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}

const testers = 'labs/04-dark-launch/catalog-testers-first.yaml';
const subsets = 'manifests/catalog/destination-rule.yaml';

const repair = { lab: 4, step: 'repair-it-the-order-is-the-rule' } as const;
const tester: RedCheck = { ...repair, check: 'http' };

describe('a rule', () => {
  it('that is missing', async () => {
    expect(
      await whyFor({ lab: 4, step: 'repair-it-the-order-is-the-rule', check: 'route' }, 'missing'),
    ).toMatchObject({
      rung: 'exists',
      cause: 'missing',
      text: containing('VirtualService catalog does not exist in namespace istioinaction'),
      fix: "write VirtualService catalog as the step says; solve shows the lab's own",
    });
  });

  it('in the wrong namespace', async () => {
    await lab.applyWrong(testers, ['namespace: istioinaction', 'namespace: default']);
    expect(await whyFor(tester, 'wrong-namespace')).toMatchObject({
      rung: 'exists',
      cause: 'wrong-namespace',
      text: "VirtualService catalog is in namespace default, and the lab's is in istioinaction: there, its host catalog means catalog.default.svc.cluster.local.",
      fix: 'kubectl -n default delete virtualservice catalog, and apply yours with namespace: istioinaction',
    });
    await lab.remove('VirtualService', 'default/catalog');
  });

  it.each(wrongRules)('%s', async (_name, from, to, expected) => {
    await lab.applyWrong(testers, [from, to]);
    expect(await whyFor(tester, expected.cause)).toMatchObject(expected);
  });

  it('written in another way, and for another header', async () => {
    await lab.applyWrong(
      testers,
      ['- catalog\n', '- catalog.istioinaction.svc.cluster.local\n'],
      ['- name: testers', '- name: mine'],
      ['            x-dark-launch:', '            x-dark-lunch:'],
    );
    expect(await whyFor(tester, 'differs')).toMatchObject({
      text: containing('takes requests with header x-dark-lunch: v2'),
      seen: containing('header x-dark-lunch: v2 (x-dark-lunch is not x-dark-launch).'),
      evidence: [containing('x-dark-launch is missing'), containing('x-dark-lunch is {')],
    });
  });

  it('behind another that fits every request', async () => {
    await lab.apply('labs/04-dark-launch/catalog-testers-last.yaml');
    expect(await whyFor(tester, 'shadowed')).toMatchObject({
      rung: 'reached',
      cause: 'shadowed',
      text: containing('the rule testers is never reached: the rule everyone stands above it'),
      fix: 'move the rule testers above the rule everyone in spec.http',
    });
  });

  it('behind an older one for the same host', async () => {
    await lab.applyWrong('labs/04-dark-launch/catalog-all-v1.yaml', ['name: catalog\n', 'name: a-catalog\n']);
    await lab.applyWrong(testers, ['name: catalog\n', 'name: b-catalog\n']);
    await lab.remove('VirtualService', 'istioinaction/catalog');
    expect(await whyFor(tester, 'shadowed')).toMatchObject({
      rung: 'accepted',
      cause: 'shadowed',
      text: containing(
        'are for the same host catalog.istioinaction.svc.cluster.local. A sidecar uses the older one, a-catalog',
      ),
    });
    await lab.remove('VirtualService', 'istioinaction/a-catalog');
    await lab.remove('VirtualService', 'istioinaction/b-catalog');
  });

  it('that has not come to the proxy yet', async () => {
    await lab.apply('labs/04-dark-launch/catalog-all-v1.yaml');
    const before = await lab.picture();
    await lab.apply(testers);
    const after = await lab.picture();
    expect(whyRed(tester, { ...after, proxies: before.proxies })).toMatchObject({
      rung: 'reached',
      cause: 'not-yet',
      text: containing('VirtualService catalog has not come to the proxy of webapp yet'),
    });
    expect(await whyFor(tester, 'not-found')).toMatchObject({ cause: 'not-found' });
  });
});

describe('a subset', () => {
  it('without pods', async () => {
    await lab.applyWrong(subsets, ['version: v2', 'version: v22']);
    expect(await whyFor(tester, 'no-pods')).toMatchObject({
      rung: 'endpoints',
      cause: 'no-pods',
      text: 'Subset version-v2 of DestinationRule catalog stands for pods with version=v22, and no pod of Service catalog has that; there are pods with version=v1 and version=v2.',
      fix: containing('labels: { version: v2 }'),
    });
    await lab.applyWrong(subsets);
  });

  it('that the lab defines in a later step', async () => {
    await lab.apply('labs/04-dark-launch/catalog-all-v1.yaml');
    expect(
      await whyFor(
        { lab: 4, step: 'a-rule-for-everyone-and-the-first-mistake', check: 'traffic' },
        'too-early',
      ),
    ).toMatchObject({
      rung: 'exists',
      cause: 'too-early',
      text: containing('DestinationRule catalog exists already, and the lab makes it in a later step'),
    });
  });
});

describe('weights and retries', () => {
  it('weights that are not as asked', async () => {
    const file = 'labs/05-weighted-routing/catalog-90-10.yaml';
    await lab.applyWrong(file, ['weight: 90', 'weight: 50'], ['weight: 10', 'weight: 50']);
    expect(await whyFor({ lab: 5, step: 'one-request-of-ten', check: 'traffic' }, 'weights')).toMatchObject({
      rung: 'distribution',
      cause: 'weights',
      text: 'The weights of VirtualService catalog are version-v1 50, version-v2 50; asked for is version-v1 90, version-v2 10.',
      fix: `kubectl apply -f ${file}`,
    });
    await lab.remove('VirtualService', 'istioinaction/catalog');
  });

  it('weights of a rule with another name, by what the check counts', async () => {
    await lab.applyWrong(
      'labs/05-weighted-routing/catalog-90-10.yaml',
      ['name: catalog\n', 'name: mine\n'],
      ['weight: 90', 'weight: 70'],
      ['weight: 10', 'weight: 30'],
    );
    const red: RedCheck = { lab: 5, step: 'one-request-of-ten', check: 'traffic' };
    expect(await whyFor(red, 'weights')).toMatchObject({
      rung: 'distribution',
      text: 'The proxy of webapp sends version-v1 70, version-v2 30; asked for is v1 90 %, v2 10 %.',
    });
    await lab.remove('VirtualService', 'istioinaction/mine');
    await lab.remove('DestinationRule', 'istioinaction/catalog');
  });

  it('chaos that is off when the step is about it', async () => {
    await lab.apply('labs/03-retries/catalog-retries.yaml');
    expect(await whyFor({ lab: 3, step: 'let-the-mesh-try-again', check: 'traffic' }, 'chaos')).toMatchObject(
      {
        rung: 'traffic',
        cause: 'chaos',
        text: containing('it is off, and should be so that it answers about 50 % of the requests with 500'),
        fix: containing('kubectl -n istioinaction exec deploy/catalog -- curl'),
      },
    );
  });

  it('retries without retryOn', async () => {
    await lab.blowup({ active: true, type: '500', percentage: 50 });
    await lab.applyWrong('labs/03-retries/catalog-retries.yaml', ['        retryOn: 5xx\n', '']);
    expect(
      await whyFor({ lab: 3, step: 'let-the-mesh-try-again', check: 'traffic' }, 'retries'),
    ).toMatchObject({
      rung: 'distribution',
      cause: 'retries',
      text: containing('VirtualService catalog has retries with attempts: 3 and no retryOn.'),
      fix: 'retryOn: 5xx',
    });
  });

  it('retries of a rule with another name: without retryOn, or too few for the chaos', async () => {
    const red: RedCheck = { lab: 3, step: 'how-many-tries-are-enough', check: 'traffic' };
    const file = 'labs/03-retries/catalog-retries.yaml';
    await lab.remove('VirtualService', 'istioinaction/catalog');
    await lab.applyWrong(file, ['name: catalog\n', 'name: mine\n'], ['        retryOn: 5xx\n', '']);
    expect(await whyFor(red, 'retries')).toMatchObject({
      text: containing('VirtualService mine has retries with attempts: 3 and no retryOn.'),
    });
    await lab.applyWrong(file, ['name: catalog\n', 'name: mine\n'], ['attempts: 3', 'attempts: 1']);
    expect(await whyFor(red, 'chaos')).toMatchObject({
      rung: 'traffic',
      text: containing('as this step has ordered it: it answers about 50 % of the requests with 500'),
      fix: containing('retries with attempts and retryOn: 5xx'),
    });
    await lab.remove('VirtualService', 'istioinaction/mine');
    await lab.apply('labs/03-retries/catalog-more-retries.yaml');
  });

  it('chaos that is still on', async () => {
    expect(await whyFor({ lab: 3, step: 'put-the-shop-in-order', check: 'command' }, 'chaos')).toMatchObject({
      rung: 'traffic',
      cause: 'chaos',
      text: containing('Chaos is still on in catalog: it answers about 50 % of the requests with 500'),
      fix: containing('"active": false'),
    });
    await lab.blowup({ active: false, type: '500' });
    await lab.remove('VirtualService', 'istioinaction/catalog');
  });
});

const door: RedCheck = { lab: 2, step: 'let-the-world-in', check: 'http' };
const gateway = 'manifests/webapp/gateway.yaml';

describe('a gateway', () => {
  it.each(wrongGateways)('%s', async (_name, from, to, expected) => {
    await lab.applyWrong(gateway, [from, to]);
    expect(await whyFor(door, expected.cause)).toMatchObject(expected);
  });

  it('that is missing', async () => {
    await lab.applyWrong(gateway);
    await lab.remove('Gateway', 'istioinaction/outfitters-gateway');
    expect(await whyFor(door, 'missing')).toMatchObject({
      rung: 'exists',
      cause: 'missing',
      text: containing('Gateway outfitters-gateway does not exist in namespace istioinaction'),
    });
  });

  it('that is missing where the terminal talks to another cluster', async () => {
    const picture = await lab.picture();
    const own = '/home/me/workshop/.lab/kubeconfig';
    const at = (kubeconfig: string | undefined): Diagnosis =>
      whyRed(door, picture, { kubeconfig, own, namespace: undefined });
    expect(at('/home/me/.kube/work')).toMatchObject({
      rung: 'exists',
      cause: 'elsewhere',
      text: containing(`KUBECONFIG is /home/me/.kube/work, and the lab's is ${own}`),
      fix: containing(`export KUBECONFIG=${own}`),
    });
    expect(at(own)).toMatchObject({ cause: 'missing' });
    expect(at(undefined)).toMatchObject({
      cause: 'missing',
      evidence: [expect.anything(), containing(`KUBECONFIG is not set in this one`)],
    });
    await lab.applyWrong(gateway);
  });

  it("the lab's own kubeconfig with another namespace", async () => {
    const terminal = { kubeconfig: undefined, own: '/lab', namespace: 'shop' };
    const red: RedCheck = { lab: 2, step: 'deploy-the-catalog-without-a-mesh', check: 'command' };
    expect(whyRed({ ...red, step: 'bring-it-into-the-mesh' }, await lab.picture(), terminal)).toMatchObject({
      cause: 'elsewhere',
      fix: containing('config set-context --current --namespace=default'),
    });
  });
});

const shop: RedCheck = { lab: 2, step: 'add-the-front-of-the-shop', check: 'command' };
const catalog = 'manifests/catalog/catalog.yaml';

describe('pods', () => {
  it.each(wrongPods)('%s', async (_name, from, to, expected) => {
    await lab.remove('Deployment', 'istioinaction/catalog-v2');
    await lab.applyWrong(catalog, [from, to]);
    expect(await whyFor(shop, expected.cause)).toMatchObject(expected);
  });

  it('whose namespace does not ask for sidecars', async () => {
    await lab.cluster.core.patchNamespace({
      name: 'istioinaction',
      body: [{ op: 'replace', path: '/metadata/labels/istio-injection', value: 'disabled' }],
    });
    await lab.applyWrong('manifests/webapp/webapp.yaml');
    expect(await whyFor(shop, 'no-sidecar')).toMatchObject({
      rung: 'reached',
      cause: 'no-sidecar',
      text: containing('its label istio-injection is disabled, not enabled'),
      fix: containing('kubectl label namespace istioinaction istio-injection=enabled --overwrite'),
    });
  });

  it('that are older than the label of their namespace', async () => {
    await lab.cluster.core.patchNamespace({
      name: 'istioinaction',
      body: [{ op: 'replace', path: '/metadata/labels/istio-injection', value: 'enabled' }],
    });
    expect(await whyFor(shop, 'no-sidecar')).toMatchObject({
      rung: 'reached',
      cause: 'no-sidecar',
      text: expect.stringMatching(
        /^Pod webapp-\S+ has no sidecar: it is older than the label of its namespace/,
      ) as string,
      fix: 'kubectl -n istioinaction rollout restart deployment webapp',
    });
  });
});
