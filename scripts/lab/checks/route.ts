// `route`: what the calling proxy was really given, read from its own configuration dump.

import type { ClusterClient } from '../../cluster/client.ts';
import { LabError } from '../../error.ts';
import type { RouteAim } from './aim.ts';
import type { Check } from './check.ts';
import { clusterOf } from './cluster-of.ts';
import type { Fields } from './fields.ts';
import { observe, readModality, resultOf, type Observation } from './look.ts';
import { adminGet, proxiesOf, readWorkload, type Workload } from './proxy-of.ts';
import {
  evidenceOf,
  findRoute,
  sameShares,
  showRetries,
  weightsOf,
  type EnvoyRoute,
  type Request,
} from './route-config.ts';
import * as written from './written.ts';

interface Expectation {
  readonly weights: Readonly<Record<string, number>> | undefined;
  readonly retries:
    | { readonly attempts?: number; readonly on?: string; readonly perTry?: number }
    | undefined;
  /** Milliseconds. */
  readonly timeoutMs: number | undefined;
}

/** Reads the mapping under `route:`. */
export function readRouteCheck(title: string, fields: Fields, outer: Fields): Check {
  const workload = readWorkload(fields, 'from');
  const request: Request = {
    host: fields.requiredText('host'),
    config: fields.text('config') ?? '80',
    path: fields.as('path', written.path) ?? '/',
    headers: fields.texts('headers', written.headers),
  };
  const expectation = readExpectation(fields);
  const modality = readModality(outer);
  return {
    title,
    kind: 'route',
    invariant: outer.flag('invariant') ?? false,
    aim: { kind: 'route', workload, request, ...aimed(expectation) },
    async run(context, patience) {
      const startedAt = performance.now();
      const cluster = await clusterOf(context);
      const look = async (signal: AbortSignal): Promise<Observation> =>
        lookAt(cluster, workload, request, expectation, signal);
      const command = `kubectl -n ${workload.namespace} exec deploy/${workload.deployment} -c istio-proxy -- pilot-agent request GET "config_dump?mask=dynamic_route_configs"`;
      return resultOf(title, command, startedAt, await observe(look, modality, patience, context));
    },
  };
}

function readExpectation(fields: Fields): Expectation {
  const retries = fields.map('retries');
  const expectation: Expectation = {
    weights: fields.counts('weights'),
    retries: retries === undefined ? undefined : readRetries(retries),
    timeoutMs: fields.duration('timeout', written.durationOrNone),
  };
  fields.anyOf(['weights', 'retries', 'timeout']);
  return expectation;
}

function readRetries(retries: Fields): NonNullable<Expectation['retries']> {
  const attempts = retries.whole('attempts', { from: 0 });
  const on = retries.as('on', written.retryCondition);
  const perTry = retries.duration('perTry');
  retries.anyOf(['attempts', 'on', 'perTry']);
  if (attempts === 0 && (on !== undefined || perTry !== undefined))
    retries.fail('attempts', 'route.retries.attempts 0 is no retries, and those have no on and no perTry');
  retries.done();
  return {
    ...(attempts === undefined ? {} : { attempts }),
    ...(on === undefined ? {} : { on }),
    ...(perTry === undefined ? {} : { perTry }),
  };
}

const aimed = ({ weights, retries }: Expectation): Partial<RouteAim> => ({
  ...(weights !== undefined && {
    weights: new Map(Object.entries(weights)),
  }),
  ...(retries !== undefined && {
    retries: {
      ...(retries.attempts !== undefined && { num_retries: retries.attempts }),
      ...(retries.on !== undefined && { retry_on: retries.on }),
    },
  }),
});

