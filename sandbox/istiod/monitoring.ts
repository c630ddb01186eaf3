// istiod over plain HTTP: /ready, /version, /metrics, and of its debug pages /debug/syncz, which `istioctl version`
// asks for. The other pages of /debug are not here.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { istioVersion } from '../install/istio-labels.ts';
import type { ConnectedProxy } from '../mesh/discovery.ts';
import { syncz } from './syncz.ts';

const plain = 'text/plain; charset=utf-8';

export const answerMonitoring =
  (proxies: () => readonly ConnectedProxy[]): RequestListener =>
  ({ url = '/' }: IncomingMessage, response: ServerResponse) => {
    const { path, query } = parts(url);
    // Go's mux sends everybody to the path as it should be written; istioctl asks for //version.
    const clean = path.replaceAll(/\/{2,}/g, '/');
    if (clean !== path) {
      response.writeHead(301, { location: clean }).end();
      return;
    }
    switch (path) {
      case '/ready':
        response.writeHead(200, { 'content-type': plain }).end();
        return;
      case '/version':
        response.writeHead(200, { 'content-type': plain }).end(`${istioVersion}-sandbox-Clean`);
        return;
      case '/metrics':
        response
          .writeHead(200, { 'content-type': plain })
          .end(`istio_build{component="pilot",tag="${istioVersion}"} 1\n`);
        return;
      case '/debug/syncz': {
        const namespace = query.get('namespace');
        const shown = proxies().filter(({ node }) => namespace === null || node.namespace === namespace);
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(syncz(shown)));
        return;
      }
      default:
        response.writeHead(404, { 'content-type': plain }).end('404 page not found\n');
    }
  };

function parts(url: string): { readonly path: string; readonly query: URLSearchParams } {
  const [path = '', query = ''] = url.split('?', 2);
  return { path, query: new URLSearchParams(query) };
}
