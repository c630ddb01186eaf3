import type { Findings } from './findings.ts';
import type { Message } from './message.ts';
import { durationMistake } from './values.ts';

export function loadBalancer(findings: Findings, settings: Message | undefined, hasOutlier: boolean): void {
  if (settings === undefined) return;
  const hash = settings.child('consistentHash');
  if (hash !== undefined) consistentHash(findings, hash);
  const locality = settings.child('localityLbSetting');
  if (locality !== undefined) localities(findings, locality, hasOutlier);
  const warmup = settings.child('warmup');
  if (warmup === undefined) return;
  findings.error(
    warmup.has('duration') ? durationMistake(warmup, 'duration') : 'duration is required',
    warmup.number('minimumPercent') > 100
      ? 'minimumPercent value should be less than or equal to 100'
      : undefined,
    warmup.has('aggression') && warmup.number('aggression') < 1
      ? 'aggression should be greater than or equal to 1'
      : undefined,
  );
}

function consistentHash(findings: Findings, hash: Message): void {
  if (hash.child('httpCookie')?.text('name') === '') findings.error('name required for HttpCookie');
  const maglev = hash.child('maglev');
  if (hash.number('minimumRingSize') !== 0) {
    findings.warn(
      "consistent hash MinimumRingSize is deprecated, use ConsistentHashLB's RingHash configuration instead",
    );
    if (maglev !== undefined || hash.has('ringHash')) {
      findings.error('only one of MinimumRingSize or Maglev/Ringhash can be specified');
    }
  }
  if (maglev === undefined) return;
  const size = maglev.number('tableSize');
  if (size === 0) findings.error('tableSize must be set for maglev');
  if (size >= largestTable) findings.error(`tableSize must be less than ${largestTable} for maglev`);
  if (size >= largestTable || !isPrime(size)) {
    findings.error('tableSize must be a prime number for maglev');
  }
}

const largestTable = 5_000_011;

function isPrime(value: number): boolean {
  if (value > 0 && value < 4) return true;
  if (value % 2 === 0) return false;
  for (let factor = 3; factor * factor <= value; factor += 2) if (value % factor === 0) return false;
  return true;
}

function localities(findings: Findings, settings: Message, hasOutlier: boolean): void {
  const distribute = settings.list('distribute');
  const failover = settings.list('failover');
  const priorities = settings.texts('failoverPriority');
  if (distribute.length > 0 && failover.length > 0) {
    findings.error("can not simultaneously specify 'distribute' and 'failover'");
    return;
  }
  const topology = failover.length > 0 ? priorities.find((name) => topologyLabels.has(name)) : undefined;
  if (topology !== undefined) {
    findings.error(
      `can not simultaneously set 'failover' and topology label '${topology}' in 'failover_priority'`,
    );
    return;
  }
  for (const entry of distribute) {
    const weights = entry.numbered('to').map(([, weight]) => weight);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const isOutside = weights.some((weight) => weight <= 0 || weight > 100);
    if (isOutside || total !== 100) {
      findings.error(
        isOutside ? 'locality weight must be in range [1, 100]' : `total locality weight ${total} != 100`,
      );
      return;
    }
    findings.error(localityMistake(entry.keys('to')));
  }
  findings.error(localityMistake(distribute.map((entry) => entry.text('from'))));
  if ((failover.length > 0 || priorities.length > 0) && !hasOutlier) {
    findings.warn('outlier detection policy must be provided for failover');
  }
  for (const entry of failover) {
    const regions = [entry.text('from'), entry.text('to')];
    const has = (character: string): boolean => regions.some((region) => region.includes(character));
    if (regions[0] === regions[1]) {
      findings.error('locality lb failover settings must specify different regions');
    }
    if (has('/')) findings.error('locality lb failover only specify region');
    if (has('*')) findings.error("locality lb failover region should not contain '*' wildcard");
  }
}

const topologyLabels = new Set([
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.istio.io/subzone',
]);

/** Localities are `region`, `region/zone` or `region/zone/subzone`; a shorter one includes the longer ones. */
function localityMistake(names: readonly string[]): string | undefined {
  const before: string[][] = [];
  for (const name of names) {
    const stars = name.split('*').length - 1;
    if (stars > 1 || (stars === 1 && !name.endsWith('*'))) {
      return `locality ${name} wildcard '*' number can not exceed 1 and must be in the end`;
    }
    const parts = name.split('/');
    if (parts.slice(0, 3).includes('')) {
      return `locality ${name} must not contain empty region/zone/subzone info`;
    }
    const place = parts.length > 3 ? [...parts.slice(0, 2), parts.slice(2).join('/')] : parts;
    if (before.some((other) => overlap(other, place))) {
      return `locality ${name} overlap with previous specified ones`;
    }
    before.push(place);
  }
  return undefined;
}

const overlap = (a: readonly string[], b: readonly string[]): boolean =>
  a[0] === '*' || a.slice(0, b.length).every((part, index) => part === '*' || part === b[index]);
