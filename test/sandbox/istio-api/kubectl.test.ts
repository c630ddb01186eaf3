import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { istioAdmission } from '../../../sandbox/istio-api/admission.ts';
import { ensureCrds } from '../../../sandbox/istio-api/crds.ts';
import { kubectlFor, noKubectl, type Kubectl, type Outcome } from '../api/support/kubectl.ts';
import { openApi, type OpenApi } from '../api/support/open-api.ts';

const to = 'route: [{ destination: { host: web } }]';

const object = (kind: string, spec: string, name = 'web'): string => {
  const group = kind.endsWith('Policy') || kind.endsWith('Authentication') ? 'security' : 'networking';
  return `apiVersion: ${group}.istio.io/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`;
};
const ruled = (rule: string, name?: string): string =>
  object('VirtualService', `{ hosts: [web], http: [${rule}] }`, name);

const elsewhere = 'the real thing runs with --engine kind';

describe.skipIf(noKubectl !== undefined)(
  `kubectl${noKubectl === undefined ? '' : ` (skipped: ${noKubectl})`}`,
  () => {
    let api: OpenApi;
    let kubectl: Kubectl;
    beforeAll(async () => {
      api = await openApi({ plugins: [istioAdmission()] });
      ensureCrds(api.registry);
      kubectl = kubectlFor(api);
    });
    afterAll(async () => {
      kubectl[Symbol.dispose]();
      await api.close();
    });

    const run = (command: string, input?: string): Promise<Outcome> => kubectl.run(command.split(' '), input);
    const apply = (input: string): Promise<Outcome> => run('apply -f -', input);

    it('lists the kinds with short names and versions', async () => {
      const { stdout } = await run('api-resources --categories=istio-io --no-headers');
      const rows = stdout
        .trim()
        .split('\n')
        .map((line) => line.split(/ +/u).slice(0, -2).join(' '));
      expect(rows.toSorted()).toEqual([
        'authorizationpolicies ap security.istio.io/v1',
        'destinationrules dr networking.istio.io/v1',
        'envoyfilters networking.istio.io/v1alpha3',
        'gateways gw networking.istio.io/v1',
        'peerauthentications pa security.istio.io/v1',
        'proxyconfigs networking.istio.io/v1beta1',
        'requestauthentications ra security.istio.io/v1',
        'serviceentries se networking.istio.io/v1',
        'sidecars networking.istio.io/v1',
        'telemetries telemetry telemetry.istio.io/v1',
        'virtualservices vs networking.istio.io/v1',
        'wasmplugins extensions.istio.io/v1alpha1',
        'workloadentries we networking.istio.io/v1',
        'workloadgroups wg networking.istio.io/v1',
      ]);
    });

    it.each([
      [
        'virtualservice.spec.http.retries',
        ['attempts\t<integer>', 'perTryTimeout\t<string>', 'turns retries off'],
      ],
      ['destinationrule.spec.trafficPolicy.outlierDetection', ['maxEjectionPercent\t<integer>']],
      ['gateway.spec.servers', ['-required-', 'hosts\t<[]string>']],
      ['peerauthentication.spec.mtls.mode', ['PERMISSIVE\n    STRICT', 'STRICT accepts only mutual TLS']],
    ])('explains %s', async (field, said) => {
      const { stdout, stderr } = await run(`explain ${field}`);
      expect(stderr).toBe('');
      for (const text of said) expect(stdout).toContain(text);
    });

    it.each([
      [
        'virtualservice',
        ruled(`{ ${to} }`, 'columns'),
        'vs',
        /^NAME +GATEWAYS +HOSTS +AGE\ncolumns +\["web"\] +\d+s\n$/u,
      ],
      [
        'destinationrule',
        object('DestinationRule', '{ host: web }', 'columns'),
        'dr',
        /^NAME +HOST +AGE\ncolumns +web +\d+s\n$/u,
      ],
      [
        'gateway',
        object(
          'Gateway',
          "{ servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }] }",
          'columns',
        ),
        'gw',
        /^NAME +AGE\ncolumns +\d+s\n$/u,
      ],
    ])('shows the columns of a %s', async (_kind, input, shortName, table) => {
      expect(await apply(input)).toMatchObject({ exitCode: 0, stderr: '' });
      const { stdout } = await run(`get ${shortName} columns`);
      expect(stdout).toMatch(table);
    });

    it.each([
      [
        'an unknown field',
        ruled(`{ ${to}, retrys: {} }`),
        'strict decoding error: unknown field "spec.http[0].retrys"',
      ],
      [
        'a wrong type',
        ruled(`{ ${to}, retries: { attempts: many } }`),
        'spec.http[0].retries.attempts: Invalid value: "string": spec.http[0].retries.attempts in body must be of type integer: "string"',
      ],
      [
        'a timeout of nothing',
        ruled(`{ ${to}, timeout: 0s }`),
        'The VirtualService "web" is invalid: spec.http[0].timeout: Invalid value: "string": must be a valid duration greater than 1ms',
      ],
      [
        'a timeout without a unit',
        ruled(`{ ${to}, timeout: '5' }`),
        `spec.http[0].timeout: Invalid value: "string": type conversion error from 'string' to 'google.protobuf.Duration' evaluating rule: must be a valid duration greater than 1ms`,
      ],
      [
        'an unknown word',
        object('PeerAuthentication', '{ mtls: { mode: ALWAYS } }'),
        'spec.mtls.mode: Unsupported value: "ALWAYS": supported values: "UNSET", "DISABLE", "PERMISSIVE", "STRICT"',
      ],
      [
        'two of one kind',
        ruled(`{ ${to}, match: [{ uri: { exact: /, prefix: / } }] }`),
        '"spec.http[0].match[0].uri" must validate one and only one schema (oneOf). Found 2 valid alternatives',
      ],
      [
        'ports without a selector',
        object('PeerAuthentication', '{ portLevelMtls: { "80": { mode: STRICT } } }'),
        'spec: Invalid value: "object": portLevelMtls requires selector',
      ],
      [
        'a mistake that only the webhook knows',
        ruled(`{ ${to}, redirect: { uri: / } }`),
        'Error from server: error when creating "STDIN": admission webhook "validation.istio.io" denied the request: configuration is invalid: HTTP route cannot contain both route and redirect\n',
      ],
      [
        'two such mistakes',
        ruled("{ route: [{ destination: { host: '*' }, weight: -1 }] }"),
        'configuration is invalid: 2 errors occurred:\n\t* invalid destination host *\n\t* weight -1 < 0\n\n',
      ],
    ])('is refused %s (facts §10.1)', async (_what, input, message) => {
      const { exitCode, stderr } = await apply(input);
      expect(stderr).toContain(message);
      expect(exitCode).toBe(1);
    });

    it('hears of a kind that nobody has what a cluster says', async () => {
      const { exitCode, stderr } = await apply('apiVersion: a.b/v1\nkind: Nope\nmetadata: { name: x }\n');
      expect(stderr).toContain(
        'no matches for kind "Nope" in version "a.b/v1"\nensure CRDs are installed first',
      );
      expect(exitCode).toBe(1);
    });

    it('hears the warnings of the webhook, and the object is there (facts §10.1)', async () => {
      expect(await apply(ruled(`{ ${to} }, { ${to} }`, 'twice'))).toEqual({
        exitCode: 0,
        stdout: 'virtualservice.networking.istio.io/twice created\n',
        stderr: 'Warning: virtualService rule #1 not used (only the last rule can have no matches)\n',
      });
    });

    it('hears what is not executed when it is applied, not again when something else changes', async () => {
      const spec = (host: string): string =>
        `{ hosts: [${host}], tcp: [{ route: [{ destination: { host: web } }] }] }`;
      const first = await apply(object('VirtualService', spec('web'), 'tcp'));
      expect(first.stderr).toBe(
        `Warning: VirtualService spec.tcp is not executed by this sandbox (rules for TCP are not executed); ${elsewhere}\n`,
      );
      expect(await apply(object('VirtualService', spec('other'), 'tcp'))).toEqual({
        exitCode: 0,
        stdout: 'virtualservice.networking.istio.io/tcp configured\n',
        stderr: '',
      });
    });

    it('hears that a whole kind is not executed', async () => {
      const { stderr } = await apply(object('WorkloadGroup', '{ template: { serviceAccount: vm } }', 'one'));
      expect(stderr).toContain('Warning: WorkloadGroup is not executed by this sandbox');
    });
  },
);
