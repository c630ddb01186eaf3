import type { Schema } from '../../schema/type.ts';
import { list, object, text, textMap, texts } from './fields.ts';
import { serverPort, serverTls } from './shared.ts';

export const gatewaySpec = (): Schema =>
  object('Ports and hosts that gateway proxies open; a VirtualService says where the traffic goes.', {
    selector: textMap('Labels of the gateway pods this is for, usually `istio: ingressgateway`.'),
    servers: list(
      'What is opened.',
      object(
        '',
        {
          bind: text('The address to listen on.'),
          defaultEndpoint: text('Not used.'),
          hosts: texts('Hosts that are served here: `host`, `*.host`, `*`, or `namespace/host`.'),
          name: text('A name for the server, shown in statistics.'),
          port: serverPort('The port, as the Service of the gateway has it.', ['number', 'protocol', 'name']),
          tls: serverTls('TLS towards the clients.'),
        },
        { required: ['port', 'hosts'] },
      ),
    ),
  });
