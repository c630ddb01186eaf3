import { embeddedYaml } from '../kube/embedded-yaml.ts';

export interface AccessLogging {
  /** Empty: no access log. */
  readonly accessLogFile: string;
  readonly accessLogEncoding: 'TEXT' | 'JSON';
}

/** The part of MeshConfig that is executed. */
export interface MeshConfig extends AccessLogging {
  readonly outboundTrafficPolicy: 'ALLOW_ANY' | 'REGISTRY_ONLY';
}

export const defaultMeshConfig: MeshConfig = {
  accessLogFile: '',
  accessLogEncoding: 'TEXT',
  outboundTrafficPolicy: 'ALLOW_ANY',
};

/** `data.mesh` of the ConfigMap istio-system/istio; what is missing (or no YAML at all) is Istio's default. */
export function meshConfigOf(text: string): MeshConfig {
  const { accessLogFile, accessLogEncoding, outboundTrafficPolicy } = embeddedYaml(text);
  const { mode } = (outboundTrafficPolicy ?? {}) as { readonly mode?: unknown };
  return {
    accessLogFile: typeof accessLogFile === 'string' ? accessLogFile : defaultMeshConfig.accessLogFile,
    accessLogEncoding: accessLogEncoding === 'JSON' ? 'JSON' : 'TEXT',
    outboundTrafficPolicy: mode === 'REGISTRY_ONLY' ? 'REGISTRY_ONLY' : 'ALLOW_ANY',
  };
}

/** Settings that differ from Istio's default here, and that nothing comes of. */
export const unknownSettings = (text: string): string[] =>
  Object.keys(embeddedYaml(text)).filter((name) => !known.has(name));

const known = new Set([
  'accessLogFile',
  'accessLogEncoding',
  'outboundTrafficPolicy',
  // As they are installed; nothing is read from them.
  'defaultConfig',
  'defaultProviders',
  'enablePrometheusMerge',
  'rootNamespace',
  'trustDomain',
]);
