// Mistakes that everybody makes, made in every manifest of a lab: weights swapped, a subset dropped, a host misspelt, a
// header changed, retryOn dropped, another namespace, a gateway for other pods.
//
// Only in what the step is about: objects that are there to be used, and of those the rules that the step changes.

import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import type { Lab } from '../format/lab.ts';
import type { Rung } from '../why/diagnosis.ts';
import { intendedBy, keyOf, objectsOf, type IntendedOptions } from '../why/intended.ts';
import { nameOf } from '../why/scene.ts';
import { filesAppliedIn } from './applied-in.ts';
import type { Mutation } from './mutation.ts';
import { resolveGatewayName, resolveHost } from '../../../sandbox/mesh/host.ts';
import { virtualServiceOf, type HttpRoute } from '../../../sandbox/mesh/kube/virtual-service.ts';
import type { AnyObject } from '../../../sandbox/kube/object.ts';

/** What the lab has behind a step, and what it had before. */
interface Surroundings {
  readonly before: readonly AnyObject[];
  readonly after: readonly AnyObject[];
}

interface Wrong {
  readonly what: string;
  readonly rung: Rung;
  readonly object: AnyObject;
}

/** In the order of the lab. */
export function generateMutations(lab: Lab, files: Omit<IntendedOptions, 'step'>): readonly Mutation[] {
  return lab.steps.flatMap((step, index) => {
    const [before, after] = [index - 1, index].map((last) =>
      intendedBy(lab, { ...files, step: last }).objects.map(({ object }) => object),
    );
    const surroundings = { before: before ?? [], after: after ?? [] };
    return filesAppliedIn(step).flatMap((file) => {
      const objects = objectsOf(files.read(file) ?? '');
      return objects.flatMap((object, position) =>
        wrongs(object, surroundings).map(({ what, rung, object: wrong }) => ({
          name: `${nameOf(object)}: ${what}`,
          step: index,
          rung,
          change: { kind: 'file' as const, file, text: written(objects.with(position, wrong)) },
        })),
      );
    });
  });
}

const written = (objects: readonly AnyObject[]): string =>
  objects.map((object) => stringify(object)).join('---\n');

function wrongs(object: AnyObject, surroundings: Surroundings): readonly Wrong[] {
  switch (object.kind) {
    case 'VirtualService':
      return [...wrongRules(object, surroundings), ...wrongHosts(object), elsewhere(object)];
    case 'DestinationRule':
      return wrongSubsets(object, surroundings);
    case 'Gateway':
      return wrongGateways(object, surroundings);
    default:
      return [];
  }
}

const elsewhere = (object: AnyObject): Wrong => ({
  what: 'namespace wrong',
  rung: 'exists',
  object: { ...object, metadata: { ...object.metadata, namespace: 'default' } },
});

/** With one letter twice, as a hasty hand writes it. */
const misspelt = (name: string): string => name.replace(/^[^.]+/, (first) => `${first}${first.at(-1) ?? ''}`);

interface Spec {
  readonly host?: string;
  readonly hosts?: readonly string[];
  readonly http?: readonly HttpRoute[];
  readonly subsets?: readonly { readonly name: string }[];
  readonly selector?: Readonly<Record<string, string>>;
}

const specOf = (object: AnyObject): Spec => (object as { spec?: Spec }).spec ?? {};

const withSpec = (object: AnyObject, fields: object): AnyObject => ({
  ...object,
  spec: { ...(object['spec'] as object), ...fields },
});

/** Rules that stand at their place for the first time in this step. */
function wrongRules(object: AnyObject, { before }: Surroundings): readonly Wrong[] {
  const http = specOf(object).http ?? [];
  const previous = before.find((other) => keyOf(other) === keyOf(object));
  const old = previous === undefined ? [] : (specOf(previous).http ?? []);
  return http.flatMap((rule, index) => {
    if (isDeepStrictEqual(rule, old[index])) return [];
    const changed = (what: string, wrong: HttpRoute): Wrong => ({
      what: http.length === 1 ? what : `${what} in rule ${index + 1}`,
      rung: 'distribution',
      object: withSpec(object, { http: http.with(index, wrong) }),
    });
    return wrongRule(rule, changed);
  });
}

