import type { JWK } from 'jose';
import type { JwtProvider } from '../../envoy/jwt.ts';
import { ConfigError } from '../config-error.ts';
import type { Token } from './token.ts';

/** Envoy's `kClockSkewInSecond`. */
const skewSeconds = 60;

/** What is wrong with a token of this provider at a time, in Envoy's order of looking; undefined: nothing. */
export type Verify = (token: Token, nowMs: number) => Promise<string | undefined>;

/** @throws ConfigError for keys that are no JSON web key set */
export function verifier({ audiences, local_jwks: jwks }: JwtProvider, field: string): Verify {
  const keys = keysOf(jwks.inline_string, `${field}.local_jwks`);
  const allowed = new Set((audiences ?? []).map(plainAudience));
  return async (token, nowMs) => {
    const now = Math.floor(nowMs / 1000);
    const { nbf = 0, exp = 0 } = token.payload as { readonly nbf?: number; readonly exp?: number };
    if (now + skewSeconds < Math.floor(nbf)) return 'Jwt not yet valid';
    if (exp !== 0 && now > Math.floor(exp) + skewSeconds) return 'Jwt is expired';
    if (allowed.size > 0 && !token.audiences.some((audience) => allowed.has(plainAudience(audience)))) {
      return audienceNotAllowed;
    }
    const fitting = keys.filter(
      ({ kid, alg }) =>
        (token.kid === undefined || kid === undefined || kid === token.kid) &&
        (alg === undefined || alg === token.alg),
    );
    if (fitting.length === 0) return "Jwks doesn't have key to match kid or alg from Jwt";
    for (const key of fitting) if (await isSignedWith(token, key)) return undefined;
    return 'Jwt verification fails';
  };
}

export const audienceNotAllowed = 'Audiences in Jwt are not allowed';

/** `https://api/` and `api` are the same audience. */
const plainAudience = (audience: string): string => audience.replace(/^https?:\/\//u, '').replace(/\/$/u, '');

function keysOf(text: string, field: string): readonly JWK[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigError(field, 'is not JSON');
  }
  const { keys } = value as { readonly keys?: readonly JWK[] };
  // A single key is taken for a set of one.
  return Array.isArray(keys) ? (keys as readonly JWK[]) : [value as JWK];
}

async function isSignedWith({ text, alg }: Token, jwk: JWK): Promise<boolean> {
  // Loaded with the first token: it has many modules, and few meshes have tokens.
  const { compactVerify, errors, importJWK } = await import('jose');
  try {
    await compactVerify(text, await importJWK(jwk, alg), { algorithms: [alg] });
    return true;
  } catch (error) {
    // A key of another kind than the algorithm's is one that did not sign it.
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException) {
      return false;
    }
    throw error;
  }
}
