import { describe, expect, it } from 'vitest';
import { container, defaulted, deployment, refusals } from '../subjects.ts';

const labelValue =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

describe('a Deployment', () => {
  it('is accepted with a selector that matches its template', () => {
    expect(refusals(deployment())).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['no selector', { selector: undefined }, ['spec.selector: Required value']],
    [
      'an empty selector',
      { selector: {} },
      [
        'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for deployment',
      ],
    ],
    [
      'a selector that misses its template',
      { selector: { matchLabels: { app: 'other' } } },
      [
        'spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`',
      ],
    ],
    [
      'a label value with a space',
      {
        template: { metadata: { labels: { app: 'web', x: 'a b' } }, spec: { containers: [container()] } },
      },
      [`spec.template.metadata.labels: Invalid value: "a b": ${labelValue}`],
    ],
    [
      'less than no replicas',
      { replicas: -1 },
      ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'an unknown strategy',
      { strategy: { type: 'BlueGreen' } },
      ['spec.strategy.type: Unsupported value: "BlueGreen": supported values: "Recreate", "RollingUpdate"'],
    ],
    [
      'Recreate with rolling parameters',
      { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } },
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      'no room to roll',
      { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } },
      [
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:0, IntVal:0, StrVal:""}: may not be 0 when `maxSurge` is 0',
      ],
    ],
    [
      'a share without a percent sign',
      { strategy: { rollingUpdate: { maxSurge: 'half' } } },
      [
        `spec.strategy.rollingUpdate.maxSurge: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:"half"}: a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`,
      ],
    ],
    [
      'an unknown operator',
      { selector: { matchExpressions: [{ key: 'app', operator: 'Is', values: ['web'] }] } },
      ['spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator'],
    ],
    [
      'pods that are not always restarted',
      {
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { restartPolicy: 'Never', containers: [container()] },
        },
      },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [
      'no template',
      { template: undefined },
      [
        'spec.template.metadata.labels: Invalid value: map[string]string(nil): `selector` does not match template `labels`',
        'spec.template.spec.containers: Required value',
      ],
    ],
  ])('with %s is refused', (_what, spec, causes) => {
    expect(refusals(deployment(spec))).toEqual(causes);
  });

  it('keeps its selector', () => {
    const labels = { app: 'web', tier: 'front' };
    const next = deployment({
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container()] } },
    });
    expect(refusals(next, defaulted(deployment()))).toEqual([
      'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"web", "tier":"front"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable',
    ]);
  });
});
