import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { findImage } from '../../apps/images.ts';
import { Stage } from '../apps/stage.ts';

const root = fileURLToPath(new URL('../../manifests/', import.meta.url));
const files = ['bookinfo', 'catalog', 'client', 'forum', 'storefront', 'webapp'].flatMap((folder) =>
  readdirSync(root + folder).map((file) => `${folder}/${file}`),
);

type Labels = Record<string, string>;

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
}

interface Service extends Manifest {
  readonly spec: {
    readonly selector: Labels;
    readonly ports: { name: string; port: number; targetPort: number }[];
  };
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly command?: string[];
  readonly env?: { name: string; value?: string }[];
  readonly ports?: { name: string; containerPort: number }[];
  readonly readinessProbe?: { httpGet: { path: string; port: string } };
  readonly resources: { requests: Labels };
}

interface Deployment extends Manifest {
  readonly spec: {
    readonly selector: { matchLabels: Labels };
    readonly template: {
      metadata: { labels: Labels };
      spec: { serviceAccountName: string; containers: Container[] };
    };
  };
}

interface Subsets extends Manifest {
  readonly spec: { readonly host: string; readonly subsets: { name: string; labels: Labels }[] };
}

interface Routes extends Manifest {
  readonly spec: {
    gateways: string[];
    http: { route: { destination: { host: string; port: { number: number } } }[] }[];
  };
}

const documents = files.flatMap((file) =>
  parseAllDocuments(readFileSync(root + file, 'utf8'), { strict: true, uniqueKeys: true }).map(
    (document) => ({
      file,
      document,
    }),
  ),
);
const manifests = documents.map(({ document }) => document.toJS() as Manifest);

function ofKind<T extends Manifest>(kind: string): T[] {
  return manifests.filter((manifest) => manifest.kind === kind) as T[];
}

const services = ofKind<Service>('Service');
const deployments = ofKind<Deployment>('Deployment');

function rows<T extends Manifest>(list: readonly T[]): [string, T][] {
  return list.map((manifest) => [`${manifest.metadata.namespace ?? ''}/${manifest.metadata.name}`, manifest]);
}

