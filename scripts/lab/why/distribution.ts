// The last rung: everything works, and does something else than was asked. Told from what the check asks of the proxy,
// and from where the objects differ from the lab's.

import { closest } from '../../closest.ts';
import { sameShares, weightsOf } from '../checks/route-config.ts';
import type { Cause, Diagnosis } from './diagnosis.ts';
import { changesOf, comparison, shown, type Difference } from './differences.ts';
import { wayTo, type IntendedObject } from './intended.ts';
import { nameOf } from './scene.ts';
import { namespaceOf, type Scope } from './scope.ts';
import {
  virtualServiceOf,
  type HttpRoute,
  type Retries,
  type RouteDestination,
} from '../../../sandbox/mesh/kube/virtual-service.ts';
import type { AnyObject } from '../../../sandbox/kube/object.ts';

export function distribution(scope: Scope): Diagnosis | undefined {
  return changedObject(scope) ?? retriesOnLittle(scope) ?? otherRoute(scope) ?? otherShares(scope);
}

/** The first object that is not as the lab applies it, those of this step before others. */
function changedObject({ scene, namespaces }: Scope): Diagnosis | undefined {
  for (const intended of scene.intended) {
    const { object } = intended;
    if (!namespaces.includes(namespaceOf(object))) continue;
    const live = scene.find(object);
    if (live === undefined) continue;
    const found = changesOf(live, object);
    if (found.length > 0) return described(live, intended, found);
  }
  return undefined;
}

/** Words of their own for the mistakes that are made most, and the field itself for all others. */
function described(live: AnyObject, lab: IntendedObject, found: readonly Difference[]): Diagnosis {
  const [first] = found;
  const path = first?.path ?? '';
  const evidence = found.slice(0, 5).map(comparison);
  const say = (cause: Cause, text: string, fix: string, seen?: string): Diagnosis => ({
    rung: 'distribution',
    cause,
    text,
    ...(seen !== undefined && { seen }),
    fix,
    evidence,
  });
  const [rule, index] = ruleAt(live, path);
  const [labRule] = ruleAt(lab.object, path);
  const where = `${nameOf(live)}${rule?.name === undefined ? (index > 0 ? `, rule ${index + 1},` : '') : `, rule ${rule.name},`}`;
  if (/\.retries\b/.test(path)) return retriesText(where, rule?.retries, labRule?.retries, wayTo(lab), say);
  if (
    rule?.route !== undefined &&
    labRule?.route !== undefined &&
    isAboutWeights(rule.route, labRule.route)
  ) {
    return say(
      'weights',
      `The weights of ${where.replace(/,$/, '')} are ${weightsText(rule.route)}; asked for is ${weightsText(labRule.route)}.`,
      wayTo(lab),
    );
  }
  const dropped = found.find(
    ({ path: field, actual }) => field.endsWith('.destination.subset') && actual === undefined,
  );
  if (dropped !== undefined) {
    return say(
      'no-subset',
      `${where} sends to ${hostAt(rule, dropped.path)} without a subset, so to all of its versions; asked for is subset ${shown(dropped.wanted)}.`,
      `subset: ${shown(dropped.wanted)}`,
    );
  }
  if (/\.match\b/.test(path)) return matchText(where, first, rule, labRule, say);
  return say(
    'differs',
    `${nameOf(live)} differs from the lab's: ${first === undefined ? path : comparison(first)}.`,
    wayTo(lab),
    `${path} of ${nameOf(live)} is not yet what the step asks for.`,
  );
}

function ruleAt(object: AnyObject, path: string): readonly [HttpRoute | undefined, number] {
  const index = Number(/^spec\.http\[(\d+)\]/.exec(path)?.[1] ?? 0);
  return [(object['spec'] as { http?: HttpRoute[] } | undefined)?.http?.[index], index];
}

type Say = (cause: Cause, text: string, fix: string, seen?: string) => Diagnosis;

