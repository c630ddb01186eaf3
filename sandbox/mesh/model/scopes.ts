import type { Lists, OutboundScope } from '../outbound/outbound-scope.ts';
import type { OwnPieces } from '../generate.ts';
import type { ProxyConfig } from '../../envoy/config.ts';
import type { ProxyNode } from '../proxy-node.ts';
import type { RouterScope } from '../router/router-scope.ts';

/** Config that is already made: shared by proxies that see the mesh alike, and whole per proxy. */
export class Scopes {
  readonly routers = new Map<string, RouterScope>();
  readonly proxies = new WeakMap<ProxyNode, MadeConfig>();
  #outbound = new Map<string, OutboundScope>();
  #selectorKeys = '';

  /** Starts anew when clients are told apart by other labels than before. */
  outboundFor(selectorKeys: readonly string[]): Map<string, OutboundScope> {
    const keys = selectorKeys.join();
    if (keys !== this.#selectorKeys) this.#outbound = new Map();
    this.#selectorKeys = keys;
    return this.#outbound;
  }
}

export interface MadeConfig {
  /** Of the mesh, when it was made. */
  readonly revision: number;
  readonly config: ProxyConfig;
  readonly shared: Lists;
  /** Undefined for routers. */
  readonly own: OwnPieces | undefined;
}
