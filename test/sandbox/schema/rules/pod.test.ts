import { describe, expect, it } from 'vitest';
import type { AnyObject } from '../../../../sandbox/kube/object.ts';
import { container, objectOf, pod, refusals } from '../subjects.ts';

const label63 =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

describe('a pod', () => {
  it('is accepted with one container', () => {
    expect(refusals(pod())).toEqual([]);
  });

  it.each<[string, AnyObject, string[]]>([
    ['no containers', objectOf('Pod', { spec: {} }), ['spec.containers: Required value']],
    ['a container without a name', pod({ name: undefined }), ['spec.containers[0].name: Required value']],
    [
      'a container name in capitals',
      pod({ name: 'App' }),
      [`spec.containers[0].name: Invalid value: "App": ${label63}`],
    ],
    [
      'two containers of one name',
      pod({}, { containers: [container(), container()] }),
      ['spec.containers[1].name: Duplicate value: "app"'],
    ],
    [
      'an init container named like a container',
      pod({}, { initContainers: [container()] }),
      ['spec.initContainers[0].name: Duplicate value: "app"'],
    ],
    ['no image', pod({ image: '' }), ['spec.containers[0].image: Required value']],
    [
      'an image with a space at its end',
      pod({ image: 'nginx ' }),
      ['spec.containers[0].image: Invalid value: "nginx ": must not have leading or trailing whitespace'],
    ],
    [
      'an unknown pull policy',
      pod({ imagePullPolicy: 'Sometimes' }),
      [
        'spec.containers[0].imagePullPolicy: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"',
      ],
    ],
    [
      'an unknown restart policy',
      pod({}, { restartPolicy: 'Maybe' }),
      ['spec.restartPolicy: Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"'],
    ],
    [
      'a port beyond the last',
      pod({ ports: [{ containerPort: 70_000 }] }),
      [
        'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
      ],
    ],
    [
      'a port without a number',
      pod({ ports: [{ name: 'http' }] }),
      ['spec.containers[0].ports[0].containerPort: Required value'],
    ],
    [
      'two ports of one name',
      pod({
        ports: [
          { name: 'http', containerPort: 80 },
          { name: 'http', containerPort: 81 },
        ],
      }),
      ['spec.containers[0].ports[1].name: Duplicate value: "http"'],
    ],
    [
      'a port name of 16 characters',
      pod({ ports: [{ name: 'a-very-long-name', containerPort: 80 }] }),
      [
        'spec.containers[0].ports[0].name: Invalid value: "a-very-long-name": must be no more than 15 characters',
      ],
    ],
    [
      'an unknown protocol',
      pod({ ports: [{ containerPort: 80, protocol: 'HTTP' }] }),
      [
        'spec.containers[0].ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
      ],
    ],
    [
      'a variable name with =',
      pod({ env: [{ name: 'A=B', value: 'c' }] }),
      [
        'spec.containers[0].env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
      ],
    ],
    [
      'a variable with both a value and a source',
      pod({ env: [{ name: 'A', value: 'c', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] }),
      [
        'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
      ],
    ],
    [
      'a mount of a volume that is not there',
      pod({ volumeMounts: [{ name: 'data', mountPath: '/data' }] }),
      ['spec.containers[0].volumeMounts[0].name: Not found: "data"'],
    ],
    [
      'two mounts at one path',
      pod(
        {
          volumeMounts: [
            { name: 'a', mountPath: '/x' },
            { name: 'a', mountPath: '/x' },
          ],
        },
        { volumes: [{ name: 'a' }] },
      ),
      ['spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/x": must be unique'],
    ],
    [
      'a volume of two sources',
      pod({}, { volumes: [{ name: 'a', emptyDir: {}, hostPath: { path: '/' } }] }),
      ['spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      'a probe without a handler',
      pod({ livenessProbe: { periodSeconds: 3 } }),
      ['spec.containers[0].livenessProbe: Required value: must specify a handler type'],
    ],
    [
      'a probe with two handlers',
      pod({ readinessProbe: { httpGet: { port: 80 }, exec: { command: ['true'] } } }),
      ['spec.containers[0].readinessProbe.httpGet: Forbidden: may not specify more than 1 handler type'],
    ],
    [
      'a liveness probe that must succeed twice',
      pod({ livenessProbe: { httpGet: { port: 80 }, successThreshold: 2 } }),
      ['spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1'],
    ],
    [
      'a request above its limit',
      pod({ resources: { requests: { cpu: '2' }, limits: { cpu: 1 } } }),
      [
        'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
      ],
    ],
    [
      'a negative grace period',
      pod({}, { terminationGracePeriodSeconds: -1 }),
      ['spec.terminationGracePeriodSeconds: Invalid value: -1: must be greater than or equal to 0'],
    ],
  ])('with %s is refused', (_what, object, causes) => {
    expect(refusals(object)).toEqual(causes);
  });
});
