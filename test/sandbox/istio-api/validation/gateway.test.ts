import { describe, expect, it } from 'vitest';
import { verdict } from './verdict.ts';

const port = 'port: { number: 80, name: http, protocol: HTTP }';
const tlsPort = 'port: { number: 443, name: https, protocol: HTTPS }';
const served = (server: string) => verdict('Gateway', `{ servers: [${server}] }`);

describe('a Gateway is refused (facts §10.1)', () => {
  it.each([
    [`{ ${port}, hosts: [] }`, ['server config must contain at least one host']],
    [`{ ${port}, hosts: [web] }`, ['short names (non FQDN) are not allowed']],
    [`{ ${port}, hosts: ['a_b/a.b'] }`, ['invalid namespace value "a_b" in gateway']],
    [`{ ${port}, hosts: ['*a.b'] }`, ['partial wildcard "*a.b" not allowed']],
    [
      "{ port: { number: 80, name: http, protocol: HTTP3 }, hosts: ['*'] }",
      [
        'invalid protocol "HTTP3", supported protocols are HTTP, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP',
      ],
    ],
    [
      "{ port: { number: 0, name: http, protocol: HTTP }, hosts: ['*'] }",
      ['port number 0 must be in the range 1..65535'],
    ],
    [
      "{ port: { number: 80, name: http, protocol: HTTP, targetPort: 1 }, hosts: ['*'] }",
      ['targetPort has no impact on Gateways'],
    ],
    [`{ ${port}, bind: nowhere, hosts: ['*'] }`, ['nowhere is not a valid IP']],
    [`{ ${tlsPort}, hosts: ['*'] }`, ['server must have TLS settings for HTTPS/TLS protocols']],
    [
      `{ ${port}, hosts: ['*'], tls: { mode: SIMPLE, credentialName: c } }`,
      ['server cannot have TLS settings for plain text HTTP ports'],
    ],
    [
      `{ ${port}, hosts: ['*'], tls: { httpsRedirect: true, mode: SIMPLE, credentialName: c } }`,
      ['server cannot have TLS settings for plain text HTTP ports'],
    ],
    [
      "{ port: { number: 443, name: tls, protocol: TLS }, hosts: ['*'] }",
      ['server must have TLS settings for HTTPS/TLS protocols'],
    ],
    [
      "{ port: { number: 80, name: tcp, protocol: TCP }, hosts: ['*'], tls: { mode: SIMPLE, credentialName: c } }",
      ['server cannot have TLS settings for non HTTPS/TLS ports'],
    ],
    [
      `{ ${tlsPort}, hosts: ['*'], tls: { mode: SIMPLE } }`,
      ['SIMPLE TLS requires a server certificate', 'SIMPLE TLS requires a private key'],
    ],
    [
      `{ ${tlsPort}, hosts: ['*'], tls: { mode: MUTUAL, serverCertificate: a, privateKey: b } }`,
      ['MUTUAL TLS requires a client CA bundle'],
    ],
    [
      `{ ${tlsPort}, hosts: ['*'], tls: { mode: ISTIO_MUTUAL, credentialName: c } }`,
      ['ISTIO_MUTUAL TLS cannot have associated credentialName'],
    ],
  ])('for the server %s', (server, messages) => {
    expect(served(server).errors).toEqual(messages);
  });

  it('without servers', () => {
    expect(verdict('Gateway', '{}').errors).toEqual(['gateway must have at least one server']);
  });

  it('when two ports have one name', () => {
    expect(served(`{ ${port}, hosts: ['*'] }, { ${port}, hosts: [a.b] }`).errors).toEqual([
      'port names in servers must be unique: duplicate name http',
    ]);
  });

  it('when its name has a dot', () => {
    const { errors } = verdict('Gateway', `{ servers: [{ ${port}, hosts: ['*'] }] }`, 'a.b');
    expect(errors).toEqual(['invalid gateway name: "a.b"']);
  });
});

it('a Gateway gets a warning for httpsRedirect where no HTTP is', () => {
  const server = `{ ${tlsPort}, hosts: ['*'], tls: { mode: SIMPLE, credentialName: c, httpsRedirect: true } }`;
  expect(served(server)).toMatchObject({
    errors: [],
    warnings: ['tls.httpsRedirect should only be used with http servers'],
  });
});

it.each([
  ['a redirect to HTTPS', `{ ${port}, hosts: ['*'], tls: { httpsRedirect: true } }`],
  [
    'a Secret that may not be there',
    `{ ${tlsPort}, hosts: [a.b], tls: { mode: SIMPLE, credentialName: c } }`,
  ],
  ['a host of one namespace', `{ ${port}, hosts: [./a.b] }`],
])('a Gateway is accepted without a word with %s (facts §10.1)', (_what, server) => {
  expect(served(server)).toMatchObject({ errors: [], warnings: [] });
});

it('a Gateway for no pod is accepted without a word (facts §10.1)', () => {
  const spec = `{ selector: { app: nowhere }, servers: [{ ${port}, hosts: ['*'] }] }`;
  expect(verdict('Gateway', spec)).toMatchObject({ errors: [], warnings: [] });
});