/** Every proxy of the workload must have it. */
async function lookAt(
  cluster: ClusterClient,
  workload: Workload,
  request: Request,
  expectation: Expectation,
  signal: AbortSignal,
): Promise<Observation> {
  const expected = describe(expectation);
  const found = await proxiesOf(cluster, workload);
  if ('problem' in found) {
    return { ok: false, observed: found.problem, expected, reason: found.problem, hint: found.hint };
  }
  let observed = '';
  for (const pod of found.pods) {
    const dump = await dumpOf(cluster, workload, pod, signal);
    if (dump === undefined) {
      const problem = `the proxy of pod ${pod} does not answer yet`;
      return { ok: false, observed: problem, expected, reason: problem };
    }
    const route = findRoute(dump, request);
    if ('problem' in route) {
      return {
        ok: false,
        observed: route.problem,
        expected,
        reason: `pod ${pod}: ${route.problem}`,
        evidence: route.evidence,
      };
    }
    observed = describeRoute(route.route, expectation);
    const problem = difference(route.route, expectation);
    if (problem !== undefined) {
      const evidence = evidenceOf(route.route);
      return { ok: false, observed, expected, reason: `pod ${pod}: ${problem}`, evidence };
    }
  }
  return { ok: true, observed, expected };
}

async function dumpOf(
  cluster: ClusterClient,
  workload: Workload,
  pod: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return await adminGet(cluster, workload, pod, 'config_dump?mask=dynamic_route_configs', signal);
  } catch (error) {
    if (error instanceof LabError && error.code === 'EXEC_FAILED') return undefined;
    throw error;
  }
}

function difference(route: EnvoyRoute, { weights, retries, timeoutMs }: Expectation): string | undefined {
  const policy = route.route?.retry_policy;
  const actualWeights = weightsOf(route);
  const wanted = new Map(Object.entries(weights ?? {}));
  if (weights !== undefined && !sameShares(actualWeights, wanted)) {
    return `its destinations are ${showWeights(actualWeights)}, not ${showWeights(wanted)}`;
  }
  if (retries?.attempts !== undefined && (policy?.num_retries ?? 0) !== retries.attempts) {
    return `it retries ${policy?.num_retries ?? 0} times, not ${retries.attempts}`;
  }
  if (retries?.on !== undefined && !wordsOf(policy?.retry_on).includes(retries.on)) {
    return `it retries on "${policy?.retry_on ?? ''}", which does not name ${retries.on}`;
  }
  if (retries?.perTry !== undefined && seconds(policy?.per_try_timeout) !== retries.perTry) {
    return `each try may take ${policy?.per_try_timeout ?? 'any time'}, not ${retries.perTry / 1000} s`;
  }
  if (timeoutMs !== undefined && seconds(route.route?.timeout) !== timeoutMs) {
    return `its timeout is ${route.route?.timeout ?? 'not set'}, not ${timeoutMs / 1000} s`;
  }
  return undefined;
}

const wordsOf = (list: string | undefined): readonly string[] =>
  (list ?? '').split(',').map((word) => word.trim());

/** A protobuf duration in milliseconds. */
const seconds = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Number(text.replace(/s$/, '')) * 1000;

const showWeights = (weights: ReadonlyMap<string, number>): string =>
  weights.size === 0 ? 'none' : [...weights].map(([name, weight]) => `${name} ${weight}`).join(', ');

/** What the expectation asks for, and nothing else. */
function describeRoute(route: EnvoyRoute, { weights, retries, timeoutMs }: Expectation): string {
  const policy = route.route?.retry_policy;
  return [
    ...(weights === undefined ? [] : [`to ${showWeights(weightsOf(route))}`]),
    ...(retries === undefined ? [] : [showRetries(policy)]),
    ...(timeoutMs === undefined ? [] : [`timeout ${route.route?.timeout ?? 'not set'}`]),
  ].join(', ');
}

function describe({ weights, retries, timeoutMs }: Expectation): string {
  return [
    ...(weights === undefined ? [] : [`to ${showWeights(new Map(Object.entries(weights)))}`]),
    ...(retries === undefined
      ? []
      : [
          `${retries.attempts ?? 'some'} retries${retries.on === undefined ? '' : ` on ${retries.on}`}${
            retries.perTry === undefined ? '' : `, each within ${retries.perTry / 1000} s`
          }`,
        ]),
    ...(timeoutMs === undefined ? [] : [`timeout ${timeoutMs / 1000} s`]),
  ].join(', ');
}
