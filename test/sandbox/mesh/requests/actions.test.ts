import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rules, Shop, subsets, to, type Asked, type Got } from './support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop[Symbol.asyncDispose]());

const under = (rule: string, asked?: Asked): Promise<Got> =>
  shop.under(rules(`{ ${rule} }`), () => shop.ask(asked));

/** How many of `count` requests each pod's app had. */
function shares(text: string, count: number): Promise<Record<string, number>> {
  return shop.under(text, async () => {
    const had: Record<string, number> = {};
    for (let turn = 0; turn < count; turn += 1) {
      for (const name of (await shop.ask()).served) had[name] = (had[name] ?? 0) + 1;
    }
    return had;
  });
}

describe('weights (facts §3.1)', () => {
  const split = (v1: string, v2: string): string =>
    `${rules(`{ route: [{ destination: { host: web, subset: v1 }${v1} }, { destination: { host: web, subset: v2 }${v2} }] }`)}${subsets}`;

  it.each([
    ['a single destination, weight 0', rules(`{ ${to('web v1', ', weight: 0')} }`) + subsets, 'v1'],
    ['weights 1 and none', split(', weight: 1', ''), 'v1'],
    ['weights 0 and 1', split(', weight: 0', ', weight: 1'), 'v2'],
  ])('%s: all to %s', async (_, text, pod) => {
    expect(await shares(text, 8)).toEqual({ [pod]: 8 });
  });

  it('are relative, whatever their sum', async () => {
    const { v1 = 0, v2 = 0 } = await shares(split(', weight: 3', ', weight: 1'), 80);
    // Seeded: 60 expected, standard deviation 4.
    expect(v1 + v2).toBe(80);
    expect(v1).toBeGreaterThan(47);
    expect(v1).toBeLessThan(73);
  });

  it('are drawn once per request: its retries stay with the subset', async () => {
    const text = split(', weight: 1', ', weight: 1').replace(
      'route:',
      'retries: { attempts: 2, retryOn: 5xx }, route:',
    );
    await shop.under(text, async () => {
      for (let turn = 0; turn < 6; turn += 1) {
        shop.app = (_, response) => void response.writeHead(500).end();
        const { served } = await shop.passing(shop.ask(), 250);
        expect(served).toHaveLength(3);
        expect(new Set(served).size).toBe(1);
      }
    });
  });
});

describe('rewrite (facts §3.2)', () => {
  it.each([
    ['match: [{ uri: { prefix: /api } }], rewrite: { uri: / }', '/api/x?q=1', '//x?q=1'],
    ['match: [{ uri: { prefix: /api/ } }], rewrite: { uri: / }', '/api/x', '/x'],
    ['match: [{ uri: { exact: /api } }], rewrite: { uri: /new }', '/api?q=1', '/new?q=1'],
    ["match: [{ uri: { regex: '/a.*' } }], rewrite: { uri: /new }", '/api/x?q=1', '/new?q=1'],
    [
      "rewrite: { uriRegexRewrite: { match: '^/(\\w+)/(\\w+)', rewrite: '/\\2/\\1' } }",
      '/a/b/c?q=1',
      '/b/a/c?q=1',
    ],
  ])('{ %s }: %s becomes %s', async (rule, path, expected) => {
    const { v1, v2 } = { v1: shop.pod('v1'), v2: shop.pod('v2') };
    const got = await under(`${rule}, ${to('web')}`, { path });
    const pod = got.served[0] === 'v1' ? v1 : v2;
    expect(pod.paths.at(-1)).toBe(expected);
    expect(pod.seen.at(-1)?.['x-envoy-original-path']).toBe(path);
    expect(got.log).toContain(`"GET ${path} HTTP/1.1" 200 `);
  });

  it('of the authority is what the service sees and the log says, and chooses no other cluster', async () => {
    const got = await under(`rewrite: { authority: api.shop }, ${to('web')}`);
    expect(got.served).not.toContain('api');
    expect(shop.pod(got.served[0] ?? '').seen.at(-1)?.host).toBe('api.shop');
    expect(got.log).toMatch(/"api\.shop" "[\d.]+:3000" outbound\|80\|\|web\./u);
  });
});

