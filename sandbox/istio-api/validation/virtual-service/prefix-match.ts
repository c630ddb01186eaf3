import type { Message } from '../message.ts';

/** A match by `uri.prefix`, as Istio compares it with others. */
export interface PrefixMatch {
  readonly rule: string;
  readonly match: string;
  readonly prefix: string;
  readonly port: number;
  readonly method: string;
  readonly authority: string;
  readonly maps: readonly ReadonlyMap<string, string>[];
}

/** Undefined for a match without a path prefix. */
export function prefixMatch(match: Message, rule: string, name: string): PrefixMatch | undefined {
  const prefix = match.child('uri')?.text('prefix') ?? '';
  if (prefix === '') return undefined;
  return {
    rule,
    match: name,
    prefix,
    port: match.number('port'),
    // Istio takes a missing method for GET.
    method: written(match.child('method')) || 'exact:GET',
    authority: written(match.child('authority')),
    maps: ['headers', 'queryParams', 'withoutHeaders'].map(
      (field) => new Map(match.messages(field).map(([key, value]) => [key, written(value)])),
    ),
  };
}

function written(match: Message | undefined): string {
  const exact = match?.text('exact') ?? '';
  if (exact !== '') return `exact:${exact}`;
  const prefix = match?.text('prefix') ?? '';
  return prefix === '' ? '' : `prefix:${prefix}`;
}

/** Whether, by Istio's comparison, nothing is left for `later`. */
export function covers(first: PrefixMatch, later: PrefixMatch): boolean {
  return (
    later.prefix.startsWith(first.prefix) &&
    later.port === first.port &&
    first.method.startsWith(later.method) &&
    first.authority.startsWith(later.authority) &&
    first.maps.every((map, index) => mapCovers(map, later.maps[index] ?? new Map()))
  );
}

const mapCovers = (first: ReadonlyMap<string, string>, later: ReadonlyMap<string, string>): boolean =>
  first.size === later.size &&
  [...first].every(([key, value]) => {
    const other = later.get(key);
    return other !== undefined && value.startsWith(other);
  });
