// envoy.filters.http.router: ends the chain by answering, redirecting or forwarding.

import { Headers } from '../http1/headers.ts';
import { forwardRequest } from '../router/forward-request.ts';
import type { RouteRequest } from '../route/route-request.ts';
import type { HttpStream } from '../stream/stream.ts';
import type { HttpFilter } from './filter.ts';

export function routerFilter(): HttpFilter {
  return {
    request: (stream) => {
      route(stream);
      return 'stop';
    },
  };
}

function route(stream: HttpStream): void {
  const { found, request, routes } = stream;
  if (routes?.requiresTls(request) === true) {
    const location = `https://${request.authority}${request.path}`;
    stream.reply(301, '', 'direct_response', { headers: new Headers(['location', location]) });
    return;
  }
  if (found === undefined) {
    stream.reply(404, '', 'route_not_found', { flag: 'NR' });
    return;
  }
  const { action } = found.route;
  switch (action.kind) {
    case 'redirect': {
      const location = action.redirect.location(request);
      if (action.redirect.rewrites) request.headers.set('x-envoy-original-path', request.path);
      stream.reply(action.redirect.status, '', 'direct_response', {
        headers: new Headers(['location', location]),
      });
      break;
    }
    case 'direct':
      stream.reply(action.status, action.body, 'direct_response', {
        headers: ownLocation(action.status, request),
      });
      break;
    case 'forward':
      forwardRequest(stream, found, action.forward);
      break;
  }
}

/** A direct response that is a redirection by its status leads back to where it came from (Envoy Router::decodeHeaders). */
function ownLocation(status: number, { scheme, authority, path }: RouteRequest): Headers {
  const leads = status === 201 || (status >= 300 && status < 400);
  return new Headers(leads ? ['location', `${scheme}://${authority}${path}`] : []);
}
