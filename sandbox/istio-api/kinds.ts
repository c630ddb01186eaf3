// Istio's kinds: names, versions and columns as `kubectl api-resources` and `kubectl get` show them (Istio 1.25).

import type { Schema } from '../schema/type.ts';
import { destinationRuleSpec } from './schemas/destination-rule.ts';
import { gatewaySpec } from './schemas/gateway.ts';
import { envoyFilterSpec, proxyConfigSpec, wasmPluginSpec } from './schemas/proxy.ts';
import {
  authorizationPolicySpec,
  peerAuthenticationSpec,
  requestAuthenticationSpec,
} from './schemas/security.ts';
import { sidecarSpec } from './schemas/sidecar.ts';
import { telemetrySpec } from './schemas/telemetry.ts';
import { virtualServiceSpec } from './schemas/virtual-service.ts';
import { serviceEntrySpec, workloadEntrySpec, workloadGroupSpec } from './schemas/workload.ts';

export interface IstioKind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly versions: readonly string[];
  readonly storageVersion: string;
  readonly columns: readonly ColumnName[];
  readonly isSpecRequired: boolean;
  /** The schema of `spec`, built anew on each call. */
  readonly spec: () => Schema;
}

export type ColumnName =
  | 'Action'
  | 'Address'
  | 'Age'
  | 'Gateways'
  | 'Host'
  | 'Hosts'
  | 'Location'
  | 'Mode'
  | 'Resolution';

type Details = Partial<
  Pick<IstioKind, 'shortNames' | 'versions' | 'storageVersion' | 'columns' | 'isSpecRequired'>
>;

function networking(kind: string, plural: string, spec: () => Schema, details: Details = {}): IstioKind {
  return {
    group: 'networking.istio.io',
    kind,
    plural,
    shortNames: [],
    versions: ['v1', 'v1alpha3', 'v1beta1'],
    storageVersion: 'v1beta1',
    columns: [],
    isSpecRequired: false,
    spec,
    ...details,
  };
}

const security = (kind: string, plural: string, spec: () => Schema, details: Details): IstioKind => ({
  ...networking(kind, plural, spec, { versions: ['v1', 'v1beta1'], ...details }),
  group: 'security.istio.io',
});

export const istioKinds: readonly IstioKind[] = [
  networking('VirtualService', 'virtualservices', virtualServiceSpec, {
    shortNames: ['vs'],
    columns: ['Gateways', 'Hosts', 'Age'],
  }),
  networking('DestinationRule', 'destinationrules', destinationRuleSpec, {
    shortNames: ['dr'],
    columns: ['Host', 'Age'],
  }),
  networking('Gateway', 'gateways', gatewaySpec, { shortNames: ['gw'] }),
  networking('ServiceEntry', 'serviceentries', serviceEntrySpec, {
    shortNames: ['se'],
    columns: ['Hosts', 'Location', 'Resolution', 'Age'],
    isSpecRequired: true,
  }),
  networking('Sidecar', 'sidecars', sidecarSpec),
  networking('WorkloadEntry', 'workloadentries', workloadEntrySpec, {
    shortNames: ['we'],
    columns: ['Age', 'Address'],
    isSpecRequired: true,
  }),
  networking('WorkloadGroup', 'workloadgroups', workloadGroupSpec, {
    shortNames: ['wg'],
    columns: ['Age'],
    isSpecRequired: true,
  }),
  networking('EnvoyFilter', 'envoyfilters', envoyFilterSpec, {
    versions: ['v1alpha3'],
    storageVersion: 'v1alpha3',
  }),
  networking('ProxyConfig', 'proxyconfigs', proxyConfigSpec, { versions: ['v1beta1'] }),
  security('PeerAuthentication', 'peerauthentications', peerAuthenticationSpec, {
    shortNames: ['pa'],
    columns: ['Mode', 'Age'],
  }),
  security('AuthorizationPolicy', 'authorizationpolicies', authorizationPolicySpec, {
    shortNames: ['ap'],
    columns: ['Action', 'Age'],
  }),
  security('RequestAuthentication', 'requestauthentications', requestAuthenticationSpec, {
    shortNames: ['ra'],
  }),
  {
    ...networking('Telemetry', 'telemetries', telemetrySpec, {
      shortNames: ['telemetry'],
      versions: ['v1', 'v1alpha1'],
      storageVersion: 'v1alpha1',
      columns: ['Age'],
    }),
    group: 'telemetry.istio.io',
  },
  {
    ...networking('WasmPlugin', 'wasmplugins', wasmPluginSpec, {
      versions: ['v1alpha1'],
      storageVersion: 'v1alpha1',
      columns: ['Age'],
      isSpecRequired: true,
    }),
    group: 'extensions.istio.io',
  },
];
