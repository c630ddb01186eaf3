import { connect } from 'node:net';
import { expect, it } from 'vitest';
import type { CreateApp } from '../../apps/app.ts';
import { serve } from '../../apps/http-server.ts';
import type { Request } from '../../apps/http-server.ts';
import { Stage } from './stage.ts';

function appOf(answer: (request: Request) => string): CreateApp {
  return ({ log }) => ({
    port: 80,
    server: serve((request) => ({ status: 200, body: answer(request) }), { log }),
  });
}

it('an answer that throws is a 500, and its cause is in the log', async () => {
  const stage = Stage.open();
  const url = await stage.start(
    appOf(() => {
      throw new Error('no such luck');
    }),
  );
  const response = await fetch(url);
  expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error']);
  expect(stage.log).toEqual([expect.stringContaining('Error: no such luck')]);
});

it('a client that leaves in the middle of its request is not answered, and harms nobody', async () => {
  const stage = Stage.open();
  const bodies: string[] = [];
  const url = await stage.start(appOf(({ body }) => `${bodies.push(body)}`));
  const client = connect(Number(new URL(url).port), '127.0.0.1');
  client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc');
  client.end();
  await new Promise((resolve) => {
    client.on('close', resolve).resume();
  });
  const after = await fetch(url, { method: 'POST', body: 'whole' });
  expect([await after.text(), bodies, stage.log]).toEqual(['1', ['whole'], []]);
});

it('the path is without the query, the headers have every value, the body is text', async () => {
  const seen: Request[] = [];
  const url = await Stage.open().start(appOf((request) => `${seen.push(request)}`));
  await fetch(`${url}/a%20b?c=d`, { method: 'PUT', headers: [['x-a', '1']], body: 'grüße' });
  expect(seen[0]).toMatchObject({ method: 'PUT', url: '/a%20b?c=d', path: '/a%20b', body: 'grüße' });
  expect(seen[0]?.headers['x-a']).toEqual(['1']);
});