function retriesText(
  where: string,
  retries: Retries | undefined,
  wanted: Retries | undefined,
  command: string,
  say: Say,
): Diagnosis {
  if (retries?.attempts !== undefined && retries.retryOn === undefined && wanted?.retryOn !== undefined) {
    return say('retries', onLittle(where, retries.attempts), `retryOn: ${wanted.retryOn}`);
  }
  const text = (each: Retries | undefined): string =>
    each === undefined
      ? 'no retries'
      : Object.entries(each)
          .map(([name, value]) => `${name}: ${String(value)}`)
          .join(', ');
  const seen = `${where} has ${text(retries)}`;
  return say('retries', `${seen}; asked for is ${text(wanted)}.`, command, `${seen}.`);
}

/** The same destinations, with other numbers. */
function isAboutWeights(route: readonly RouteDestination[], wanted: readonly RouteDestination[]): boolean {
  const names = (each: readonly RouteDestination[]): string =>
    each.map(({ destination }) => `${destination.host}+${destination.subset ?? ''}`).join(' ');
  const weights = (each: readonly RouteDestination[]): string =>
    each.map(({ weight }) => weight ?? '').join(' ');
  const more = route.length !== wanted.length;
  return (
    (more && Math.max(route.length, wanted.length) > 1) ||
    (names(route) === names(wanted) && weights(route) !== weights(wanted))
  );
}

const weightsText = (route: readonly RouteDestination[]): string =>
  route
    .map(
      ({ destination: { host, subset }, weight }) =>
        `${subset ?? host} ${weight ?? (route.length === 1 ? 100 : 'none')}`,
    )
    .join(', ');

function hostAt(rule: HttpRoute | undefined, path: string): string {
  const index = Number(/\.route\[(\d+)\]/.exec(path)?.[1] ?? 0);
  return rule?.route?.[index]?.destination.host ?? '';
}

function matchText(
  where: string,
  first: Difference | undefined,
  rule: HttpRoute | undefined,
  wanted: HttpRoute | undefined,
  say: Say,
): Diagnosis {
  const [has, asked] = [rule, wanted].map((each) => matchWords(each));
  const headers = Object.keys(rule?.match?.[0]?.headers ?? {});
  const askedHeaders = Object.keys(wanted?.match?.[0]?.headers ?? {});
  const typed = headers.find(
    (name) => closest(name, askedHeaders) !== undefined && !askedHeaders.includes(name),
  );
  const hint = typed === undefined ? '' : ` (${typed} is not ${closest(typed, askedHeaders) ?? ''})`;
  const seen = `${where} takes requests with ${has ?? ''}`;
  return say(
    'differs',
    `${seen}; asked for are those with ${asked ?? ''}${hint}.`,
    `match: ${JSON.stringify(wanted?.match ?? first?.wanted)}`,
    `${seen}${hint}.`,
  );
}

