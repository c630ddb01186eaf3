import { controllerName, type GatewayApiWorld, type KubeGateway } from './resources.ts';

/** The classes that istiod makes. Only `istio` has gateways of its own here. */
export const builtinClasses: readonly {
  readonly name: string;
  readonly controllerName: string;
  readonly description: string;
}[] = [
  { name: 'istio', controllerName, description: 'The default Istio GatewayClass' },
  {
    name: 'istio-remote',
    controllerName: 'istio.io/unmanaged-gateway',
    description: 'Remote to this cluster. Does not deploy or affect configuration.',
  },
  {
    name: 'istio-waypoint',
    controllerName: 'istio.io/mesh-controller',
    description: 'The default Istio waypoint GatewayClass',
  },
];

/** Gateways of a class this controller runs. A class of a built-in name counts even where its object is missing. */
export function ownGateways({ classes, gateways }: GatewayApiWorld): KubeGateway[] {
  const known = new Map(builtinClasses.map((builtin) => [builtin.name, builtin.controllerName]));
  for (const { metadata, spec } of classes) known.set(metadata.name, spec.controllerName);
  return gateways.filter(({ spec }) => known.get(spec.gatewayClassName) === controllerName);
}
