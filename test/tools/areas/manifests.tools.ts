// The real istioctl finds nothing wrong in the manifests of the labs that is not meant to be.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../../scripts/process/run.ts';
import { findTools } from '../support/find-tools.ts';

const { path: istioctl } = (await findTools()).istioctl;
const root = join(import.meta.dirname, '..', '..', '..');

/** What a lab is about, so that it is its point and no mistake. */
const meant: readonly { readonly file: string; readonly finds: readonly string[]; readonly why: string }[] =
  [];

const yamlBelow = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    // Mutations are about manifests, and none themselves.
    .filter((file) => file.endsWith('.yaml') && !file.endsWith('mutations.yaml'))
    .map((file) => join(folder, file))
    .toSorted();

const ofIstio = [join('manifests', 'istio'), join('manifests', 'gateway-api')];
const manifests = yamlBelow('manifests').filter((file) => !ofIstio.some((folder) => file.startsWith(folder)));
const rules = yamlBelow('labs');

/** Of all namespaces: without the flag, istioctl keeps what it finds outside of `default` to itself. */
async function analyze(files: readonly string[]): Promise<readonly string[]> {
  const flags = ['--use-kube=false', '--all-namespaces', '--output=json'];
  const { stdout, stderr } = await run(istioctl ?? '', ['analyze', ...flags, ...files], { cwd: root });
  expect(stderr).not.toContain('Error');
  return (JSON.parse(stdout) as readonly { code: string; origin: string; message: string }[]).map(
    ({ code, origin, message }) => `${code} ${origin}: ${message}`,
  );
}

describe.skipIf(istioctl === undefined)('istioctl', () => {
  it.each([...rules, ...manifests])('validates %s', async (file) => {
    const { exitCode, stdout, stderr } = await run(istioctl ?? '', ['validate', '-f', join(root, file)]);
    expect([exitCode, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('is valid') as string]);
  });

  // One rule at a time: the steps of a lab replace each other's.
  it.each(rules)('finds nothing in %s beside the manifests that is not meant to be', async (rule) => {
    const { finds = [] } = meant.find(({ file }) => file === rule) ?? {};
    const found = await analyze([rule, ...manifests]);
    expect(found.filter((line) => !finds.some((text) => line.startsWith(text)))).toEqual([]);
    for (const text of finds) expect(found).toContainEqual(expect.stringContaining(text));
  });

  it('does find a rule without the subset that it names', async () => {
    const files = ['labs/04-dark-launch/catalog-all-v1.yaml', 'manifests/catalog/catalog.yaml'];
    expect(await analyze(files)).toEqual([
      'IST0101 VirtualService istioinaction/catalog: Referenced host+subset in destinationrule not found: "catalog+version-v1"',
    ]);
  });
});
