// How a cluster's connections speak HTTP. Envoy has that in an extension, and wants to be told the protocol in it.

import { isHttp2, type Protocol } from '../protocol.ts';
import type { Cluster, HttpProtocolOptions } from '../../envoy/config.ts';

type Common = NonNullable<HttpProtocolOptions['common_http_protocol_options']>;
type Spoken = Pick<HttpProtocolOptions, 'explicit_http_config' | 'use_downstream_protocol_config'>;
export type HttpOptions = Pick<Cluster, 'typed_extension_protocol_options'>;

const http1: Spoken = { explicit_http_config: { http_protocol_options: {} } };
const http2: Spoken = { explicit_http_config: { http2_protocol_options: {} } };
const asTheClient: Spoken = {
  use_downstream_protocol_config: { http_protocol_options: {}, http2_protocol_options: {} },
};

/** Of a port. Nothing is said where it is HTTP/1.1 (or no HTTP) with Envoy's own settings. */
export function httpOptionsOf(protocol: Protocol, sniffs: boolean, common?: Common): HttpOptions {
  const spoken = isHttp2(protocol) ? http2 : protocol === 'unknown' && sniffs ? asTheClient : http1;
  if (common !== undefined) return httpOptions(spoken, common);
  return spoken === http1 ? {} : spoken === http2 ? plainHttp2 : plainAsTheClient;
}

const httpOptions = (spoken: Spoken, common?: Common): HttpOptions => ({
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      ...(common && { common_http_protocol_options: common }),
      ...spoken,
    },
  },
});

export const plainHttp2 = httpOptions(http2);
const plainAsTheClient = httpOptions(asTheClient);

/** To where the client meant to go. */
export const passthroughHttp = httpOptions(asTheClient, { idle_timeout: '300s' });
