import type { Schema } from '../../schema/type.ts';
import { choice, list, object, text, texts } from './fields.ts';
import { portSelector, serverPort, serverTls, workloadSelector } from './shared.ts';
import { connectionPool } from './traffic-policy.ts';

export const sidecarSpec = (): Schema =>
  object(
    'What the sidecars of a namespace (or of some of its workloads) accept, and which services they know.',
    {
      egress: list(
        'What they send to.',
        object(
          '',
          {
            bind: text('The address to listen on.'),
            captureMode: captureMode(),
            hosts: texts(
              'Services they know, `namespace/host`: `./*` this namespace, `*/*` all, `~/*` none.',
            ),
            port: serverPort('The port this is for; all when it is missing.'),
          },
          { required: ['hosts'] },
        ),
      ),
      inboundConnectionPool: connectionPool('How many connections and requests the workload takes.'),
      ingress: list(
        'What they listen on, in place of the ports of the Services.',
        object(
          '',
          {
            bind: text('The address to listen on.'),
            captureMode: captureMode(),
            connectionPool: connectionPool('How many connections and requests this port takes.'),
            defaultEndpoint: text(
              'Where the application listens: `127.0.0.1:port`, `0.0.0.0:port` or `unix:///path`.',
            ),
            port: serverPort('The port.'),
            tls: serverTls('TLS towards the clients.'),
          },
          { required: ['port'] },
        ),
      ),
      outboundTrafficPolicy: object('What happens to traffic for unknown services.', {
        egressProxy: object(
          'Where such traffic is sent.',
          {
            host: text('The service.'),
            port: portSelector('Its port.'),
            subset: text('Its subset.'),
          },
          { required: ['host'] },
        ),
        mode: choice('ALLOW_ANY lets it through, REGISTRY_ONLY stops it.', 'REGISTRY_ONLY', 'ALLOW_ANY'),
      }),
      workloadSelector: workloadSelector(
        'The workloads this is for; all of the namespace when it is missing.',
      ),
    },
  );

const captureMode = (): Schema => choice('How traffic reaches the listener.', 'DEFAULT', 'IPTABLES', 'NONE');
