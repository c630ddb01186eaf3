// What controllers say in an object's status that they could not do: IST0171.

import type { AnyObject } from '../../kube/object.ts';
import type { Message } from './message.ts';
import type { Resources } from './resources.ts';

export const conditionMessages = (resources: Resources): Message[] => [
  ...Object.entries(negative).flatMap(([kind, types]) =>
    resources.of(kind).flatMap((object) => falseOnes(object, types)),
  ),
  ...['Gateway', 'HTTPRoute', 'GRPCRoute'].flatMap((kind) =>
    resources
      .ofGatewayApi(kind)
      .flatMap((object) => falseOnes(object, ['Accepted', 'Programmed', 'ResolvedRefs'])),
  ),
];

/** Conditions that are bad when false, by kind. */
const negative: Readonly<Record<string, readonly string[]>> = {
  Service: ['istio.io/WaypointBound'],
  ServiceEntry: ['istio.io/WaypointBound'],
  AuthorizationPolicy: ['ZtunnelAccepted', 'WaypointAccepted'],
};

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

function falseOnes(object: AnyObject, types: readonly string[]): Message[] {
  const { status } = object as { status?: Conditions & { readonly parents?: readonly Conditions[] } };
  const conditions = [status, ...(status?.parents ?? [])].flatMap((each) => each?.conditions ?? []);
  return conditions
    .filter((condition) => condition.status === 'False' && types.includes(condition.type))
    .map(({ type, reason = '', message = '' }): Message => {
      const text = `A condition with a negative status is present: type=${type}, reason=${reason}, message=${message}.`;
      return { code: 'IST0171', level: 'Warning', object, text };
    });
}

interface Conditions {
  readonly conditions?: readonly Condition[];
}
