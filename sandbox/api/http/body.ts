import type { IncomingMessage } from 'node:http';
import { StatusError } from '../../kube/status-error.ts';
import { decodeProtobuf } from '../protobuf/decode.ts';
import { badRequest } from '../registry/refusals.ts';
import { decodeYaml } from './decode-yaml.ts';
import { duplicateFields } from './duplicate-fields.ts';
import { withinDepth } from './nesting.ts';

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
  if (contentType.endsWith('yaml')) return yamlBody(text);
  throw unsupportedMediaType(['application/json', 'application/yaml', protobufType]);
}

export const unsupportedMediaType = (accepted: readonly string[]): StatusError =>
  new StatusError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );

function decodeJson(text: string): DecodedBody {
  try {
    return { value: withinDepth(JSON.parse(text)), duplicates: duplicateFields(text) };
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
}

function yamlBody(text: string): DecodedBody {
  try {
    const { value, duplicates } = decodeYaml(text);
    return { value: withinDepth(value), duplicates };
  } catch (error) {
    throw badRequest(`error converting YAML to JSON: yaml: ${(error as Error).message}`);
  }
}
