// `contains` and `lacks` of one text.

import type { Fields } from './fields.ts';

/** Whatever has the one has the other as well: that is never green. */
export function refuseBoth(contains: string | undefined, lacks: string | undefined, fields: Fields): void {
  if (contains !== undefined && lacks !== undefined && contains.includes(lacks))
    fields.fail('lacks', `${fields.path}.contains has the text of lacks in it, so it can never be green`);
}
