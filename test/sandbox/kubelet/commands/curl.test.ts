// The sandbox's curl beside the real one: the same command lines, the same server, the same output.

import { execFile } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock, settled } from '../../../support/manual-clock.ts';
import { openBox, type Box, type Printed } from './run.ts';

let box: Box;
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
  box = openBox();
  box.pod.listen(port, (socket) => server.emit('connection', socket));
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function answer(request: IncomingMessage, response: ServerResponse): void {
  response.sendDate = false;
  const [path = ''] = (request.url ?? '').split('?');
  const reply = pages[path];
  if (reply !== undefined) {
    request.resume();
    reply(response, request.socket);
    return;
  }
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
  request.on('end', () => {
    const head: string[] = [];
    for (let at = 0; at < request.rawHeaders.length; at += 2) {
      head.push(
        `${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]?.replace(/^curl.*/, 'curl/VERSION')}`,
      );
    }
    response.setHeader('X-Two', ['one', 'two']);
    response.end(`${request.method} ${request.url}\n${head.join('\n')}\n\n${body}\n`);
  });
}

const pages: Readonly<Record<string, (response: ServerResponse, socket: Socket) => void>> = {
  '/500': (response) => response.writeHead(500, { 'Content-Type': 'text/plain' }).end('broken\n'),
  '/204': (response) => response.writeHead(204).end(),
  '/teapot': (response) => response.writeHead(418, 'I am a teapot').end(),
  '/chunked': (response) => {
    response.write('one ');
    response.end('two\n');
  },
  '/bytes': (response) => response.end(Buffer.from([0, 255, 10, 128])),
  '/away': (response) => response.writeHead(302, { Location: '/echo?moved' }).end('moved'),
  '/there': (response) => response.writeHead(307, { Location: './echo' }).end(),
  '/loop': (response) => response.writeHead(301, { Location: '/loop' }).end(),
  '/drop': (_, socket) => socket.destroy(),
  '/reset': (_, socket) => socket.resetAndDestroy(),
  '/short': (response, socket) => {
    response.writeHead(200, { 'Content-Length': '100' });
    response.write('only this');
    setImmediate(() => setImmediate(() => socket.destroy()));
  },
  '/cut': (response, socket) => {
    response.write('only this');
    setImmediate(() => setImmediate(() => socket.destroy()));
  },
};

const real = (args: readonly string[]): Promise<Printed> =>
  new Promise((resolve) => {
    execFile('curl', ['-q', ...args], { encoding: 'utf8' }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    );
  });

