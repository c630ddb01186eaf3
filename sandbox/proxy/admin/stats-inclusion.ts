// Which of Envoy's own statistics are kept: few, unless the pod's annotations ask for more (pkg/bootstrap/config.go).

import { parse } from 'yaml';

export type IncludesStat = (name: string) => boolean;

export function statsInclusion(annotations: Readonly<Record<string, string>>): IncludesStat {
  const matcher = statsMatcher(annotations['proxy.istio.io/config'] ?? '');
  const asked = (what: 'Prefixes' | 'Suffixes' | 'Regexps'): readonly string[] => {
    const written = annotations[`sidecar.istio.io/statsInclusion${what}`] ?? '';
    return written === '' ? (matcher[`inclusion${what}`] ?? []) : written.split(',');
  };
  const prefixes = [...required.prefixes, ...asked('Prefixes')];
  const suffixes = [...required.suffixes, ...asked('Suffixes')];
  const patterns = [...required.patterns, ...asked('Regexps')].flatMap(patternOf);
  return (name) =>
    prefixes.some((prefix) => name.startsWith(prefix)) ||
    suffixes.some((suffix) => name.endsWith(suffix)) ||
    patterns.some((pattern) => pattern.test(name));
}

const required = {
  prefixes: ['cluster_manager', 'listener_manager', 'server', 'cluster.xds-grpc', 'wasm'],
  suffixes: ['rbac.allowed', 'rbac.denied', 'shadow_allowed', 'shadow_denied'],
  patterns: [String.raw`vhost\..*\.route\..*`],
};

/** Matches whole names; what is no pattern matches none. */
function patternOf(text: string): RegExp[] {
  try {
    return [new RegExp(`^(?:${text})$`, 'u')];
  } catch {
    return [];
  }
}

interface StatsMatcher {
  readonly inclusionPrefixes?: readonly string[];
  readonly inclusionSuffixes?: readonly string[];
  readonly inclusionRegexps?: readonly string[];
}

function statsMatcher(config: string): StatsMatcher {
  try {
    return (parse(config) as { proxyStatsMatcher?: StatsMatcher } | null)?.proxyStatsMatcher ?? {};
  } catch {
    return {};
  }
}
