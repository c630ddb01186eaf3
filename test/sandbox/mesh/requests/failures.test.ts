import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { destinationRule, rules, Shop, to, type Asked, type Got } from './support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop[Symbol.asyncDispose]());

const under = (rule: string, asked?: Asked): Promise<Got> =>
  shop.under(rules(`{ ${rule} }`), () => shop.ask(asked));

describe('timeout (facts §3.5)', () => {
  it('ends all tries with 504, 24 bytes, UT', async () => {
    await shop.under(rules(`{ timeout: 1s, ${to('web')} }`), async () => {
      shop.app = () => undefined;
      const got = await shop.passing(shop.ask(), 100);
      expect([got.status, got.body, got.body.length, got.ms]).toEqual([
        504,
        'upstream request timeout',
        24,
        1000,
      ]);
      expect(got.log).toContain(' 504 UT response_timeout ');
    });
  });

  it('leaves out the delay of a fault at the same proxy', async () => {
    const delayed = 'fault: { delay: { fixedDelay: 5s, percentage: { value: 100 } } }, timeout: 1s';
    await shop.under(rules(`{ ${delayed}, ${to('web')} }`), async () => {
      const got = await shop.passing(shop.ask(), 500);
      expect([got.status, got.ms]).toEqual([200, 5000]);
      expect(got.log).toContain(' 200 DI via_upstream ');
    });
  });

  it('is none without one', async () => {
    await shop.under(rules(`{ ${to('web')} }`), async () => {
      shop.app = (_, response) => void shop.world.clock.after(3_600_000, () => response.end('late'));
      const got = await shop.passing(shop.ask(), 900_000);
      expect([got.status, got.body, got.ms]).toEqual([200, 'late', 3_600_000]);
    });
  });
});

describe('retries (facts §3.6)', () => {
  it.each([
    // In 1.25 an app’s own 503 is passed on (1.17 tried it three times).
    ['no rule', 503, 1, '-', ''],
    ['no retries in the rule', 503, 1, '-', rules(`{ ${to('web')} }`)],
    ['attempts alone', 503, 1, '-', rules(`{ retries: { attempts: 3 }, ${to('web')} }`)],
    ['attempts: 0', 503, 1, '-', rules(`{ retries: { attempts: 0 }, ${to('web')} }`)],
    ['5xx', 500, 4, 'URX', rules(`{ retries: { attempts: 3, retryOn: 5xx }, ${to('web')} }`)],
    [
      'gateway-error',
      502,
      2,
      'URX',
      rules(`{ retries: { attempts: 1, retryOn: gateway-error }, ${to('web')} }`),
    ],
    [
      'gateway-error',
      500,
      1,
      '-',
      rules(`{ retries: { attempts: 1, retryOn: gateway-error }, ${to('web')} }`),
    ],
    ['a code', 503, 2, 'URX', rules(`{ retries: { attempts: 1, retryOn: '503' }, ${to('web')} }`)],
    ['another code', 503, 1, '-', rules(`{ retries: { attempts: 1, retryOn: '502' }, ${to('web')} }`)],
    [
      'retriable-4xx',
      409,
      2,
      'URX',
      rules(`{ retries: { attempts: 1, retryOn: retriable-4xx }, ${to('web')} }`),
    ],
    [
      'retriable-4xx',
      404,
      1,
      '-',
      rules(`{ retries: { attempts: 1, retryOn: retriable-4xx }, ${to('web')} }`),
    ],
  ])('%#: with %s the answers %i of an app are tried %i times, %s', async (_, status, tries, flags, text) => {
    await shop.under(text, async () => {
      shop.app = (request, response) =>
        void response.writeHead(status).end(`answer ${String(request.headers['x-envoy-attempt-count'])}`);
      const got = await shop.passing(shop.ask({ method: 'POST', body: 'once more' }), 250);
      // The last answer is the app’s own; the client’s proxy logs one line, the server’s one per try.
      expect([got.status, got.body, got.served.length]).toEqual([status, `answer ${tries}`, tries]);
      expect(got.log).toContain(` ${status} ${flags} via_upstream `);
    });
  });

  it('stop at the first good answer', async () => {
    await shop.under(rules(`{ retries: { attempts: 5, retryOn: 5xx }, ${to('web')} }`), async () => {
      let tries = 0;
      shop.app = (_, response) => void response.writeHead((tries += 1) < 3 ? 500 : 200).end();
      expect((await shop.passing(shop.ask(), 250)).served).toHaveLength(3);
    });
  });

  it('go to a pod that has not failed the request', async () => {
    const inTurn = destinationRule('trafficPolicy: { loadBalancer: { simple: ROUND_ROBIN } }');
    const text = rules(`{ retries: { attempts: 1, retryOn: 5xx }, ${to('web')} }`) + inTurn;
    await shop.under(text, async () => {
      shop.app = (_, response) => void response.writeHead(500).end();
      for (let turn = 0; turn < 5; turn += 1) {
        const { served } = await shop.passing(shop.ask(), 250);
        expect(served.toSorted()).toEqual(['v1', 'v2']);
      }
    });
  });

  it.each([
    ['5xx', 3, 'URX,UT'],
    ['connect-failure', 1, 'UT'],
  ])('with perTryTimeout and retryOn: %s make %i tries', async (retryOn, tries, flags) => {
    const rule = `retries: { attempts: 2, perTryTimeout: 1s, retryOn: ${retryOn} }, ${to('web')}`;
    await shop.under(rules(`{ ${rule} }`), async () => {
      shop.app = () => undefined;
      const got = await shop.passing(shop.ask(), 100);
      expect([got.status, got.body, got.served.length]).toEqual([504, 'upstream request timeout', tries]);
      expect(got.log).toContain(` 504 ${flags} upstream_per_try_timeout `);
    });
  });

  it('ignore a perTryTimeout that is not below the timeout', async () => {
    const rule = `timeout: 1s, retries: { attempts: 2, perTryTimeout: 1s, retryOn: 5xx }, ${to('web')}`;
    await shop.under(rules(`{ ${rule} }`), async () => {
      shop.app = () => undefined;
      const got = await shop.passing(shop.ask(), 100);
      expect([got.status, got.served.length, got.ms]).toEqual([504, 1, 1000]);
      expect(got.log).toContain(' 504 UT response_timeout ');
    });
  });

  it('are made at the server’s proxy too, for an app that does not listen, not for one that hangs up', async () => {
    const service = `
kind: Service
metadata: { name: closed }
spec: { clusterIP: 10.96.9.9, selector: { app: api }, ports: [{ name: http, port: 80, targetPort: 4000 }] }
`;
    const api = shop.pod('api');
    const closed = { from: shop.pod('plain'), to: { ip: api.network.ip, port: 4000 } };
    await shop.under(service, async () => {
      const got = await shop.passing(shop.ask(closed), 25);
      expect([got.status, got.body.length]).toEqual([503, 190]);
      expect(api.logs.at(-1)).toContain(' 503 URX,UF upstream_reset_before_response_started{');

      let connections = 0;
      const listener = api.network.listen(4000, (socket) => {
        connections += 1;
        socket.once('data', () => socket.end());
      });
      expect((await shop.passing(shop.ask(closed), 25)).body).toHaveLength(95);
      listener.close();
      expect(connections).toBe(1);
      expect(api.logs.at(-1)).toContain(' 503 UC upstream_reset_before_response_started{');
    });
  });

  it('are not made of a fault of the same proxy', async () => {
    const abort = 'fault: { abort: { httpStatus: 500, percentage: { value: 100 } } }';
    const got = await under(`${abort}, retries: { attempts: 3, retryOn: 5xx }, ${to('web')}`);
    expect(got).toMatchObject({ status: 500, served: [] });
    expect(got.log).toContain(' 500 FI fault_filter_abort ');
  });
});

