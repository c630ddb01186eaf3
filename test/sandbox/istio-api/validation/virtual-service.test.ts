import { describe, expect, it } from 'vitest';
import { verdict } from './verdict.ts';

const to = 'route: [{ destination: { host: web } }]';

/** A rule for one host. */
const ruled = (rule: string) => verdict('VirtualService', `{ hosts: [web], http: [${rule}] }`);

describe('a VirtualService is refused (facts §10.1)', () => {
  it.each([
    ['{ hosts: [web] }', 'http, tcp or tls must be provided in virtual service'],
    [
      `{ hosts: ['*'], http: [{ ${to} }] }`,
      'wildcard host * is not allowed for virtual services bound to the mesh gateway',
    ],
    [`{ hosts: [web, web], http: [{ ${to} }] }`, 'duplicate hosts in virtual service: web & web'],
    [`{ hosts: ['*.b.c', a.b.c], http: [{ ${to} }] }`, 'duplicate hosts in virtual service: *.b.c & a.b.c'],
    [`{ hosts: [a_b], http: [{ ${to} }] }`, 'domain name "a_b" invalid (label "a_b" invalid)'],
    [`{ hosts: [''], http: [{ ${to} }] }`, 'empty domain name not allowed'],
    [
      `{ hosts: [a.1], http: [{ ${to} }] }`,
      'domain name "1" invalid (top level domain "1" cannot be all-numeric)',
    ],
    [`{ gateways: [gw], http: [{ ${to} }] }`, 'delegate virtual service must have no gateways specified'],
    [`{ hosts: [web], gateways: [a/b_c], http: [{ ${to} }] }`, 'invalid value for gateway name: "b_c"'],
    [
      `{ hosts: [web], exportTo: ['.', '*'], http: [{ ${to} }] }`,
      'cannot have both public (*) and non-public exportTo values for a resource',
    ],
    [
      `{ hosts: [web], exportTo: ['.', default], http: [{ ${to} }] }`,
      'duplicate entries in exportTo for entry default',
    ],
    [
      `{ hosts: [web], exportTo: ['~'], http: [{ ${to} }] }`,
      'exportTo ~ (none) is not allowed for Istio configuration objects',
    ],
    ['{ hosts: [web], tcp: [{}] }', 'TCP route is required'],
    [
      '{ hosts: [web], tls: [{ match: [{ sniHosts: [other] }], route: [{ destination: { host: web } }] }] }',
      'SNI host "other" is not a compatible subset of any of the virtual service hosts: [web]',
    ],
  ])('%s: %s', (spec, message) => {
    const { errors } = verdict('VirtualService', spec);
    expect(errors).toEqual([message]);
  });

  it.each([
    ['{}', 'HTTP route, redirect or direct_response is required'],
    [`{ ${to}, redirect: { uri: / } }`, 'HTTP route cannot contain both route and redirect'],
    [
      '{ redirect: { uri: / }, fault: { abort: { httpStatus: 500 } } }',
      'HTTP route cannot contain both fault and redirect',
    ],
    [
      '{ directResponse: { status: 200 }, fault: { abort: { httpStatus: 500 } } }',
      'HTTP route cannot contain both fault and direct_response',
    ],
    [
      '{ directResponse: { status: 200 }, rewrite: { uri: / } }',
      'HTTP route rule cannot contain both rewrite and direct_response',
    ],
    [`{ delegate: { name: d }, ${to} }`, 'root HTTP route  must not specify route'],
    [
      `{ ${to}, mirror: { host: a }, mirrors: [{ destination: { host: b } }] }`,
      'HTTP route cannot contain both mirror and mirrors',
    ],
    [
      `{ ${to}, rewrite: { uri: /, uriRegexRewrite: { match: a, rewrite: b } } }`,
      'rewrite may only contain one of URI or UriRegexRewrite',
    ],
    [
      `{ ${to}, rewrite: {} }`,
      'rewrite must specify at least one of URI, UriRegexRewrite, or authority. Only one of URI or UriRegexRewrite may be specified',
    ],
    [
      `{ ${to}, rewrite: { uriRegexRewrite: { match: a } } }`,
      'UriRegexRewrite has errors\nUriRegexRewrite requires both Rewrite and Match fields to be specified',
    ],
    ['{ redirect: {} }', 'redirect must specify URI, authority, scheme, or port'],
    ['{ redirect: { scheme: ftp } }', 'invalid redirect scheme, must be "http" or "https"'],
    ['{ redirect: { uri: /, redirectCode: 400 } }', '400 is not a valid redirect code, must be 3xx'],
    ['{ directResponse: { status: 99 } }', 'HTTP status 99 is not in range 200-599'],
    ['{ route: [{ destination: { host: a }, weight: -1 }] }', 'weight -1 < 0'],
    [
      '{ route: [{ destination: { host: a } }, { destination: { host: b } }] }',
      'total destination weight = 0',
    ],
    ["{ route: [{ destination: { host: '*' } }] }", 'invalid destination host *'],
    ['{ route: [{ destination: { host: a, subset: v_1 } }] }', 'subset name is invalid: v_1'],
    [
      '{ route: [{ destination: { host: a, port: { number: 70000 } } }] }',
      'port number 70000 must be in the range 1..65535',
    ],
    [`{ ${to}, fault: {} }`, 'HTTP fault injection must have an abort and/or a delay'],
    [
      `{ ${to}, fault: { abort: { httpStatus: 500, percentage: { value: 150 } } } }`,
      'percentage 150 is neither 0.0, nor in range [0.0001, 100.0]',
    ],
    [`{ ${to}, fault: { abort: { httpStatus: 99 } } }`, 'HTTP status 99 is not in range 200-599'],
    [`{ ${to}, fault: { abort: { http2Error: x } } }`, 'HTTP/2 abort fault injection not supported yet'],
    [`{ ${to}, fault: { delay: { exponentialDelay: 1s } } }`, 'exponentialDelay not supported yet'],
    [
      `{ ${to}, mirror: { host: a }, mirrorPercentage: { value: 150 } }`,
      'mirror_percentage must have a max value of 100 (it has 150.000000)',
    ],
    [`{ ${to}, timeout: 1.5ms }`, 'only durations to ms precision are supported'],
    [`{ ${to}, timeout: 0s }`, 'duration must be greater than 1ms'],
    [`{ ${to}, retries: { attempts: -1 } }`, 'attempts cannot be negative'],
    [
      `{ ${to}, retries: { attempts: 0, retryOn: 5xx } }`,
      'http retry policy configured when attempts are set to 0 (disabled)',
    ],
    [`{ ${to}, retries: { attempts: 1, retryOn: '5xx, reset' } }`, '" reset" is not a valid retryOn policy'],
    [`{ ${to}, retries: { attempts: 1, retryOn: '999' } }`, '"999" is not a valid retryOn policy'],
    [
      `{ ${to}, match: [{ uri: { regex: '(' } }] }`,
      '"uri": error parsing regexp: missing closing ): `(`; Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)',
    ],
    [
      `{ ${to}, match: [{ uri: { regex: '(?=a)' } }] }`,
      '"uri": error parsing regexp: invalid or unsupported Perl syntax: `(?=`; Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)',
    ],
    [
      `{ ${to}, match: [{ uri: { regex: ${'a'.repeat(1025)} } }] }`,
      '"uri": regex is too large, max length allowed is 1024',
    ],
    [`{ ${to}, match: [{ method: { prefix: '' } }] }`, '"method": prefix string match should not be empty'],
    [`{ ${to}, match: [{ headers: { 'a b': {} } }] }`, 'header name a b is not a valid header name'],
    [
      `{ ${to}, match: [{ headers: { '@request.auth.claims.sub': { exact: a } } }] }`,
      'JWT claim based routing (key: @request.auth.claims.sub) is only supported for gateway, found no gateways: []',
    ],
    [`{ ${to}, match: [{ port: 70000 }] }`, 'port number 70000 must be in the range 1..65535'],
    [`{ ${to}, match: [{ sourceLabels: { a: 'b c' } }] }`, 'invalid tag value: "b c"'],
    [
      `{ ${to}, headers: { request: { set: { ':path': a } } } }`,
      'invalid header ":path": header cannot have ":" prefix',
    ],
    [`{ ${to}, headers: { request: { remove: [Host] } } }`, 'invalid header "Host": cannot set Host header'],
    [
      `{ ${to}, headers: { response: { set: { a: '100%' } } } }`,
      'header value configuration: invalid header configuration. Un-escaped %',
    ],
    [
      `{ ${to}, headers: { response: { set: { a: '%REQ(b' } } } }`,
      "header value configuration: invalid header configuration. Un-terminated variable expression '%REQ(b'",
    ],
    [
      `{ ${to}, headers: { response: { set: { a: "b\\x01" } } } }`,
      'header value configuration b\u0001 is invalid',
    ],
    [
      `{ ${to}, rewrite: { authority: a }, headers: { request: { set: { Host: b } } } }`,
      'authority header cannot be set multiple times: have "a", attempting to set "b"',
    ],
    [`{ ${to}, corsPolicy: { allowMethods: [get] } }`, '"get" is not a supported HTTP method'],
    [`{ ${to}, corsPolicy: { allowOrigins: [{}] } }`, "'' is not a valid match type for CORS allow origins"],
    [`{ ${to}, corsPolicy: { maxAge: 1500ms } }`, 'max_age duration is accurate only to seconds precision'],
  ])('for the rule %s', (rule, message) => {
    expect(ruled(rule).errors).toEqual([message]);
  });

  it('with all mistakes at once, in Go’s list', () => {
    expect(ruled('{ timeout: 0s }').denial).toBe(
      'configuration is invalid: 2 errors occurred:\n\t* HTTP route, redirect or direct_response is required\n\t* duration must be greater than 1ms\n\n',
    );
  });

  it('with a list of one where Istio makes it so', () => {
    expect(ruled(`{ ${to}, retries: { attempts: -1 } }`).denial).toBe(
      'configuration is invalid: 1 error occurred:\n\t* attempts cannot be negative\n\n',
    );
  });
});

