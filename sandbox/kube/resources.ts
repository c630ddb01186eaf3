// Typed names of the resources that the sandbox's own parts read and write.

import type { Deployment as DeploymentV1, ReplicaSet as ReplicaSetV1 } from 'kubernetes-types/apps/v1.js';
import type {
  ConfigMap as ConfigMapV1,
  Endpoints as EndpointsV1,
  Event as EventV1,
  Namespace as NamespaceV1,
  Node as NodeV1,
  Pod as PodV1,
  Secret as SecretV1,
  Service as ServiceV1,
  ServiceAccount as ServiceAccountV1,
} from 'kubernetes-types/core/v1.js';
import type { EndpointSlice as EndpointSliceV1 } from 'kubernetes-types/discovery/v1.js';
import type { AnyObject, KubeObject, ResourceName } from './object.ts';

/** A resource whose objects have type `T`. */
export interface Resource<T extends KubeObject> extends ResourceName {
  /** Never set: it only carries the type. */
  readonly of?: T;
}

type Served<T> = KubeObject & Omit<T, 'apiVersion' | 'kind' | 'metadata'>;

export type ConfigMap = Served<ConfigMapV1>;
export type Deployment = Served<DeploymentV1>;
export type Endpoints = Served<EndpointsV1>;
export type EndpointSlice = Served<EndpointSliceV1>;
export type Event = Served<EventV1>;
export type Namespace = Served<NamespaceV1>;
export type Node = Served<NodeV1>;
export type Pod = Served<PodV1>;
export type ReplicaSet = Served<ReplicaSetV1>;
export type Secret = Served<SecretV1>;
export type Service = Served<ServiceV1>;
export type ServiceAccount = Served<ServiceAccountV1>;

/** A custom resource whose `spec` and `status` the reader narrows itself. */
export interface CustomObject extends AnyObject {
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

export const configMaps: Resource<ConfigMap> = { group: '', resource: 'configmaps' };
export const deployments: Resource<Deployment> = { group: 'apps', resource: 'deployments' };
export const endpoints: Resource<Endpoints> = { group: '', resource: 'endpoints' };
export const endpointSlices: Resource<EndpointSlice> = {
  group: 'discovery.k8s.io',
  resource: 'endpointslices',
};
export const events: Resource<Event> = { group: '', resource: 'events' };
export const namespaces: Resource<Namespace> = { group: '', resource: 'namespaces' };
export const nodes: Resource<Node> = { group: '', resource: 'nodes' };
export const pods: Resource<Pod> = { group: '', resource: 'pods' };
export const replicaSets: Resource<ReplicaSet> = { group: 'apps', resource: 'replicasets' };
export const secrets: Resource<Secret> = { group: '', resource: 'secrets' };
export const services: Resource<Service> = { group: '', resource: 'services' };
export const serviceAccounts: Resource<ServiceAccount> = { group: '', resource: 'serviceaccounts' };
export const customResourceDefinitions: Resource<CustomObject> = {
  group: 'apiextensions.k8s.io',
  resource: 'customresourcedefinitions',
};

/** Istio's networking group; objects are stored as v1beta1, whatever version a client wrote. */
const istio = (resource: string): Resource<CustomObject> => ({ group: 'networking.istio.io', resource });
export const virtualServices = istio('virtualservices');
export const destinationRules = istio('destinationrules');
export const gateways = istio('gateways');
export const serviceEntries = istio('serviceentries');
export const workloadEntries = istio('workloadentries');
export const sidecars = istio('sidecars');
export const telemetries: Resource<CustomObject> = { group: 'telemetry.istio.io', resource: 'telemetries' };

const security = (resource: string): Resource<CustomObject> => ({ group: 'security.istio.io', resource });
export const peerAuthentications = security('peerauthentications');
export const authorizationPolicies = security('authorizationpolicies');
export const requestAuthentications = security('requestauthentications');
