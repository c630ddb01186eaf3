// Benches of a sandbox that runs in this process: rules in force, memory, many services, many requests.

import { Agent, request as httpRequest } from 'node:http';
import { systemClock } from '../../sandbox/clock/clock.ts';
import { gateways, namespaces, services, virtualServices } from '../../sandbox/kube/resources.ts';
import { createSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { curl } from '../lab/checks/curl.ts';
import { median, quantile, timed, type Row } from './measure.ts';

const agent = new Agent({ keepAlive: true });

export async function warmBenches(): Promise<readonly Row[]> {
  const sandbox = await createSandbox({
    dir: undefined,
    portBase: 0,
    apiPort: 0,
    clock: systemClock,
    random: Math.random,
    log: () => undefined,
  });
  try {
    await sandbox.ready();
    openGateway(sandbox);
    const small = await ruleInForce(sandbox, 200);
    const traffic = await trafficCheck(sandbox);
    addServices(sandbox, 1000);
    const large = await ruleInForce(sandbox, 200);
    return [
      {
        what: 'rule applied to in force at the gateway (p99)',
        value: `${quantile(small, 0.99).toFixed(1)} ms, median ${median(small).toFixed(1)} ms`,
        peer: '-',
        bar: '≤ 20 ms',
        met: quantile(small, 0.99) <= 20,
      },
      {
        what: 'the same with 1,000 services and 1,000 VirtualServices',
        value: `${quantile(large, 0.99).toFixed(1)} ms, median ${median(large).toFixed(1)} ms`,
        peer: `with none: ${median(small).toFixed(1)} ms, ratio ${(median(large) / median(small)).toFixed(1)}`,
        bar: 'ratio about 1',
        met: median(large) / median(small) < 2,
      },
      traffic,
    ];
  } finally {
    agent.destroy();
    await sandbox.close();
  }
}

const namespace = 'bench';

function openGateway({ cluster }: Sandbox): void {
  cluster.create(namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  cluster.create(gateways, {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'bench', namespace },
    spec: {
      selector: { istio: 'ingressgateway' },
      servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['bench.example'] }],
    },
  });
  cluster.create(virtualServices, {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'bench', namespace },
    spec: answerWith(200),
  });
}

const answerWith = (status: number): Record<string, unknown> => ({
  hosts: ['bench.example'],
  gateways: ['bench'],
  http: [{ directResponse: { status } }],
});

/** Milliseconds from the write to the first answer that follows it, asked for without a pause. */
async function ruleInForce(sandbox: Sandbox, changes: number): Promise<readonly number[]> {
  const samples: number[] = [];
  for (let change = 0; change < changes; change += 1) {
    const status = 200 + (change % 2 === 0 ? 1 : 2);
    const current = sandbox.cluster.get(virtualServices, namespace, 'bench');
    if (current === undefined) throw new Error('the bench rule is gone');
    const startedAt = performance.now();
    sandbox.cluster.update(virtualServices, { ...structuredClone(current), spec: answerWith(status) });
    while ((await statusOf(sandbox)) !== status) {
      if (performance.now() - startedAt > 5000) throw new Error('the rule did not come into force');
    }
    samples.push(performance.now() - startedAt);
  }
  return samples;
}

/** 0 when the connection is refused or reset: the gateway has not opened its port yet. */
function statusOf({ ports }: Sandbox): Promise<number> {
  return new Promise((resolve) => {
    httpRequest(
      { agent, host: '127.0.0.1', port: ports[0], headers: { host: 'bench.example' } },
      (response) => {
        response.resume();
        response.once('end', () => resolve(response.statusCode ?? 0));
      },
    )
      .once('error', () => resolve(0))
      .end();
  });
}

function addServices({ cluster }: Sandbox, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const name = `service-${index}`;
    cluster.create(services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { clusterIP: 'None', selector: { app: name }, ports: [{ name: 'http', port: 80 }] },
    });
    cluster.create(virtualServices, {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name, namespace },
      spec: { hosts: [name], http: [{ route: [{ destination: { host: name } }] }] },
    });
  }
}

/** A thousand requests by the check's curl, beside the same thousand by a bare client. */
async function trafficCheck(sandbox: Sandbox): Promise<Row> {
  const call = {
    method: 'GET',
    url: `http://127.0.0.1:${sandbox.ports[0] ?? 0}/`,
    headers: { host: 'bench.example' },
    body: undefined,
  };
  const options = {
    env: { PATH: process.env['PATH'] ?? '' },
    signal: new AbortController().signal,
  };
  await curl(call, 50, options);
  const bare = await timed(async () => {
    for (let sent = 0; sent < 1000; sent += 10) {
      await Promise.all(Array.from({ length: 10 }, async () => statusOf(sandbox)));
    }
  });
  const check = await timed(async () => curl(call, 1000, options));
  const beyond = check.ms - bare.ms;
  return {
    what: 'a check of 1,000 requests',
    value: `${check.ms.toFixed(0)} ms`,
    peer: `a bare client: ${bare.ms.toFixed(0)} ms`,
    bar: '≤ 1000 ms beyond it',
    met: beyond <= 1000,
  };
}
