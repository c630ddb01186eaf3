import { describe, expect, it } from 'vitest';
import { parseCheck } from '../../../../scripts/lab/checks/parse-check.ts';

describe('a check that is written well', () => {
  it.each([
    ['http', 'http: { get: http://localhost:30000/, status: 404 }'],
    [
      'http',
      'http: { post: http://localhost:30000/x, headers: { a: b }, body: x, json: { a: 1 } }\nwithin: 5s',
    ],
    ['traffic', 'traffic: { get: http://localhost:30000/, success: 99% }'],
    ['traffic', 'traffic: { get: http://a/, by: status, split: { 200: 90%, 500: 10% }, delta: 8% }'],
    ['traffic', 'traffic: { get: http://a/, by: { body: v(\\d) }, split: { 1: 100% } }'],
    ['traffic', 'traffic: { get: http://a/, by: { body: "(?<=name: )v1" }, split: { v1: 100% } }'],
    [
      'traffic',
      String.raw`traffic: { get: http://a/, by: { body: '\((a|b[)(])\)' }, split: { "b)": 50%, none: 50% } }`,
    ],
    ['traffic', 'traffic: { head: http://a/, by: { header: x }, split: { v1: 0%, v2: 100% } }'],
    ['traffic', 'traffic: { get: http://a/, latency: { below: 500ms, share: 90% } }'],
    ['resource', 'resource: { kind: Pod, namespace: n, labels: { app: a }, count: 2 }\ninvariant: true'],
    ['resource', 'resource: { kind: Job, apiVersion: batch/v1, name: x, absent: true }\nnever: 2s'],
    ['route', 'route: { from: deployment/a, namespace: n, host: h, weights: { v1: 90, v2: 10 } }'],
    [
      'route',
      'route: { from: deployment/a, namespace: n, host: h, retries: { attempts: 3, on: 5xx, perTry: 2s } }',
    ],
    ['metric', 'metric: { of: deployment/a, namespace: n, name: m, during: { get: http://a/ }, atLeast: 1 }'],
    ['route', 'route: { from: deployment/a, namespace: n, host: h, timeout: 0s, retries: { attempts: 0 } }'],
    ['http', 'http: { get: http://a/, status: 0 }'],
    ['command', 'command: { run: echo x, contains: x }\nholds: 3s'],
    ['command', 'command: { run: echo x, exit: 255, equals: "" }'],
  ])('%s: %s', (kind, yaml) => {
    const parsed = parseCheck('a check', yaml);
    expect('check' in parsed ? parsed.check : parsed.problems).toMatchObject({ kind, title: 'a check' });
  });
});
