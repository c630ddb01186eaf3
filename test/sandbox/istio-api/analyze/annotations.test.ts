import { describe, expect, it } from 'vitest';
import { lines } from './support.ts';

const object = (kind: string, annotations: string, labels = ''): string =>
  `kind: ${kind}\nmetadata: { name: a, namespace: default, annotations: { ${annotations} }, labels: { ${labels} } }\nspec: { containers: [{ name: istio-proxy }] }\n`;

describe('§10.2 annotations', () => {
  it.each([
    [
      'IST0108: one that nobody knows',
      object('Pod', 'sidecar.istio.io/injct: "true"'),
      ['Warning [IST0108] (Pod default/a) Unknown annotation: sidecar.istio.io/injct'],
    ],
    ['one that is not Istio’s', object('Pod', 'example.com/injct: "true"'), []],
    ['what istiod itself writes', object('Pod', 'sidecar.istio.io/status: "{}", istio.io/rev: default'), []],
    [
      'IST0107: one that is for pods',
      object('Deployment', 'proxy.istio.io/config: "{}"'),
      [
        'Warning [IST0107] (Deployment default/a) Misplaced annotation: proxy.istio.io/config can only be applied to Pod',
      ],
    ],
    [
      'IST0107: one that is for two kinds',
      object('Pod', 'networking.istio.io/traffic-distribution: PreferClose'),
      [
        'Warning [IST0107] (Pod default/a) Misplaced annotation: networking.istio.io/traffic-distribution can only be applied to Service, ServiceEntry',
      ],
    ],
    ['one that is for any kind', object('Service', 'galley.istio.io/analyze-suppress: "*"'), []],
    [
      'IST0135: one that a label has replaced',
      object('Pod', 'sidecar.istio.io/inject: "true"'),
      [
        'Info [IST0135] (Pod default/a) Annotation "sidecar.istio.io/inject" has been deprecated in favor of the "sidecar.istio.io/inject" label and may not work in future Istio versions.',
      ],
    ],
    [
      'that one beside its label',
      object('Pod', 'sidecar.istio.io/inject: "true"', 'sidecar.istio.io/inject: "true"'),
      [],
    ],
    [
      'IST0135: one that is deprecated, and misplaced',
      object('Deployment', 'sidecar.istio.io/statsInclusionPrefixes: cluster'),
      [
        'Warning [IST0107] (Deployment default/a) Misplaced annotation: sidecar.istio.io/statsInclusionPrefixes can only be applied to Pod',
        'Info [IST0135] (Deployment default/a) Annotation "sidecar.istio.io/statsInclusionPrefixes" has been deprecated and may not work in future Istio versions.',
      ],
    ],
  ])('%s', (_, text, expected) => {
    expect(lines(text)).toEqual(expected);
  });

  it.each([
    [
      'sidecar.istio.io/interceptionMode',
      'MAGIC',
      'interceptionMode invalid, use REDIRECT,TPROXY,NONE: MAGIC',
    ],
    [
      'traffic.sidecar.istio.io/excludeOutboundPorts',
      '80,x',
      `excludeOutboundPorts invalid: failed parsing port 'x': failed parsing port 'x': strconv.ParseUint: parsing "x": invalid syntax`,
    ],
    [
      'traffic.sidecar.istio.io/includeInboundPorts',
      '70000',
      `includeInboundPorts invalid: failed parsing port '70000': failed parsing port '70000': strconv.ParseUint: parsing "70000": value out of range`,
    ],
    [
      'traffic.sidecar.istio.io/excludeInboundPorts',
      '*',
      `excludeInboundPorts invalid: failed parsing port '*': failed parsing port '*': strconv.ParseUint: parsing "*": invalid syntax`,
    ],
    [
      'traffic.sidecar.istio.io/excludeOutboundIPRanges',
      '10.0.0.1',
      `excludeIPRanges invalid: failed parsing cidr '10.0.0.1': netip.ParsePrefix("10.0.0.1"): no '/'`,
    ],
    [
      'traffic.sidecar.istio.io/includeOutboundIPRanges',
      '10.0.0.0/8,10.0.0.0/33',
      `includeIPRanges invalid: failed parsing cidr '10.0.0.0/33': netip.ParsePrefix("10.0.0.0/33"): prefix length out of range`,
    ],
    [
      'traffic.sidecar.istio.io/includeOutboundIPRanges',
      'nowhere/8',
      `includeIPRanges invalid: failed parsing cidr 'nowhere/8': netip.ParsePrefix("nowhere/8"): ParseAddr("nowhere"): unable to parse IP`,
    ],
    [
      'status.sidecar.istio.io/port',
      '-1',
      `excludeInboundPorts invalid: failed parsing port '-1': strconv.ParseUint: parsing "-1": invalid syntax`,
    ],
    [
      'readiness.status.sidecar.istio.io/periodSeconds',
      '2s',
      'strconv.ParseUint: parsing "2s": invalid syntax',
    ],
    ['prometheus.istio.io/merge-metrics', 'no', 'strconv.ParseBool: parsing "no": invalid syntax'],
  ])('IST0125: %s: %s', (name, value, mistake) => {
    expect(lines(object('Pod', `${name}: ${JSON.stringify(value)}`))).toEqual([
      `Warning [IST0125] (Pod default/a) Invalid annotation ${name}: ${mistake}`,
    ]);
  });

  it.each([
    ['sidecar.istio.io/interceptionMode', 'TPROXY'],
    ['traffic.sidecar.istio.io/excludeOutboundPorts', ''],
    ['traffic.sidecar.istio.io/excludeOutboundPorts', '80, 81'],
    ['traffic.sidecar.istio.io/includeInboundPorts', '*'],
    ['traffic.sidecar.istio.io/includeOutboundIPRanges', '10.0.0.0/8,fd00::/8'],
    ['status.sidecar.istio.io/port', '15020'],
    ['prometheus.istio.io/merge-metrics', 'False'],
  ])('nothing of %s: %j', (name, value) => {
    expect(lines(object('Pod', `${name}: ${JSON.stringify(value)}`))).toEqual([]);
  });
});
