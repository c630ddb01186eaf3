import type { Schema } from '../../schema/type.ts';
import {
  atMostOne,
  choice,
  double,
  duration,
  flag,
  int32,
  list,
  map,
  object,
  text,
  textMap,
  texts,
  uint32,
} from './fields.ts';
import { exportTo, portSelector } from './shared.ts';

export function virtualServiceSpec(): Schema {
  return object('Routing rules for the traffic that is sent to a set of hosts.', {
    exportTo: exportTo('virtual service'),
    gateways: texts(
      'Gateways these rules apply to, `name` or `namespace/name`; `mesh` means all sidecars and is the default.',
    ),
    hosts: texts('Host names that clients ask for; a name without a dot is a service of this namespace.'),
    http: list('Rules for HTTP requests; the first that matches is used.', httpRoute()),
    tcp: list('Rules for other TCP connections.', tcpRoute()),
    tls: list('Rules for TLS connections that are passed on without being decrypted.', tlsRoute()),
  });
}

function httpRoute(): Schema {
  return object('', {
    corsPolicy: corsPolicy(),
    delegate: object('Another VirtualService that has the rules for the requests matched here.', {
      name: text('Its name.'),
      namespace: text('Its namespace; empty means this one.'),
    }),
    directResponse: object(
      'Answer at once, without asking any service.',
      {
        body: object(
          'The body of the answer.',
          {
            bytes: text('Its bytes, in base64.', { format: 'binary' }),
            string: text('Its text.'),
          },
          atMostOne('string', 'bytes'),
        ),
        status: uint32('The HTTP status of the answer.'),
      },
      { required: ['status'] },
    ),
    fault: fault(),
    headers: headers('Changes of headers, whichever destination is chosen.'),
    match: list('When this rule applies: any one of these. None: always.', httpMatch()),
    mirror: destination('Also send a copy of each request here and discard its answer.'),
    mirror_percent: uint32('Deprecated: use mirrorPercentage.', { nullable: true }),
    mirrorPercent: uint32('Deprecated: use mirrorPercentage.', { nullable: true }),
    mirrorPercentage: percentage('How many of the requests are copied; all when this is missing.'),
    mirrors: list(
      'Several destinations for copies of the requests.',
      object(
        '',
        {
          destination: destination('Where the copies go.'),
          percentage: percentage('How many of the requests are copied; all when this is missing.'),
        },
        { required: ['destination'] },
      ),
    ),
    name: text("The rule's name: it is shown in access logs and in `istioctl proxy-config routes`."),
    redirect: object(
      'Tell the client to ask elsewhere.',
      {
        authority: text('The host of the new location.'),
        derivePort: choice(
          'How the port of the new location is found.',
          'FROM_PROTOCOL_DEFAULT',
          'FROM_REQUEST_PORT',
        ),
        port: uint32('The port of the new location.'),
        redirectCode: uint32('The status to answer with: 301 (the default), 302, 303, 307 or 308.'),
        scheme: text('`http` or `https`.'),
        uri: text('The whole path of the new location.'),
      },
      atMostOne('port', 'derivePort'),
    ),
    retries: object('When a failed request is tried again, and how often.', {
      attempts: int32('How many times to try again; 0 turns retries off. Without this block it is 2.'),
      perTryTimeout: duration('How long one try may take; without it, only `timeout` limits a try.'),
      retryOn: text(
        'What is tried again, separated by commas: `5xx`, `gateway-error`, `reset`, `connect-failure`, `503`, … ' +
          'The default does not include answers such as 500 or 503 of the service itself.',
      ),
      retryRemoteLocalities: flag('Whether a retry may leave the locality.', { nullable: true }),
    }),
    rewrite: object('What to change of the request before it is forwarded.', {
      authority: text('The new Host header.'),
      uri: text('Replaces the matched prefix, or the whole path when the match was not a prefix.'),
      uriRegexRewrite: object('Replaces what a regular expression finds in the path.', {
        match: text('The regular expression (RE2).'),
        rewrite: text('What to put in its place; `\\1` is the first group.'),
      }),
    }),
    route: list(
      'Where the request goes; with several destinations, by weight.',
      object(
        '',
        {
          destination: destination('The service to send it to.'),
          headers: headers('Changes of headers for this destination.'),
          weight: int32('The share of the requests, in relation to the other weights.'),
        },
        { required: ['destination'] },
      ),
    ),
    timeout: duration(
      'How long the whole request may take, retries included; without it, as long as it takes.',
    ),
  });
}

