import type { IncomingMessage } from 'node:http';
import { StatusError } from '../../kube/status-error.ts';
import { decodeProtobuf } from '../protobuf/decode.ts';
import { badRequest } from '../registry/refusals.ts';
import { duplicateFields } from './duplicate-fields.ts';
import { yaml } from './on-first-use.ts';

const protobufType = 'application/vnd.kubernetes.protobuf';

/** The API server's own limit (k8s.io/apiserver MaxRequestBodyBytes). */
const bodyLimit = 3 * 1024 * 1024;

export interface Body {
  /** Without parameters, lower case; `''` when the client did not say. */
  readonly contentType: string;
  readonly bytes: Buffer;
}

export interface DecodedBody {
  readonly value: unknown;
  /** Paths of fields given more than once; the last one holds. */
  readonly duplicates: readonly string[];
}

/** @throws RequestEntityTooLarge */
export async function readBody(message: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) {
      // Read to its end unseen: a client that is still sending does not hear the answer of a closed connection.
      message.resume();
      throw new StatusError('RequestEntityTooLarge', `Request entity too large: limit is ${bodyLimit}`);
    }
    chunks.push(chunk);
  }
  const contentType = (message.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return { contentType, bytes: Buffer.concat(chunks) };
}

/** @throws BadRequest for broken JSON or YAML, UnsupportedMediaType for anything else */
export function decodeBody({ contentType, bytes }: Body): DecodedBody {
  if (contentType === protobufType) return { value: decodeProtobuf(bytes), duplicates: [] };
  const text = bytes.toString('utf8');
  if (contentType === '' || contentType.endsWith('json')) return decodeJson(text);
  if (contentType.endsWith('yaml')) return decodeYaml(text);
  throw unsupportedMediaType(['application/json', 'application/yaml', protobufType]);
}

export const unsupportedMediaType = (accepted: readonly string[]): StatusError =>
  new StatusError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );

function decodeJson(text: string): DecodedBody {
  try {
    return { value: JSON.parse(text), duplicates: duplicateFields(text) };
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
}

function decodeYaml(text: string): DecodedBody {
  const { parseDocument } = yaml();
  const document = parseDocument(text, { uniqueKeys: false, maxAliasCount: 100 } as object);
  const [problem] = document.errors;
  if (problem !== undefined) throw badRequest(`error converting YAML to JSON: yaml: ${problem.message}`);
  const duplicates = parseDocument(text).errors.filter(({ code }) => code === 'DUPLICATE_KEY');
  return {
    value: document.toJS(),
    duplicates: duplicates.map(({ pos }) => /^[^:\s]+/u.exec(text.slice(pos[0]))?.[0] ?? ''),
  };
}
