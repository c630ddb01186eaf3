// envoy.type.matcher.v3: what filters know of a request (claims of its token), compared.

import type { StringMatcher } from './route.ts';

export interface MetadataMatcher {
  /** The filter that set it. */
  readonly filter: string;
  readonly path: readonly { readonly key: string }[];
  readonly value: ValueMatcher;
  readonly invert?: boolean;
}

export type ValueMatcher =
  | { readonly string_match: StringMatcher }
  | { readonly present_match: boolean }
  | { readonly or_match: { readonly value_matchers: readonly ValueMatcher[] } }
  | { readonly list_match: { readonly one_of: ValueMatcher } };
