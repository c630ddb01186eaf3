import {
  modeAt,
  mutualTlsModes,
  peerAuthenticationOf,
  type MutualTlsModes,
  type PeerAuthentication,
} from './peer-authentication.ts';
import { PolicyIndex } from './policy-index.ts';
import type { Change } from '../model/changes.ts';
import type { CustomObject } from '../../kube/resources.ts';
import type { KubeObject } from '../../kube/object.ts';
import { rootNamespace } from '../model/destination-rules.ts';
import type { Workload } from './policy.ts';

/** The policies of security.istio.io, and what they make of a workload. */
export class Security {
  readonly #peers = new PolicyIndex<PeerAuthentication>();

  /** False, and nothing happens, for an object of another kind. */
  set(object: KubeObject, present: boolean): boolean {
    const { kind, metadata } = object;
    const key = `${metadata.namespace ?? ''}/${metadata.name}`;
    const custom = present ? (object as CustomObject) : undefined;
    switch (kind) {
      case 'PeerAuthentication':
        this.#peers.set(key, custom && peerAuthenticationOf(custom));
        return true;
      default:
        return false;
    }
  }

  /** Whether there is any PeerAuthentication. */
  get knowsPeers(): boolean {
    return this.#peers.size > 0;
  }

  mutualTls(workload: Workload): MutualTlsModes {
    return mutualTlsModes(this.#peers, workload);
  }

  /** Whether clients that can speak mutual TLS shall do so with this port of the workload. */
  takesMutualTls(workload: Workload, port: number): boolean {
    return modeAt(this.mutualTls(workload), port) !== 'DISABLE';
  }
}

/** Whether a change can be one of what the workloads of a namespace accept. */
export const changesSecurityOf = ({ security }: Change, namespace: string): boolean =>
  security.has(namespace) || security.has(rootNamespace);
