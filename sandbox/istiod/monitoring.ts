// istiod over plain HTTP: /ready, /version, /metrics, and its debug pages.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { istioVersion } from '../install/istio-labels.ts';
import { answerDebug, notFound, plain, type DebugAnswer, type DebugSources } from './debug.ts';

export const answerMonitoring =
  (sources: DebugSources): RequestListener =>
  ({ url = '/' }: IncomingMessage, response: ServerResponse) => {
    const [path = ''] = url.split('?', 1);
    // Go's mux sends everybody to the path as it should be written; istioctl asks for //version.
    const clean = path.replaceAll(/\/{2,}/g, '/');
    if (clean !== path) {
      response.writeHead(301, { location: clean }).end();
      return;
    }
    const { status, type, body } = answer(path, url, sources);
    response.writeHead(status, { 'content-type': type }).end(body);
  };

function answer(path: string, url: string, sources: DebugSources): DebugAnswer {
  const text = (body: string): DebugAnswer => ({ status: 200, type: plain, body });
  switch (path) {
    case '/ready':
      return text('');
    case '/version':
      return text(`${istioVersion}-sandbox-Clean`);
    case '/metrics':
      return text(`istio_build{component="pilot",tag="${istioVersion}"} 1\n`);
    default:
      return path.startsWith('/debug/') ? answerDebug(url.slice('/debug/'.length), sources) : notFound;
  }
}
