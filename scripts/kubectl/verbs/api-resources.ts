// `kubectl api-resources`.

import { apiVersionOf, qualified, type Resource } from '../api/resource.ts';
import { text, toggle } from '../flags.ts';
import { Columns } from '../output/columns.ts';
import type { Verb } from '../verb.ts';

export const apiResources: Verb = {
  flags: { output: text('o'), 'no-headers': toggle(), namespaced: toggle(), 'api-group': text() },
  async run(call) {
    const { flags, terminal } = call;
    const discovery = await (await call.cluster()).discovery();
    const group = flags.text('api-group');
    const namespaced = flags.text('namespaced');
    const shown = discovery
      .preferred()
      .filter((one) => one.verbs.length > 0)
      .filter((one) => group === undefined || one.group === group)
      .filter((one) => namespaced === undefined || String(one.namespaced) === namespaced)
      .toSorted((a, b) => order(a.group, b.group) || order(a.plural, b.plural));
    if (flags.text('output') === 'name') {
      terminal.out(shown.map((one) => `${qualified(one)}\n`).join(''));
      return 0;
    }
    const wide = flags.text('output') === 'wide';
    const header = [
      'NAME',
      'SHORTNAMES',
      'APIVERSION',
      'NAMESPACED',
      'KIND',
      ...(wide ? ['VERBS', 'CATEGORIES'] : []),
    ];
    const rows = shown.map((one) => row(one, wide));
    terminal.out(new Columns().render(flags.on('no-headers') ? rows : [header, ...rows]));
    return 0;
  },
};

const row = (one: Resource, wide: boolean): readonly string[] => [
  one.plural,
  one.shortNames.join(','),
  apiVersionOf(one),
  String(one.namespaced),
  one.kind,
  ...(wide ? [one.verbs.join(','), one.categories.join(',')] : []),
];

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
