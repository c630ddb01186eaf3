// `metric`: how much a counter of a workload's proxies grows while requests are sent.

import type { ClusterClient } from '../../cluster/client.ts';
import { curl, curlCommand } from './curl.ts';
import type { Check } from './check.ts';
import { clusterOf } from './cluster-of.ts';
import type { Fields } from './fields.ts';
import { readCall } from './http-call.ts';
import { resultOf, type Observation } from './look.ts';
import { adminGet, proxiesOf, readWorkload, type Workload } from './proxy-of.ts';
import { sumOf } from './sum-of.ts';
import * as written from './written.ts';

interface Bounds {
  readonly least: number;
  readonly most: number;
}

const mostRequests = 1000;

/** Reads the mapping under `metric:`. The requests are sent once; a red result is not repeated. */
export function readMetricCheck(title: string, fields: Fields, outer: Fields): Check {
  const workload = readWorkload(fields, 'of');
  const name = fields.requiredAs('name', written.metricName);
  const labels = fields.texts('labels', written.metricLabels);
  const during = fields.requiredMap('during');
  const call = during === undefined ? undefined : readCall(during);
  const requests = during?.whole('requests', { from: 1, to: mostRequests }) ?? 20;
  during?.done();
  const bounds: Bounds = {
    least: fields.whole('atLeast', { from: 1 }) ?? 0,
    most: fields.whole('atMost', { from: 0 }) ?? Number.POSITIVE_INFINITY,
  };
  fields.anyOf(['atLeast', 'atMost']);
  if (bounds.least > bounds.most)
    fields.fail('atLeast', `metric.atLeast ${bounds.least} is more than atMost ${bounds.most}`);
  return {
    title,
    kind: 'metric',
    invariant: outer.flag('invariant') ?? false,
    aim: { kind: 'request', method: 'GET', url: '', headers: {}, ...call?.aim, workload },
    async run(context) {
      const startedAt = performance.now();
      const cluster = await clusterOf(context);
      const request = (call ?? readCall(fields)).atBase(context.portBase);
      const sum = async (): Promise<number | string> =>
        counter(cluster, workload, name, labels, context.signal);
      const before = await sum();
      await curl(request, requests, { env: context.env, signal: context.signal });
      const after = await sum();
      const seen = judge(before, after, requests, name, bounds);
      return resultOf(title, `${curlCommand(request)}; ${statsCommand(workload)}`, startedAt, seen);
    },
  };
}

/** The counter's sum over all proxies of the workload, or why it cannot be read. */
async function counter(
  cluster: ClusterClient,
  workload: Workload,
  name: string,
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number | string> {
  const found = await proxiesOf(cluster, workload);
  if ('problem' in found) return found.problem;
  const texts = await Promise.all(
    found.pods.map(async (pod) => adminGet(cluster, workload, pod, 'stats/prometheus', signal)),
  );
  return texts.reduce((sum, text) => sum + sumOf(text, name, labels), 0);
}

function judge(
  before: number | string,
  after: number | string,
  requests: number,
  name: string,
  { least, most }: Bounds,
): Observation {
  const expected = `${name} grows by ${most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} to ${most}`}`;
  if (typeof before === 'string' || typeof after === 'string') {
    const problem = typeof before === 'string' ? before : String(after);
    return { ok: false, observed: problem, expected, reason: problem };
  }
  const change = after - before;
  return {
    ok: change >= least && change <= most,
    observed: `it grew by ${change} during ${requests} requests`,
    expected,
    reason: `${name} grew by ${change} during ${requests} requests`,
  };
}

const statsCommand = ({ namespace, deployment }: Workload): string =>
  `kubectl -n ${namespace} exec deploy/${deployment} -c istio-proxy -- pilot-agent request GET stats/prometheus`;
