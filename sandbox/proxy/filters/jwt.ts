// envoy.filters.http.jwt_authn: looks at tokens, leaves their claims for later filters, and answers 401 or 403 for bad
// ones.

import type { JwtAuthentication, JwtProvider, JwtRequirement } from '../../envoy/jwt.ts';
import { ConfigError } from '../config-error.ts';
import { Headers } from '../http1/headers.ts';
import { tokensIn } from '../jwt/locations.ts';
import { parseToken, type Token } from '../jwt/token.ts';
import { audienceNotAllowed, verifier, type Verify } from '../jwt/verify.ts';
import { routeMatcher } from '../route/matcher.ts';
import { withoutQuery, type RouteRequest } from '../route/route-request.ts';
import type { HttpStream } from '../stream/stream.ts';
import { wireText } from '../values.ts';
import type { HttpFilter } from './filter.ts';

const name = 'envoy.filters.http.jwt_authn';

interface Provider {
  readonly config: JwtProvider;
  readonly verify: Verify;
}

/** @throws ConfigError */
export function jwtFilter(config: JwtAuthentication): HttpFilter {
  const providers = new Map(
    Object.entries(config.providers).map(([key, provider]): [string, Provider] => [
      key,
      { config: provider, verify: verifier(provider, `${name}.providers[${key}]`) },
    ]),
  );
  const rules = config.rules.map(({ match, requires }, index) => ({
    matches: routeMatcher(match, `${name}.rules[${index}].match`),
    check: requirement(requires, providers, `${name}.rules[${index}].requires`),
  }));
  const clearsRoute = Object.values(config.providers).some(({ clear_route_cache: clear }) => clear === true);
  return {
    request: (stream) => {
      const { request, manager } = stream;
      for (const { config: provider } of providers.values()) sanitize(request, provider);
      if (config.bypass_cors_preflight === true && isPreflight(request)) return 'continue';
      const rule = rules.find(({ matches }) => matches(request, withoutQuery(request.path), manager.random));
      if (rule === undefined) return 'continue';
      void decide(stream, rule.check, clearsRoute);
      return 'stop';
    },
  };
}

const isPreflight = ({ method, headers }: RouteRequest): boolean =>
  method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method');

async function decide(stream: HttpStream, check: Check, clearsRoute: boolean): Promise<void> {
  const { request, manager } = stream;
  const realm = `${request.scheme}://${request.authority}${request.path.slice(0, 256)}`;
  const found: Record<string, unknown> = {};
  const wrong = await check({ request, nowMs: manager.clock.now(), found });
  if (stream.over) return;
  // A token may have been taken out of the query.
  stream.info.path = request.path;
  if (wrong === undefined) {
    if (Object.keys(found).length > 0) {
      request.metadata = { ...request.metadata, [name]: found };
      if (clearsRoute) stream.selectRoute();
    }
    stream.proceed();
    return;
  }
  const because = wrong === missing ? '' : ', error="invalid_token"';
  stream.reply(
    wrong === audienceNotAllowed ? 403 : 401,
    wrong,
    `jwt_authn_access_denied{${wrong.replaceAll(' ', '_')}}`,
    { headers: new Headers(['www-authenticate', `Bearer realm="${realm}"${because}`]) },
  );
}

const missing = 'Jwt is missing';
const unknownIssuer = 'Jwt issuer is not configured';

interface Context {
  readonly request: RouteRequest;
  readonly nowMs: number;
  /** Payloads, by the name they are left under. */
  readonly found: Record<string, unknown>;
}

/** What is wrong; undefined: nothing. */
type Check = (context: Context) => Promise<string | undefined>;

/** @throws ConfigError */
function requirement(wanted: JwtRequirement, providers: ReadonlyMap<string, Provider>, field: string): Check {
  if ('provider_name' in wanted) {
    const provider = providers.get(wanted.provider_name);
    if (provider === undefined) throw new ConfigError(field, `there is no provider ${wanted.provider_name}`);
    return checkWith(provider);
  }
  if ('allow_missing' in wanted)
    throw new ConfigError(field, 'allow_missing is executed only beside others of which any suffices');
  const { requirements } = 'requires_any' in wanted ? wanted.requires_any : wanted.requires_all;
  const checks = requirements.flatMap((each, index) =>
    'allow_missing' in each ? [] : requirement(each, providers, `${field}.requirements[${index}]`),
  );
  return 'requires_any' in wanted ? anyOf(checks, checks.length < requirements.length) : allOf(checks);
}

function allOf(checks: readonly Check[]): Check {
  return async (context) => {
    for (const check of checks) {
      const wrong = await check(context);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
}

/** Of what is wrong, the last that is more than a token missing or being for someone else is told. */
function anyOf(checks: readonly Check[], allowsMissing: boolean): Check {
  return async (context) => {
    let told = missing;
    for (const check of checks) {
      const wrong = await check(context);
      if (wrong === undefined) return undefined;
      if (told === missing || (wrong !== missing && wrong !== unknownIssuer)) told = wrong;
    }
    return allowsMissing && told === missing ? undefined : told;
  };
}

/** Every token where the provider looks for one is its own, and good. */
function checkWith({ config, verify }: Provider): Check {
  return async ({ request, nowMs, found }) => {
    const located = tokensIn(request, config);
    if (located.length === 0) return missing;
    for (const { text, remove } of located.toReversed()) {
      const token = parseToken(text);
      if (typeof token === 'string') return token;
      if (config.issuer !== (token.payload['iss'] ?? '')) return unknownIssuer;
      const wrong = await verify(token, nowMs);
      if (wrong !== undefined) return wrong;
      accept(request, token, config, remove, found);
    }
    return undefined;
  };
}

/** Clients cannot set what only a verified token may. */
function sanitize({ headers }: RouteRequest, config: JwtProvider): void {
  if (config.forward_payload_header !== undefined)
    headers.remove(config.forward_payload_header.toLowerCase());
  for (const { header_name: header } of config.claim_to_headers ?? []) headers.remove(header.toLowerCase());
}

function accept(
  { headers }: RouteRequest,
  { payload, payloadText }: Token,
  config: JwtProvider,
  remove: () => void,
  found: Record<string, unknown>,
): void {
  if (config.forward_payload_header !== undefined)
    headers.add(config.forward_payload_header.toLowerCase(), payloadText);
  for (const { header_name: header, claim_name: claim } of config.claim_to_headers ?? []) {
    const value = claimText(payload, claim.split('.'));
    if (value !== '') headers.add(header.toLowerCase(), wireText(value));
  }
  if (config.forward !== true) remove();
  if (config.payload_in_metadata === undefined) return;
  const spaced = config.normalize_payload_in_metadata?.space_delimited_claims ?? [];
  found[config.payload_in_metadata] = Object.fromEntries(
    Object.entries(payload).map(([key, value]) =>
      typeof value === 'string' && spaced.includes(key) ? [key, value.split(' ')] : [key, value],
    ),
  );
}

/** Texts, numbers and booleans; all else has no text. */
function claimText(payload: unknown, path: readonly string[]): string {
  let at = payload;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return '';
    at = (at as Record<string, unknown>)[key];
  }
  return ['string', 'number', 'boolean'].includes(typeof at) ? String(at) : '';
}
