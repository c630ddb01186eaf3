// What a connection manager does to the head of a response (Envoy ConnectionManagerUtility::mutateResponseHeaders).

import type { Headers } from '../http1/headers.ts';
import { httpDate } from './http-date.ts';
import type { Manager } from './manager.ts';
import { asksForUpgrade, hopByHop } from './request-head.ts';

/** Hop-by-hop fields. Envoy does not look at what `connection` names here, and lets `te` pass. */
export function removeResponseHopByHop(headers: Headers, upgraded: boolean): void {
  headers.removeWhere(
    (name) => hopByHop.has(name) && name !== 'te' && !(upgraded && asksForUpgrade.has(name)),
  );
}

/** After all filters. @param operation what a client without a proxy is told of the route, if anything */
export function completeResponse(headers: Headers, manager: Manager, operation: string | undefined): void {
  if (manager.serverHeader === 'OVERWRITE') headers.set('server', manager.serverName);
  else if (manager.serverHeader === 'APPEND_IF_ABSENT' && !headers.has('server'))
    headers.add('server', manager.serverName);
  if (!headers.has('date')) headers.add('date', httpDate(manager.clock.now()));
  if (manager.direction === 'OUTBOUND') headers.remove('x-envoy-decorator-operation');
  else if (operation !== undefined) headers.set('x-envoy-decorator-operation', operation);
}
