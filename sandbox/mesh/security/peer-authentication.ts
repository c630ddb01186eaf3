// security.istio.io PeerAuthentication: which ports of a workload take mutual TLS, and which plain text
// (istio.io/istio pilot/pkg/security/authn ComposePeerAuthentication).

import { policyOf, type Policy, type Workload } from './policy.ts';
import { rootNamespace } from '../model/destination-rules.ts';
import type { CustomObject } from '../../kube/resources.ts';
import type { PolicyIndex } from './policy-index.ts';

export type MutualTlsMode = 'DISABLE' | 'PERMISSIVE' | 'STRICT';

export interface PeerAuthentication extends Policy {
  /** Undefined: what the next wider policy says. */
  readonly mode: MutualTlsMode | undefined;
  /** By port of the workload. */
  readonly ports: ReadonlyMap<number, MutualTlsMode | undefined>;
}

export function peerAuthenticationOf(object: CustomObject): PeerAuthentication {
  const { mtls, portLevelMtls = {} } = (object.spec ?? {}) as Spec;
  return {
    ...policyOf(object),
    mode: modeOf(mtls),
    ports: new Map(Object.entries(portLevelMtls).map(([port, settings]) => [Number(port), modeOf(settings)])),
  };
}

interface Settings {
  readonly mode?: MutualTlsMode | 'UNSET';
}

interface Spec {
  readonly mtls?: Settings;
  readonly portLevelMtls?: Readonly<Record<string, Settings>>;
}

const modeOf = ({ mode = 'UNSET' }: Settings = {}): MutualTlsMode | undefined =>
  mode === 'UNSET' ? undefined : mode;

/** What a workload takes. */
export interface MutualTlsModes {
  readonly mode: MutualTlsMode;
  /** Ports of the workload with a mode of their own. */
  readonly ports: ReadonlyMap<number, MutualTlsMode>;
}

/** The oldest policy of each scope counts: the workload's, its namespace's, the mesh's; then PERMISSIVE. */
export function mutualTlsModes(
  policies: PolicyIndex<PeerAuthentication>,
  workload: Workload,
): MutualTlsModes {
  const all = policies.for(workload);
  const isRoot = ({ namespace }: Policy): boolean => namespace === rootNamespace;
  const isWide = ({ selector }: Policy): boolean => Object.keys(selector).length === 0;
  const ofMesh = all.find((policy) => isRoot(policy) && isWide(policy));
  const ofNamespace = all.find((policy) => !isRoot(policy) && isWide(policy));
  // Policies of the root namespace that select workloads are not looked at.
  const ofWorkload = all.find((policy) => !isRoot(policy) && !isWide(policy));
  const mode = ofWorkload?.mode ?? ofNamespace?.mode ?? ofMesh?.mode ?? 'PERMISSIVE';
  const ports = [...(ofWorkload?.ports ?? [])].map(([port, own]) => [port, own ?? mode] as const);
  return { mode, ports: new Map(ports) };
}

export const modeAt = ({ mode, ports }: MutualTlsModes, port: number): MutualTlsMode =>
  ports.get(port) ?? mode;
