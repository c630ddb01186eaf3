import { describe, expect, it } from 'vitest';
import { embeddedYaml } from '../../../sandbox/kube/embedded-yaml.ts';
import { meshConfigOf } from '../../../sandbox/mesh/mesh-config.ts';
import { statsInclusion } from '../../../sandbox/proxy/admin/stats-inclusion.ts';

describe('YAML in the text of an object', () => {
  it.each([
    ['a list that never ends', '['.repeat(200_000)],
    ['keys of keys', '? '.repeat(20_000)],
    ['no YAML', 'a: "b'],
    ['no mapping', 'text'],
    ['nothing', ''],
  ])('is no settings when it is %s', (_what, text) => {
    expect(embeddedYaml(text)).toEqual({});
  });

  it('counts for its types only: a mesh setting that is no text is the default', () => {
    expect(meshConfigOf('accessLogFile: 5\noutboundTrafficPolicy: 1')).toEqual(meshConfigOf(''));
  });
});

describe('the statistics a pod asks for', () => {
  const kept = (annotations: Readonly<Record<string, string>>, name: string): boolean =>
    statsInclusion(annotations)(name);

  it.each([
    ['a number', 'proxyStatsMatcher: { inclusionPrefixes: 5 }'],
    ['a mapping', 'proxyStatsMatcher: { inclusionRegexps: { a: b } }'],
    ['numbers', 'proxyStatsMatcher: { inclusionSuffixes: [1, null] }'],
    ['nothing to read', 'proxyStatsMatcher: 7'],
  ])('are the usual ones when the list is %s', (_what, config) => {
    expect(kept({ 'proxy.istio.io/config': config }, 'cluster.a.upstream_rq_200')).toBe(false);
    expect(kept({ 'proxy.istio.io/config': config }, 'server.uptime')).toBe(true);
  });

  it('are found in time that grows with the name only, whatever the pattern', () => {
    const annotations = { 'sidecar.istio.io/statsInclusionRegexps': '(a+)+b,cluster\\..*retry' };
    expect(kept(annotations, 'a'.repeat(5000))).toBe(false);
    expect(kept(annotations, 'cluster.a.upstream_rq_retry')).toBe(true);
  });
});
