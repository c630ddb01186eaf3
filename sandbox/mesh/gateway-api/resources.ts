// gateway.networking.k8s.io as stored: the API has filled in the defaults of the CustomResourceDefinitions.

import type { KubeObject } from '../../kube/object.ts';
import type { Namespace, Resource, Service } from '../../kube/resources.ts';

export const gatewayGroup = 'gateway.networking.k8s.io';
export const controllerName = 'istio.io/gateway-controller';

const kind = <T extends KubeObject>(resource: string): Resource<T> => ({ group: gatewayGroup, resource });

export const gatewayClasses = kind<GatewayClass>('gatewayclasses');
export const kubeGateways = kind<KubeGateway>('gateways');
export const httpRoutes = kind<HttpRouteObject>('httproutes');
export const referenceGrants = kind<ReferenceGrant>('referencegrants');

/** What the translation reads. */
export interface GatewayApiWorld {
  readonly classes: readonly GatewayClass[];
  readonly gateways: readonly KubeGateway[];
  readonly routes: readonly HttpRouteObject[];
  readonly grants: readonly ReferenceGrant[];
  readonly namespaces: readonly Namespace[];
  readonly service: (namespace: string, name: string) => Service | undefined;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime: string;
}

export interface GatewayClass extends KubeObject {
  spec: { readonly controllerName: string; readonly description?: string };
  status?: { readonly conditions?: readonly Condition[] };
}

export interface KubeGateway extends KubeObject {
  spec: {
    readonly gatewayClassName: string;
    readonly addresses?: readonly { readonly type?: string; readonly value: string }[];
    readonly infrastructure?: {
      readonly labels?: Readonly<Record<string, string>>;
      readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly listeners: readonly Listener[];
  };
  status?: {
    readonly addresses?: readonly { readonly type: string; readonly value: string }[];
    readonly conditions?: readonly Condition[];
    readonly listeners?: readonly ListenerStatus[];
  };
}

export interface ListenerStatus {
  readonly name: string;
  readonly attachedRoutes: number;
  readonly supportedKinds: readonly RouteKind[];
  readonly conditions: readonly Condition[];
}

export interface RouteKind {
  readonly group?: string;
  readonly kind: string;
}

export interface Listener {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly hostname?: string;
  readonly allowedRoutes?: {
    readonly kinds?: readonly RouteKind[];
    readonly namespaces?: { readonly from?: string; readonly selector?: LabelSelector };
  };
  readonly tls?: {
    readonly mode?: string;
    readonly certificateRefs?: readonly ObjectReference[];
  };
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

export interface ObjectReference {
  readonly group?: string;
  readonly kind?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
}

export interface ParentReference extends ObjectReference {
  readonly sectionName?: string;
}

export interface HttpRouteObject extends KubeObject {
  spec?: {
    readonly parentRefs?: readonly ParentReference[];
    readonly hostnames?: readonly string[];
    readonly rules?: readonly RouteRule[];
  };
  status?: { readonly parents?: readonly RouteParentStatus[] };
}

export interface RouteParentStatus {
  readonly parentRef: ParentReference;
  readonly controllerName: string;
  readonly conditions?: readonly Condition[];
}

export interface RouteRule {
  readonly matches?: readonly RouteMatch[];
  readonly filters?: readonly RouteFilter[];
  readonly backendRefs?: readonly BackendReference[];
  readonly timeouts?: { readonly request?: string; readonly backendRequest?: string };
}

export interface BackendReference extends ObjectReference {
  readonly weight?: number;
  readonly filters?: readonly RouteFilter[];
}

export interface ValueMatch {
  readonly type?: string;
  readonly name: string;
  readonly value: string;
}

export interface RouteMatch {
  readonly path?: { readonly type?: string; readonly value?: string };
  readonly headers?: readonly ValueMatch[];
  readonly queryParams?: readonly ValueMatch[];
  readonly method?: string;
}

export interface HeaderModifier {
  readonly set?: readonly { readonly name: string; readonly value: string }[];
  readonly add?: readonly { readonly name: string; readonly value: string }[];
  readonly remove?: readonly string[];
}

export interface PathModifier {
  readonly type: string;
  readonly replaceFullPath?: string;
  readonly replacePrefixMatch?: string;
}

export interface RouteFilter {
  readonly type: string;
  readonly requestHeaderModifier?: HeaderModifier;
  readonly responseHeaderModifier?: HeaderModifier;
  readonly requestMirror?: {
    readonly backendRef: ObjectReference;
    readonly percent?: number;
    readonly fraction?: { readonly numerator: number; readonly denominator?: number };
  };
  readonly requestRedirect?: {
    readonly scheme?: string;
    readonly hostname?: string;
    readonly port?: number;
    readonly path?: PathModifier;
    readonly statusCode?: number;
  };
  readonly urlRewrite?: { readonly hostname?: string; readonly path?: PathModifier };
}

export interface ReferenceGrant extends KubeObject {
  spec?: {
    readonly from?: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[];
    readonly to?: readonly { readonly group: string; readonly kind: string; readonly name?: string }[];
  };
}

/** Why something is not as it was asked for, as a condition says it. */
export interface Problem {
  readonly reason: string;
  readonly message: string;
}
