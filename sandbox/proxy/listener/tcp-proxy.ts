// envoy.filters.network.tcp_proxy: bytes in both directions, each side held back by the other.

import type { Timer } from '../../clock/clock.ts';
import type { TcpProxy } from '../../envoy/config.ts';
import { accessLog } from '../format/access-log.ts';
import type { ProxyRuntime } from '../stream/manager.ts';
import { addFlag, hostPort } from '../stream/stream-info.ts';
import { localAddress, type Connect, type ProxySocket } from '../upstream/connector.ts';
import { connectFailure } from '../upstream/reset-reason.ts';
import { connectionInfo } from './connection-info.ts';
import type { AcceptedConnection, NetworkFilter } from './network-filter.ts';
import type { Guard } from './network-rbac.ts';

/** @throws ConfigError */
const ended: AcceptedConnection = { drain: () => undefined, destroy: () => undefined };

export function tcpProxy(
  config: TcpProxy,
  direction: 'INBOUND' | 'OUTBOUND',
  runtime: ProxyRuntime & { readonly connect: Connect },
  field: string,
  guards: readonly Guard[] = [],
): NetworkFilter {
  const writeLog = accessLog(config.access_log, runtime.log, `${field}.access_log`);
  return {
    // What was let through stays as it is.
    adopt: () => true,
    accept: (socket, destination, closed) => {
      const info = connectionInfo(socket, destination, runtime.clock.now());
      let upstream: ProxySocket | undefined;
      let record: ((received: number, sent: number) => void) | undefined;
      let over = false;
      let connectTimer: Timer | undefined;
      const connecting = new AbortController();
      const finish = (): void => {
        if (over) return;
        over = true;
        connecting.abort();
        connectTimer?.clear();
        socket.destroy();
        upstream?.destroySoon();
        record?.(info.bytesReceived, info.bytesSent);
        writeLog(info, runtime.clock.now());
        if (upstream === undefined) closed();
      };
      const destroy = (): void => {
        finish();
        upstream?.destroy();
      };
      // 'close' follows.
      socket.on('error', () => undefined);
      socket.on('close', finish);

      const cluster = runtime.clusters.get(config.cluster);
      const host = cluster?.pick(undefined, info.downstreamLocal);
      const begin = (why?: 'UF'): void => {
        record = runtime.telemetry.connection({
          info,
          direction,
          edge: false,
          authority: '',
          clusterName: cluster?.name,
          service: cluster?.service,
          upstreamIp: why === undefined ? host?.address.ip : undefined,
        });
      };
      if (cluster === undefined || host === undefined) {
        addFlag(info, cluster === undefined ? 'NC' : 'UH');
        info.upstreamCluster = cluster?.name;
        finish();
        return ended;
      }
      info.upstreamCluster = cluster.name;
      info.upstreamHost = host.name;
      const { breakers, stats } = cluster;
      if (breakers.connections >= breakers.maxConnections) {
        stats.upstream_cx_overflow += 1;
        addFlag(info, 'UO');
        finish();
        return ended;
      }
      breakers.connections += 1;
      stats.upstream_cx_total += 1;
      connectTimer = runtime.clock.after(cluster.connectTimeoutMs, () => socket.destroy());
      const open = async (): Promise<void> => {
        try {
          const opened = await runtime.connect(host.address, {
            ...cluster.connectOptions(host.tls),
            signal: connecting.signal,
          });
          if (over) {
            breakers.connections -= 1;
            opened.destroy();
            return;
          }
          upstream = opened;
          info.upstreamLocal = hostPort(localAddress(opened));
          info.upstreamPrincipal = opened.mtls?.peer;
          begin();
          opened.on('error', () => undefined);
          opened.on('close', () => {
            breakers.connections -= 1;
            // What it sent last is still to be delivered.
            socket.destroySoon();
            if (over) closed();
            else socket.once('close', closed);
          });
          // Envoy's order: connected first, then judged by what the client sends.
          if (guards.length > 0) {
            socket.once('data', () => {
              const refusal = guards.map((guard) => guard(info)).find((why) => why !== undefined);
              if (refusal === undefined) return;
              info.terminationDetails = refusal;
              opened.destroy();
              finish();
            });
          }
          relay(socket, opened, (bytes) => (info.bytesReceived += bytes));
          relay(opened, socket, (bytes) => (info.bytesSent += bytes));
        } catch (error) {
          breakers.connections -= 1;
          if (over) return;
          addFlag(info, 'UF');
          info.transportFailure = connectFailure(error).transport;
          begin('UF');
          finish();
        } finally {
          connectTimer.clear();
        }
      };
      void open();
      // A byte stream has no point at which it could be ended early.
      return { drain: () => undefined, destroy };
    },
  };
}

function relay(from: ProxySocket, to: ProxySocket, count: (bytes: number) => void): void {
  from.on('data', (chunk: Buffer) => {
    if (to.destroyed) return;
    count(chunk.length);
    if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => to.end());
  from.resume();
}
