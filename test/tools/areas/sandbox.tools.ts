// The real istioctl on a running sandbox: what a learner would type on any cluster.

import { join } from 'node:path';
import { list } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyFiles } from '../../../scripts/cluster/apply.ts';
import { openCluster } from '../../../scripts/cluster/client.ts';
import { rolloutAll } from '../../../scripts/cluster/rollout.ts';
import { manifestFiles } from '../../../scripts/environment/apps.ts';
import { run, type RunResult } from '../../../scripts/process/run.ts';
import { projectRoot, TestWorkshop } from '../../e2e/support/workshop.ts';
import { findTools } from '../support/find-tools.ts';

const tools = await findTools();
const [istioctl, kubectl] = [tools.istioctl.path, tools.kubectl.path];
const namespace = 'istioinaction';
let workshop: TestWorkshop;

const ask = async (line: string): Promise<RunResult> =>
  run(istioctl ?? '', ['--kubeconfig', join(workshop.labDir, 'kubeconfig'), ...line.split(' ')], {
    timeoutMs: 60_000,
  });

describe.skipIf(istioctl === undefined)('istioctl on a sandbox', () => {
  beforeAll(async () => {
    workshop = await TestWorkshop.open();
    await workshop.run('up', ['--engine', 'sandbox']);
    const cluster = openCluster(join(workshop.labDir, 'kubeconfig'));
    await applyFiles(cluster, [
      ...manifestFiles(projectRoot, ['catalog', 'webapp']),
      join(projectRoot, 'manifests', 'catalog', 'destination-rule.yaml'),
      join(projectRoot, 'labs', '04-dark-launch', 'catalog-all-v1.yaml'),
    ]);
    await rolloutAll(cluster, { namespace, signal: new AbortController().signal });
  });

  afterAll(async () => {
    await workshop[Symbol.asyncDispose]();
  });

  it.each([
    [
      'proxy-config cluster deploy/webapp.istioinaction',
      /catalog\.istioinaction\.svc\.cluster\.local +80 +version-v1 +outbound/,
    ],
    [
      'proxy-config route deploy/webapp.istioinaction --name 80',
      /catalog\.istioinaction[^\n]+ \/\* +catalog\.istioinaction/,
    ],
    ['proxy-config listener deploy/webapp.istioinaction', /15006/],
    [
      'proxy-config endpoint deploy/webapp.istioinaction',
      /HEALTHY +OK +outbound\|80\|version-v1\|catalog\.istioinaction/,
    ],
    ['proxy-config listener deploy/istio-ingressgateway.istio-system', /8080/],
    ['proxy-config route deploy/istio-ingressgateway.istio-system', /webapp/],
    [
      'proxy-config all deploy/webapp.istioinaction',
      /^Istio Version: 1\.25\.1\n[^]*virtualInbound[^]*ROOTCA/,
    ],
    ['proxy-config bootstrap deploy/webapp.istioinaction', /"id": "sidecar~\S+~webapp-/],
    [
      'proxy-config secret deploy/webapp.istioinaction',
      /default +Cert Chain +ACTIVE +true [^]*ROOTCA +CA +ACTIVE +true /,
    ],
    ['proxy-config ecds deploy/webapp.istioinaction', /^ECDS NAME +TYPE\n$/],
    ['proxy-config log deploy/webapp.istioinaction', /active loggers:\n[^]* {2}http: warning\n/],
    ['proxy-config log deploy/webapp.istioinaction --level rbac:info', / {2}rbac: info\n/],
    ['experimental internal-debug syncz', /"proxy":"webapp-/],
    ['experimental internal-debug configz', /"kind":"DestinationRule"/],
    ['experimental internal-debug list', /"config_dump"/],
    ['experimental precheck', /No issues found/],
    ['tag list', /TAG +REVISION/],
    ['experimental describe service catalog.istioinaction', /VirtualService: catalog/],
  ])('%s', async (line, text) => {
    const { exitCode, stdout, stderr } = await ask(line);
    expect([exitCode, stderr.replace(/^✔.*\n.*\n/, '')]).toEqual([0, '']);
    expect(`${stdout}${stderr}`).toMatch(text);
  });

  it('analyze finds what it finds on any cluster whose default namespace is not in the mesh', async () => {
    const { stdout, exitCode } = await ask('analyze --all-namespaces --output=json');
    const messages = JSON.parse(stdout) as readonly { code: string; origin: string }[];
    expect(exitCode).toBe(0);
    expect(new Set(messages.map(({ code }) => code))).toEqual(new Set(['IST0102']));
    expect(messages.map(({ origin }) => origin)).not.toContain(`Namespace ${namespace}`);
  });

  it('analyze sees a mistake', async () => {
    const cluster = openCluster(join(workshop.labDir, 'kubeconfig'));
    const file = workshop.write(
      'wrong.yaml',
      `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: wrong, namespace: ${namespace} }\nspec: { hosts: [forum], http: [{ route: [{ destination: { host: nowhere } }] }] }\n`,
    );
    await applyFiles(cluster, [file]);
    const { exitCode, stdout } = await ask(`analyze --namespace ${namespace}`);
    expect([exitCode, stdout]).toEqual([79, expect.stringContaining('IST0101') as string]);
  });

  it('version names the control plane and the proxies, which asks istiod', async () => {
    const { exitCode, stdout } = await ask('version --short');
    expect([exitCode, stdout]).toEqual([
      0,
      'client version: 1.25.1\ncontrol plane version: 1.25.1\ndata plane version: 1.25.1 (3 proxies)\n',
    ]);
  });

  it('proxy-status shows every proxy as it is', async () => {
    const { exitCode, stdout, stderr } = await ask('proxy-status');
    expect([exitCode, stderr]).toEqual([0, '']);
    const [head = '', ...rows] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^NAME +CLUSTER +CDS +LDS +EDS +RDS +ECDS +ISTIOD +VERSION$/);
    expect(rows.map((row) => row.replace(/-.*?\.|\s.*/g, '.'))).toContain('webapp.istioinaction.');
    for (const row of rows) {
      expect(row).toMatch(/ Kubernetes +(?:SYNCED \(\S+\) +){4}IGNORED +istiod-\S+ +1\.25\.1$/);
    }
  });

  it('bug-report has what the proxies and istiod tell of themselves', async () => {
    const folders = `--dir ${join(workshop.dir, 'work')} --output-dir ${workshop.dir}`;
    const { exitCode, stdout } = await ask(`bug-report ${folders} --timeout 20s`);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/Done\.\n$/) as string]);
    const files: string[] = [];
    const file = join(workshop.dir, 'bug-report.tar.gz');
    await list({ file, onReadEntry: ({ path }) => void files.push(path) });
    const ofProxies = files.filter((path) => /^proxies\/.*\/(?:certs|config_dump\?include_eds)$/.test(path));
    expect(ofProxies).toHaveLength(6);
    expect(files).toContainEqual(expect.stringMatching(/^istio\/.*\/debug\/configz$/));
  });

  it.each(['webapp.istioinaction', 'istio-ingressgateway.istio-system'])(
    'proxy-status of %s alone finds what it has to be what it was sent',
    async (name) => {
      const { exitCode, stdout, stderr } = await ask(`proxy-status deploy/${name}`);
      expect([exitCode, stderr, stdout]).toEqual([
        0,
        '',
        expect.stringMatching(
          /^Clusters Match\nListeners Match\nRoutes Match \(RDS last loaded at /,
        ) as string,
      ]);
    },
  );

  it.skipIf(kubectl === undefined)('proxy-status sees what is not as it was sent', async () => {
    const line = `-n ${namespace} exec deploy/webapp -c istio-proxy -- pilot-agent request GET config_dump`;
    const access = ['--kubeconfig', join(workshop.labDir, 'kubeconfig')];
    const { stdout: dump } = await run(kubectl ?? '', [...access, ...line.split(' ')]);
    const file = workshop.write('dump.json', dump.replaceAll('"version-v1"', '"version-v9"'));
    const { stdout } = await ask(`proxy-status deploy/webapp.istioinaction --file ${file}`);
    expect(stdout).toMatch(/^Clusters Don't Match\n[^]*version-v9[^]*\nListeners Match\n/);
  });
});