function wrongRule(rule: HttpRoute, changed: (what: string, wrong: HttpRoute) => Wrong): readonly Wrong[] {
  const found: Wrong[] = [];
  const { route = [], match, retries } = rule;
  const weights = route.map(({ weight }) => weight ?? 0);
  const swapped = weights.toReversed();
  if (route.length > 1 && !isDeepStrictEqual(weights, swapped)) {
    const other = route.map((entry, index) => ({ ...entry, weight: swapped[index] ?? 0 }));
    found.push(changed('weights swapped', { ...rule, route: other }));
  }
  // The one that gets the most: nobody would notice it of a destination with weight 0.
  const at = route.findIndex(
    ({ destination, weight = 0 }) => destination.subset !== undefined && weight === Math.max(...weights),
  );
  const entry = route[at];
  if (entry !== undefined) {
    const { subset: _subset, ...destination } = entry.destination;
    found.push(changed('subset dropped', { ...rule, route: route.with(at, { ...entry, destination }) }));
  }
  const first = match?.findIndex(({ headers }) => headers !== undefined) ?? -1;
  const entries = Object.entries(match?.[first]?.headers ?? {});
  if (match !== undefined && entries.length > 0) {
    const headers = Object.fromEntries(entries.map(([name, value]) => [misspelt(name), value]));
    found.push(
      changed('header changed', { ...rule, match: match.with(first, { ...match[first], headers }) }),
    );
  }
  if (retries?.retryOn !== undefined) {
    const { retryOn: _retryOn, ...others } = retries;
    found.push(changed('retryOn dropped', { ...rule, retries: others }));
  }
  return found;
}

/** The host it is for; of a rule for any host, the one it sends to. */
function wrongHosts(object: AnyObject): readonly Wrong[] {
  const [host = '*'] = specOf(object).hosts ?? [];
  if (!host.startsWith('*')) {
    const rung = virtualServiceOf(object).gateways.includes('mesh') ? 'valid' : 'accepted';
    return [{ what: 'host misspelt', rung, object: withSpec(object, { hosts: [misspelt(host)] }) }];
  }
  const [rule, ...rules] = specOf(object).http ?? [];
  const [entry, ...route] = rule?.route ?? [];
  if (entry === undefined) return [];
  const destination = { ...entry.destination, host: misspelt(entry.destination.host) };
  const http = [{ ...rule, route: [{ ...entry, destination }, ...route] }, ...rules];
  return [{ what: 'host misspelt', rung: 'valid', object: withSpec(object, { http }) }];
}

/** Of the subsets that some rule sends to. */
function wrongSubsets(object: AnyObject, { after }: Surroundings): readonly Wrong[] {
  const host = specOf(object).host ?? '';
  const full = resolveHost(host, object.metadata.namespace ?? '');
  const subsets = specOf(object).subsets ?? [];
  const used = new Set(
    after
      .filter(({ kind }) => kind === 'VirtualService')
      .flatMap((rule) => virtualServiceOf(rule).http)
      .flatMap(({ route = [] }) => route)
      .flatMap(({ destination }) => (destination.host === full ? (destination.subset ?? []) : [])),
  );
  if (used.size === 0) return [];
  const dropped = subsets
    .filter(({ name }) => used.has(name))
    .map(({ name }): Wrong => ({
      what: `subset ${name} dropped`,
      rung: 'valid',
      object: withSpec(object, { subsets: subsets.filter((other) => other.name !== name) }),
    }));
  const elsewhereHost: Wrong = {
    what: 'host misspelt',
    rung: 'valid',
    object: withSpec(object, { host: misspelt(host) }),
  };
  return [...dropped, elsewhereHost, elsewhere(object)];
}

function wrongGateways(object: AnyObject, { after }: Surroundings): readonly Wrong[] {
  const key = resolveGatewayName(object.metadata.name, object.metadata.namespace ?? '');
  const isUsed = after.some(
    (rule) => rule.kind === 'VirtualService' && virtualServiceOf(rule).gateways.includes(key),
  );
  if (!isUsed) return [];
  const selector = specOf(object).selector ?? {};
  const other = Object.fromEntries(
    Object.entries(selector).map(([label, value]) => [label, misspelt(value)]),
  );
  return [
    { what: 'selector changed', rung: 'accepted', object: withSpec(object, { selector: other }) },
    elsewhere(object),
  ];
}