describe('faults (facts §3.7)', () => {
  const abort = (more: string): string => `fault: { abort: { httpStatus: 418${more} } }, ${to('web')}`;

  it('of 100 %: the status, 18 bytes, FI, and no call to the service', async () => {
    const got = await under(abort(', percentage: { value: 100 }'));
    expect(got).toMatchObject({ status: 418, body: 'fault filter abort', served: [] });
    expect(got.headers['content-type']).toBe('text/plain');
    expect(got.log).toContain(' 418 FI fault_filter_abort - "-" 0 18 ');
  });

  it.each([
    ['abort without percentage', abort('')],
    ['delay without percentage', `fault: { delay: { fixedDelay: 5s } }, ${to('web')}`],
  ])('%s: nothing happens', async (_, rule) => {
    expect((await under(rule)).log).toContain(' 200 - via_upstream ');
  });

  it('a delay falls back to percent', async () => {
    const rule = `fault: { delay: { fixedDelay: 1s, percent: 100 } }, ${to('web')}`;
    await shop.under(rules(`{ ${rule} }`), async () => {
      const { log } = await shop.passing(shop.ask(), 100);
      expect(log).toContain(' 200 DI via_upstream ');
    });
  });

  it('delay first, then abort: DI,FI', async () => {
    const both =
      'fault: { delay: { fixedDelay: 1s, percentage: { value: 100 } }, abort: { httpStatus: 503, percentage: { value: 100 } } }';
    await shop.under(rules(`{ ${both}, ${to('web')} }`), async () => {
      const { log } = await shop.passing(shop.ask(), 100);
      expect(log).toContain(' 503 DI,FI fault_filter_abort ');
    });
  });

  it('happen at the client’s proxy: a pod without one sees none', async () => {
    const asked = { from: shop.pod('plain'), to: { ip: shop.pod('v1').network.ip, port: 3000 } };
    expect(await under(abort(', percentage: { value: 100 }'), asked)).toMatchObject({
      status: 200,
      served: ['v1'],
    });
  });

  it('of gRPC are a status of gRPC in an answer of 200', async () => {
    const rule = `fault: { abort: { grpcStatus: UNAVAILABLE, percentage: { value: 100 } } }, ${to('web')}`;
    const got = await under(rule, { method: 'POST', headers: { 'content-type': 'application/grpc' } });
    expect(got.status).toBe(200);
    expect(got.headers).toMatchObject({ 'grpc-status': '14', 'grpc-message': 'fault filter abort' });
  });
});
