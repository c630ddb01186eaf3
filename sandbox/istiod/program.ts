// istiod's container: what it does for the mesh lives in mesh/ and istio-api/; here is what it tells of it.

import { createServer } from 'node:http';
import type { Credentials } from '../api/tls/certificates.ts';
import { istioVersion } from '../install/istio-labels.ts';
import type { ContainerProgram } from '../kubelet/program.ts';
import type { DebugSources } from './debug.ts';
import { answerMonitoring } from './monitoring.ts';
import { openXdsServer } from './xds/server.ts';

const readinessPort = 8080;
const plainXdsPort = 15_010;
const secureXdsPort = 15_012;
const monitoringPort = 15_014;

export interface IstiodOptions extends DebugSources {
  /** Of the API, whose certificate it shares. */
  readonly credentials: Credentials;
}

export function istiodProgram({ credentials, ...sources }: IstiodOptions): ContainerProgram {
  return ({ pod, network, log }) => {
    const http = createServer(answerMonitoring(sources));
    const xds = openXdsServer({ instance: pod.name, sources, credentials });
    const listeners = [
      ...[readinessPort, monitoringPort].map((port) =>
        network.listen(port, (socket) => http.emit('connection', socket)),
      ),
      network.listen(plainXdsPort, (socket) => xds.acceptPlain(socket)),
      network.listen(secureXdsPort, (socket) => xds.accept(socket)),
    ];
    let end: (code: number) => void = () => undefined;
    const exited = new Promise<number>((resolve) => {
      end = resolve;
    });
    const close = (code: number): void => {
      for (const listener of listeners) listener.close();
      http.closeAllConnections();
      xds.close();
      end(code);
    };
    log(`info\tistiod ${istioVersion} is ready`);
    return Promise.resolve({ exited, stop: () => close(0), kill: () => close(137) });
  };
}
