// Which of Envoy's own statistics are kept: few, unless the pod's annotations ask for more (pkg/bootstrap/config.go).

import { embeddedYaml } from '../../kube/embedded-yaml.ts';
import { RE2JS } from 're2js';

export type IncludesStat = (name: string) => boolean;

export function statsInclusion(annotations: Readonly<Record<string, string>>): IncludesStat {
  const { proxyStatsMatcher } = embeddedYaml(annotations['proxy.istio.io/config'] ?? '');
  const matcher = (proxyStatsMatcher ?? {}) as Readonly<Record<string, unknown>>;
  const asked = (what: 'Prefixes' | 'Suffixes' | 'Regexps'): readonly string[] => {
    const written = annotations[`sidecar.istio.io/statsInclusion${what}`] ?? '';
    return written === '' ? textsOf(matcher[`inclusion${what}`]) : written.split(',');
  };
  const prefixes = [...required.prefixes, ...asked('Prefixes')];
  const suffixes = [...required.suffixes, ...asked('Suffixes')];
  const patterns = [...required.patterns, ...asked('Regexps')].flatMap(patternOf);
  return (name) =>
    prefixes.some((prefix) => name.startsWith(prefix)) ||
    suffixes.some((suffix) => name.endsWith(suffix)) ||
    patterns.some((pattern) => pattern.matches(name));
}

const required = {
  prefixes: ['cluster_manager', 'listener_manager', 'server', 'cluster.xds-grpc', 'wasm'],
  suffixes: ['rbac.allowed', 'rbac.denied', 'shadow_allowed', 'shadow_denied'],
  patterns: [String.raw`vhost\..*\.route\..*`],
};

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/** Matches whole names, in Envoy's grammar of patterns; what is no pattern matches none. */
function patternOf(text: string): RE2JS[] {
  try {
    return [RE2JS.compile(text)];
  } catch {
    return [];
  }
}
