import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { deadPort } from '../../../support/dead-ports.ts';
import { seededRandom } from '../../../../sandbox/clock/clock.ts';
import type { CheckContext, CheckResult, Patience } from '../../../../scripts/lab/checks/check.ts';
import { parseCheck } from '../../../../scripts/lab/checks/parse-check.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const context: CheckContext = {
  kubeconfig: '/nowhere',
  portBase: 30_000,
  env: { PATH: process.env['PATH'] ?? '' },
  cwd: process.cwd(),
  signal: new AbortController().signal,
};

async function run(
  yaml: string,
  patience: Patience = 'once',
  more: Partial<CheckContext> = {},
): Promise<CheckResult> {
  const parsed = parseCheck('it', yaml);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.check.run({ ...context, ...more }, patience);
}

describe('http', () => {
  it('sends what is written and compares status, header, text and JSON', async () => {
    const url = await serve((request, response) => {
      const { method, headers } = request;
      response.writeHead(201, { 'x-saw': `${method} ${String(headers['x-one'])}` });
      request.on('data', (body: Buffer) => response.write(`{"body":"${String(body)}","list":[1,2]}`));
      request.on('end', () => response.end());
    });
    const good = `http: { post: ${url}/, headers: { x-one: 'a "b"' }, body: hi, status: 201, answers: { X-Saw: 'POST a "b"' }, json: { body: hi, list: [2] } }`;
    expect(await run(good)).toMatchObject({
      status: 'pass',
      observed: expect.stringContaining('HTTP 201') as string,
    });
    expect(await run(good.replace('201', '200'))).toMatchObject({
      status: 'fail',
      reason: 'the status is 201, not 200',
    });
    expect(await run(good.replace('[2]', '[3]'))).toMatchObject({ reason: 'body.list has no item like 3' });
    expect(await run(good.replace('body: hi, l', 'body: ho, l'))).toMatchObject({
      reason: 'body.body is "hi", expected "ho"',
    });
  });

  it('tells a server that is not there from one that answers', async () => {
    const url = `http://127.0.0.1:${deadPort}`;
    expect(await run(`http: { get: ${url}/ }`)).toMatchObject({
      status: 'fail',
      observed: 'no HTTP answer',
      reason: 'the status is missing, not 200',
      command: `curl -si ${url}/`,
    });
  });

  it('waits until it is true, and sees when it does not stay so', async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests += 1;
      response.writeHead(requests >= 2 && requests <= 3 ? 200 : 503).end();
    });
    expect(await run(`http: { get: ${url}/ }\nwithin: 1m`, 'within')).toMatchObject({ status: 'pass' });
    expect(await run(`http: { get: ${url}/ }\nwithin: 1m\nholds: 1m`, 'within')).toMatchObject({
      status: 'fail',
      reason: 'It was true, but did not stay so for 60 s',
    });
  });

  it('never: is red as soon as it becomes true', async () => {
    const url = await serve((_, response) => response.writeHead(500).end());
    expect(await run(`http: { get: ${url}/ }\nnever: 300ms`, 'within')).toMatchObject({ status: 'pass' });
    expect(await run(`http: { get: ${url}/, status: 500 }\nnever: 30s`, 'within')).toMatchObject({
      status: 'fail',
    });
  });
});

describe('what was seen', () => {
  const page = '{\n  "one": 1,\n\n  "name": "Elinor Glasses",\n}';

  it('is the line that was looked for, or else the first with words in it', async () => {
    const url = await serve((_, response) => response.end(page));
    expect(await run(`http: { get: ${url}/, contains: Elinor }`)).toMatchObject({
      observed: 'HTTP 200 ""name": "Elinor Glasses","',
    });
    expect(await run(`http: { get: ${url}/, contains: Atlas }`)).toMatchObject({
      observed: 'HTTP 200 ""one": 1,"',
      evidence: ['{', '  "one": 1,', '  "name": "Elinor Glasses",', '}'],
    });
    expect(await run(`command: { run: 'echo { && echo "a: b"', contains: b }`)).toMatchObject({
      observed: 'exit code 0, "a: b"',
    });
  });

  it('of a long line is the part that was looked for', async () => {
    const url = await serve((_, response) =>
      response.end(`[${'"x",'.repeat(100)}"Elinor",${'"y",'.repeat(100)}]`),
    );
    const { observed } = await run(`http: { get: ${url}/, contains: Elinor }`);
    expect(observed).toMatch(/^HTTP 200 "….*"Elinor".*…"$/);
    expect(observed.length).toBeLessThan(80);
  });

  it('moves no cursor', async () => {
    const result = await run(
      String.raw`command: { run: "printf 'HTTP/1.1 200 OK\\r\\nserver: x\\r\\n\\033[2Jend'", contains: HTTP }`,
    );
    expect(result).toMatchObject({
      observed: 'exit code 0, "HTTP/1.1 200 OK"',
      evidence: ['HTTP/1.1 200 OK', 'server: x', '[2Jend'],
    });
  });
});

