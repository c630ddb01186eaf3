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
  texts,
  uint32,
} from './fields.ts';
import { portSelector } from './shared.ts';

/** How to talk to a service: the same for a whole DestinationRule and for one of its subsets. */
export const trafficPolicy = (description: string): Schema =>
  object(description, {
    ...groups(),
    portLevelSettings: list(
      'Policies of single ports; one replaces everything else that is said here for its port.',
      object('', { ...groups(), port: portSelector('The port of the service.') }),
      { maxItems: 4096 },
    ),
    proxyProtocol: object('Send a PROXY protocol header first.', {
      version: choice('Its version.', 'V1', 'V2'),
    }),
    tunnel: object(
      'Reach the service through an HTTP tunnel.',
      {
        protocol: text('`CONNECT` (the default) or `POST`.'),
        targetHost: text('The host at the end of the tunnel.'),
        targetPort: uint32('The port at the end of the tunnel.'),
      },
      { required: ['targetHost', 'targetPort'] },
    ),
  });

const groups = (): Readonly<Record<string, Schema>> => ({
  connectionPool: connectionPool(
    'How many connections and requests may be under way, for each client proxy.',
  ),
  loadBalancer: loadBalancer(),
  outlierDetection: outlierDetection(),
  tls: clientTls(),
});

export const connectionPool = (description: string): Schema =>
  object(description, {
    http: object('Limits for HTTP.', {
      h2UpgradePolicy: choice(
        'Whether HTTP/1.1 is upgraded to HTTP/2.',
        'DEFAULT',
        'DO_NOT_UPGRADE',
        'UPGRADE',
      ),
      http1MaxPendingRequests: int32(
        'How many requests may wait for a connection; one more is answered 503.',
      ),
      http2MaxRequests: int32(
        'How many requests may be under way, for HTTP/1.1 too; one more is answered 503.',
      ),
      idleTimeout: duration('When a connection without requests is closed.'),
      maxConcurrentStreams: int32('How many streams one HTTP/2 connection may have.'),
      maxRequestsPerConnection: int32(
        'After how many requests a connection is closed; 1 turns keep-alive off.',
      ),
      maxRetries: int32('How many retries may be under way at once.'),
      useClientProtocol: flag('Speak the protocol that the client speaks.'),
    }),
    tcp: object('Limits for TCP, HTTP included.', {
      connectTimeout: duration('How long to wait for a connection; 10s when this is missing.'),
      idleTimeout: text('When a connection without traffic is closed; `0s` never.'),
      maxConnectionDuration: duration('When a connection is closed in any case.'),
      maxConnections: int32('How many connections may be open.'),
      tcpKeepalive: object('TCP keep-alive probes.', {
        interval: duration('The time between probes.'),
        probes: uint32('How many unanswered probes make a connection dead.'),
        time: duration('How long a connection is idle before the first probe.'),
      }),
    }),
  });

const loadBalancer = (): Schema =>
  object(
    'How one of the endpoints is chosen.',
    {
      consistentHash: consistentHash(),
      localityLbSetting: object('Prefer endpoints that are near.', {
        distribute: list(
          'Shares by locality.',
          object('', {
            from: text('The locality of the client.'),
            to: map('Percent by locality of the endpoint.', {
              type: 'integer',
              minimum: 0,
              maximum: 4294967295,
            }),
          }),
        ),
        enabled: flag('Whether this is on.', { nullable: true }),
        failover: list(
          'Where to go when a region fails.',
          object('', { from: text('The region that failed.'), to: text('The region to use.') }),
        ),
        failoverPriority: texts('Labels by which endpoints are preferred.'),
      }),
      simple: choice(
        'The algorithm; LEAST_REQUEST when nothing is said.',
        'UNSPECIFIED',
        'LEAST_CONN',
        'RANDOM',
        'PASSTHROUGH',
        'ROUND_ROBIN',
        'LEAST_REQUEST',
      ),
      warmup: object(
        'Give new endpoints little traffic at first.',
        {
          aggression: double('How the share grows; 1 is linear.', { nullable: true, minimum: 1 }),
          duration: duration('How long an endpoint is new.'),
          minimumPercent: double('The share to begin with, in percent.', {
            nullable: true,
            minimum: 0,
            maximum: 100,
          }),
        },
        { required: ['duration'] },
      ),
      warmupDurationSecs: duration('Deprecated: use warmup.'),
    },
    atMostOne('simple', 'consistentHash'),
  );

const consistentHash = (): Schema =>
  object(
    'Requests that have this in common go to the same endpoint.',
    {
      httpCookie: object(
        'A cookie; it is made if it is missing and has a ttl.',
        {
          name: text('Its name.'),
          path: text('Its path.'),
          ttl: text('How long it lives; `0s` until the browser is closed.'),
        },
        { required: ['name'] },
      ),
      httpHeaderName: text('A request header.'),
      httpQueryParameterName: text('A query parameter.'),
      maglev: object('Use the Maglev algorithm.', {
        tableSize: unsigned('The size of its table.'),
      }),
      minimumRingSize: unsigned('Deprecated: use ringHash.'),
      ringHash: object('Use a hash ring, the default.', {
        minimumRingSize: unsigned('How many places the ring has at least; 1024 when this is missing.'),
      }),
      useSourceIp: flag("The client's address."),
    },
    {
      allOf: [
        atMostOne('httpHeaderName', 'httpCookie', 'useSourceIp', 'httpQueryParameterName'),
        atMostOne('ringHash', 'maglev'),
      ],
    },
  );

const unsigned = (description: string): Schema => ({ description, type: 'integer', minimum: 0 });

const outlierDetection = (): Schema => {
  const count = (description: string): Schema => uint32(description, { nullable: true });
  return object('Stop using endpoints that fail, for a while.', {
    baseEjectionTime: duration('How long an endpoint is out the first time; 30s when this is missing.'),
    consecutive5xxErrors: count('How many 5xx answers in a row; 5 when this is missing, 0 turns it off.'),
    consecutiveErrors: int32('Deprecated: use consecutiveGatewayErrors or consecutive5xxErrors.'),
    consecutiveGatewayErrors: count(
      'How many of 502, 503, 504 in a row; not looked at when this is missing.',
    ),
    consecutiveLocalOriginFailures: count(
      'How many failures to connect in a row, with splitExternalLocalOriginErrors.',
    ),
    interval: duration('How often endpoints return; 10s when this is missing.'),
    maxEjectionPercent: int32(
      'How many percent of the endpoints may be out; with the default 10 none of fewer than ten ever is.',
    ),
    minHealthPercent: int32('Below this, all endpoints are used again.'),
    splitExternalLocalOriginErrors: flag('Whether failures to connect are counted on their own.'),
  });
};

const clientTls = (): Schema =>
  object(
    'TLS towards the service; without it the mesh chooses mutual TLS where the endpoint has a sidecar.',
    {
      caCertificates: text("Path of the certificates that sign the server's."),
      caCrl: text('Path of a list of revoked certificates.'),
      clientCertificate: text("Path of the client's certificate."),
      credentialName: text('The Secret with certificate and key.'),
      insecureSkipVerify: flag("Do not verify the server's certificate.", { nullable: true }),
      mode: choice('Which TLS.', 'DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL'),
      privateKey: text("Path of the client's key."),
      sni: text('The server name to ask for.'),
      subjectAltNames: texts("Names of which the server's certificate must have one."),
    },
  );
