// What an author can get wrong in a check of the cluster: each mistake is one sentence with its place, and nothing that can
// never be green or never be red is a check.

import { expect, it } from 'vitest';
import { problemsOf } from './problems-of.ts';

it.each([
  ['resource: { kind: Job, name: x }', '18: resource needs apiVersion for kind Job'],
  [
    'resource: { kind: pod, name: x }',
    '18: resource.kind must be a kind as manifests write it, such as Deployment',
  ],
  [
    'resource: { kind: Deploymint, name: x }',
    '18: resource needs apiVersion for kind Deploymint (did you mean Deployment?)',
  ],
  [
    'resource: { kind: Job, apiVersion: batch, name: x }',
    '35: resource.apiVersion must be an apiVersion such as v1 or batch/v1',
  ],
  ['resource: { kind: Pod }', '10: resource needs at least one of: name, labels, count'],
  ['resource: { kind: Pod, name: x, count: 2 }', '29: resource.name cannot be combined with labels or count'],
  [
    'resource: { kind: Pod, name: x, labels: { a: b } }',
    '29: resource.name cannot be combined with labels or count',
  ],
  ['resource: { kind: Pod, count: 0 }', '30: resource.count must be a whole number from 1 on'],
  ['resource: { kind: Pod, count: -1 }', '30: resource.count must be a whole number from 1 on'],
  [
    'resource: { kind: Pod, name: x, absent: true, match: { a: b } }',
    '40: resource.absent cannot be combined with match or count',
  ],
  ['resource: { kind: Pod, name: x, match: {} }', '39: resource.match must not be empty'],
  ['resource: { kind: Pod, name: x, match: 5 }', '39: resource.match must be a mapping'],
  ['resource: { kind: Pod, name: x, match: }', '39: resource.match must be a mapping'],
  [
    'resource: { kind: Pod, name: x, namespace: Shop }',
    '43: resource.namespace must be the name of a namespace: lower case letters, digits and -, at most 63',
  ],
  [
    'resource: { kind: Pod, labels: { "a b": c } }',
    '40: "a b" in resource.labels must be the name of a label',
  ],
  ['resource: { kind: Pod, labels: { a: b c } }', '36: resource.labels.a must be the value of a label'],
  ['route: { from: webapp, namespace: n, host: h, timeout: 1s }', '15: route.from must be deployment/NAME'],
  [
    'route: { from: deployment/a, namespace: n, host: h }',
    '7: route needs at least one of: weights, retries, timeout',
  ],
  ['route: { from: deployment/a, namespace: n, timeout: 1s }', '7: route.host is missing'],
  [
    'route: { from: deployment/a, namespace: n, host: h, path: items, timeout: 1s }',
    '58: route.path must be a path that starts with /',
  ],
  [
    'route: { from: deployment/a, namespace: n, host: h, weights: {} }',
    '61: route.weights must not be empty',
  ],
  [
    'route: { from: deployment/a, namespace: n, host: h, weights: { v1: 100, v2: 0 } }',
    '76: route.weights.v2 must be a whole number from 1 on',
  ],
  [
    'route: { from: deployment/a, namespace: n, host: h, retries: {} }',
    '61: route.retries needs at least one of: attempts, on, perTry',
  ],
  [
    'route: { from: deployment/a, namespace: n, host: h, retries: { attempts: -1 } }',
    '73: route.retries.attempts must be a whole number from 0 on',
  ],
  [
    'route: { from: deployment/a, namespace: n, host: h, retries: { attempts: 0, on: 5xx } }',
    '73: route.retries.attempts 0 is no retries, and those have no on and no perTry',
  ],
  [
    'route: { from: deployment/a, namespace: n, host: h, retries: { on: "5xx,reset" } }',
    '67: route.retries.on must be one of 5xx, gateway-error, reset, reset-before-request, connect-failure, envoy-ratelimited, retriable-4xx, refused-stream, retriable-status-codes, retriable-headers, http3-post-connect-failure, cancelled, deadline-exceeded, internal, resource-exhausted, unavailable',
  ],
  [
    'route: { from: deployment/a, namespace: n, host: h, retries: { perTry: 0s } }',
    '71: route.retries.perTry must be a duration above zero, like 250ms, 30s or 2m',
  ],
  [
    'metric: { of: deployment/a, namespace: n, name: m, during: { get: http://a/ } }',
    '8: metric needs at least one of: atLeast, atMost',
  ],
  [
    'metric: { of: deployment/a, namespace: n, name: m, during: {}, atLeast: 1 }',
    '59: metric.during needs exactly one of: get, post, put, patch, delete, head, options',
  ],
  [
    'metric: { of: deployment/a, namespace: n, name: m, during: { get: http://a/, requests: 0 }, atLeast: 1 }',
    '87: metric.during.requests must be a whole number from 1 to 1000',
  ],
  [
    'metric: { of: deployment/a, namespace: n, name: m, during: { get: http://a/ }, atLeast: 0 }',
    '88: metric.atLeast must be a whole number from 1 on',
  ],
  [
    'metric: { of: deployment/a, namespace: n, name: m, during: { get: http://a/ }, atMost: -1 }',
    '87: metric.atMost must be a whole number from 0 on',
  ],
  [
    'metric: { of: deployment/a, namespace: n, name: m, during: { get: http://a/ }, atLeast: 5, atMost: 4 }',
    '88: metric.atLeast 5 is more than atMost 4',
  ],
  [
    'metric: { of: deployment/a, namespace: n, name: "m{a}", during: { get: http://a/ }, atLeast: 5 }',
    '48: metric.name must be the name of a counter, without its labels',
  ],
  ['command: {}', '9: command.run is missing'],
  ['command: { run: "" }', '16: command.run must be text that is not empty'],
  ['command: { run: x, exit: 256 }', '25: command.exit must be a whole number from 0 to 255'],
  ['command: { run: x, exit: nonzero }', '25: command.exit must be a whole number from 0 to 255'],
  ['command: { run: x, contains: "" }', '29: command.contains must be text that is not empty'],
  [
    'command: { run: x, contains: ab, lacks: b }',
    '40: command.contains has the text of lacks in it, so it can never be green',
  ],
  [
    'command: { run: x, equals: ab, contains: b }',
    '27: command.equals cannot be combined with contains or lacks',
  ],
])('%s', (yaml, problem) => {
  expect(problemsOf(yaml)).toEqual([problem]);
});

it.each([
  [
    'resource: {}',
    ['10: resource.kind is missing', '10: resource needs at least one of: name, labels, count'],
  ],
  [
    'route: {}',
    [
      '7: route.from is missing',
      '7: route.namespace is missing',
      '7: route.host is missing',
      '7: route needs at least one of: weights, retries, timeout',
    ],
  ],
  [
    'route: { from: deployment/a, namespace: n, host: h, weights: { v1: 90%, v2: 10% } }',
    [
      '67: route.weights.v1 must be a whole number from 1 on',
      '76: route.weights.v2 must be a whole number from 1 on',
    ],
  ],
  [
    'metric: {}',
    [
      '8: metric.of is missing',
      '8: metric.namespace is missing',
      '8: metric.name is missing',
      '8: metric.during is missing',
      '8: metric needs at least one of: atLeast, atMost',
    ],
  ],
  [
    'metric: { of: deployment/a, namespace: n, name: m }',
    ['8: metric.during is missing', '8: metric needs at least one of: atLeast, atMost'],
  ],
])('%s lacks all that it needs', (yaml, problems) => {
  expect(problemsOf(yaml)).toEqual(problems);
});
