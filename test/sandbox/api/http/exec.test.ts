import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { PodRuntime } from '../../../../sandbox/api/extension.ts';
import { echoRuntime } from '../support/echo-runtime.ts';
import { openApi, type OpenApi } from '../support/open-api.ts';
import { open, request } from '../support/request.ts';

const pods = '/api/v1/namespaces/default/pods';

/** Exit codes of commands that waited for their client to leave. */
const ended: number[] = [];

const runtime: PodRuntime = {
  ...echoRuntime,
  exec: async (pod, options) => {
    const code = await echoRuntime.exec(pod, options);
    if (options.command[0] === 'wait') ended.push(code);
    return code;
  },
};

let api: OpenApi;
beforeAll(async () => {
  api = await openApi({ runtime });
  for (const [name, containers] of [
    ['p', ['main']],
    ['two', ['main', 'waiting']],
  ] as const) {
    const spec = { containers: containers.map((container) => ({ name: container, image: 'x' })) };
    await request(api, 'POST', pods, { body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec } });
  }
});
afterAll(() => api.close());

interface Outcome {
  readonly protocol: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly status: unknown;
}

/** Runs a command to its end; `input` is sent on stdin, which is then closed the way v5 does. */
function exec(query: string, protocols: string[], input?: string): Promise<Outcome> {
  const socket = connect(`${pods}/p/exec?stdout=true&stderr=true&${query}`, protocols);
  const streams: Record<number, string> = {};
  socket.on('open', () => {
    if (input === undefined) return;
    socket.send(Buffer.concat([Buffer.of(0), Buffer.from(input)]));
    socket.send(Buffer.of(255, 0));
  });
  socket.on('message', (data: Buffer) => {
    const channel = data[0] ?? 0;
    streams[channel] = (streams[channel] ?? '') + data.subarray(1).toString();
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () =>
      resolve({
        protocol: socket.protocol,
        stdout: streams[1] ?? '',
        stderr: streams[2] ?? '',
        status: JSON.parse(streams[3] ?? 'null') as unknown,
      }),
    );
  });
}

function connect(path: string, protocols: string[], to = api): WebSocket {
  const { server, caPem, token } = to.server.access;
  return new WebSocket(server.replace('https', 'wss') + path, protocols, {
    ca: caPem,
    headers: { authorization: `Bearer ${token}` },
  });
}

const v5 = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

