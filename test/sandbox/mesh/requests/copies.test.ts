import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rules, Shop, to, type Asked, type Got } from './support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop[Symbol.asyncDispose]());

const under = (rule: string, asked?: Asked): Promise<Got> =>
  shop.under(rules(`{ ${rule} }`), () => shop.ask(asked));

describe('mirror (facts §3.8)', () => {
  const mirror = (more: string): string =>
    `match: [{ uri: { prefix: /first } }], ${more}, rewrite: { uri: /copy }, ${to('web')}`;
  const served = async (rule: string): Promise<string[]> => {
    const got = await under(rule, { method: 'POST', body: 'twice', path: '/first' });
    expect([got.status, got.body]).toEqual([200, 'hello']);
    return got.served.map((name) => (name === 'api' ? name : 'web')).toSorted();
  };

  it.each([
    ['mirror: { host: api }', ['api', 'web']],
    ['mirror: { host: api }, mirrorPercentage: { value: 0 }', ['web']],
    [
      'mirrors: [{ destination: { host: api } }, { destination: { host: api }, percentage: { value: 0 } }]',
      ['api', 'web'],
    ],
    // A mirror that does not exist, or fails, is nothing to the caller.
    ['mirror: { host: nowhere }', ['web']],
  ])('{ %s } reaches %j', async (rule, pods) => {
    expect(await served(mirror(rule))).toEqual(pods);
  });

  it('has the path after the rewrite, -shadow behind the host, and the proxy in x-forwarded-for', async () => {
    await served(mirror('mirror: { host: plain }'));
    const plain = shop.pod('plain');
    expect(plain.paths.at(-1)).toBe('/copy');
    expect(plain.seen.at(-1)).toMatchObject({
      host: 'web-shadow',
      'x-envoy-original-path': '/first',
      'x-forwarded-for': shop.pod('webapp').network.ip,
      // [know] in the facts: not checked against a real Envoy.
      'x-envoy-internal': 'true',
    });
  });

  it('is a request of its own to the mirror’s cluster ([know] in the facts)', async () => {
    const count = async (): Promise<number> => {
      const stats = await shop.fromAgent('webapp', 15_000, '/stats');
      return Number(
        /outbound\|80\|\|api\.shop\.svc\.cluster\.local;\.upstream_rq_total: (\d+)/u.exec(stats)?.[1] ?? 0,
      );
    };
    const before = await count();
    await served(mirror('mirror: { host: api }'));
    expect((await count()) - before).toBe(1);
  });
});

describe('CORS (facts §3.9)', () => {
  const cors = (more = ''): string =>
    `corsPolicy: { allowOrigins: [{ exact: 'http://a.com' }, { regex: 'http://.*[.]b[.]com' }], allowMethods: [GET, PUT], allowHeaders: [x-a, x-b], exposeHeaders: [x-c], maxAge: 2m, allowCredentials: true${more} }, ${to('web')}`;
  const preflight = (origin: string): Asked => ({
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PUT' },
  });

  it.each(['http://a.com', 'http://x.b.com'])('answers the preflight of %s itself', async (origin) => {
    const got = await under(cors(), preflight(origin));
    expect(got).toMatchObject({ status: 200, body: '', served: [] });
    expect(got.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET,PUT',
      'access-control-allow-headers': 'x-a,x-b',
      'access-control-max-age': '120',
      'access-control-allow-credentials': 'true',
    });
  });

  it('forwards what another origin asks, without a word of CORS', async () => {
    const got = await under(cors(), preflight('http://c.com'));
    expect(got.served).toHaveLength(1);
    expect(Object.keys(got.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('answers it 200 without a word of CORS where unmatchedPreflights is IGNORE', async () => {
    const got = await under(cors(', unmatchedPreflights: IGNORE'), preflight('http://c.com'));
    expect(got).toMatchObject({ status: 200, served: [] });
    expect(Object.keys(got.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('marks the answers that an allowed origin gets', async () => {
    const got = await under(cors(), { headers: { origin: 'http://a.com' } });
    expect(got.headers).toMatchObject({
      'access-control-allow-origin': 'http://a.com',
      'access-control-expose-headers': 'x-c',
    });
  });
});

describe('delegates (facts §3.10)', () => {
  const root = (name: string, rest = ''): string =>
    rules(
      `{ name: root, match: [{ uri: { prefix: /a } }], headers: { response: { set: { x-root: '1' } } }, delegate: { name: ${name} } }${rest}`,
    );
  const leaf = (http: string, more = ''): string =>
    rules(http, more === '' ? 'exportTo: ["*"]' : more, 'name: leaf');

  it.each([
    [
      'of the delegate, within the root’s',
      '{ name: l, match: [{ uri: { prefix: /a/b } }], directResponse: { status: 222 } }',
      '/a/b',
      222,
      'root-l',
    ],
    [
      'of the delegate, outside the root’s',
      '{ match: [{ uri: { prefix: /c } }], directResponse: { status: 222 } }',
      '/c',
      404,
      '-',
    ],
  ])('a match %s', async (_, http, path, status, name) => {
    const text = root('leaf', `, { match: [{ uri: { prefix: /z } }], ${to('web')} }`) + leaf(http);
    const got = await shop.under(text, () => shop.ask({ path }));
    expect([got.status, got.log.split(' ').at(-1)]).toEqual([status, name]);
    expect(got.headers['x-root']).toBe(status === 222 ? '1' : undefined);
  });

  it.each([
    ['missing', '/b', 200, root('nobody', `, { ${to('web')} }`)],
    ['missing', '/a', 404, root('nobody', `, { match: [{ uri: { prefix: /b } }], ${to('web')} }`)],
    [
      'not exported',
      '/a',
      404,
      root('leaf', `, { match: [{ uri: { prefix: /b } }], ${to('web')} }`) +
        leaf('{ directResponse: { status: 222 } }', "exportTo: ['~']"),
    ],
  ])('a delegate that is %s takes its rule with it: %s is %i', async (_, path, status, text) => {
    expect((await shop.under(text, () => shop.ask({ path }))).status).toBe(status);
  });
});
