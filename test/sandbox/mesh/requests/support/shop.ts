// A mesh small enough to see all of, and what becomes of single requests in it: web has pods of two versions, api one.
// webapp is their client in the same namespace, visitor one of another, plain has no proxy, ingress is a gateway.

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { settled } from '../../../../support/manual-clock.ts';
import { MeshWorld, type Answer, type Ask, type MeshPod } from '../../../proxy/support/mesh-world.ts';

export interface Asked extends Ask {
  /** @default webapp */
  readonly from?: MeshPod;
  /** The Host header, and unless `to` says otherwise the service to connect to. @default web */
  readonly host?: string;
}

export interface Got extends Answer {
  /** Names of the pods whose apps had the request, in order. */
  readonly served: readonly string[];
  /** What the client's own proxy logged, without its time and addresses. */
  readonly log: string;
}

export class Shop implements AsyncDisposable {
  readonly world = new MeshWorld();
  /** Answers of web's apps in place of `hello`, while it is set. */
  app: RequestListener | undefined;
  readonly #pods: Record<string, MeshPod>;

  private constructor() {
    this.#pods = {};
  }

  static async open(): Promise<Shop> {
    const shop = new Shop();
    const app = (request: IncomingMessage, response: ServerResponse): void => {
      if (shop.app === undefined) response.end('hello');
      else shop.app(request, response);
    };
    await shop.#add('v1', { labels: { app: 'web', version: 'v1' }, app });
    await shop.#add('v2', { labels: { app: 'web', version: 'v2' }, app });
    await shop.#add('api', {});
    const annotations = { 'sidecar.istio.io/statsInclusionPrefixes': 'cluster.outbound' };
    await shop.#add('webapp', { annotations });
    await shop.#add('visitor', { namespace: 'visitors' });
    await shop.#add('plain', { proxy: 'none' });
    await shop.#add('ingress', { namespace: 'istio-system', proxy: 'router' });
    return shop;
  }

  pod(name: string): MeshPod {
    const pod = this.#pods[name];
    if (pod === undefined) throw new Error(`there is no pod ${name}`);
    return pod;
  }

  /** What `body` finds while the rules hold; they are gone when it ends. */
  async under<T>(rules: string, body: () => Promise<T>): Promise<T> {
    this.world.apply(rules);
    try {
      return await body();
    } finally {
      this.world.apply(rules, true);
      this.app = undefined;
    }
  }

  async ask({ from = this.pod('webapp'), host = 'web', headers, ...rest }: Asked = {}): Promise<Got> {
    const before = Object.values(this.#pods).map(({ seen }) => seen.length);
    const at = rest.to ?? { ip: this.address(host), port: 80 };
    const answer = await this.world.ask(from, from, { ...rest, to: at, headers: { host, ...headers } });
    await settled();
    const served = Object.entries(this.#pods).flatMap(([name, { seen }], index) =>
      Array.from({ length: seen.length - (before[index] ?? 0) }, () => name),
    );
    return { ...answer, served, log: from.logs.at(-1) ?? '' };
  }

  /** The answer, and how many milliseconds had to pass for it, to the step. */
  async passing(asked: Promise<Got>, stepMs: number): Promise<Got & { readonly ms: number }> {
    let got: Got | undefined;
    void asked.then((answer) => (got = answer));
    for (let ms = 0; ; ms += stepMs) {
      for (let turn = 0; turn < 8; turn += 1) await settled();
      if (got !== undefined) return { ...got, ms };
      await this.world.clock.advance(stepMs);
    }
  }

  /** One request to the gateway, from outside the mesh. */
  askGateway(host: string, asked: Asked = {}): Promise<Got> {
    const edge = { ip: this.pod('ingress').network.ip, port: 8080 };
    return this.ask({ from: this.pod('plain'), host, to: edge, ...asked });
  }

  /** What a pod's proxy answers on one of its own ports. */
  async fromAgent(name: string, port: number, path: string): Promise<string> {
    const { body } = await this.ask({ from: this.pod(name), to: { ip: '127.0.0.1', port }, path });
    return body;
  }

  /** The cluster address of the service that a host names first, of web for any other host. */
  address(host: string): string {
    const [name = ''] = host.split(/[.:]/u);
    return this.world.addressOf(this.pod(name in this.#pods ? name : 'v2'));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.world[Symbol.asyncDispose]();
  }

  async #add(name: string, options: Parameters<MeshWorld['pod']>[1]): Promise<void> {
    this.#pods[name] = await this.world.pod(name, options);
  }
}

/** A VirtualService of namespace shop with these rules; what it is for unless `head` says it: the host web. */
export const rules = (http: string, head = 'hosts: [web]', metadata = 'name: rules'): string => `
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { ${metadata} }
spec: { ${head}, http: [${http}] }
`;

/** A DestinationRule of namespace shop for the host web. */
export const destinationRule = (spec: string, metadata = 'name: web', host = 'web'): string => `
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { ${metadata} }
spec: { host: ${host}, ${spec} }
`;

export const subsets = destinationRule(
  'subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]',
);

/** A destination: `web`, `web v1` or `web v1 8080`. */
export function to(text: string, more = ''): string {
  const [host = '', subset = '', port = ''] = text.split(' ');
  const parts = [
    `host: ${host}`,
    ...(subset === '' ? [] : [`subset: ${subset}`]),
    ...(port === '' ? [] : [`port: { number: ${port} }`]),
  ];
  return `route: [{ destination: { ${parts.join(', ')} }${more} }]`;
}
