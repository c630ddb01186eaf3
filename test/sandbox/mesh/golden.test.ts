import { readdirSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { format } from 'oxfmt';
import { expect, it } from 'vitest';
import { configOf, meshOf, router, sidecar } from './support/mesh.ts';
import type { MeshConfig } from '../../../sandbox/mesh/mesh-config.ts';
import type { ProxyConfig } from '../../../sandbox/envoy/config.ts';
import type { ProxyNode } from '../../../sandbox/mesh/proxy-node.ts';

// golden/<case>.yaml: first whom the config is for and which of it to show, then the objects of the mesh.
// golden/<case>.json: what Istio 1.25 makes of it. `vitest -u` writes them; read the difference.

interface Head {
  readonly about: string;
  readonly mesh?: Partial<MeshConfig>;
  readonly proxy: Partial<ProxyNode>;
  readonly show: Partial<Record<keyof ProxyConfig, readonly string[] | 'all'>>;
}

const folder = new URL('golden/', import.meta.url);
const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => {
    const text = readFileSync(new URL(file, folder), 'utf8');
    const head = parseAllDocuments(text)[0]?.toJS() as Head;
    return { name: file.replace('.yaml', ''), head, objects: text.slice(text.indexOf('\n---\n')) };
  });

it.each(cases)('$name: $head.about', async ({ name, head, objects }) => {
  const node = head.proxy.type === 'router' ? router(head.proxy) : sidecar(head.proxy);
  const config = configOf(meshOf(objects, head.mesh), node);
  const shown = Object.fromEntries(
    Object.entries(head.show).map(([list, names]) => [
      list,
      pick(config[list as keyof ProxyConfig] ?? [], names),
    ]),
  );
  const { code } = await format('shown.json', JSON.stringify(shown), { printWidth: 110 });
  await expect(code).toMatchFileSnapshot(`golden/${name}.json`);
});

/** Named resources, each of which must be there. */
function pick(resources: readonly object[], names: readonly string[] | 'all'): readonly object[] {
  if (names === 'all') return resources;
  return names.map((name) => {
    const found = resources.find((resource) => Object.values(resource).includes(name));
    if (found === undefined) throw new Error(`nothing is named ${name}`);
    return found;
  });
}
