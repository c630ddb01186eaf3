import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { createCatalog } from '../../apps/catalog/app.ts';
import { call } from '../../apps/http-client.ts';
import type { AppContext } from '../../apps/app.ts';
import { Stage } from './stage.ts';

/** Two ends of a connection that are nothing but streams: no address, no timeout, no net.Socket. */
function pair(): [Duplex, Duplex] {
  const end = (other: () => Duplex): Duplex =>
    new Duplex({
      read: () => undefined,
      write: (chunk, _encoding, done) => {
        other().push(chunk);
        done();
      },
      final: (done) => {
        other().push(null);
        done();
      },
    });
  const ends: [Duplex, Duplex] = [end(() => ends[1]), end(() => ends[0])];
  return ends;
}

function contextOf(stage: Stage): AppContext {
  const { server } = createCatalog(stage.context({}));
  const connect: AppContext['connect'] = () => {
    const [client, service] = pair();
    server.emit('connection', service);
    return Promise.resolve(client);
  };
  return { ...stage.context({}), connect };
}

const catalog = { host: 'catalog', port: 3000, timeoutMs: 1_000 };
const headers = { 'content-type': 'application/json' };

it('server and client need no more of a socket than a Duplex', async () => {
  const stage = Stage.open();
  const context = contextOf(stage);
  const { status, body } = await call(context, { ...catalog, path: '/items/3' });
  expect([status, JSON.parse(body)]).toMatchObject([200, { name: 'Small Metal Shoes' }]);
  expect(stage.clock.pending).toBe(0);
});

it('a dropped connection is ECONNRESET for the client', async () => {
  const stage = Stage.open();
  const context = contextOf(stage);
  const order = { method: 'POST', path: '/blowup', body: '{"active":true,"type":"drop"}' };
  await call(context, { ...catalog, ...order, headers });
  await expect(call(context, { ...catalog, path: '/items' })).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(stage.clock.pending).toBe(0);
});

it('a connection that never opens is ETIMEDOUT, and is dropped when it opens after all', async () => {
  const stage = Stage.open();
  let open = (_socket: Duplex): void => undefined;
  const connect: AppContext['connect'] = () => new Promise((resolve) => (open = resolve));
  const failure = call({ ...stage.context({}), connect }, { ...catalog, path: '/items' }).catch(
    (error: unknown) => error,
  );
  await stage.clock.advance(1_000);
  expect(await failure).toMatchObject({
    code: 'ETIMEDOUT',
    message: 'catalog:3000 did not answer within 1000 ms',
  });
  const [late] = pair();
  open(late);
  await stage.clock.advance(0);
  expect(late.destroyed).toBe(true);
});
