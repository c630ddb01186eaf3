// WorkloadEntry, WorkloadGroup and ServiceEntry: what is not a pod, or not in the cluster.

import type { Schema } from '../../schema/type.ts';
import {
  addressRule,
  cidrRule,
  endpointsOrSelectorRule,
  noEndpointsRule,
  portNameRule,
  portNumbersRule,
  portRule,
  roundRobinRule,
  schemeRule,
  udsDirectoryRule,
  udsPathRule,
  udsPortsRule,
  wildcardHostRule,
} from './cel-rules.ts';
import { atMostOne, choice, int32, list, map, object, text, texts, uint32, withRules } from './fields.ts';
import { exportTo, workloadSelector } from './shared.ts';

export const workloadEntrySpec = (): Schema =>
  withRules(workload('A workload that is not a pod, such as a virtual machine.'), addressRule, udsPortsRule);

export const workloadGroupSpec = (): Schema =>
  object(
    'What WorkloadEntries of one kind have in common.',
    {
      metadata: object('Labels and annotations of the entries.', {
        annotations: map('Annotations.', { type: 'string' }, { maxProperties: 256 }),
        labels: map('Labels.', { type: 'string' }, { maxProperties: 256 }),
      }),
      probe: probe(),
      template: withRules(workload('What the entries say.'), udsPortsRule),
    },
    { required: ['template'] },
  );

export const serviceEntrySpec = (): Schema =>
  withRules(
    object(
      'A service that Kubernetes does not know, usually outside of the cluster.',
      {
        addresses: list('Its virtual addresses.', { type: 'string', maxLength: 64 }, { maxItems: 256 }),
        endpoints: list(
          'Where it runs; with resolution STATIC, or DNS names with DNS.',
          withRules(workload(''), addressRule, udsPortsRule),
          { maxItems: 4096 },
        ),
        exportTo: exportTo('service entry'),
        hosts: list('Its host names.', withRules({ type: 'string' }, wildcardHostRule), {
          minItems: 1,
          maxItems: 256,
        }),
        location: choice(
          'Whether it is part of the mesh (and speaks mutual TLS).',
          'MESH_EXTERNAL',
          'MESH_INTERNAL',
        ),
        ports: withRules(
          list(
            'Its ports.',
            object(
              '',
              {
                name: text('A name for the port.', { maxLength: 256 }),
                number: port('Its number.'),
                protocol: text('HTTP, HTTPS, GRPC, HTTP2, MONGO, TCP or TLS.', { maxLength: 256 }),
                targetPort: port('The port of the endpoints, if it is another.'),
              },
              { required: ['number', 'name'] },
            ),
            { maxItems: 256, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
          ),
          portNumbersRule,
        ),
        resolution: choice(
          'How its endpoints are found: NONE uses the address the client resolved.',
          'NONE',
          'STATIC',
          'DNS',
          'DNS_ROUND_ROBIN',
        ),
        subjectAltNames: texts('Names of which its certificate must have one.'),
        workloadSelector: workloadSelector('Pods or WorkloadEntries that are its endpoints.'),
      },
      { required: ['hosts'] },
    ),
    endpointsOrSelectorRule,
    cidrRule,
    noEndpointsRule,
    roundRobinRule,
  );

const workload = (description: string): Schema =>
  object(description, {
    address: withRules(
      text('Its IP address, DNS name or `unix://` path.', { maxLength: 256 }),
      udsPathRule,
      udsDirectoryRule,
    ),
    labels: map('Its labels.', { type: 'string' }, { maxProperties: 256 }),
    locality: text('Where it is: region/zone/subzone.', { maxLength: 2048 }),
    network: text('The network it is in.', { maxLength: 2048 }),
    ports: withRules(
      map('Its ports by name.', withRules({ type: 'integer', minimum: 0, maximum: 4294967295 }, portRule), {
        maxProperties: 128,
      }),
      portNameRule,
    ),
    serviceAccount: text('The service account it runs as.', { maxLength: 253 }),
    weight: uint32('Its share of the traffic.'),
  });

const port = (description: string): Schema => withRules(uint32(description), portRule);

const seconds = (description: string): Schema => int32(description, { minimum: 0 });

const probe = (): Schema =>
  object(
    'How to find out whether an entry is healthy.',
    {
      exec: object(
        'Run a command.',
        { command: list('Its words.', { type: 'string', minLength: 1 }) },
        { required: ['command'] },
      ),
      failureThreshold: seconds('How many failures in a row make it unhealthy.'),
      grpc: object('Ask a gRPC health service.', {
        port: port('Its port.'),
        service: text('Its name.'),
      }),
      httpGet: object(
        'Ask over HTTP.',
        {
          host: text('The host.'),
          httpHeaders: list(
            'Request headers.',
            object('', {
              name: text('Its name.', { pattern: '^[-_A-Za-z0-9]+$' }),
              value: text('Its value.'),
            }),
          ),
          path: text('The path.'),
          port: port('The port.'),
          scheme: withRules(text('HTTP or HTTPS.'), schemeRule),
        },
        { required: ['port'] },
      ),
      initialDelaySeconds: seconds('How long to wait before the first probe.'),
      periodSeconds: seconds('The time between probes.'),
      successThreshold: seconds('How many successes in a row make it healthy.'),
      tcpSocket: object(
        'Open a connection.',
        { host: text('The host.'), port: port('The port.') },
        { required: ['port'] },
      ),
      timeoutSeconds: seconds('How long a probe may take.'),
    },
    atMostOne('httpGet', 'tcpSocket', 'exec', 'grpc'),
  );
