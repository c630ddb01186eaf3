// One proxy hop with every feature on, against httpxy forwarding the same request: throughput, p50, p99.
// Server and proxies run in processes of their own, so that only the hop differs.

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { median, type Row } from './measure.ts';

const connections = 64;
const rounds = 5;
const requestsPerRound = 20_000;
const request = Buffer.from(
  'GET /api/catalog?page=2 HTTP/1.1\r\nHost: catalog.shop:80\r\nUser-Agent: bench\r\nAccept: application/json\r\n' +
    'Accept-Encoding: gzip\r\nCookie: session=3f2a\r\nX-Request-Id: 0f0c2d6e-6a54-4c1e-8b1b-6f4b6f6f2a11\r\n\r\n',
);

interface Round {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Rounds alternate between the two, so that a slow moment of the machine meets both. */
export async function proxyHop(): Promise<Row> {
  const upstream = await start('upstream');
  const hops = { mesh: await start('mesh', upstream.port), httpxy: await start('httpxy', upstream.port) };
  const results: Record<keyof typeof hops, Round[]> = { mesh: [], httpxy: [] };
  try {
    for (let round = 0; round <= rounds; round += 1) {
      for (const name of ['mesh', 'httpxy'] as const) {
        const result = await drive(hops[name].port);
        // The first round warms up.
        if (round > 0) results[name].push(result);
      }
    }
  } finally {
    for (const { child } of [upstream, ...Object.values(hops)]) child.kill();
  }
  const ratio = median(
    results.mesh.map(({ perSecond }, at) => perSecond / (results.httpxy[at]?.perSecond ?? 1)),
  );
  return {
    what: 'one proxy hop, all features on',
    value: describe(results.mesh),
    peer: `httpxy: ${describe(results.httpxy)}; ratio ${ratio.toFixed(2)}`,
    bar: 'ratio ≥ 1.0',
    met: ratio >= 1,
  };
}

const describe = (list: readonly Round[]): string =>
  `${Math.round(median(list.map(({ perSecond }) => perSecond)))} requests/s, p99 ${median(list.map(({ p99 }) => p99)).toFixed(1)} ms`;

async function start(kind: string, upstreamPort?: number): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(fileURLToPath(new URL('proxy-hop-server.ts', import.meta.url)), [
    kind,
    String(upstreamPort),
  ]);
  const failed = once(child, 'exit').then(() => {
    throw new Error(`The ${kind} server ended before it listened`);
  });
  const [port] = (await Promise.race([once(child, 'message'), failed])) as [number];
  return { child, port };
}

/** Keep-alive connections that each send the next request when the answer to the last is complete. */
async function drive(port: number): Promise<Round> {
  const latencies = new Float64Array(requestsPerRound);
  let sent = 0;
  let done = 0;
  const begin = performance.now();
  const worker = async (): Promise<void> => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    await new Promise<void>((resolve, reject) => {
      let sentAt = 0;
      let text = '';
      const next = (): void => {
        if (sent >= requestsPerRound) {
          socket.destroy();
          resolve();
          return;
        }
        sent += 1;
        sentAt = performance.now();
        socket.write(request);
      };
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        if (!complete(text)) return;
        if (!text.startsWith('HTTP/1.1 200')) reject(new Error(`The hop answered ${text.slice(0, 200)}`));
        text = '';
        latencies[done] = performance.now() - sentAt;
        done += 1;
        next();
      });
      socket.on('error', reject);
      next();
    });
  };
  await Promise.all(Array.from({ length: connections }, worker));
  const seconds = (performance.now() - begin) / 1000;
  const sorted = latencies.subarray(0, done).toSorted();
  return {
    perSecond: done / seconds,
    p50: sorted[Math.floor(done * 0.5)] ?? 0,
    p99: sorted[Math.floor(done * 0.99)] ?? 0,
  };
}

function complete(text: string): boolean {
  const head = text.indexOf('\r\n\r\n');
  if (head === -1) return false;
  const length = /content-length: (\d+)/i.exec(text)?.[1];
  return length === undefined ? text.endsWith('0\r\n\r\n') : text.length >= head + 4 + Number(length);
}