describe('a VirtualService gets the warning (facts §10.1)', () => {
  it.each([
    [
      `{ hosts: [web], http: [{ ${to} }, { ${to} }] }`,
      ['virtualService rule #1 not used (only the last rule can have no matches)'],
    ],
    [
      `{ hosts: [web], http: [{ ${to} }, { name: late, ${to} }] }`,
      ['virtualService rule "late" not used (only the last rule can have no matches)'],
    ],
    [
      `{ hosts: [web], http: [{ match: [{ uri: { exact: /a } }], ${to} }, { match: [{ name: x, uri: { exact: /a } }], ${to} }] }`,
      [
        'virtualService rule #1 match "x" is not used (duplicate/overlapping match in rule #0)',
        'virtualService rule #1 not used (all matches used by prior rules)',
      ],
    ],
    [
      `{ hosts: [web], http: [{ match: [{ uri: { prefix: / } }], ${to} }, { match: [{ uri: { prefix: /api } }], ${to} }] }`,
      [
        'virtualService rule #1 match #0 of prefix /api is not used (duplicate/overlapping match in rule #0 of prefix / on #0)',
      ],
    ],
    [
      `{ hosts: [web], gateways: [gw.shop.svc.cluster.local], http: [{ ${to} }] }`,
      [
        'using legacy gatewayName format "gw.shop.svc.cluster.local"; prefer the <namespace>/<name> format: "shop/gw"',
      ],
    ],
    [
      `{ hosts: [web], http: [{ ${to}, mirrorPercent: 50 }] }`,
      ['using deprecated setting "mirrorPercent", use "mirrorPercentage" instead'],
    ],
  ])('%s', (spec, warnings) => {
    expect(verdict('VirtualService', spec)).toMatchObject({ errors: [], warnings });
  });
});