const httpMatch = (): Schema =>
  object('Everything named here must be true.', {
    authority: stringMatch('The Host header.'),
    gateways: texts('Only at these gateways (or `mesh`), in place of the list of the virtual service.'),
    headers: map('Headers by lower-case name; `{}` means that the header is there.', stringMatch('')),
    ignoreUriCase: flag('Whether `uri` ignores case; exact and prefix only.'),
    method: stringMatch('The HTTP method.'),
    name: text('A name for this match; it is added to the name of the rule.'),
    port: uint32('The port that the client asked for.'),
    queryParams: map('Query parameters by name.', stringMatch('')),
    scheme: stringMatch('`http` or `https`.'),
    sourceLabels: textMap('Labels of the client pods this is for.'),
    sourceNamespace: text('The namespace of the clients this is for.'),
    statPrefix: text('A prefix for statistics about this rule.'),
    uri: stringMatch('The path, without its query. A prefix is plain text: `/foo` also matches `/foobar`.'),
    withoutHeaders: map(
      'Headers that must not match; `{}` means that the header is absent.',
      stringMatch(''),
    ),
  });

const stringMatch = (description: string): Schema =>
  object(
    description,
    {
      exact: text('The whole text.'),
      prefix: text('How it begins.'),
      regex: text('A regular expression (RE2) for the whole text.'),
    },
    atMostOne('exact', 'prefix', 'regex'),
  );

const destination = (description: string): Schema =>
  object(
    description,
    {
      host: text('The service; a name without a dot is one of this namespace.'),
      port: portSelector('The port of the service; needed only if it has more than one.'),
      subset: text('A subset that a DestinationRule defines.'),
    },
    { required: ['host'] },
  );

const percentage = (description: string): Schema =>
  object(description, { value: double('Percent: 0 to 100.') });

const headers = (description: string): Schema =>
  object(description, {
    request: headerOperations('Before the request is forwarded.'),
    response: headerOperations('Before the answer is returned.'),
  });

const headerOperations = (description: string): Schema =>
  object(description, {
    add: textMap('Appended to what is there.'),
    remove: texts('Removed.'),
    set: textMap('Put in place of what is there.'),
  });

const fault = (): Schema =>
  object('Failures to inject; pods without a sidecar do not see them.', {
    abort: object(
      'Answer with an error, without asking the service.',
      {
        grpcStatus: text('A gRPC status such as `UNAVAILABLE`.'),
        http2Error: text('Not implemented by Istio.'),
        httpStatus: int32('An HTTP status.'),
        percentage: percentage('How many of the requests; none when this is missing.'),
      },
      atMostOne('httpStatus', 'grpcStatus', 'http2Error'),
    ),
    delay: object(
      'Wait before forwarding.',
      {
        exponentialDelay: duration('Not implemented by Istio.'),
        fixedDelay: duration('How long.'),
        percent: int32('Deprecated: use percentage.'),
        percentage: percentage('How many of the requests; none when this is missing.'),
      },
      atMostOne('fixedDelay', 'exponentialDelay'),
    ),
  });

const corsPolicy = (): Schema =>
  object('What web pages of other origins may do.', {
    allowCredentials: flag('Whether cookies may be sent along.', { nullable: true }),
    allowHeaders: texts('Request headers that are allowed.'),
    allowMethods: texts('Methods that are allowed.'),
    allowOrigin: texts('Deprecated: use allowOrigins.'),
    allowOrigins: list('Origins that are allowed.', stringMatch('')),
    exposeHeaders: texts('Response headers that the page may read.'),
    maxAge: duration('How long a browser may remember the answer to its preflight.'),
    unmatchedPreflights: choice(
      'Whether a preflight that matches no origin is forwarded to the service.',
      'UNSPECIFIED',
      'FORWARD',
      'IGNORE',
    ),
  });

const tcpRoute = (): Schema =>
  object('', {
    match: list(
      'When this rule applies: any one of these.',
      object('', {
        ...l4Match,
        sourceSubnet: text('The subnet of the client.'),
      }),
    ),
    route: list('Where the connection goes, by weight.', weightedDestination()),
  });

const tlsRoute = (): Schema =>
  object(
    '',
    {
      match: list(
        'When this rule applies: any one of these.',
        object(
          '',
          {
            ...l4Match,
            sniHosts: texts('Server names (SNI) that the client asks for.'),
          },
          { required: ['sniHosts'] },
        ),
      ),
      route: list('Where the connection goes, by weight.', weightedDestination()),
    },
    { required: ['match'] },
  );

const l4Match: Readonly<Record<string, Schema>> = {
  destinationSubnets: texts('Subnets of the destination address.'),
  gateways: texts('Only at these gateways (or `mesh`).'),
  port: uint32('The port that the client connected to.'),
  sourceLabels: textMap('Labels of the client pods this is for.'),
  sourceNamespace: text('The namespace of the clients this is for.'),
};

const weightedDestination = (): Schema =>
  object(
    '',
    {
      destination: destination('The service to connect to.'),
      weight: int32('The share of the connections, in relation to the other weights.'),
    },
    { required: ['destination'] },
  );
