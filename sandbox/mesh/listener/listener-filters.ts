// What looks at a connection before a filter chain is chosen: only where a chain asks for what it finds.

import type { FilterChain, ListenerFilter } from '../../envoy/config.ts';

type Settings = Pick<ListenerFilter, 'filter_disabled'>;

const filterType = 'type.googleapis.com/envoy.extensions.filters.listener';

const originalDestination: ListenerFilter = {
  name: 'envoy.filters.listener.original_dst',
  typed_config: { '@type': `${filterType}.original_dst.v3.OriginalDst` },
};

export const tlsInspector: ListenerFilter = {
  name: 'envoy.filters.listener.tls_inspector',
  typed_config: {
    '@type': `${filterType}.tls_inspector.v3.TlsInspector`,
    initial_read_buffer_size: 512,
  },
};

const httpInspector: ListenerFilter = {
  name: 'envoy.filters.listener.http_inspector',
  typed_config: { '@type': `${filterType}.http_inspector.v3.HttpInspector` },
};

export const outboundListenerFilters = (chains: readonly FilterChain[]): readonly ListenerFilter[] => [
  ...(chains.some(({ filter_chain_match: match }) => match?.server_names !== undefined)
    ? [tlsInspector]
    : []),
  ...(chains.some(({ filter_chain_match: match }) => match?.application_protocols !== undefined)
    ? [httpInspector]
    : []),
];

/** Chains without a port are for all ports that have no chain of their own. */
const anyPort = 0;

export function inboundListenerFilters(chains: readonly FilterChain[]): readonly ListenerFilter[] {
  const portOf = ({ filter_chain_match: match }: FilterChain): number => match?.destination_port ?? anyPort;
  const ports = [...new Set(chains.map(portOf))].toSorted((a, b) => a - b);
  const tls = new Set(chains.filter(isForTls).map(portOf));
  const http = new Set(chains.filter(isForPlainHttp).map(portOf));
  const without = (inspected: ReadonlySet<number>): number[] => ports.filter((port) => !inspected.has(port));
  return [
    originalDestination,
    ...(tls.size > 0
      ? [{ ...tlsInspector, ...(tls.has(anyPort) ? exceptAt(without(tls)) : onlyAt([...tls])) }]
      : []),
    ...(http.size > 0 ? [{ ...httpInspector, ...exceptAt(without(http)) }] : []),
  ];
}

const isForTls = ({ filter_chain_match: match }: FilterChain): boolean => match?.transport_protocol === 'tls';

const isForPlainHttp = ({ filter_chain_match: match }: FilterChain): boolean =>
  match?.application_protocols?.includes('http/1.1') === true;

const exceptAt = (ports: readonly number[]): Settings =>
  ports.length === 0 ? {} : { filter_disabled: anyOf(ports) };

const onlyAt = (ports: readonly number[]): Settings => ({
  filter_disabled: { not_match: anyOf(ports.toSorted((a, b) => a - b)) },
});

function anyOf(ports: readonly number[]): object {
  const rules = ports.map((port) => ({
    destination_port_range: { ...(port > 0 && { start: port }), end: port + 1 },
  }));
  return rules.length === 1 ? (rules[0] ?? {}) : { or_match: { rules } };
}
