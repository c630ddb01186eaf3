// A JSON web token taken apart, with the words Envoy has for each thing that can be wrong with it (jwt_verify_lib).

export interface Token {
  readonly text: string;
  readonly alg: string;
  readonly kid: string | undefined;
  /** As it was sent, base64url. */
  readonly payloadText: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly audiences: readonly string[];
}

/** The token, or why it is none. */
export function parseToken(text: string): Token | string {
  const parts = text.split('.');
  const [head, body, signature] = parts;
  if (parts.length !== 3 || !head || !body || !signature) {
    return 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections';
  }
  const header = decoded(head, 'header');
  if (typeof header === 'string') return header;
  const { alg, kid } = header;
  if (typeof alg !== 'string') return 'Jwt header [alg] field is required and must be a string';
  if (!algorithms.has(alg)) return 'Jwt header [alg] is not supported';
  if (kid !== undefined && typeof kid !== 'string') return 'Jwt header [kid] field is not a string';
  const payload = decoded(body, 'payload');
  if (typeof payload === 'string') return payload;
  for (const name of ['iss', 'sub', 'jti']) {
    if (!['string', 'undefined'].includes(typeof payload[name])) {
      return `Jwt payload [${name}] field is not a string`;
    }
  }
  for (const name of ['iat', 'nbf', 'exp']) {
    const value = payload[name];
    if (value !== undefined && typeof value !== 'number')
      return `Jwt payload [${name}] field is not an integer`;
    if (typeof value === 'number' && value < 0) {
      return `Jwt payload [${name}] field is not a positive 64 bit integer`;
    }
  }
  const { aud = [] } = payload;
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.every((each) => typeof each === 'string')) {
    return 'Jwt payload [aud] field is not a string or string list';
  }
  if (!isBase64Url(signature)) return 'Jwt signature is an invalid Base64url encoded';
  return { text, alg, kid, payloadText: body, payload, audiences };
}

const algorithms: ReadonlySet<string> = new Set(
  ['ES', 'HS', 'RS', 'PS']
    .flatMap((kind) => ['256', '384', '512'].map((size) => `${kind}${size}`))
    .concat('EdDSA'),
);

function decoded(part: string, name: string): Readonly<Record<string, unknown>> | string {
  if (!isBase64Url(part)) return `Jwt ${name} is an invalid Base64url encoded`;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Told below.
  }
  return `Jwt ${name} is an invalid JSON`;
}

/** White space in it is nothing, as it is to Envoy's decoder; four characters are three bytes, and one is none. */
function isBase64Url(text: string): boolean {
  const digits = /^([\w\s-]+)={0,2}$/u.exec(text)?.[1]?.replaceAll(/\s/gu, '').length;
  return digits !== undefined && digits % 4 !== 1;
}
