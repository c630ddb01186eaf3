import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiClient, type ApiClient } from './support/api.ts';
import { openSandbox, type Shop } from './support/open-shop.ts';
import { runs } from '../../support/properties.ts';

describe('malformed bodies and queries, sent with the credential', () => {
  let shop: Shop;
  let client: ApiClient;

  beforeAll(async () => {
    shop = await openSandbox();
    client = apiClient(shop.api);
  });
  afterAll(async () => {
    client.close();
    await shop.close();
  });

  it.each(['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf', 'text/plain'])(
    'any bytes as %s are refused',
    async (contentType) => {
      const text = fc.oneof(
        fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
        fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from([0x6b, 0x38, 0x73, 0, ...bytes])),
        fc
          .constantFrom(
            '{',
            '[]',
            'null',
            '"a"',
            '1',
            'a: &a [*a]',
            '--- a\n--- b',
            'a: !!js/function x',
            '&a {a: *a}',
            '? {a: b}\n: c',
            '{"kind":"Pod"}',
            '[{}]',
            '\ufeff{}',
          )
          .map((given) => Buffer.from(given)),
      );
      await fc.assert(
        fc.asyncProperty(text, async (body) => {
          const { status, body: why } = await client.call({
            method: 'POST',
            path: '/api/v1/namespaces/default/configmaps?dryRun=All',
            contentType,
            body,
          });
          const isRefused = status >= 400 && status < 500;
          expect({ isRefused, status, why }).toMatchObject({ isRefused: true });
        }),
        { numRuns: runs(80) },
      );
    },
  );

  const deep = 200_000;
  it.each([
    ['application/json', `${'['.repeat(deep)}${']'.repeat(deep)}`],
    ['application/json', `${'{"data":'.repeat(deep)}1${'}'.repeat(deep)}`],
    ['application/json', `{"kind":"ConfigMap","data":${'['.repeat(deep)}${']'.repeat(deep)}}`],
    ['application/yaml', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['application/yaml', `${'['.repeat(3000)}${']'.repeat(3000)}`],
    ['application/yaml', '['.repeat(deep)],
    ['application/yaml', '? '.repeat(20_000)],
    ['application/yaml', '"'.repeat(20_001)],
    ['application/yaml', 'a: *b'],
    ['application/yaml', 'a: &a {b: {c: *a}}'],
    ['application/yaml', bomb()],
  ])('%s that cannot be walked to its end is refused: case %#', async (contentType, body) => {
    const path = '/api/v1/namespaces/default/configmaps?dryRun=All';
    const answer = await client.call({ method: 'POST', path, contentType, body });
    expect(answer).toMatchObject({ status: 400 });

    const patched = '/api/v1/namespaces/istio-system/configmaps/istio?fieldManager=a';
    const applied = { method: 'PATCH', path: patched, contentType: 'application/apply-patch+yaml', body };
    const merged = { ...applied, contentType: 'application/merge-patch+json' };
    for (const call of [applied, merged]) {
      const refused = await client.call(call);
      expect(refused).toMatchObject({ status: 400 });
    }
  });

  it('any query of a list is answered', async () => {
    const key = fc.constantFrom(
      'limit',
      'continue',
      'labelSelector',
      'fieldSelector',
      'resourceVersion',
      'resourceVersionMatch',
      'timeoutSeconds',
      'pretty',
      'dryRun',
      'fieldManager',
      'gracePeriodSeconds',
      'includeObject',
    );
    const value = fc.oneof(
      fc.string({ maxLength: 10 }).map((text) => encodeURIComponent(text)),
      fc
        .constantFrom(
          '-1',
          '0',
          '1',
          'NaN',
          'a in (',
          'a=',
          '!',
          '%zz',
          '9'.repeat(30),
          'eyJ9',
          'metadata.name=a',
        )
        .map((text) => text.replaceAll(' ', '+')),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(key, value), { maxLength: 4 }),
        fc.constantFrom('pods', 'configmaps/istio', 'pods/x/log', 'services/istiod/proxy/'),
        async (pairs, what) => {
          const query = pairs.map(([name, given]) => `${name}=${given}`).join('&');
          const path = `/api/v1/namespaces/istio-system/${what}?${query}`;
          const { status, body } = await client.call({ method: 'GET', path });
          // The proxy of a Service answers 503 where it has nobody to pass the request to.
          const isAnswered = (status >= 200 && status < 500) || (what.includes('proxy') && status === 503);
          expect({ isAnswered, path, status, body }).toMatchObject({ isAnswered: true });
        },
      ),
      { numRuns: runs(120) },
    );
  });
});

/** Nine levels of aliases, each naming the level below nine times. */
function bomb(): string {
  const level = (index: number): string => `a${index}: &a${index} [${`*a${index - 1},`.repeat(9)}]`;
  return ['a0: &a0 [lol]', ...Array.from({ length: 9 }, (_, index) => level(index + 1))].join('\n');
}