describe('a VirtualService is accepted without a word (facts §10.1)', () => {
  it.each([
    [
      'weights that are not 100',
      '{ route: [{ destination: { host: a }, weight: 1 }, { destination: { host: b }, weight: 1 }] }',
    ],
    ['an unknown host and subset', '{ route: [{ destination: { host: nowhere, subset: v9 } }] }'],
    ['a fault without percentage', `{ ${to}, fault: { delay: { fixedDelay: 1s } } }`],
    ['an abort without a kind', `{ ${to}, fault: { abort: { percentage: { value: 1 } } } }`],
    ['an empty prefix for the path', `{ ${to}, match: [{ uri: { prefix: '' } }] }`],
    ['a redirect code that does nothing', '{ redirect: { uri: /, redirectCode: 304 } }'],
    ['the status 600', '{ directResponse: { status: 600 } }'],
    ['codes and gRPC words to retry on', `{ ${to}, retries: { attempts: 1, retryOn: '503,unavailable' } }`],
    ['Envoy’s formatters', `{ ${to}, headers: { request: { set: { a: '%REQ(b)% 100%%' } } } }`],
    [
      'regex * for a header that must not be there',
      `{ ${to}, match: [{ withoutHeaders: { a: { regex: '*' } } }] }`,
    ],
    ['a tab in a header', `{ ${to}, headers: { response: { set: { a: "b\\tc" } } } }`],
  ])('with %s', (_what, rule) => {
    expect(ruled(rule)).toMatchObject({ errors: [], warnings: [] });
  });

  it('whose matchless rule comes first', () => {
    const spec = `{ hosts: [web], http: [{ ${to} }, { match: [{ uri: { prefix: /a } }], ${to} }] }`;
    expect(verdict('VirtualService', spec)).toMatchObject({ errors: [], warnings: [] });
  });

  it('with an unknown gateway and every host', () => {
    expect(
      verdict('VirtualService', `{ hosts: ['*'], gateways: [nowhere], http: [{ ${to} }] }`),
    ).toMatchObject({ errors: [], warnings: [] });
  });
});
