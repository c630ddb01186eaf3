import { isSubsetOf } from '../host.ts';
import type { KnownListener } from './listeners.ts';
import { gatewayGroup, type HttpRouteObject, type ParentReference, type Problem } from './resources.ts';

/** One reference of a route to one listener, or to the mesh. */
export interface Attachment {
  readonly reference: ParentReference;
  /** Undefined: the parent is a Service, and the route is for its clients in the mesh. */
  readonly listener: KnownListener | undefined;
  /** Undefined: the route is attached. */
  readonly denied: Problem | undefined;
}

/**
 * In order of the references. A reference without a section is tried at every listener; one to an unknown parent is
 * somebody else's, and left out.
 */
export function attachments(
  route: HttpRouteObject,
  listeners: ReadonlyMap<string, readonly KnownListener[]>,
): Attachment[] {
  const { namespace: own = '' } = route.metadata;
  return (route.spec?.parentRefs ?? []).flatMap((reference): Attachment[] => {
    const { group = gatewayGroup, kind = 'Gateway', name, namespace = own } = reference;
    if (group === '' && kind === 'Service') return [{ reference, listener: undefined, denied: undefined }];
    if (group !== gatewayGroup || kind !== 'Gateway') return [];
    return (listeners.get(`${namespace}/${name}`) ?? []).map((listener) => ({
      reference,
      listener,
      denied: denial(reference, listener, route.spec?.hostnames ?? [], own),
    }));
  });
}

function denial(
  { port, sectionName }: ParentReference,
  { listener, hosts, supportedKinds }: KnownListener,
  hostnames: readonly string[],
  namespace: string,
): Problem | undefined {
  if (port !== undefined && port !== listener.port) {
    return { reason: 'NoMatchingParent', message: `port ${port} not found` };
  }
  if (sectionName !== undefined && sectionName !== listener.name) {
    return { reason: 'NoMatchingParent', message: `sectionName "${sectionName}" not found` };
  }
  const { hostname = '' } = listener;
  const asked = hostnames.length === 0 ? ['*'] : hostnames;
  const meets = hosts.filter((entry) =>
    asked.some((host) => overlap(host, entry.slice(entry.indexOf('/') + 1))),
  );
  if (meets.length === 0) {
    const message = `no hostnames matched parent hostname "${hostname}"`;
    return { reason: 'NoMatchingListenerHostname', message };
  }
  if (!meets.some((entry) => ['*', namespace].includes(entry.slice(0, entry.indexOf('/'))))) {
    const message = `hostnames matched parent hostname "${hostname}", but namespace "${namespace}" is not allowed by the parent`;
    return { reason: 'NotAllowedByListeners', message };
  }
  if (supportedKinds.some(({ kind }) => kind === 'HTTPRoute')) return undefined;
  return {
    reason: 'NotAllowedByListeners',
    message: `kind ${gatewayGroup}/v1/HTTPRoute is not allowed`,
  };
}

const overlap = (a: string, b: string): boolean => isSubsetOf(a, b) || isSubsetOf(b, a);