describe('traffic', () => {
  it('follows the share of successes and says what it saw', async () => {
    const random = seededRandom(3);
    const url = await serve((_, response) => response.writeHead(random() < 0.93 ? 200 : 500).end());
    const yes = await run(`traffic: { get: ${url}/, success: 90%, delta: 15% }`);
    expect(yes).toMatchObject({
      status: 'pass',
      observed: expect.stringMatching(/% of \d+ requests/) as string,
    });
    expect(await run(`traffic: { get: ${url}/, success: 99%, delta: 4% }`)).toMatchObject({
      status: 'fail',
      evidence: [expect.stringMatching(/HTTP 200, \d+ × HTTP 500/)],
    });
  });

  it('is sampled once more where a rule may be on its way, and by nobody who wants one look', async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests += 1;
      response.writeHead(requests > 50 ? 200 : 500).end();
    });
    const yaml = `traffic: { get: ${url}/, success: 90% }`;
    const settleMs = 1;
    const seen: string[] = [];
    for (const [patience, more] of [
      ['once', { settleMs }],
      ['within', {}],
      ['within', { settleMs }],
    ] as const) {
      requests = 0;
      seen.push((await run(yaml, patience, more)).status);
    }
    expect(seen).toEqual(['fail', 'fail', 'pass']);
    requests = Number.NEGATIVE_INFINITY;
    expect(await run(yaml, 'soon', { settleMs })).toMatchObject({ status: 'fail' });
  });

  it('counts versions by what a body says', async () => {
    const random = seededRandom(4);
    const url = await serve((_, response) =>
      response.end(`{"podname":"reviews-v${random() < 0.9 ? 1 : 2}-x"}`),
    );
    const split = (v1: number): string =>
      `traffic: { get: ${url}/, by: { body: 'reviews-(v[12])' }, split: { v1: ${v1}%, v2: ${100 - v1}% }, delta: 8% }`;
    expect(await run(split(90))).toMatchObject({ status: 'pass' });
    expect(await run(split(50))).toMatchObject({ status: 'fail' });
  });

  it('is red at once when a value comes that nobody claimed', async () => {
    const url = await serve((_, response) => response.writeHead(503).end());
    expect(await run(`traffic: { get: ${url}/, by: status, split: { 200: 100% } }`)).toMatchObject({
      status: 'fail',
      observed: expect.stringContaining('503: 100 % of one request, error ≤ 0.0001 %') as string,
      evidence: ['answers: 1 × HTTP 503'],
    });
  });

  it('does not count a dead server as a success', async () => {
    const url = await serve((request) => request.socket.destroy());
    expect(await run(`traffic: { get: ${url}/, success: 50% }`)).toMatchObject({
      status: 'fail',
      evidence: [expect.stringContaining('no answer')],
    });
  });
});

describe('command', () => {
  it('names the ports of this machine as they are now', async () => {
    const yaml = `command: { run: 'echo http://localhost:30000/a 127.0.0.1:30005', equals: 'http://localhost:30000/a 127.0.0.1:30005' }`;
    const parsed = parseCheck('it', yaml);
    const result = 'check' in parsed && (await parsed.check.run({ ...context, portBase: 31_000 }, 'once'));
    expect(result).toMatchObject({
      status: 'pass',
      evidence: ['http://localhost:31000/a 127.0.0.1:31005'],
      command: 'echo http://localhost:31000/a 127.0.0.1:31005',
    });
  });

  it.each([
    ['run: echo one two, contains: two', 'pass'],
    ['run: exit 3, exit: 3', 'pass'],
    ['run: exit 3', 'fail'],
    ['run: echo one, lacks: one', 'fail'],
    ['run: echo " one ", equals: one', 'pass'],
    ['run: echo oneself, equals: one', 'fail'],
    ['run: cat, equals: ""', 'pass'],
  ])('%s: %s', async (yaml, status) => {
    expect(await run(`command: { ${yaml} }`)).toMatchObject({ status });
  });
});

it('a run that is stopped stops its check', async () => {
  const url = await serve(() => undefined);
  const stop = new AbortController();
  const parsed = parseCheck('it', `http: { get: ${url}/ }`);
  if ('problems' in parsed) throw new Error('unreachable');
  const running = parsed.check.run({ ...context, signal: stop.signal }, 'within');
  setTimeout(() => stop.abort(new Error('stopped')), 100);
  await expect(running).rejects.toThrow('stopped');
});
