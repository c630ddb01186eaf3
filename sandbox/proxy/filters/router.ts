// envoy.filters.http.router: ends the chain by answering, redirecting or forwarding.

import { Headers } from '../http1/headers.ts';
import { forwardRequest } from '../router/forward-request.ts';
import type { HttpStream } from '../stream/stream.ts';
import type { HttpFilter } from './filter.ts';

export function routerFilter(): HttpFilter {
  return {
    request: (stream) => {
      route(stream);
      return 'stop';
    },
    response: (stream, headers) => {
      const { found, info, manager } = stream;
      // The destination's operations come before the route's (facts: "route set wins").
      const now = manager.clock.now();
      stream.target?.responseHeaders?.(headers, info, now);
      found?.route.responseHeaders?.(headers, info, now);
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
      stream.reply(action.redirect.status, '', 'direct_response', {
        headers: new Headers(['location', location]),
      });
      break;
    }
    case 'direct':
      stream.reply(action.status, action.body, 'direct_response');
      break;
    case 'forward':
      forwardRequest(stream, found, action.forward);
      break;
  }
}
