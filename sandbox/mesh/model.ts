// The mesh as istiod sees it: services and their endpoints, VirtualServices, DestinationRules, Gateways, MeshConfig.
// Every change is told by what it affects, so that its cost does not grow with the rest of the mesh.

import { isDeepStrictEqual } from 'node:util';
import { ChangeLog, noChange, type Change } from './model/changes.ts';
import { coveringWildcards, domainSuffix, isSubsetOf, isWildcard } from './host.ts';
import { defaultMeshConfig, type MeshConfig } from './mesh-config.ts';
import { destinationRuleOf, type DestinationRule } from './kube/destination-rule.ts';
import { DestinationRuleIndex } from './model/destination-rules.ts';
import { Security } from './security/security.ts';
import { entryOf } from './model/multi-map.ts';
import { gatewayOf, type Gateway } from './kube/gateway.ts';
import { meshServiceOf, type MeshService } from './kube/service.ts';
import { Scopes } from './model/scopes.ts';
import { SelectorKeys } from './model/selector-keys.ts';
import { SidecarIndex, sidecarOf } from './sidecar/sidecar.ts';
import { TelemetryIndex, telemetryOf } from './telemetry/telemetry.ts';
import { ServiceIndex } from './model/services.ts';
import { serviceAliasOf, type ServiceAlias } from './model/service-aliases.ts';
import { servicesOfEntry } from './service-entry/service-entry.ts';
import { destinationsOf, virtualServiceOf, type VirtualService } from './kube/virtual-service.ts';
import { tlsSecretOf, type TlsSecret } from './kube/tls-secret.ts';
import { VirtualServiceIndex } from './model/virtual-services.ts';
import { workloadEntryOf } from './service-entry/workload-entry.ts';
import { workloadOf } from './kube/workload.ts';
import type { CustomObject, EndpointSlice } from '../kube/resources.ts';
import type { KubeObject } from '../kube/object.ts';

export interface MeshEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** A Service, EndpointSlice or Pod, or one of Istio's objects; other kinds are not looked at. */
  readonly object: KubeObject;
}

/** What config is made from. Holds until the next `apply` or `configure`; the same snapshot and proxy give the same config. */
export interface MeshSnapshot {
  readonly revision: number;
  readonly mesh: MeshConfig;
  readonly services: ServiceIndex;
  readonly virtualServices: VirtualServiceIndex;
  readonly destinationRules: DestinationRuleIndex;
  readonly sidecars: SidecarIndex;
  readonly telemetry: TelemetryIndex;
  readonly gateways: ReadonlyMap<string, Gateway>;
  readonly secrets: ReadonlyMap<string, TlsSecret>;
  readonly security: Security;
  /** Names of the labels by which any rule tells clients apart, sorted. */
  readonly selectorKeys: readonly string[];
  readonly changes: ChangeLog;
  /** Config that is already made, by whom it is for. */
  readonly scopes: Scopes;
}

export class MeshState {
  readonly #services = new ServiceIndex();
  /** By the object they are from. */
  readonly #servicesOf = new Map<string, readonly MeshService[]>();
  readonly #virtualServices = new VirtualServiceIndex();
  readonly #destinationRules = new DestinationRuleIndex();
  readonly #gateways = new Map<string, Gateway>();
  /** By namespace and name. */
  readonly #secrets = new Map<string, TlsSecret>();
  readonly #sidecars = new SidecarIndex();
  readonly #telemetry = new TelemetryIndex();
  readonly #security = new Security();
  readonly #selectorKeys = new SelectorKeys();
  readonly #changes = new ChangeLog();
  readonly #scopes = new Scopes();
  #mesh: MeshConfig;

  constructor(mesh: Partial<MeshConfig> = {}) {
    this.#mesh = { ...defaultMeshConfig, ...mesh };
  }

