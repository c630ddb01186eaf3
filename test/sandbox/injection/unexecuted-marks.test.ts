import { expect, it } from 'vitest';
import type { AdmissionRequest } from '../../../sandbox/api/extension.ts';
import { unexecutedMarks } from '../../../sandbox/injection/unexecuted-marks.ts';
import type { NewObject } from '../../../sandbox/kube/object.ts';
import { typeOf } from '../schema/subjects.ts';

function warningsOf(object: NewObject, old?: NewObject): readonly string[] {
  const warnings: string[] = [];
  const request = {
    type: typeOf(object.kind),
    object,
    old,
    warn: (text: string) => void warnings.push(text),
  };
  unexecutedMarks().validate?.(request as unknown as AdmissionRequest);
  return warnings;
}

const pod = (annotations: Record<string, string>, labels: Record<string, string> = {}): NewObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', annotations, labels },
});
const says = (path: string): string => `${path} has no effect in this sandbox; use --engine kind`;

it.each<[string, string, string[]]>([
  [
    'traffic.sidecar.istio.io/includeOutboundIPRanges',
    '10.0.0.0/8',
    ['metadata.annotations[traffic.sidecar.istio.io/includeOutboundIPRanges]'],
  ],
  ['traffic.sidecar.istio.io/includeOutboundIPRanges', '*', []],
  ['traffic.sidecar.istio.io/excludeOutboundPorts', '9090', []],
  [
    'sidecar.istio.io/interceptionMode',
    'TPROXY',
    ['metadata.annotations[sidecar.istio.io/interceptionMode]'],
  ],
  ['sidecar.istio.io/proxyCPU', '1', []],
  [
    'proxy.istio.io/config',
    'concurrency: 2\nholdApplicationUntilProxyStarts: true',
    ['metadata.annotations[proxy.istio.io/config]: concurrency'],
  ],
  ['proxy.istio.io/config', 'a: [', []],
  ['proxy.istio.io/config', 'text', []],
])('of the annotation %s: %j it warns %j', (name, value, paths) => {
  expect(warningsOf(pod({ [name]: value }))).toEqual(paths.map(says));
});

it('warns of the mesh without sidecars, on namespaces too', () => {
  const labels = { 'istio.io/dataplane-mode': 'ambient' };
  const path = 'metadata.labels[istio.io/dataplane-mode]';
  expect(warningsOf(pod({}, labels))).toEqual([says(path)]);
  expect(warningsOf({ ...pod({}, labels), kind: 'Namespace' })).toEqual([says(path)]);
  expect(warningsOf(pod({}, { 'istio.io/dataplane-mode': 'none' }))).toEqual([]);
});

it('warns of a template once, and again when it changes', () => {
  const deployment = (level: string): NewObject => ({
    ...pod({}),
    kind: 'Deployment',
    spec: { template: { metadata: { annotations: { 'sidecar.istio.io/logLevel': level } } } },
  });
  const warning = says('spec.template.metadata.annotations[sidecar.istio.io/logLevel]');
  expect(warningsOf(deployment('debug'))).toEqual([warning]);
  expect(warningsOf(deployment('debug'), deployment('debug'))).toEqual([]);
  expect(warningsOf(deployment('trace'), deployment('debug'))).toEqual([warning]);
});