function selects(selector: Labels, labels: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

function podsOf(service: Service): Deployment[] {
  return deployments.filter(
    ({ metadata, spec }) =>
      metadata.namespace === service.metadata.namespace &&
      selects(service.spec.selector, spec.template.metadata.labels),
  );
}

it.each(files)('%s is YAML without errors or warnings', (file) => {
  for (const { document } of documents.filter((entry) => entry.file === file)) {
    expect([...document.errors, ...document.warnings]).toEqual([]);
  }
});

it('no object is written twice, and all but namespaces say which namespace they live in', () => {
  const names = manifests.map(
    ({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`,
  );
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => name.includes(' -/'))).toEqual([
    'Namespace -/bookinfo',
    'Namespace -/istioinaction',
  ]);
});

it.each(ofKind('Namespace').map(({ metadata }) => [metadata.name, metadata]))(
  '%s asks for sidecars',
  (_name, { labels }) => {
    expect(labels).toEqual({ 'istio-injection': 'enabled' });
  },
);

describe.each(rows(deployments))('Deployment %s', (_name, { metadata, spec }) => {
  const { containers, serviceAccountName } = spec.template.spec;
  const [container] = containers as [Container];

  it('selects its own pods, and runs as an account of its namespace', () => {
    expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels);
    expect(metadata.labels).toEqual(spec.selector.matchLabels);
    const accounts = ofKind('ServiceAccount').filter(
      (account) => account.metadata.namespace === metadata.namespace,
    );
    expect(accounts.map((account) => account.metadata.name)).toContain(serviceAccountName);
  });

  it('runs one small container of an image of ours, pulled only when it is missing', () => {
    expect(containers).toHaveLength(1);
    expect(findImage(container.image)).toBeDefined();
    expect(container).toMatchObject({
      imagePullPolicy: 'IfNotPresent',
      resources: { requests: { cpu: '10m' } },
    });
  });

  it('listens where its program does, and its probe is answered there; or it sleeps', async () => {
    expect(await liveness(container)).toEqual(
      container.command === undefined
        ? { ports: container.ports, probe: 200 }
        : { command: ['sleep', 'infinity'] },
    );
  });
});

async function liveness({ image, env = [], readinessProbe, command = [] }: Container): Promise<unknown> {
  const found = findImage(image);
  if (found?.kind !== 'service') return { command };
  const given = Object.fromEntries(env.map(({ name, value = '' }) => [name, value]));
  const stage = Stage.open();
  const { port } = found.create(stage.context(given));
  const url = await stage.start(found.create, { ...found.env, ...given });
  const { status } = await fetch(url + (readinessProbe?.httpGet.path ?? '/no-probe'));
  return { ports: [{ name: readinessProbe?.httpGet.port, containerPort: port }], probe: status };
}

describe.each(rows(services))('Service %s', (_name, service) => {
  it('sends its one port, named http, to the port of the pods it selects', () => {
    const pods = podsOf(service);
    expect(pods).not.toHaveLength(0);
    const [port] = service.spec.ports;
    expect(service.spec.ports).toEqual([{ name: 'http', port: port?.port, targetPort: port?.targetPort }]);
    for (const { spec } of pods) {
      expect(spec.template.spec.containers[0]?.ports).toEqual([
        { name: 'http', containerPort: port?.targetPort },
      ]);
    }
  });
});

it.each([
  ['istioinaction/catalog', 80, ['catalog', 'catalog-v2']],
  ['istioinaction/webapp', 80, ['webapp']],
  ['istioinaction/forum', 80, ['forum']],
  ['istioinaction/storefront', 80, ['storefront-v1', 'storefront-beta']],
  ['istioinaction/assets', 80, ['assets']],
  ['bookinfo/details', 9080, ['details-v1']],
  ['bookinfo/ratings', 9080, ['ratings-v1']],
  ['bookinfo/reviews', 9080, ['reviews-v1', 'reviews-v2', 'reviews-v3']],
  ['bookinfo/productpage', 9080, ['productpage-v1']],
])('Service %s is port %i of %j', (name, port, pods) => {
  const service = rows(services).find(([key]) => key === name)?.[1] as Service;
  expect(service.spec.ports[0]?.port).toBe(port);
  expect(new Set(podsOf(service).map(({ metadata }) => metadata.name))).toEqual(new Set(pods));
});

it('webapp finds its services by the environment it is given', () => {
  const webapp = deployments.find(({ metadata }) => metadata.name === 'webapp');
  const env = new Map(webapp?.spec.template.spec.containers[0]?.env?.map(({ name, value }) => [name, value]));
  for (const service of ['catalog', 'forum']) {
    expect(env.get(`${service.toUpperCase()}_SERVICE_HOST`)).toBe(`${service}.istioinaction`);
    expect(env.get(`${service.toUpperCase()}_SERVICE_PORT`)).toBe('80');
  }
});

it('Istio objects are v1beta1, which every Istio since 1.5 serves', () => {
  const istio = manifests.filter(({ apiVersion }) => apiVersion.includes('istio.io'));
  expect(new Set(istio.map(({ apiVersion }) => apiVersion))).toEqual(
    new Set(['networking.istio.io/v1beta1']),
  );
});

it.each(rows(ofKind<Subsets>('DestinationRule')))(
  'each subset of DestinationRule %s has pods',
  (_name, rule) => {
    const service = services.find(
      ({ metadata }) => metadata.name === rule.spec.host && metadata.namespace === rule.metadata.namespace,
    ) as Service;
    const versions = podsOf(service).map(({ spec }) => spec.template.metadata.labels['version']);
    expect(new Set(rule.spec.subsets.map(({ labels }) => labels['version']))).toEqual(new Set(versions));
    for (const { name, labels } of rule.spec.subsets) {
      const version = labels['version'] ?? '';
      expect([version, `version-${version}`]).toContain(name);
      expect(labels).toEqual({ version });
    }
  },
);

it.each(rows(ofKind<Routes>('VirtualService')))(
  'VirtualService %s leads from a Gateway to a Service',
  (_name, routes) => {
    const gateways = ofKind('Gateway').filter(
      ({ metadata }) => metadata.namespace === routes.metadata.namespace,
    );
    expect(gateways.map(({ metadata }) => metadata.name)).toEqual(routes.spec.gateways);
    for (const { destination } of routes.spec.http.flatMap(({ route }) => route)) {
      const service = services.find(({ metadata }) => metadata.name === destination.host);
      expect(service?.metadata.namespace).toBe(routes.metadata.namespace);
      expect(service?.spec.ports.map(({ port }) => port)).toContain(destination.port.number);
    }
  },
);