describe('exec', () => {
  it.each([
    [v5, 'v5.channel.k8s.io'],
    [['v4.channel.k8s.io', 'v3.channel.k8s.io'], 'v4.channel.k8s.io'],
  ])('of a client that offers %j speaks %s', async (offered, protocol) => {
    expect(await exec('command=echo&command=a&command=b', offered)).toEqual({
      protocol,
      stdout: 'a b\n',
      stderr: '',
      status: { metadata: {}, status: 'Success' },
    });
  });

  it('says nothing before kubectl has made its streams', async () => {
    const startedAt = performance.now();
    const socket = connect(`${pods}/p/exec?command=echo&stdout=true`, v5);
    await new Promise((resolve) => socket.once('message', resolve));
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(20);
    socket.terminate();
  });

  it('reports an exit code as Kubernetes does', async () => {
    expect(await exec('command=fail', v5)).toMatchObject({
      stderr: 'it failed\n',
      status: {
        status: 'Failure',
        reason: 'NonZeroExitCode',
        message: 'command terminated with non-zero exit code: exit status 3',
        details: { causes: [{ reason: 'ExitCode', message: '3' }] },
      },
    });
  });

  it('passes standard input on until it is closed', async () => {
    expect(await exec('command=cat&stdin=true', v5, 'some input')).toMatchObject({ stdout: 'some input' });
  });

  it('reports what the kubelet refuses', async () => {
    expect(await exec('command=nothing', v5)).toMatchObject({
      status: { reason: 'InternalError', message: 'exec: "nothing": executable file not found in $PATH' },
    });
  });

  it('ends a command when its client leaves', async () => {
    const socket = connect(`${pods}/p/exec?command=wait&stdout=true`, v5);
    await new Promise((resolve) => socket.on('message', resolve));
    socket.close();
    await expect.poll(() => ended[0]).toBe(137);
  });

  it('does not keep the server from closing', async () => {
    const other = await openApi({ runtime: echoRuntime });
    const spec = { containers: [{ name: 'main', image: 'x' }] };
    await request(other, 'POST', pods, {
      body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec },
    });
    const socket = connect(`${pods}/p/exec?command=wait&stdout=true`, v5, other);
    await new Promise((resolve) => socket.on('message', resolve));
    await other.close();
    await expect.poll(() => socket.readyState).toBe(socket.CLOSED);
  });

  it.each([
    [`${pods}/none/exec?command=echo`, v5, 404],
    [`${pods}/p/exec`, v5, 400],
    [`${pods}/two/exec?command=echo&container=other`, v5, 400],
    [`${pods}/p/exec?command=echo`, ['channel.k8s.io'], 400],
    [`${pods}/p/attach`, v5, 501],
    [`${pods}/p/portforward?ports=80`, v5, 400],
  ])('refuses %s over %j with %i', async (path, protocols, code) => {
    const socket = connect(path, protocols);
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('open', () => reject(new Error('it was accepted')));
    });
    expect(answered).toBe(code);
  });

  it.each([
    [
      'SPDY/3.1',
      'v2.channel.k8s.io',
      'unable to negotiate protocol: client supports [v2.channel.k8s.io], server accepts [v4.channel.k8s.io]',
    ],
    ['SPDY/3.1', undefined, 'X-Stream-Protocol-Version is required'],
    ['h2c', 'v4.channel.k8s.io', 'missing upgrade headers in request'],
  ])('refuses an upgrade to %s with %s', async (upgrade, version, message) => {
    const answer = await request(api, 'POST', `${pods}/p/exec?command=echo`, {
      headers: {
        connection: 'Upgrade',
        upgrade,
        ...(version === undefined ? {} : { 'x-stream-protocol-version': version }),
      },
    });
    expect(answer.body).toMatchObject({ message: expect.stringContaining(message) });
  });
});

describe('log', () => {
  it.each([
    ['p', 'tailLines=2', 200, 'p main tail=2\n'],
    ['two', 'container=main', 200, 'two main tail=all\n'],
  ])('of %s with %s', async (pod, query, code, text) => {
    const answer = await request(api, 'GET', `${pods}/${pod}/log?${query}`);
    expect([answer.code, answer.text]).toEqual([code, text]);
  });

  it.each([
    ['two', '', 'a container name must be specified for pod two, choose one of: [main waiting]'],
    ['two', 'container=none', 'container none is not valid for pod two'],
    ['two', 'container=waiting', 'container "waiting" in pod "p" is waiting to start'],
    ['p', 'tailLines=x', 'strconv.ParseInt: parsing "x": invalid syntax'],
    [
      'p',
      'sinceTime=soon',
      'parsing time "soon" as "2006-01-02T15:04:05Z07:00": cannot parse "soon" as "2006"',
    ],
  ])('of %s with %j is refused', async (pod, query, message) => {
    expect((await request(api, 'GET', `${pods}/${pod}/log?${query}`)).body).toMatchObject({
      code: 400,
      message,
    });
  });

  it.each([
    ['tailLines=-1', 'tailLines: Invalid value: -1: must be greater than or equal to 0'],
    ['limitBytes=0', 'limitBytes: Invalid value: 0: must be greater than 0'],
    [
      'sinceSeconds=1&sinceTime=2025-01-01T00:00:00Z',
      ': Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
    ],
  ])('with %s is Invalid', async (query, message) => {
    expect((await request(api, 'GET', `${pods}/p/log?${query}`)).body).toMatchObject({
      code: 422,
      message: `PodLogOptions "p" is invalid: ${message}`,
    });
  });

  it('goes on while it is followed', async () => {
    const answer = await open(api, 'GET', `${pods}/p/log?follow=true`);
    const [first] = (await new Promise<Buffer>((resolve) => answer.once('data', resolve)))
      .toString()
      .split('\n');
    expect(first).toBe('p main tail=all');
    expect(answer.readableEnded).toBe(false);
    answer.destroy();
  });
});
