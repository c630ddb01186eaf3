import { describe, expect, it } from 'vitest';
import { parseCheck } from '../../../../scripts/lab/checks/parse-check.ts';

const problemsOf = (yaml: string): readonly string[] => {
  const parsed = parseCheck('a check', yaml);
  return 'problems' in parsed ? parsed.problems.map(({ offset, message }) => `${offset}: ${message}`) : [];
};

const whole = (line: string): RegExp =>
  new RegExp(`^${line.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`, 'm');

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
    ['traffic', 'traffic: { get: http://a/, latency: { below: 500ms, share: 90% } }'],
    ['resource', 'resource: { kind: Pod, namespace: n, labels: { app: a }, count: 2 }\ninvariant: true'],
    ['resource', 'resource: { kind: Job, apiVersion: batch/v1, name: x, absent: true }\nnever: 2s'],
    ['route', 'route: { from: deployment/a, namespace: n, host: h, weights: { v1: 90, v2: 10 } }'],
    [
      'route',
      'route: { from: deployment/a, namespace: n, host: h, retries: { attempts: 3, on: 5xx, perTry: 2s } }',
    ],
    ['metric', 'metric: { of: deployment/a, namespace: n, name: m, during: { get: http://a/ }, atLeast: 1 }'],
    ['command', 'command: { run: echo x, contains: x }\nholds: 3s'],
  ])('%s: %s', (kind, yaml) => {
    const parsed = parseCheck('a check', yaml);
    expect('check' in parsed ? parsed.check : parsed.problems).toMatchObject({ kind, title: 'a check' });
  });
});

describe('a mistake in a check has a place and a sentence', () => {
  it.each([
    ['', '0: a check is a mapping with one of: http, traffic, route, resource, metric, command'],
    ['http: {get: http://a/', /not valid YAML/],
    ['htp: {}', '0: a check needs exactly one of: http, traffic, route, resource, metric, command'],
    ['http: {}', '6: http needs exactly one of: get, post, put, patch, delete, head, options'],
    ['http: { get: localhost }', /http.get must be a URL/],
    ['http: { get: http://a/, stauts: 200 }', /24: unknown key http.stauts \(did you mean status\?\)/],
    ['http: { get: http://a/, status: ok }', '32: http.status must be a number'],
    ['http: { get: http://a/ }\nwithin: 5 minutes', '33: within must be a duration like 250ms, 30s or 2m'],
    ['http: { get: http://a/ }\nnever: 5s\nwithin: 5s', /never cannot be combined/],
    ['traffic: { get: http://a/ }', '9: traffic needs exactly one of: success, split, latency'],
    ['traffic: { get: http://a/, success: 0.9 }', /success must be a share from 0% to 100%/],
    ['traffic: { get: http://a/, by: status, split: { 200: 90% } }', /must add up to 100%, got 90 %/],
    ['traffic: { get: http://a/, split: { a: 100% } }', /by must be status/],
    ['traffic: { get: http://a/, by: { body: "(" }, split: { a: 100% } }', /not a regular expression/],
    ['resource: { kind: Job, name: x }', /resource needs apiVersion for kind Job/],
    ['resource: { kind: Pod }', /resource needs at least one of: name, labels, count/],
    ['route: { from: webapp, namespace: n, host: h, timeout: 1s }', /route.from must be deployment\/NAME/],
    ['route: { from: deployment/a, namespace: n, host: h }', /at least one of: weights, retries, timeout/],
    ['metric: { of: deployment/a, namespace: n, name: m }', /metric.during is missing/],
    ['command: {}', '9: command.run is missing'],
  ])('%s', (yaml, message) => {
    const pattern = typeof message === 'string' ? whole(message) : message;
    expect(problemsOf(yaml).join('\n')).toMatch(pattern);
  });
});
