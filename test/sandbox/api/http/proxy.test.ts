import { createServer, type IncomingMessage, type Server } from 'node:http';
import { PassThrough, duplexPair, type Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { echoRuntime } from '../support/echo-runtime.ts';
import { openApi, type OpenApi } from '../support/open-api.ts';
import { request } from '../support/request.ts';

const pods = '/api/v1/namespaces/default/pods';

/** What the pod's server says of a request it got. */
async function describeRequest(message: IncomingMessage): Promise<string> {
  const { method, url, headers } = message;
  return JSON.stringify({ method, url, headers, body: await text(message) });
}

describe('the proxy to a pod', () => {
  let api: OpenApi;
  let server: Server;
  beforeAll(async () => {
    server = createServer((message, response) => {
      void describeRequest(message).then((said) => response.writeHead(201, { 'x-pod': 'yes' }).end(said));
    });
    const connect = (_pod: unknown, port: number): Promise<Duplex> => {
      if (port === 81) return Promise.reject(new Error('no', { cause: { code: 'ECONNREFUSED' } }));
      if (port === 82) return Promise.resolve(new PassThrough().end());
      const [near, far] = duplexPair();
      server.emit('connection', far);
      return Promise.resolve(near);
    };
    api = await openApi({ runtime: { ...echoRuntime, connect } });
    const spec = { containers: [{ name: 'main', image: 'x', ports: [{ containerPort: 8080 }] }] };
    await request(api, 'POST', pods, {
      body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec },
    });
  });
  afterAll(() => api.close());

  it('passes on method, path, query and body, and keeps the credential', async () => {
    const answer = await request(api, 'POST', `${pods}/p/proxy/a%20b/c?d=e%20f`, { body: { some: 'body' } });
    expect(answer.code).toBe(201);
    expect(answer.body).toMatchObject({
      method: 'POST',
      url: '/a%20b/c?d=e%20f',
      body: '{"some":"body"}',
    });
    expect(answer.body['headers']).not.toHaveProperty('authorization');
  });

  it('sends who leaves out the last slash to where it is', async () => {
    const answer = await request(api, 'GET', `${pods}/p/proxy`);
    expect([answer.code, answer.headers['location']]).toEqual([301, `${pods}/p/proxy/`]);
  });

  it.each([
    ['p:81', 503, 'error trying to reach service: dial tcp :81: connect: connection refused'],
    ['p:82', 503, 'error trying to reach service: dial tcp :82: connect: no answer'],
    ['p:none', 400, 'invalid port "none" of pod "p"'],
    ['https:p:', 400, 'invalid proxy address "https:p:": the sandbox reaches http ports only'],
    ['a:b:c:d', 400, 'invalid proxy address "a:b:c:d": the sandbox reaches http ports only'],
    ['none', 404, 'pods "none" not found'],
  ])('refuses %s with %i', async (address, code, message) => {
    const answer = await request(api, 'GET', `${pods}/${address}/proxy/`);
    expect([answer.code, answer.body['message']]).toEqual([code, message]);
  });

  it('logs no fault of the server', () => {
    expect(api.logged).toEqual([]);
  });
});
