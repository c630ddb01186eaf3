// A small cluster to analyze, and what istioctl would print of it.

import { parseAllDocuments } from 'yaml';
import { analyze } from '../../../../sandbox/istio-api/analyze/analyze.ts';
import { messageLine } from '../../../../sandbox/istio-api/analyze/message.ts';
import type { AnyObject } from '../../../../sandbox/kube/object.ts';

const base = `
kind: Namespace
metadata: { name: default, labels: { istio-injection: enabled } }
---
kind: Service
metadata: { name: web, namespace: default }
spec: { ports: [{ name: http, port: 80 }] }
---
kind: Service
metadata: { name: two, namespace: default }
spec: { ports: [{ name: http, port: 80 }, { name: http-more, port: 81 }] }
---
kind: DestinationRule
metadata: { name: web, namespace: default }
spec: { host: web, subsets: [{ name: v1, labels: { version: v1 } }] }
---
kind: Pod
metadata: { name: gw, namespace: istio-system, labels: { istio: ingressgateway } }
---
kind: Gateway
metadata: { name: gw, namespace: default }
spec: { selector: { istio: ingressgateway }, servers: [{ hosts: ["web.example.com"] }] }
`;

/** Findings about the small cluster together with these objects. */
export const lines = (text: string, namespace?: string): string[] =>
  analyze(objects(`${base}\n---\n${text}`), namespace === undefined ? {} : { namespace }).map(messageLine);

/** Without an `apiVersion` an object has no schema to break. */
const objects = (text: string): AnyObject[] =>
  parseAllDocuments(text).flatMap((document) => {
    const object = document.toJS() as AnyObject | null;
    return object === null
      ? []
      : [{ ...object, apiVersion: (object as Partial<AnyObject>).apiVersion ?? '' }];
  });
