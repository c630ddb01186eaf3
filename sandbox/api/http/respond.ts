import type { ServerResponse } from 'node:http';
import { StatusError } from '../../kube/status-error.ts';
import { acceptedTypes } from './accept.ts';
import { yaml } from './on-first-use.ts';
import type { ApiContext, ApiRequest } from './request.ts';

/** Answers with JSON, or YAML where the client asked for that. */
export function respond(request: ApiRequest, code: number, body: unknown): void {
  const { response } = request;
  const isYaml = acceptedTypes(request.message.headers.accept)[0]?.type === 'application/yaml';
  const isPretty = isTrue(request.query.get('pretty'));
  const text = isYaml
    ? yaml().stringify(body, { aliasDuplicateObjects: false })
    : JSON.stringify(body, null, isPretty ? 2 : 0);
  setCommonHeaders(request);
  response.writeHead(code, {
    'content-type': isYaml ? 'application/yaml' : 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

export function setCommonHeaders({ response, warnings }: ApiRequest): void {
  response.setHeader('cache-control', 'no-cache, private');
  if (warnings.length > 0) {
    response.setHeader(
      'warning',
      [...new Set(warnings)].map((text) => `299 - ${quoted(text)}`),
    );
  }
}

/** Answers with the refusal; what is not one is a fault of ours, logged and hidden behind a 500. */
export function respondError(context: Pick<ApiContext, 'log'>, request: ApiRequest, error: unknown): void {
  const refusal = asStatusError(context, request, error);
  const { response } = request;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (refusal.reason === 'Unauthorized') response.setHeader('www-authenticate', 'Bearer');
  if (refusal.details?.retryAfterSeconds !== undefined) {
    response.setHeader('retry-after', refusal.details.retryAfterSeconds);
  }
  respond(request, refusal.code, refusal.toStatus());
}

export function asStatusError(
  { log }: Pick<ApiContext, 'log'>,
  { message, path }: Pick<ApiRequest, 'message' | 'path'>,
  error: unknown,
): StatusError {
  if (error instanceof StatusError) return error;
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log(`${message.method} ${path} failed: ${what}`);
  const why = error instanceof Error ? error.message : String(error);
  return new StatusError('InternalError', `Internal error occurred: ${why}`, {
    causes: [{ reason: '', message: why }],
  });
}

export function plainText(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}

/** As Kubernetes reads a flag in a query: present means yes. */
export const isTrue = (value: string | null): boolean => value !== null && value !== 'false' && value !== '0';

/** RFC 9110 quoted-string; control characters have no place in a header. */
const quoted = (text: string): string =>
  `"${text.replaceAll(/[^\u0020-\u007e]/gu, '?').replaceAll(/[\\"]/gu, String.raw`\$&`)}"`;
