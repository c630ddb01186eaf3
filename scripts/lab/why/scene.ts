// Everything a diagnosis looks at, with the questions one asks of it: who is who, and where the lab would have it.

import type { Aim } from '../checks/aim.ts';
import { keyOf, type Intended, type IntendedObject } from './intended.ts';
import type { Picture, SeenProxy } from '../../cluster/picture.ts';
import { hasLabels, type Labels } from '../../../sandbox/mesh/kube/workload.ts';
import type { Deployment, Namespace, Pod, Service } from '../../../sandbox/kube/resources.ts';
import type { AnyObject } from '../../../sandbox/kube/object.ts';

/** Which cluster the kubectl of the learner's own terminal speaks to. */
export interface Terminal {
  /** Its KUBECONFIG; undefined when that is not set. */
  readonly kubeconfig: string | undefined;
  /** The lab's. */
  readonly own: string;
  /** The namespace that the lab's kubeconfig was given by hand. */
  readonly namespace: string | undefined;
}

export interface Question {
  readonly aim: Aim;
  /** Position of the step among those of the lab, from 0. */
  readonly step: number;
  /** By the end of the step. */
  readonly intended: Intended;
  /** By the end of the lab. */
  readonly later: Intended;
  readonly picture: Picture;
  /** Where localhost enters the cluster; undefined: through a forward to the gateway's port 80. */
  readonly gatewayNodePort?: number;
  /** Of a learner; CI has none. */
  readonly terminal?: Terminal;
}

interface Kinds {
  readonly Deployment: Deployment & AnyObject;
  readonly Namespace: Namespace & AnyObject;
  readonly Pod: Pod & AnyObject;
  readonly Service: Service & AnyObject;
}

type ObjectOf<K extends string> = K extends keyof Kinds ? Kinds[K] : AnyObject;

export class Scene {
  readonly question: Question;
  readonly picture: Picture;
  readonly aim: Aim;
  /** What the lab has made, those of this step first. */
  readonly intended: readonly IntendedObject[];

  constructor(question: Question) {
    this.question = question;
    this.picture = question.picture;
    this.aim = question.aim;
    this.intended = question.intended.objects.toSorted((a, b) => b.step - a.step);
  }

  of<K extends string>(kind: K, namespace?: string): readonly ObjectOf<K>[] {
    return this.picture.objects.filter(
      (object): object is ObjectOf<K> =>
        object.kind === kind && (namespace === undefined || object.metadata.namespace === namespace),
    );
  }

  find(like: AnyObject): AnyObject | undefined {
    const key = keyOf(like);
    const { gatewayApi, objects } = this.picture;
    const all: readonly AnyObject[] = isOfGatewayApi(like) ? gatewayApi.gateways : objects;
    return all.find((object) => keyOf(object) === key);
  }

  /** The lab's version of an object. */
  wanted(like: AnyObject): IntendedObject | undefined {
    const key = keyOf(like);
    return this.intended.find(({ object }) => keyOf(object) === key);
  }

  namespace(name: string): Namespace | undefined {
    return this.of('Namespace').find(({ metadata }) => metadata.name === name);
  }

  /** By its full name: `catalog.shop.svc.cluster.local`. */
  service(host: string): (Service & AnyObject) | undefined {
    return this.of('Service').find((service) => hostOf(service) === host);
  }

  /** Pods that are not on their way out. */
  pods(namespace: string, labels: Labels): readonly Pod[] {
    return this.of('Pod', namespace).filter(
      ({ metadata }) => metadata.deletionTimestamp === undefined && hasLabels(metadata.labels ?? {}, labels),
    );
  }

  podsOf(service: Service): readonly Pod[] {
    const selector = service.spec?.selector ?? {};
    return Object.keys(selector).length === 0 ? [] : this.pods(service.metadata.namespace ?? '', selector);
  }

  deployment(namespace: string, name: string): (Deployment & AnyObject) | undefined {
    return this.of('Deployment', namespace).find(({ metadata }) => metadata.name === name);
  }

  podsOfDeployment(namespace: string, name: string): readonly Pod[] {
    const labels = this.deployment(namespace, name)?.spec?.selector.matchLabels;
    return labels === undefined ? [] : this.pods(namespace, labels);
  }

  proxyOf({ metadata }: Pod): SeenProxy | undefined {
    return this.picture.proxies.find(
      ({ pod }) => pod.metadata.name === metadata.name && pod.metadata.namespace === metadata.namespace,
    );
  }

  get routers(): readonly SeenProxy[] {
    return this.picture.proxies.filter(({ isRouter }) => isRouter);
  }
}

export const hostOf = ({ metadata }: AnyObject | Service): string =>
  `${metadata.name}.${metadata.namespace ?? ''}.svc.cluster.local`;

const isOfGatewayApi = ({ apiVersion, kind }: AnyObject): boolean =>
  kind === 'Gateway' && apiVersion.startsWith('gateway.networking.k8s.io/');

/** `VirtualService catalog`. */
export const nameOf = ({ kind, metadata }: AnyObject): string => `${kind} ${metadata.name}`;

/** The fields of Istio's kinds that name something. */
interface NamingSpec {
  readonly host?: string;
  readonly hosts?: readonly string[];
  readonly gateways?: readonly string[];
  readonly subsets?: readonly { readonly name: string; readonly labels?: Labels }[];
}

export const specOf = (object: AnyObject): NamingSpec => (object as { spec?: NamingSpec }).spec ?? {};

/** The pod's workload: a ReplicaSet's name without its hash. */
export function workloadOf({ metadata }: Pod): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true)?.name;
  const hash = metadata.labels?.['pod-template-hash'];
  return owner === undefined ? metadata.name : hash === undefined ? owner : owner.replace(`-${hash}`, '');
}
