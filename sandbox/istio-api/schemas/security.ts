// PeerAuthentication, AuthorizationPolicy and RequestAuthentication.

import type { Schema } from '../../schema/type.ts';
import {
  jwksRule,
  jwksUriRule,
  portKeyRule,
  portLevelSelectorRule,
  serviceAccountsRule,
  targetsRule,
} from './cel-rules.ts';
import { atMostOne, choice, duration, flag, list, map, object, text, texts, withRules } from './fields.ts';
import { matchLabels, targets } from './shared.ts';

export const peerAuthenticationSpec = (): Schema =>
  withRules(
    object('Whether workloads accept plain text, mutual TLS, or both.', {
      mtls: mutualTls('For all ports.'),
      portLevelMtls: withRules(
        map('For single ports of the workload.', mutualTls(''), { minProperties: 1 }),
        portKeyRule,
      ),
      selector: matchLabels('The workloads this is for; all of the namespace when it is missing.'),
    }),
    portLevelSelectorRule,
  );

const mutualTls = (description: string): Schema =>
  object(description, {
    mode: choice(
      'STRICT accepts only mutual TLS, PERMISSIVE also plain text.',
      'UNSET',
      'DISABLE',
      'PERMISSIVE',
      'STRICT',
    ),
  });

export const authorizationPolicySpec = (): Schema =>
  withRules(
    object(
      'Who may do what with workloads.',
      {
        action: choice(
          'What to do with requests that match; ALLOW is the default.',
          'ALLOW',
          'DENY',
          'AUDIT',
          'CUSTOM',
        ),
        provider: object('Who decides, with action CUSTOM.', {
          name: text('Its name in the mesh configuration.'),
        }),
        rules: list('What matches: any one of these. ALLOW without rules allows nothing.', rule(), {
          maxItems: 512,
        }),
        ...targets(),
      },
      atMostOne('provider'),
    ),
    targetsRule,
  );

const rule = (): Schema =>
  object('Everything named here must be true.', {
    from: list('Where the request comes from: any one of these.', object('', { source: source() }), {
      maxItems: 512,
    }),
    to: list('What the request wants: any one of these.', object('', { operation: operation() })),
    when: list(
      'Other conditions: all of them.',
      object(
        '',
        {
          key: text('An attribute, such as `request.headers[name]`.'),
          notValues: texts('It is none of these.'),
          values: texts('It is one of these.'),
        },
        { required: ['key'] },
      ),
    ),
  });

const source = (): Schema =>
  withRules(
    object('Everything named here must be true.', {
      ...oneOrNot('ipBlocks', 'Addresses of the connection.'),
      ...oneOrNot('namespaces', 'Namespaces of the client.'),
      ...oneOrNot('principals', 'Identities of the client, by mutual TLS.'),
      ...oneOrNot('remoteIpBlocks', 'Addresses of the original client.'),
      ...oneOrNot('requestPrincipals', 'Identities of the request, by JWT.'),
      ...oneOrNot('serviceAccounts', 'Service accounts of the client.', serviceAccounts),
    }),
    serviceAccountsRule,
  );

const operation = (): Schema =>
  object('Everything named here must be true.', {
    ...oneOrNot('hosts', 'Host headers.'),
    ...oneOrNot('methods', 'HTTP methods.'),
    ...oneOrNot('paths', 'Paths; `/a*` is a prefix.'),
    ...oneOrNot('ports', 'Ports.'),
  });

const serviceAccounts = (description: string): Schema =>
  list(description, { type: 'string', maxLength: 320 }, { maxItems: 16 });

/** A list, and the list of what it must not be: `paths` and `notPaths`. */
const oneOrNot = (
  name: string,
  description: string,
  of: (description: string) => Schema = texts,
): Readonly<Record<string, Schema>> => ({
  [name]: of(description),
  [`not${name.charAt(0).toUpperCase()}${name.slice(1)}`]: of(`Not: ${description}`),
});

export const requestAuthenticationSpec = (): Schema =>
  withRules(
    object(
      'Which JSON web tokens are accepted. Requests without one pass: an AuthorizationPolicy refuses them.',
      {
        jwtRules: list('Accepted tokens.', jwtRule(), { maxItems: 4096 }),
        ...targets(),
      },
    ),
    targetsRule,
  );

const filled: Schema = { type: 'string', minLength: 1 };

const jwksUri = (description: string): Schema =>
  withRules(text(description, { minLength: 1, maxLength: 2048 }), jwksUriRule);

const jwtRule = (): Schema =>
  withRules(
    object(
      '',
      {
        audiences: list('Audiences, of which the token must have one.', filled),
        forwardOriginalToken: flag('Whether the service gets the token too.'),
        fromCookies: list('Cookies that have the token.', filled),
        fromHeaders: list(
          'Headers that have the token.',
          object(
            '',
            {
              name: text('Its name.', { minLength: 1 }),
              prefix: text('What is before the token.'),
            },
            { required: ['name'] },
          ),
        ),
        fromParams: list('Query parameters that have the token.', filled),
        issuer: text('Who issued the token.', { minLength: 1 }),
        jwks: text('The public keys, as a JSON web key set.'),
        jwks_uri: jwksUri('Where the public keys are.'),
        jwksUri: jwksUri('Where the public keys are.'),
        outputClaimToHeaders: list(
          'Claims that are passed on as headers.',
          object(
            '',
            {
              claim: text('The claim.', { minLength: 1 }),
              header: text('The header.', { minLength: 1, pattern: '^[-_A-Za-z0-9]+$' }),
            },
            { required: ['header', 'claim'] },
          ),
        ),
        outputPayloadToHeader: text('A header that gets the whole payload.'),
        timeout: duration('How long to wait for the public keys.'),
      },
      { required: ['issuer'] },
    ),
    jwksRule,
  );