function matchWords(rule: HttpRoute | undefined): string {
  if (rule?.match === undefined) return 'anything';
  return rule.match
    .map(({ uri, headers, ...rest }) =>
      [
        ...(uri === undefined ? [] : Object.entries(uri).map(([how, text]) => `${how} path ${String(text)}`)),
        ...Object.entries(headers ?? {}).map(
          ([name, value]) => `header ${name}: ${Object.values(value).join('')}`,
        ),
        ...Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`),
      ].join(' and '),
    )
    .join(', or ');
}

/** Retries that the author has thought of, and not of when. */
function retriesOnLittle({ scene, hops }: Scope): Diagnosis | undefined {
  const called = new Set(hops.map(({ request }) => request.host));
  for (const object of scene.of('VirtualService')) {
    const { hosts, http } = virtualServiceOf(object);
    const retries = http.find((rule) => rule.retries !== undefined)?.retries;
    if (
      !hosts.some((host) => called.has(host)) ||
      (retries?.attempts ?? 0) === 0 ||
      retries?.retryOn !== undefined
    )
      continue;
    return {
      rung: 'distribution',
      cause: 'retries',
      text: onLittle(nameOf(object), retries?.attempts ?? 0),
      fix: 'retryOn: 5xx',
      evidence: [`retries: ${JSON.stringify(retries)}`],
    };
  }
  return undefined;
}

const onLittle = (where: string, attempts: number): string =>
  `${where} has retries with attempts: ${attempts} and no retryOn. Then only failures are tried again where the request surely did nothing, such as a refused connection; an answer with status 500 is passed on as it is.`;

/** A rule of the learner's own, held against what the check asks of the proxy. */
function otherRoute({ scene, hops }: Scope): Diagnosis | undefined {
  const { aim } = scene;
  if (aim.kind !== 'route') return undefined;
  const [found] = hops[0]?.routes ?? [];
  if (found === undefined || !('route' in found.found)) return undefined;
  const { route } = found.found;
  const evidence = [`pod ${found.proxy.pod.metadata.name}: ${JSON.stringify(route.route).slice(0, 200)}`];
  const text = (weights: ReadonlyMap<string, number>): string =>
    [...weights].map(([name, weight]) => `${name} ${weight}`).join(', ');
  if (aim.weights !== undefined && !sameShares(weightsOf(route), aim.weights)) {
    return {
      rung: 'distribution',
      cause: 'weights',
      text: `The proxy of ${aim.workload.deployment} sends ${text(weightsOf(route)) || 'nowhere'}; asked for is ${text(aim.weights)}.`,
      fix: `weights ${text(aim.weights)} in the VirtualService for ${aim.request.host.split('.')[0] ?? ''}`,
      evidence,
    };
  }
  const policy = route.route?.retry_policy;
  const { retries } = aim;
  const lacks =
    retries?.retry_on !== undefined && !(policy?.retry_on ?? '').split(',').includes(retries.retry_on);
  if (retries === undefined || (!lacks && policy?.num_retries === retries.num_retries)) return undefined;
  return {
    rung: 'distribution',
    cause: 'retries',
    text: `The proxy of ${aim.workload.deployment} tries ${policy?.num_retries ?? 0} more times, on ${policy?.retry_on ?? 'nothing'}; asked for are ${retries.num_retries ?? 'some'} on ${retries.retry_on ?? 'any failure'}.`,
    fix: `retries: { attempts: ${retries.num_retries ?? 3}, retryOn: ${retries.retry_on ?? '5xx'} }`,
    evidence,
  };
}

/** The shares that the check counts, held against the weights on the way. */
function otherShares({ scene, hops }: Scope): Diagnosis | undefined {
  const { aim } = scene;
  if (aim.kind !== 'request' || aim.shares === undefined) return undefined;
  const asked = inOrder([...aim.shares.values()]);
  const weighted = hops.flatMap(({ caller, routes }) => {
    const [found] = routes.flatMap((route) => ('route' in route.found ? route.found.route : []));
    const isChosen = found?.route?.cluster?.split('|')[2] !== '';
    return found === undefined || !isChosen ? [] : [{ caller, weights: weightsOf(found) }];
  });
  const isAsked = (weights: ReadonlyMap<string, number>): boolean => inOrder([...weights.values()]) === asked;
  const [first] = weighted;
  if (first === undefined || weighted.some(({ weights }) => isAsked(weights))) return undefined;
  const has = [...first.weights].map(([name, weight]) => `${name} ${weight}`).join(', ');
  const shares = [...aim.shares].map(([name, share]) => `${name} ${Math.round(share * 100)} %`).join(', ');
  return {
    rung: 'distribution',
    cause: 'weights',
    text: `The proxy of ${first.caller} sends ${has || 'nowhere'}; asked for is ${shares}.`,
    fix: `weights for ${shares} in the VirtualService`,
    evidence: weighted.map(
      ({ caller, weights }) => `${caller}: ${JSON.stringify(Object.fromEntries(weights))}`,
    ),
  };
}

/** As parts of a hundred, so that 1 and 1 are 50 and 50. */
function inOrder(numbers: readonly number[]): string {
  const total = numbers.reduce((sum, number) => sum + number, 0);
  return numbers
    .filter((number) => number > 0)
    .map((number) => Math.round((number / total) * 100))
    .toSorted((a, b) => a - b)
    .join(' ');
}