describe('redirect and direct response (facts §3.3)', () => {
  it.each([
    ['redirect: { uri: /new }', 301, 'http://web/new?q=1'],
    ['redirect: { authority: example.com, redirectCode: 302 }', 302, 'http://example.com/old?q=1'],
    ['redirect: { scheme: https, redirectCode: 308 }', 308, 'https://web/old?q=1'],
    ['redirect: { scheme: https, port: 443 }', 301, 'https://web/old?q=1'],
    ['redirect: { port: 80 , uri: /new }', 301, 'http://web/new?q=1'],
    ['redirect: { port: 8080, redirectCode: 303 }', 303, 'http://web:8080/old?q=1'],
    ['redirect: { uri: /new, derivePort: FROM_REQUEST_PORT, redirectCode: 307 }', 307, 'http://web/new?q=1'],
  ])('{ %s }: %i to %s', async (rule, status, location) => {
    const got = await under(rule, { path: '/old?q=1' });
    expect(got).toMatchObject({ status, body: '', headers: { location }, served: [] });
    expect(got.headers).not.toHaveProperty('content-type');
    expect(got.log).toContain(` ${status} - direct_response `);
    expect(got.log).toMatch(/"web" "-" - - /u);
  });

  it.each([
    ['body: { string: pong }', 'pong', 'text/plain'],
    ['body: { bytes: cG9uZw== }', 'pong', 'text/plain'],
    ['', '', undefined],
  ])('directResponse: { status: 203, %s }', async (body, text, type) => {
    const got = await under(`directResponse: { status: 203, ${body} }`);
    expect(got).toMatchObject({ status: 203, body: text, served: [] });
    expect(got.headers['content-type']).toBe(type);
    expect(got.log).toContain(' 203 - direct_response ');
  });

  it('directResponse has the type that headers.response sets', async () => {
    const typed =
      "directResponse: { status: 200, body: { string: '{}' } }, headers: { response: { set: { content-type: application/json } } }";
    expect((await under(typed)).headers['content-type']).toBe('application/json');
  });
});

describe('header operations (facts §3.4)', () => {
  const request = (level: string): string => `headers: { request: { set: { x-who: ${level} } } }`;
  const seen = async (rule: string, asked?: Asked): Promise<Record<string, unknown>> => {
    const [name = ''] = (await shop.under(rules(`{ ${rule} }`) + subsets, () => shop.ask(asked))).served;
    return shop.pod(name).seen.at(-1) ?? {};
  };

  it('set, add and remove, removes first', async () => {
    const operations =
      'headers: { request: { set: { x-set: new, x-back: again }, add: { x-add: second }, remove: [x-gone, x-back] } }';
    const headers = { 'x-set': 'old', 'x-add': 'first', 'x-gone': '1', 'x-back': '1' };
    const got = await seen(`${operations}, ${to('web')}`, { headers });
    expect(got).toMatchObject({ 'x-set': 'new', 'x-add': 'first, second', 'x-back': 'again' });
    expect(got).not.toHaveProperty('x-gone');
  });

  it('of a single destination come after the rule’s: its set wins', async () => {
    const got = await seen(`${request('rule')}, ${to('web', `, ${request('destination')}`)}`);
    expect(got['x-who']).toBe('destination');
  });

  it('of several destinations come before the rule’s: the rule’s set wins', async () => {
    const two = ['v1', 'v2'].map(
      (subset) => `{ destination: { host: web, subset: ${subset} }, weight: 1, ${request('destination')} }`,
    );
    expect(await seen(`${request('rule')}, route: [${two.join()}]`)).toMatchObject({ 'x-who': 'rule' });
  });

  it('of Host rewrite the authority', async () => {
    const got = await seen(`headers: { request: { set: { Host: other.host } } }, ${to('web')}`);
    expect(got['host']).toBe('other.host');
  });

  it('expand formats', async () => {
    const formats = "headers: { request: { set: { x-f: '%REQ(x-a)% 100%%' } } }";
    expect(await seen(`${formats}, ${to('web')}`, { headers: { 'x-a': 'b' } })).toMatchObject({
      'x-f': 'b 100%',
    });
  });

  it.each([
    ['a direct response', 'directResponse: { status: 203 }', 203],
    ['a fault', `fault: { abort: { httpStatus: 418, percentage: { value: 100 } } }, ${to('web')}`, 418],
    ['no healthy upstream', to('api v9'), 503],
  ])('of responses are made to %s too', async (_, rule, status) => {
    const nobody = subsets.replace('host: web', 'host: api').replace('{ version: v1 }', '{ version: v9 }');
    const text = rules(`{ headers: { response: { set: { x-mark: seen } } }, ${rule} }`);
    const got = await shop.under(text + nobody.replace('name: v1', 'name: v9'), () => shop.ask());
    expect([got.status, got.headers['x-mark']]).toEqual([status, 'seen']);
  });
});
