// What is replaced in a manifest, and why a check is red then.

import { expect } from 'vitest';
import type { Diagnosis } from '../../../../scripts/lab/why/diagnosis.ts';

export type WrongText = readonly [
  name: string,
  from: string | RegExp,
  to: string,
  expected: Partial<Diagnosis>,
];

export const containing = (text: string): string => expect.stringContaining(text) as string;

/** In labs/04-dark-launch/catalog-testers-first.yaml. */
export const wrongRules: readonly WrongText[] = [
  [
    'whose host is misspelt',
    '- catalog\n',
    '- catalogue\n',
    {
      rung: 'valid',
      cause: 'host-unknown',
      text: 'VirtualService catalog is for the host catalogue, and no Service has that name; there is catalog.',
      fix: 'hosts: [catalog]',
    },
  ],
  [
    'whose host is half a name',
    '- catalog\n',
    '- catalog.istioinaction\n',
    {
      rung: 'valid',
      cause: 'host-half-qualified',
      text: containing('no Service is called catalog.istioinaction, its full name is'),
      fix: 'hosts: [catalog.istioinaction.svc.cluster.local], or just catalog',
    },
  ],
  [
    'that sends to a misspelt host',
    'host: catalog\n',
    'host: catlog\n',
    {
      rung: 'valid',
      cause: 'host-unknown',
      text: 'VirtualService catalog sends to the host catlog, and no Service has that name; there is catalog.',
      fix: 'host: catalog',
    },
  ],
  [
    'that sends to half a name',
    'host: catalog\n',
    'host: catalog.istioinaction\n',
    {
      rung: 'valid',
      cause: 'host-half-qualified',
      fix: containing('catalog.istioinaction.svc.cluster.local'),
    },
  ],
  [
    'that sends to a subset nobody has defined',
    'subset: version-v2',
    'subset: v3',
    {
      rung: 'valid',
      cause: 'subset-undefined',
      text: 'VirtualService catalog sends to subset v3; DestinationRule catalog has version-v1 and version-v2.',
      fix: 'subset: version-v2',
    },
  ],
  [
    'that sends to a port the Service does not have',
    'subset: version-v2',
    'subset: version-v2\n            port: { number: 8080 }',
    {
      rung: 'valid',
      cause: 'port-unknown',
      text: 'VirtualService catalog sends to port 8080 of catalog; Service catalog has 80.',
    },
  ],
  [
    'without a subset',
    '            subset: version-v2\n',
    '',
    {
      rung: 'distribution',
      cause: 'no-subset',
      text: containing('without a subset, so to all of its versions; asked for is subset version-v2'),
    },
  ],
  [
    'for another header',
    '            x-dark-launch:',
    '            x-darklaunch:',
    {
      rung: 'distribution',
      cause: 'differs',
      text: containing(
        'takes requests with header x-darklaunch: v2; asked for are those with header x-dark-launch: v2',
      ),
    },
  ],
  [
    'that injects a fault',
    '      route:',
    '      fault: { abort: { httpStatus: 500, percentage: { value: 30 } } }\n      route:',
    {
      rung: 'traffic',
      cause: 'fault',
      text: containing('VirtualService catalog injects a fault: 30 % of the requests are answered with 500'),
    },
  ],
  [
    'for a gateway only',
    '  http:',
    '  gateways: [outfitters-gateway]\n  http:',
    { rung: 'reached', cause: 'not-for-caller', text: containing('is not used by sidecars') },
  ],
];

/** In manifests/webapp/gateway.yaml. */
export const wrongGateways: readonly WrongText[] = [
  [
    'that selects other pods',
    'istio: ingressgateway',
    'istio: gateway',
    {
      rung: 'accepted',
      cause: 'port-closed',
      text: "Gateway outfitters-gateway opens no port of the ingress gateway: it selects pods with istio=gateway, and the gateway's have istio=ingressgateway.",
      fix: 'selector: { istio: ingressgateway }',
    },
  ],
  [
    'on another port',
    'number: 80\n        name',
    'number: 8081\n        name',
    {
      rung: 'accepted',
      cause: 'port-closed',
      text: containing('opens port 8081 (HTTP) of the ingress gateway, and localhost leads to its port 80'),
    },
  ],
  [
    'for another host',
    /hosts:\n {8}- '\*'/,
    'hosts:\n        - shop.example',
    {
      rung: 'accepted',
      cause: 'host-not-at-gateway',
      text: containing('Gateway outfitters-gateway lets in requests for shop.example only'),
      fix: "hosts: ['*'] in Gateway outfitters-gateway",
    },
  ],
  [
    'whose rule is for another host',
    /hosts:\n {4}- '\*'/,
    'hosts:\n    - shop.example',
    {
      rung: 'accepted',
      cause: 'host-not-at-gateway',
      text: containing('VirtualService webapp-virtualservice is for the host shop.example'),
      fix: "hosts: ['*'] in VirtualService webapp-virtualservice",
    },
  ],
  [
    'whose name the rule misspells',
    '- outfitters-gateway',
    '- outfitter-gateway',
    {
      rung: 'valid',
      cause: 'gateway-unknown',
      text: containing('is for the gateway outfitter-gateway, and there is no such Gateway'),
      fix: 'gateways: [outfitters-gateway]',
    },
  ],
];

/** In manifests/catalog/catalog.yaml. */
export const wrongPods: readonly WrongText[] = [
  [
    'that do not listen where the Service sends to',
    'targetPort: 3000',
    'targetPort: 3001',
    {
      rung: 'endpoints',
      cause: 'port-closed',
      text: 'Service catalog sends to port 3001 of its pods, and they listen on 3000.',
      fix: 'targetPort: 3000',
    },
  ],
  [
    'that the Service does not select',
    'selector:\n    app: catalog',
    'selector:\n    app: catalogue',
    {
      rung: 'endpoints',
      cause: 'no-pods',
      text: 'Service catalog selects pods with app=catalogue, and no pod has that.',
      fix: 'selector: { app: catalog }',
    },
  ],
  [
    'whose image there is not',
    'image: istioinaction/catalog:latest',
    'image: istioinaction/catalogue:latest',
    {
      rung: 'endpoints',
      cause: 'not-ready',
      text: expect.stringMatching(
        /^No pod of catalog is ready: pod catalog-\S+: (?:ErrImagePull|ImagePullBackOff)/,
      ) as string,
      fix: containing('correct the image'),
    },
  ],
  [
    'that are scaled to nothing',
    'replicas: 1',
    'replicas: 0',
    {
      rung: 'endpoints',
      cause: 'no-pods',
      text: containing('Deployment catalog is scaled to 0'),
      fix: 'kubectl -n istioinaction scale deployment catalog --replicas=1',
    },
  ],
  [
    'that fail their probe',
    'path: /blowup',
    'path: /nope',
    {
      rung: 'endpoints',
      cause: 'not-ready',
      text: containing('container catalog is not ready, Readiness probe failed'),
    },
  ],
];