/** `:` stands for the server; the version, times and free ports differ. */
const both = async (line: string): Promise<{ ours: Printed; theirs: Printed }> => {
  const args = split(line).map((arg) =>
    arg.replace(/^(\w+:\/\/[^/:]+)?:\//, `$1:${port}/`).replace(/^:/, 'localhost:'),
  );
  const [theirs, ours] = await Promise.all([real(args), box.run(['curl', ...args])]);
  return { ours: normal(ours), theirs: normal(theirs) };
};

const normal = ({ code, stdout, stderr }: Printed): Printed => ({
  code,
  stdout: stdout.replaceAll(/curl\/[\d.]+/g, 'curl/VERSION'),
  stderr: stderr
    .replaceAll(/after \d+ m(illi)?s(econds)?/g, 'after N ms')
    .replace(/[^]*?(?=curl: \(|$)/, (meter) => (meter.includes('% Total') ? '' : meter)),
});

/** Words of a command line with single quotes. */
const split = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

describe('prints what the real curl prints', () => {
  it.each([
    '-s http://localhost:/echo',
    '-si http://localhost:/echo',
    '-s -i http://127.0.0.1:/chunked',
    '-sI http://localhost:/echo',
    '-sI http://localhost:/chunked',
    '-si http://localhost:/204',
    '-si http://localhost:/teapot',
    '-s http://localhost:',
    '-s http://localhost:/a/b/../c/./d?x=1#part',
    '-s http://localhost:/%20x?y=%2F',
    '-s http://user:secret@localhost:/echo',
    '-s http://localhost:/500',
    '-sf http://localhost:/500',
    '-sSf http://localhost:/500',
    '-fsS -o /dev/null http://localhost:/500',
    '-sS --fail-with-body http://localhost:/500',
    '-so /dev/null http://localhost:/echo',
    '-s -o /dev/null -w %{http_code} http://localhost:/500',
    "-s -o /dev/null -w '%{http_code} %{content_type} %{size_download} %{num_connects}\\n' http://localhost:/500",
    "-s -w '\\t%{url_effective} %{remote_ip} %{method} %{scheme} %{http_version} %{exitcode}%%' http://localhost:/teapot",
    "-s -w '%{size_header} %{redirect_url} %{num_redirects} %{response_code}' http://localhost:/teapot",
    '-s -w %{http_code} http://localhost:/drop',
    '-s http://localhost:/echo http://localhost:/echo',
    '-s -o /dev/null http://localhost:/echo -w %{num_connects}, http://localhost:/teapot',
    "-s -H 'X-A: 1' -H 'X-A: 2' -H 'X-B:3' http://localhost:/echo",
    "-s -H 'Host: catalog.example' http://localhost:/echo",
    "-s -H 'Accept:' -H 'X-Empty;' -H 'User-Agent: me' http://localhost:/echo",
    '-s -A robot -e http://from -b a=1 -b c=d -u me:pw http://localhost:/echo',
    '-s -X DELETE http://localhost:/echo',
    '-s -XPUT -d x http://localhost:/echo',
    '-s -d a=1 -d b=2 http://localhost:/echo',
    "-s -d '{\"a\":1}' -H 'Content-Type: application/json' http://localhost:/echo",
    '-s --json \'{"a":1}\' http://localhost:/echo',
    '-s --data-raw @x --data-binary y http://localhost:/echo',
    "-s --data-urlencode 'q=a b&c' http://localhost:/echo",
    '-s -G -d a=1 -d b=2 http://localhost:/echo',
    "-s -G -d a=1 'http://localhost:/echo?x'",
    '-sL http://localhost:/away',
    '-s http://localhost:/away',
    '-sLi http://localhost:/away',
    '-sL -d x=1 http://localhost:/away',
    '-sL -d x=1 http://localhost:/there',
    "-sL -o /dev/null -w '%{num_redirects} %{url_effective} %{num_connects}' http://localhost:/away",
    "-s -o /dev/null -w '%{redirect_url}' http://localhost:/away",
    '-sSL --max-redirs 2 http://localhost:/loop',
    "-s 'http://localhost:/echo?[1-3]'",
    "-s 'http://localhost:/{a,b}?[08-12:2]'",
    '-sg http://localhost:/echo?{}',
    '-s --http1.1 --compressed --no-keepalive -o /dev/null -w %{http_code} http://localhost:/teapot',
    '-sS http://localhost:/drop',
    '-sS http://localhost:/reset',
    '-sS http://localhost:/short',
    '-sS http://localhost:/cut',
    '-s http://localhost:/drop',
    'http://localhost:/drop',
    '-sS http://localhost:1/',
    '-sS http://127.0.0.1:1/',
    '-s http://localhost:1/ -w %{http_code}',
    '-sS --bogus http://localhost:/',
    '-sS http://localhost:/ -H',
    '-sS -o',
    '-s -- http://localhost:/teapot',
    '--url http://localhost:/teapot -s',
    "-sS 'http://local host/'",
    '-sS http://localhost:99999/',
    "-s --resolve shop.example:1234:127.0.0.1 http://shop.example:1234/ -w '%{http_code} %{remote_ip}'",
    '-s --connect-to shop.example:80:localhost:PORT http://shop.example/echo',
    '-s -m 60 --connect-timeout 60 http://localhost:/teapot',
    '-s --retry 2 http://localhost:/teapot',
    '-s http://localhost:/echo -d @/etc/hostname -o /dev/null -w %{http_code}',
  ])('curl %s', async (line) => {
    const { ours, theirs } = await both(line.replace('PORT', String(port)));
    expect(ours).toEqual(theirs);
  });

  it('down to the last byte', async () => {
    const bytes: Buffer[] = [];
    await box.run(['curl', '-s', `http://localhost:${port}/bytes`], {
      stdout: (chunk) => bytes.push(Buffer.from(chunk)),
    });
    expect(Buffer.concat(bytes)).toEqual(Buffer.from([0, 255, 10, 128]));
  });

  it('with -v', async () => {
    const args = ['-sv', '-d', 'x', `http://localhost:${port}/echo`];
    const [theirs, ours] = await Promise.all([real(args), box.run(['curl', ...args])]);
    const heads = ({ stderr }: Printed): string[] =>
      normal({ code: 0, stdout: stderr, stderr: '' })
        .stdout.split(/\r?\n/)
        .filter((line) => /^[<>]/.test(line));
    expect(heads(ours)).toEqual(heads(theirs));
    expect(ours.stderr).toMatch(
      /^\* {3}Trying 127\.0\.0\.1:\d+\.\.\.\n\* Connected to localhost \(127\.0\.0\.1\) port \d+\n>/,
    );
  });
});

describe('time', () => {
  const silent = (clock: ManualClock): Box => {
    const quiet = openBox(clock);
    quiet.pod.listen(80, (socket) => socket.resume().on('end', () => socket.end()));
    return quiet;
  };

  it('is over after --max-time', async () => {
    const clock = new ManualClock();
    const running = silent(clock).run([
      'curl',
      '-sS',
      '-m',
      '1.5',
      '-w',
      '%{http_code} %{time_total}',
      'localhost',
    ]);
    await clock.advance(1_500);
    expect(await running).toEqual({
      code: 28,
      stdout: '000 1.500000',
      stderr: 'curl: (28) Operation timed out after 1500 milliseconds with 0 bytes received\n',
    });
    expect(clock.pending).toBe(0);
  });

  it('passes between retries, twice as much each time', async () => {
    const clock = new ManualClock();
    const quiet = openBox(clock);
    let calls = 0;
    const flaky = createServer((_, response) => {
      calls += 1;
      response.statusCode = calls < 3 ? 503 : 200;
      response.end(`${calls}\n`);
    });
    quiet.pod.listen(80, (socket) => flaky.emit('connection', socket));
    const running = quiet.run([
      'curl',
      '-S',
      '--retry',
      '5',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code}',
      'localhost',
    ]);
    await clock.advance(2_999);
    expect(calls).toBe(2);
    await clock.advance(1);
    expect(await running).toMatchObject({ code: 0, stdout: '200' });
    expect((await running).stderr.split('\n')[0]).toBe(
      'Warning: Problem: HTTP error. Will retry in 1 seconds. 5 retries left.',
    );
  });

  it('ends when the client leaves', async () => {
    const clock = new ManualClock();
    const quiet = silent(clock);
    const leave = new AbortController();
    const running = quiet.run(['curl', '-s', 'localhost'], { signal: leave.signal });
    await settled();
    leave.abort();
    expect((await running).code).toBe(137);
    await settled();
    expect(quiet.network.openEnds).toBe(0);
  });
});

it.each([
  ['http://nobody.shop/x', 6, 'curl: (6) Could not resolve host: nobody.shop\n'],
  ['https://localhost/', 1, 'curl: (1) Protocol "https" not supported or disabled in libcurl\n'],
  [
    '-o file localhost',
    23,
    /^curl: \(23\) Failed writing to file: containers of the sandbox cannot be written to/,
  ],
  ['-O localhost/x', 23, /^curl: \(23\) .* use -o \/dev\/null or none\n$/],
  ['-b cookies.txt localhost', 2, /cookies as -b name=value/],
])('curl %s fails in one sentence', async (line, code, stderr) => {
  const printed = await openBox().run(['curl', '-sS', ...split(line)]);
  expect(printed.code).toBe(code);
  expect(printed.stderr).toMatch(stderr);
});
