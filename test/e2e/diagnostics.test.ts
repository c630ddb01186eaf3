// What a failed `lab N verify` leaves for whoever looks into it, on a sandbox.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabReport } from '../../scripts/lab/run/report.ts';
import { expectNoDefect } from './support/expect-mistake.ts';
import { TestWorkshop, type Result } from './support/workshop.ts';

const secret = 'c3dvcmRmaXNoLW9mLXRoZS1sYWI=';
const lab = `---
lab: 1
title: Broken
summary: A rule that leads nowhere
minutes: 5
apps: [catalog]
namespaces: [istioinaction]
---

# Broken

## Send them nowhere

\`\`\`sh
kubectl apply -f nowhere.yaml
\`\`\`

<details><summary>Check: it is everywhere</summary>

\`\`\`yaml check
resource:
  kind: VirtualService
  namespace: istioinaction
  name: elsewhere
within: 100ms
\`\`\`

</details>
`;

const nowhere = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: nowhere, namespace: istioinaction }
spec: { hosts: [catalog], http: [{ route: [{ destination: { host: catalog, subset: v9 } }] }] }
---
apiVersion: v1
kind: Secret
metadata: { name: sword, namespace: istioinaction }
data: { fish: ${secret} }
`;

let workshop: TestWorkshop;
let failed: Result;
let folder: string;
let files: readonly string[];

const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');

beforeAll(async () => {
  workshop = await TestWorkshop.open();
  workshop.write('labs/01-broken/README.md', lab);
  workshop.write('nowhere.yaml', nowhere);
  failed = await workshop.run('lab', ['1', 'verify', '--json', '--junit', join(workshop.dir, 'junit.xml')], {
    LABS_DIR: join(workshop.dir, 'labs'),
  });
  folder = (JSON.parse(failed.stdout) as { labs: LabReport[] }).labs[0]?.diagnostics ?? '';
  files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(folder, file)).isFile(),
  );
});

afterAll(async () => {
  await workshop[Symbol.asyncDispose]();
});

describe('a lab that failed', () => {
  it('names the folder in its JSON, and in JUnit', () => {
    expectNoDefect(failed);
    expect([failed.exitCode, failed.stderr]).toEqual([1, '']);
    expect(folder.replace(/\d{4}-.*$/, '')).toBe(join(workshop.labDir, 'diagnostics', '01-broken-'));
    const junit = readFileSync(join(workshop.dir, 'junit.xml'), 'utf8');
    expect(junit).toContain(`<property name="diagnostics" value="${folder}"></property>`);
  });

  it('says first what failed, and found out all that it looks for', () => {
    const readme = textOf('README.txt');
    expect(readme).toMatch(
      /^Lab 1 failed on the sandbox engine\.\n.*README\.md:\d+:\d+: "it is everywhere" is red/,
    );
    expect(readme).not.toContain('Not found out:');
  });

  it.each([
    ['report.json', /"status": "failed"/],
    ['doctor.json', /"id": "curl"/],
    ['versions.json', /"kubernetes": "v1\.32/],
    ['events.txt', /istioinaction +Normal +Started +Pod\/catalog-/],
    ['pods.txt', /^istioinaction +catalog-\S+ +2\/2 +Running +0 [^]*All of them are ready\.\n$/m],
    ['findings.txt', /\[IST0101\] \(VirtualService istioinaction\/nowhere\).*v9/],
    ['objects/istioinaction.yaml', /kind: VirtualService\nmetadata:[^-]*name: nowhere/],
    ['engine/sandbox.log', /./],
  ])('%s shows it', (file, text) => {
    expect(textOf(file)).toMatch(text);
  });

  it.each([
    /^logs\/istioinaction\/catalog-[^/]+\/(?:catalog|istio-proxy)\.log$/,
    /^logs\/istio-system\/istiod-[^/]+\/discovery\.log$/,
    /^proxies\/istioinaction\/catalog-[^/]+\/config_dump\.json$/,
    /^proxies\/istio-system\/istio-ingressgateway-[^/]+\/config_dump\.json$/,
    /^istiod\/istiod-[^/]+\/syncz\.json$/,
  ])('has %s', (pattern) => {
    const found = files.filter((file) => pattern.test(file));
    expect(found).not.toEqual([]);
    for (const file of found) expect(textOf(file)).toMatch(/\S/);
  });

  it('tells nobody a secret', () => {
    const all = files.map(textOf).join('\n');
    expect(all).not.toContain(secret);
    expect(all).not.toContain(Buffer.from(secret, 'base64').toString());
    expect(all).not.toMatch(/-----BEGIN [A-Z ]*PRIVATE KEY/);
    expect(statSync(folder).mode & 0o077).toBe(0);
  });
});
