// What is compared of a request: named facts, with what may differ between two runs taken out.

import type { RawAnswer } from './client.ts';
import type { Arrival } from './upstreams.ts';

/** Fact to value: `status`, `response <header>`, `try 1 <header>`, `log <field>`, … */
export type Facts = ReadonlyMap<string, string>;

/** Fields of the access log that do not depend on time, each printed as `name=value`. */
const logged: Readonly<Record<string, string>> = {
  method: '%REQ(:METHOD)%',
  path: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%',
  protocol: '%PROTOCOL%',
  code: '%RESPONSE_CODE%',
  flags: '%RESPONSE_FLAGS%',
  details: '%RESPONSE_CODE_DETAILS%',
  termination: '%CONNECTION_TERMINATION_DETAILS%',
  transport: '%UPSTREAM_TRANSPORT_FAILURE_REASON%',
  received: '%BYTES_RECEIVED%',
  sent: '%BYTES_SENT%',
  'service time': '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%',
  'forwarded for': '%REQ(X-FORWARDED-FOR)%',
  agent: '%REQ(USER-AGENT)%',
  id: '%REQ(X-REQUEST-ID)%',
  authority: '%REQ(:AUTHORITY)%',
  host: '%UPSTREAM_HOST%',
  cluster: '%UPSTREAM_CLUSTER_RAW%',
  'upstream local': '%UPSTREAM_LOCAL_ADDRESS%',
  'downstream local': '%DOWNSTREAM_LOCAL_ADDRESS%',
  'downstream remote': '%DOWNSTREAM_REMOTE_ADDRESS%',
  attempts: '%UPSTREAM_REQUEST_ATTEMPT_COUNT%',
  route: '%ROUTE_NAME%',
};

/** Begins with the case's own name. */
export const comparedFormat = `%REQ(X-CASE)%${Object.entries(logged)
  .map(([name, operator]) => `\t${name}=${operator}`)
  .join('')}\n`;

export interface Observed {
  readonly answer: RawAnswer;
  readonly arrivals: readonly Arrival[];
  readonly logs: readonly string[];
  /** Port to the name it has in facts. */
  readonly names: ReadonlyMap<number, string>;
  /** Endpoints are one and the same: which of them was chosen is left out. */
  readonly anyHost: boolean;
}

export function factsOf({ answer, arrivals, logs, names, anyHost }: Observed): Facts {
  const facts = new Map<string, string>();
  const plain = (text: string): string => {
    const named = withoutChance(text, names);
    return anyHost ? named.replace(/<[a-z]>/g, '<host>').replace(/from [a-z]\b/, 'from <host>') : named;
  };
  facts.set('status', answer.line);
  facts.set('body', plain(answer.body));
  if (answer.closed) facts.set('closed', 'yes');
  addHeaders(facts, 'response', answer.headers, plain);
  const isShadow = ({ headers }: Arrival): boolean => headers.some((line) => /^host: .*-shadow/.test(line));
  const tries = arrivals.filter((arrival) => !isShadow(arrival));
  facts.set('tries', anyHost ? String(tries.length) : tries.map(({ upstream }) => upstream).join(' '));
  const shadows = arrivals
    .filter(isShadow)
    .toSorted((left, right) => left.upstream.localeCompare(right.upstream));
  for (const [kind, list] of [['try', tries] as const, ['shadow', shadows] as const]) {
    for (const [index, { upstream, line, headers, body }] of list.entries()) {
      const name = `${kind} ${index + 1}`;
      if (kind === 'shadow') facts.set(`${name} upstream`, upstream);
      facts.set(`${name} line`, line);
      facts.set(`${name} body`, body);
      addHeaders(facts, name, headers, plain);
    }
  }
  facts.set('log lines', String(logs.length));
  for (const [index, log] of logs.entries()) {
    for (const field of log.split('\t').slice(1)) {
      const equals = field.indexOf('=');
      const prefix = index === 0 ? 'log' : `log ${index + 1}`;
      facts.set(`${prefix} ${field.slice(0, equals)}`, plain(field.slice(equals + 1)));
    }
  }
  const time = facts.get('log service time');
  if (time !== undefined && /^\d+$/.test(time)) facts.set('log service time', '<ms>');
  return facts;
}

/** The order of different fields is free; that of values of one field is not. */
function addHeaders(
  facts: Map<string, string>,
  prefix: string,
  lines: readonly string[],
  plain: (text: string) => string,
): void {
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const later = name === 'x-envoy-expected-rq-timeout-ms' && !prefix.endsWith(' 1');
    const value = timed.has(name) || later ? '<varies>' : plain(line.slice(colon + 1).trim());
    const key = `${prefix} ${name}`;
    const before = facts.get(key);
    facts.set(key, before === undefined ? value : `${before} & ${value}`);
  }
}

const timed = new Set(['date', 'x-envoy-upstream-service-time']);

function withoutChance(text: string, names: ReadonlyMap<number, string>): string {
  return (
    text
      .replace(
        /\b127\.0\.0\.1:(\d+)/g,
        (_, port: string) => `127.0.0.1:<${names.get(Number(port)) ?? 'port'}>`,
      )
      // A cookie made of the addresses of a connection.
      .replace(/="[\da-f]{16}"(?=;)/g, '="<16 digits>"')
      .replace(/[\da-f]{8}-[\da-f]{4}-([\da-f])[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}/g, '<uuid $1>')
  );
}
