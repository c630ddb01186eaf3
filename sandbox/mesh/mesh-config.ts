import { parse } from 'yaml';

/** The part of MeshConfig that is executed. */
export interface MeshConfig {
  /** Empty: no access log. */
  readonly accessLogFile: string;
  readonly outboundTrafficPolicy: 'ALLOW_ANY' | 'REGISTRY_ONLY';
}

export const defaultMeshConfig: MeshConfig = { accessLogFile: '', outboundTrafficPolicy: 'ALLOW_ANY' };

/** `data.mesh` of the ConfigMap istio-system/istio; what is missing (or no YAML at all) is Istio's default. */
export function meshConfigOf(text: string): MeshConfig {
  const { accessLogFile, outboundTrafficPolicy } = mapping(text) as Written;
  return {
    accessLogFile: accessLogFile ?? defaultMeshConfig.accessLogFile,
    outboundTrafficPolicy: outboundTrafficPolicy?.mode === 'REGISTRY_ONLY' ? 'REGISTRY_ONLY' : 'ALLOW_ANY',
  };
}

interface Written {
  readonly accessLogFile?: string;
  readonly outboundTrafficPolicy?: { readonly mode?: string };
}

function mapping(text: string): object {
  try {
    const value: unknown = parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
