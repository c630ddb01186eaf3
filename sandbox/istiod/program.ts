// istiod's container: what it does for the mesh lives in mesh/ and istio-api/; here are its health and its version.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { ContainerProgram } from '../kubelet/program.ts';
import { istioVersion } from '../install/istio-labels.ts';

const readinessPort = 8080;
const monitoringPort = 15_014;

/** Serves `/ready` on 8080, and `/version` and `/metrics` on 15014, as the real one does. */
export const istiodProgram: ContainerProgram = ({ network, log }) => {
  const server = createServer(answer);
  const listeners = [readinessPort, monitoringPort].map((port) =>
    network.listen(port, (socket) => server.emit('connection', socket)),
  );
  let end: (code: number) => void = () => undefined;
  const exited = new Promise<number>((resolve) => {
    end = resolve;
  });
  const close = (code: number): void => {
    for (const listener of listeners) listener.close();
    server.closeAllConnections();
    end(code);
  };
  log(`info\tistiod ${istioVersion} is ready`);
  return Promise.resolve({ exited, stop: () => close(0), kill: () => close(137) });
};

function answer({ url }: IncomingMessage, response: ServerResponse): void {
  const texts: Readonly<Record<string, string>> = {
    '/ready': '',
    '/version': `${istioVersion}-sandbox-Clean`,
    '/metrics': `istio_build{component="pilot",tag="${istioVersion}"} 1\n`,
  };
  const text = texts[url ?? ''];
  response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text ?? '404 page not found\n');
}
