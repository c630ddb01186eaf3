import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapOf } from '../../../sandbox/mesh/bootstrap.ts';
import { configDump } from '../../../sandbox/mesh/config-dump.ts';
import { generate } from '../../../sandbox/mesh/generate.ts';
import { MeshState } from '../../../sandbox/mesh/model.ts';
import { runs } from '../../support/properties.ts';
import { steps } from './support/arbitrary-mesh.ts';
import { mistakesIn } from './support/envoy-messages.ts';
import { objects, router, sidecar } from './support/mesh.ts';
import type { ProxyNode } from '../../../sandbox/mesh/proxy-node.ts';

const options = { includeEds: true, version: '7', lastUpdated: '2025-04-01T10:00:00.000Z' };

function mistakes(state: MeshState, nodes: readonly ProxyNode[]): string[] {
  return nodes.flatMap((node) => {
    const bootstrap = bootstrapOf({ node, workload: 'web' });
    return mistakesIn(configDump(generate(state.snapshot(), node), { ...options, bootstrap, node }).configs);
  });
}

const meshOfFiles = (files: readonly string[]): MeshState => {
  const state = new MeshState({ accessLogFile: '/dev/stdout' });
  for (const file of files) {
    for (const object of objects(readFileSync(file, 'utf8'))) state.apply({ type: 'ADDED', object });
  }
  return state;
};

const yamlIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml') && !file.endsWith('mutations.yaml'))
    .map((file) => join(folder, file));

describe('/config_dump has Envoy’s fields in Envoy’s order, and nothing that Envoy leaves out', () => {
  it('for the objects of the labs', () => {
    const state = meshOfFiles([...yamlIn('manifests'), ...yamlIn('labs')]);
    const client = { namespace: 'istioinaction', labels: { app: 'webapp' }, ip: '10.244.0.1' };
    expect(mistakes(state, [sidecar(client), router()])).toEqual([]);
  });

  it('for every field that the mesh writes', () => {
    const state = meshOfFiles(['test/sandbox/mesh/support/every-field.yaml']);
    expect(mistakes(state, [sidecar({ labels: { app: 'web' } }), router()])).toEqual([]);
  });

  it.each(yamlIn('test/sandbox/mesh/golden'))('for %s', (file) => {
    const text = readFileSync(file, 'utf8');
    const state = new MeshState({ accessLogFile: '/dev/stdout', accessLogEncoding: 'JSON' });
    for (const object of objects(text.slice(text.indexOf('\n---\n')))) state.apply({ type: 'ADDED', object });
    expect(mistakes(state, [sidecar({ namespace: 'shop', labels: { app: 'catalog' } }), router()])).toEqual(
      [],
    );
  });

  it('whatever the mesh', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const state = new MeshState({ accessLogFile: '/dev/stdout' });
        for (const { object } of sequence) state.apply({ type: 'ADDED', object });
        expect(mistakes(state, [sidecar({ labels: { app: 'a' } }), router({ namespace: 'shop' })])).toEqual(
          [],
        );
      }),
      { numRuns: runs(60) },
    );
  });
});