  configure(mesh: Partial<MeshConfig>): void {
    const next = { ...defaultMeshConfig, ...mesh };
    if (isDeepStrictEqual(next, this.#mesh)) return;
    this.#mesh = next;
    this.#changes.add({ ...noChange(), everything: true });
  }

  /** Takes an object as it is now, or with DELETED its end. Repeating an event is harmless. */
  apply({ type, object }: MeshEvent): void {
    const present = type !== 'DELETED';
    const change = noChange();
    const before = this.#selectorKeys.version;
    switch (object.kind) {
      case 'Service':
        this.#setServices(object, present ? [meshServiceOf(object)].flatMap((one) => one ?? []) : [], change);
        this.#setExternalName(object, present ? serviceAliasOf(object) : undefined, change);
        break;
      case 'ServiceEntry':
        this.#setServices(object, present ? servicesOfEntry(object as CustomObject) : [], change);
        break;
      case 'Sidecar': {
        const sidecar = present ? sidecarOf(object as CustomObject) : undefined;
        this.#sidecars.set(keyOf(object), sidecar);
        this.#selectorKeys.set(`Sidecar/${keyOf(object)}`, Object.keys(sidecar?.labels ?? {}));
        change.everything = true;
        break;
      }
      case 'Telemetry': {
        const telemetry = present ? telemetryOf(object as CustomObject) : undefined;
        this.#telemetry.set(keyOf(object), telemetry);
        this.#selectorKeys.set(`Telemetry/${keyOf(object)}`, Object.keys(telemetry?.labels ?? {}));
        change.everything = true;
        break;
      }
      case 'WorkloadEntry': {
        const { namespace = '' } = object.metadata;
        const member = {
          ...workloadEntryOf(object as CustomObject),
          kind: 'WorkloadEntry' as const,
          namespace,
        };
        const changed = this.#services.setMember(
          `WorkloadEntry/${keyOf(object)}`,
          present ? member : undefined,
        );
        for (const hostname of changed) change.endpoints.add(hostname);
        break;
      }
      case 'EndpointSlice':
        for (const hostname of this.#services.setSlice(object as EndpointSlice, present))
          change.endpoints.add(hostname);
        break;
      case 'Pod': {
        const workload = present ? workloadOf(object) : undefined;
        for (const hostname of this.#services.setWorkload(keyOf(object), workload))
          change.endpoints.add(hostname);
        break;
      }
      case 'VirtualService':
        this.#setVirtualService(
          keyOf(object),
          present ? virtualServiceOf(object as CustomObject) : undefined,
          change,
        );
        break;
      case 'DestinationRule':
        this.#setDestinationRule(
          keyOf(object),
          present ? destinationRuleOf(object as CustomObject) : undefined,
          change,
        );
        break;
      case 'Secret': {
        const secret = present ? tlsSecretOf(object) : undefined;
        if (isDeepStrictEqual(secret, this.#secrets.get(keyOf(object)))) return;
        if (secret === undefined) this.#secrets.delete(keyOf(object));
        else this.#secrets.set(keyOf(object), secret);
        change.gateways = true;
        break;
      }
      case 'Gateway':
        if (present) this.#gateways.set(keyOf(object), gatewayOf(object as CustomObject));
        else this.#gateways.delete(keyOf(object));
        change.gateways = true;
        break;
      default:
        if (!this.#security.set(object, present)) return;
        change.security.add(object.metadata.namespace ?? '');
        change.mutualTls = object.kind === 'PeerAuthentication';
    }
    this.#addOtherNames(change);
    change.everything ||= this.#selectorKeys.version !== before;
    this.#changes.add(change);
  }

  snapshot(): MeshSnapshot {
    return {
      revision: this.#changes.revision,
      mesh: this.#mesh,
      services: this.#services,
      virtualServices: this.#virtualServices,
      destinationRules: this.#destinationRules,
      sidecars: this.#sidecars,
      telemetry: this.#telemetry,
      gateways: this.#gateways,
      secrets: this.#secrets,
      security: this.#security,
      selectorKeys: this.#selectorKeys.all(),
      changes: this.#changes,
      scopes: this.#scopes,
    };
  }

  #setServices(object: KubeObject, next: readonly MeshService[], change: Change): void {
    const source = `${object.kind}/${keyOf(object)}`;
    const old = this.#servicesOf.get(source) ?? [];
    this.#addClaimed(old, change);
    for (const { key } of old) this.#services.set(key, undefined);
    for (const service of next) this.#services.set(service.key, service);
    if (next.length > 0) this.#servicesOf.set(source, next);
    else this.#servicesOf.delete(source);
    this.#addClaimed(next, change);
    const bound = this.#virtualServices.boundTo('mesh');
    for (const hostname of new Set([...old, ...next].map((service) => service.hostname))) {
      this.#spread(this.#virtualServices.touch(hostname), change);
      for (const host of [hostname, ...coveringWildcards(hostname)]) {
        for (const { hosts } of bound.get(host) ?? []) this.#addHosts(hosts, change);
      }
    }
    // A name without a dot is a short name of services all over the mesh.
    change.everything = [...old, ...next].some(({ hostname }) => !hostname.includes('.'));
    // What a pod accepts depends on the services that select it.
    change.services ||= [...old, ...next].some(
      ({ registry, selector }) => registry === 'Kubernetes' || selector !== undefined,
    );
  }

  /** Names that any number of rules and services may be about. */
  #setExternalName(object: KubeObject, alias: ServiceAlias | undefined, change: Change): void {
    const { name, namespace = '' } = object.metadata;
    const hostname = `${name}.${namespace}.${domainSuffix}`;
    if (!this.#services.setExternalName(hostname, alias)) return;
    this.#spread(this.#virtualServices.touch(hostname), change);
    change.everything = true;
  }

  /** The services' host names, their other names, and whoever else has one of those. */
  #addClaimed(services: readonly MeshService[], change: Change): void {
    for (const { hostname } of services) {
      change.hosts.add(hostname);
      for (const alias of this.#services.aliases(hostname)) {
        change.hosts.add(alias);
        for (const other of this.#services.byAlias(alias)) change.hosts.add(other);
      }
    }
  }

  #setVirtualService(key: string, virtualService: VirtualService | undefined, change: Change): void {
    this.#selectorKeys.set(
      `VirtualService/${key}`,
      (virtualService?.http ?? []).flatMap(({ match = [] }) =>
        match.flatMap(({ sourceLabels = {} }) => Object.keys(sourceLabels)),
      ),
    );
    const affected = this.#virtualServices.set(key, virtualService);
    this.#spread(affected, change);
    // A Sidecar lets in what the rules it names send to.
    if (this.#sidecars.size > 0)
      this.#addHosts(
        affected.flatMap((one) => [...destinationsOf(one)]),
        change,
      );
  }

  #setDestinationRule(key: string, rule: DestinationRule | undefined, change: Change): void {
    this.#selectorKeys.set(`DestinationRule/${key}`, Object.keys(rule?.workloadSelector ?? {}));
    const old = this.#destinationRules.set(key, rule);
    for (const host of new Set([old?.host, rule?.host])) {
      if (host === undefined) continue;
      for (const covered of this.#covered(host)) {
        change.hosts.add(covered);
        this.#spread(this.#virtualServices.touch(covered), change);
      }
    }
  }

  #spread(virtualServices: readonly VirtualService[], change: Change): void {
    for (const { hosts, gateways } of virtualServices) {
      for (const gateway of gateways) {
        if (gateway === 'mesh') this.#addHosts(hosts, change);
        else {
          const changed = entryOf(change.gatewayHosts, gateway, () => new Set<string>());
          for (const host of hosts) changed.add(host);
        }
      }
    }
  }

  #addHosts(hosts: readonly string[], change: Change): void {
    for (const host of hosts) {
      for (const covered of this.#covered(host)) change.hosts.add(covered);
    }
  }

  /** A service and a VirtualService may lay claim to one domain: what changes the one can change the other. */
  #addOtherNames(change: Change): void {
    const bound = this.#virtualServices.boundTo('mesh');
    for (const host of change.hosts) {
      for (const service of this.#services.byAlias(host)) change.hosts.add(service);
      for (const alias of this.#services.aliases(host)) if (bound.has(alias)) change.hosts.add(alias);
    }
  }

  /** The host, and for a wildcard the services it covers too. */
  #covered(host: string): string[] {
    if (!isWildcard(host)) return [host];
    return [host, ...[...this.#services.hostnames].filter((hostname) => isSubsetOf(hostname, host))];
  }
}

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;
