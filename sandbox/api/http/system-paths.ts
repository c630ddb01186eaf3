// What is not a resource: health, version, OpenAPI.

import { createHash } from 'node:crypto';
import type { ApiContext, ApiRequest } from './request.ts';
import { isTrue, plainText, respond } from './respond.ts';

const version = {
  major: '1',
  minor: '32',
  gitVersion: 'v1.32.2',
  gitCommit: '67a30c0adcf52bd3f56ff0893ce19966be12991f',
  gitTreeState: 'clean',
  buildDate: '2025-02-12T21:19:47Z',
  goVersion: 'go1.23.6',
  compiler: 'gc',
  platform: 'linux/amd64',
};

/** Answers GET of such a path; false for any other. */
export function systemPath(context: ApiContext, request: ApiRequest): boolean {
  const { path, response } = request;
  const [, health] = /^\/(healthz|livez|readyz)(?:\/ping)?$/u.exec(path) ?? [];
  if (health !== undefined) {
    const isVerbose = isTrue(request.query.get('verbose'));
    plainText(response, 200, isVerbose ? `[+]ping ok\n${health} check passed\n` : 'ok');
  } else if (path === '/') respond(request, 200, { paths: rootPaths(context) });
  else if (path === '/version') respond(request, 200, version);
  else if (path === '/openapi/v2' && wantsProtobuf(request)) noDefinitions(request);
  else if (path === '/openapi/v2')
    answer(
      request,
      cached(context, path, ({ types }) => context.schemas.openApiV2(types.all())),
    );
  else if (path === '/openapi/v3')
    answer(
      request,
      cached(context, path, ({ types }) => context.schemas.openApiV3Index(types.all())),
    );
  else return openApiV3(context, request);
  return true;
}

const protobuf = 'application/com.github.proto-openapi.spec.v2';

const wantsProtobuf = ({ message }: ApiRequest): boolean =>
  message.headers.accept?.startsWith(protobuf) === true;

/**
 * kubectl reads this document in protobuf only, and only about a kind that OpenAPI v3 does not have: one of nothing, which
 * takes no byte, says of that kind what there is to say.
 */
function noDefinitions({ response }: ApiRequest): void {
  response.writeHead(200, { 'content-type': `${protobuf}.v1.0+protobuf`, 'content-length': 0 });
  response.end();
}

function rootPaths({ registry }: ApiContext): readonly string[] {
  const groups = registry.types.all().flatMap(({ group, versions }) => {
    const root = group === '' ? '/api' : `/apis/${group}`;
    return [root, ...versions.map(({ version: each }) => `${root}/${each}`)];
  });
  const others = ['/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version'];
  return [...new Set([...groups, ...others])].toSorted();
}

function openApiV3(context: ApiContext, request: ApiRequest): boolean {
  const match = /^\/openapi\/v3\/(?:api|apis\/(?<group>[^/]+))\/(?<version>[^/]+)$/u.exec(request.path);
  if (match?.groups === undefined) return false;
  const { group = '', version: wanted = '' } = match.groups;
  const { types } = context.registry;
  const isServed = types
    .all()
    .some((type) => type.group === group && type.versions.some((each) => each.version === wanted));
  if (!isServed) return false;
  answer(
    request,
    cached(context, request.path, () => context.schemas.openApiV3(types.all(), group, wanted)),
  );
  return true;
}

interface Document {
  readonly text: string;
  readonly etag: string;
}

const documents = new WeakMap<ApiContext, { generation: number; readonly byPath: Map<string, Document> }>();

/** Documents are large and made from the types alone: each is made once per set of types. */
function cached(
  context: ApiContext,
  path: string,
  make: (registry: ApiContext['registry']) => unknown,
): Document {
  const { generation } = context.registry.types;
  let known = documents.get(context);
  if (known?.generation !== generation) {
    known = { generation, byPath: new Map() };
    documents.set(context, known);
  }
  let document = known.byPath.get(path);
  if (document === undefined) {
    const text = JSON.stringify(make(context.registry));
    document = { text, etag: `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"` };
    known.byPath.set(path, document);
  }
  return document;
}

function answer({ message, response }: ApiRequest, { text, etag }: Document): void {
  response.setHeader('etag', etag);
  response.setHeader('vary', 'Accept');
  if (message.headers['if-none-match'] === etag) {
    response.writeHead(304);
    response.end();
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
