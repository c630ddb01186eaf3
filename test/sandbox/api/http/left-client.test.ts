import { once } from 'node:events';
import { connect } from 'node:tls';
import { expect, it } from 'vitest';
import { openApi } from '../support/open-api.ts';
import { maps, request } from '../support/request.ts';

it('takes a client that leaves in the middle of its body for no fault of its own', async () => {
  await using api = await openApi();
  const { port, access } = api.server;
  const socket = connect({ host: '127.0.0.1', port, ca: access.caPem, servername: 'localhost' });
  await once(socket, 'secureConnect');
  const head = [
    `POST ${maps} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${access.token}`,
    'Content-Length: 100',
  ];
  // Ended only once the server has it: a request it never saw would prove nothing.
  await new Promise((resolve) => socket.write(`${head.join('\r\n')}\r\n\r\n{"kind":`, resolve));
  await request(api, 'GET', maps);
  socket.destroy();
  // The server must have seen the end of the connection before its log says anything.
  for (let turn = 0; turn < 20; turn += 1) await request(api, 'GET', maps);
  expect((await request(api, 'GET', maps)).code).toBe(200);
  expect(api.logged).toEqual([]);
});
