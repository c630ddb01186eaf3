import { authorizationPolicyOf, type AuthorizationPolicy } from './authorization-policy.ts';
import { customHttpFilters, httpFilters, networkFilters } from './rbac-filters.ts';
import type { HttpFilter, NetworkFilter } from '../../envoy/config.ts';
import {
  modeAt,
  mutualTlsModes,
  peerAuthenticationOf,
  type MutualTlsModes,
  type PeerAuthentication,
} from './peer-authentication.ts';
import { jwtFilters, requestAuthenticationOf, type RequestAuthentication } from './request-authentication.ts';
import { PolicyIndex } from './policy-index.ts';
import type { Change } from '../model/changes.ts';
import type { CustomObject } from '../../kube/resources.ts';
import type { KubeObject } from '../../kube/object.ts';
import { rootNamespace } from '../model/destination-rules.ts';
import type { Workload } from './policy.ts';

/** The policies of security.istio.io, and what they make of a workload. */
export class Security {
  readonly #peers = new PolicyIndex<PeerAuthentication>();
  readonly #authorizations = new PolicyIndex<AuthorizationPolicy>();
  readonly #requests = new PolicyIndex<RequestAuthentication>();

  /** False, and nothing happens, for an object of another kind. */
  set(object: KubeObject, present: boolean): boolean {
    const { kind, metadata } = object;
    const key = `${metadata.namespace ?? ''}/${metadata.name}`;
    const custom = present ? (object as CustomObject) : undefined;
    switch (kind) {
      case 'PeerAuthentication':
        this.#peers.set(key, custom && peerAuthenticationOf(custom));
        return true;
      case 'AuthorizationPolicy':
        this.#authorizations.set(key, custom && authorizationPolicyOf(custom));
        return true;
      case 'RequestAuthentication':
        this.#requests.set(key, custom && requestAuthenticationOf(custom));
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

  /** In the order in which they decide: CUSTOM, tokens, then AUDIT, DENY and ALLOW. */
  filters(workload: Workload): SecurityFilters {
    const policies = this.#authorizations.for(workload);
    return {
      http: [
        ...customHttpFilters(policies),
        ...jwtFilters(this.#requests.for(workload)),
        ...httpFilters(policies),
      ],
      tcp: networkFilters(policies),
    };
  }

  /** Whether clients that can speak mutual TLS shall do so with this port of the workload. */
  takesMutualTls(workload: Workload, port: number): boolean {
    return modeAt(this.mutualTls(workload), port) !== 'DISABLE';
  }
}

/** What goes before all other filters. */
export interface SecurityFilters {
  readonly http: readonly HttpFilter[];
  readonly tcp: readonly NetworkFilter[];
}

/** Whether a change can be one of what the workloads of a namespace accept. */
export const changesSecurityOf = ({ security }: Change, namespace: string): boolean =>
  security.has(namespace) || security.has(rootNamespace);
